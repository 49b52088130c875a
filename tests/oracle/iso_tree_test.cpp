// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What genisoimage, xorriso and makefs write of a tree, we read in full: by Rock Ridge, by Joliet and
/// by plain names.
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/oracle/iso_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

const std::vector<std::string> kNone;

class IsoTree : public testing::Test {
 protected:
  Manifest ours(const std::string& options = "") const {
    const auto mounted = Mounted::must(image_, {}, {.text = options});
    return manifest_of(mounted->process());
  }
  /// What Rock Ridge says. Where directories are moved for being too deep, the place they were moved to is
  /// taken out: it is empty, but for makefs, which does not mark them.
  Manifest rock_ridge(const std::string& moved) const {
    Manifest manifest = as_rock_ridge_keeps(ours());
    if (!moved.empty()) {
      EXPECT_EQ(manifest.at(moved).type, rump::FileType::dir);
      std::erase_if(manifest, [&](const auto& each) { return each.first.starts_with(moved); });
    }
    return manifest;
  }
  /// Files with the names that Joliet and plain ISO 9660 have to bend.
  void build_names() const {
    must({"mkdir", "-p", tree_ + "/Ordner \xc3\xa4\xc3\xb6", tree_ + "/empty directory/below"});
    int size = 1;
    for (const std::string name :
         {"M\xc3\xa4rchen \xe2\x82\xac.txt", "lower.case.name", "README", "readme", "readme.1", ".hidden",
          "a;b", "star*", "trailing.", "without extension", "UPPER.TXT", "Ordner \xc3\xa4\xc3\xb6/inside",
          "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "empty directory/below/deep"})
      put_file(tree_ + "/" + name, noise(static_cast<std::size_t>(size++) * 1000, 1));
    for (const char letter : {'x', 'y'})
      put_file(tree_ + "/" + std::string(60, 'L') + letter + ".long", noise(10, 2));
    put_file(tree_ + "/" + std::string(95, 'M') + ".txt", noise(10, 3));
    put_file(tree_ + "/empty", {});
    must({"touch", "-d", "1985-10-26T01:21:00", tree_ + "/UPPER.TXT"});
  }

  IsoTree() { must({"mkdir", tree_}); }
  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image.iso";
};

TEST_F(IsoTree, RockRidge) {
  build_tree(tree_, {});
  // A component longer than any file system allows stops xorriso, and genisoimage cuts it.
  must({"rm", tree_ + "/links/symlink1000"});
  Manifest source = as_rock_ridge_keeps(manifest_of(tree_));
  genisoimage(image_, {"-R", "-iso-level", "3"}, tree_);
  EXPECT_EQ(differences(source, rock_ridge("rr_moved")), kNone) << "genisoimage";

  // genisoimage goes wrong where a target needs a second continuation.
  const std::string long_name(200, 'l');
  must({"ln", "-s", "/" + long_name + "/../" + long_name + "/./" + long_name, tree_ + "/links/long"});
  source = as_rock_ridge_keeps(manifest_of(tree_));
  xorriso(image_, {"-R", "-iso-level", "4", "-J"}, tree_);
  EXPECT_EQ(differences(source, rock_ridge("")), kNone) << "xorriso";
  makefs_cd9660(image_, {"-o", "rockridge"}, tree_);
  EXPECT_EQ(differences(source, rock_ridge(".rr_moved")), kNone) << "makefs";
}

TEST_F(IsoTree, OtherNames) {
  build_names();
  struct Maker {
    const char* name;
    void (*make)(const std::string&, const Arguments&, const std::string&);
    Arguments options;
    bool has_joliet = true;
  };
  const Maker makers[] = {
      {"genisoimage -J -R", genisoimage, {"-input-charset", "utf-8", "-J", "-R"}},
      {"genisoimage -J long",
       genisoimage,
       {"-input-charset", "utf-8", "-J", "-joliet-long", "-iso-level", "3"}},
      {"xorriso -J", xorriso, {"-J", "-iso-level", "1"}},
      {"xorriso -J long", xorriso, {"-J", "-R", "-joliet-long", "-iso-level", "4"}},
      {"makefs", makefs_cd9660, {"-o", "isolevel=2"}, false},
  };
  for (const Maker& maker : makers) {
    // makefs gives the second of two names that are one in capitals a version without a number.
    if (!maker.has_joliet) must({"rm", tree_ + "/readme"});
    maker.make(image_, maker.options, tree_);
    if (maker.has_joliet) {
      const Manifest joliet = bsdtar_manifest(image_, "iso9660:!rockridge");
      EXPECT_EQ(differences(as_plain_keeps(joliet), as_plain_keeps(ours("norock"))), kNone)
          << maker.name << ": Joliet";
    }
    const Manifest plain = bsdtar_manifest(image_, "iso9660:!rockridge,iso9660:!joliet");
    EXPECT_EQ(differences(as_plain_keeps(plain, true), as_plain_keeps(ours("norock,nojoliet,noenhanced"))),
              kNone)
        << maker.name << ": plain";
  }
}

}  // namespace
}  // namespace oracle
