// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The tools as whole programs, against ls, cp and cat on the same files.
#include <gtest/gtest.h>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/loop_mount.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

const std::vector<std::string> kNone;
const std::string kTools = FSU_TOOLS_DIR "/";

class Tools : public testing::Test {
 protected:
  Tools() {
    must({"mkdir", tree_});
    build_tree(tree_, {});
    make_ext(image_, "80M", {"-t", "ext4"}, tree_);
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image";
};

TEST_F(Tools, LsPrintsWhatLsPrints) {
  const LoopMount loop(image_, scratch_ / "mnt", "ro");
  if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
  // The owners of this tree are root, which has that name everywhere, and such as have none anywhere. Not -a:
  // the parent of a mount's root is another directory than that of an image's root.
  for (const std::string options : {"-1", "-A", "-R", "-lAR", "-lh", "-li", "-liR"}) {
    const std::string theirs = must({"ls", options, scratch_ / "mnt/"});
    const std::string ours = must({kTools + "fs-ls", options, image_ + ":/"});
    std::string as_theirs;
    for (std::size_t at = 0; at < ours.size();) {
      const std::size_t end = std::min(ours.find('\n', at), ours.size() - 1);
      std::string line = ours.substr(at, end + 1 - at);
      if (line.starts_with(image_ + ":/")) line = (scratch_ / "mnt/") + line.substr(image_.size() + 2);
      as_theirs += line;
      at = end + 1;
    }
    EXPECT_EQ(as_theirs, theirs) << options;
  }
}

TEST_F(Tools, CpTakesOutWhatIsThere) {
  const std::string out = scratch_ / "out";
  must({kTools + "fs-cp", "-a", "--trusted-image", image_ + ":/", out});
  // Seconds only, as mke2fs keeps them; the top and lost+found are mke2fs's own.
  const Manifest actual = manifest_of(out);
  EXPECT_EQ(differences(as_mke2fs_keeps(manifest_of(tree_), actual), actual), kNone);
}

TEST_F(Tools, CpKeepsFilesSparse) {
  const std::string out = scratch_ / "sparse";
  must({kTools + "fs-cp", image_ + ":/only_hole", out});
  EXPECT_EQ(must({"stat", "-c", "%s %b", out}), "1000003 0\n");
  must({kTools + "fs-cp", image_ + ":/large", scratch_ / "large"});
  EXPECT_EQ(run({"cmp", scratch_ / "large", tree_ + "/large"}).status, 0);
}

TEST_F(Tools, CatIsTheContent) {
  for (const std::string name : {"large", "holes", "hole_last", "empty", "size65537"})
    EXPECT_EQ(run({kTools + "fs-cat", image_ + ":/" + name}).out, run({"cat", tree_ + "/" + name}).out)
        << name;
  EXPECT_EQ(must({kTools + "fs-cat", image_ + ":/one", image_ + ":/size1023"}),
            must({"cat", tree_ + "/one", tree_ + "/size1023"}));
}

}  // namespace
}  // namespace oracle
