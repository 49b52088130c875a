// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Images copied while the host's kernel has them mounted: what we see in them, against what the kernel
/// sees after its own recovery. Needs root and loop devices.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/loop_mount.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

const std::vector<std::string> kNone;

struct Variant {
  std::string name;
  std::vector<std::string> options;  ///< of mke2fs
  std::string mount;
};

class CopiedImage : public testing::Test {
 protected:
  void shell(const std::string& command) { must({"sh", "-ec", "cd '" + at_ + "'; " + command}); }
  /// Some of what this leaves is committed, some is not; little of it is in its place.
  void work(int round) {
    const std::string name = at_ + "/round" + std::to_string(round);
    must({"mkdir", name});
    for (int i = 0; i < 40; ++i) put_file(name + "/file" + std::to_string(i), noise(3000u * (i % 5 + 1), i));
    shell("sync .; cd round" + std::to_string(round) +
          "; rm file1*; for i in $(seq 60); do ln file2 \"another name for it $i\"; done; mv file3 moved; "
          "ln -s moved link; chmod 751 file4; mkdir -p below/that; sync moved; sync file5");
    // In a journal of data, blocks that begin with its magic are escaped.
    std::vector<char> magic = noise(30'000, 7);
    for (std::size_t i = 0; i < magic.size(); i += 1024)
      std::ranges::copy("\xC0\x3B\x39\x98", magic.begin() + static_cast<long>(i));
    put_file(name + "/magic", magic);
    put_file(name + "/file6", noise(20'000, 8), 1000);
    set_size(name + "/file7", 100);
    // The blocks of a directory that has gone are used for data.
    shell("rm -r round" + std::to_string(round) + "/below; sync round" + std::to_string(round) + "/magic");
    put_file(name + "/late", noise(5000, 9));
    if (round > 0) shell("rm -r round" + std::to_string(round - 1) + "/file2*");
  }

  /// A copy of the image as it is at one moment: taken again until two in a row are the same.
  void copy_image(const std::string& to) const {
    for (int tries = 0; tries < 100; ++tries) {
      must({"cp", "--sparse=always", image_, to});
      if (run({"cmp", "-s", image_, to}).status == 0) return;
    }
    FAIL() << "the image does not come to rest";
  }

  void expect_same_as_kernel(const std::string& copy) {
    const std::string untouched = scratch_ / "untouched", recovered = scratch_ / "recovered";
    must({"cp", "--sparse=always", copy, untouched});
    must({"cp", "--sparse=always", copy, recovered});
    const std::string there = scratch_ / "there";
    {
      LoopMount recovery(recovered, there, "rw");
      ASSERT_TRUE(recovery.mounted()) << recovery.why_not();
      recovery.unmount();
    }
    const LoopMount loop(recovered, there, "ro");
    ASSERT_TRUE(loop.mounted()) << loop.why_not();
    const auto mounted = Mounted::must(copy);
    const Manifest theirs = manifest_of(there), ours = manifest_of(mounted->process());
    EXPECT_EQ(differences(theirs, ours), kNone);
    expect_sent_as_read(mounted->process(), ours);
    must({"cmp", copy, untouched});
  }

  /// Bytes that the host moves by itself, out of the log where they lie there, are the right ones.
  void expect_sent_as_read(rump::Process& process, const Manifest& manifest) {
    const std::string to = scratch_ / "sent";
    for (const auto& [path, entry] : manifest) {
      if (entry.type != rump::FileType::file || entry.size == 0) continue;
      std::filesystem::remove(to);
      rump::test::Descriptor out(::open(to.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
      const auto fd = process.open(rump::kCwd, "/" + path, rump::kOpenRead);
      ASSERT_TRUE(fd) << path;
      EXPECT_EQ(process.send(*fd, 0, entry.size, out.handle(), 0, rump::Holes::write).value_or(0),
                entry.size);
      EXPECT_TRUE(process.close(*fd));
      std::ifstream file(to, std::ios::binary);
      const std::string sent(std::istreambuf_iterator<char>(file), {});
      EXPECT_TRUE(sent == read_all(process, "/" + path)) << path;
    }
  }

  const Scratch scratch_;
  const std::string image_ = scratch_ / "image", at_ = scratch_ / "mnt";
};

class ExtReplay : public CopiedImage, public testing::WithParamInterface<Variant> {};
class ExtRevokes : public ExtReplay {};
using ExtFastCommit = CopiedImage;

TEST_P(ExtReplay, IsWhatTheKernelRecovers) {
  make_ext(image_, "48M", GetParam().options);
  LoopMount loop(image_, at_, GetParam().mount);
  if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
  std::size_t replayed = 0;
  for (int round = 0; round < 6; ++round) {
    work(round);
    const std::string copy = scratch_ / "copy";
    copy_image(copy);
    expect_same_as_kernel(copy);
    const auto ours = Mounted::must(copy);
    replayed += differing_blocks(ours->mount().device(), copy, 4096).size();
  }
  EXPECT_GT(replayed, 20u) << "nothing was in the journal only";
}

/// The blocks of directories that have gone hold data, and the log still has those directories. Only the
/// revokes tell.
TEST_P(ExtRevokes, ReusedBlocksKeepTheirData) {
  make_ext(image_, "16M", GetParam().options);
  LoopMount loop(image_, at_, GetParam().mount);
  if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
  shell(
      "for i in $(seq 200); do mkdir gone$i; : >gone$i/file; done; sync .; rm -r gone*; sync .; "
      "head -c 16M /dev/zero | tr '\\0' x >all 2>/dev/null || true; sync all");
  const std::string copy = scratch_ / "copy";
  copy_image(copy);
  EXPECT_NE(debugfs(copy, "logdump -a").find("Revoke FS block"), std::string::npos);
  expect_same_as_kernel(copy);
}

INSTANTIATE_TEST_SUITE_P(
    Ext, ExtRevokes,
    testing::Values(Variant{"ext4_b1024", {"-t", "ext4", "-b", "1024", "-J", "size=4"}, "rw"},
                    Variant{"ext4_no_checksums", {"-t", "ext4", "-O", "^metadata_csum,^64bit"}, "rw"},
                    Variant{"ext4_v1", {"-t", "ext4", "-O", "^metadata_csum"}, "rw,journal_checksum"},
                    Variant{"ext3", {"-t", "ext3", "-b", "1024", "-J", "size=4"}, "rw"}),
    [](const auto& info) { return info.param.name; });

/// Small changes between commits go another way there, which we do not follow yet.
TEST_F(ExtFastCommit, IsRefusedByName) {
  make_ext(image_, "48M", {"-t", "ext4", "-b", "1024", "-O", "fast_commit"});
  LoopMount loop(image_, at_, "rw");
  if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
  put_file(at_ + "/old", noise(3000, 1));
  shell("sync .");
  const std::string copy = scratch_ / "copy";
  copy_image(copy);
  expect_same_as_kernel(copy);
  shell("touch new; sync new; mv old renamed; sync renamed");
  copy_image(copy);
  const auto mounted = Mounted::open(copy);
  ASSERT_FALSE(mounted);
  EXPECT_EQ(mounted.error().code, rump::Errc::not_supported);
  EXPECT_EQ(std::string(mounted.error().reason),
            "the journal holds fast commits, which cannot be recovered yet");
  EXPECT_TRUE(Mounted::open(copy, {}, {.text = "journal=skip"}));
  // The next full commit makes them void.
  shell("sync .");
  copy_image(copy);
  expect_same_as_kernel(copy);
}

const Variant kVariants[] = {
    {"ext4_b1024", {"-t", "ext4", "-b", "1024"}, "rw"},
    {"ext4_b4096", {"-t", "ext4", "-b", "4096"}, "rw"},
    {"ext4_small_journal", {"-t", "ext4", "-b", "1024", "-J", "size=1"}, "rw"},
    {"ext4_data_b1024", {"-t", "ext4", "-b", "1024", "-J", "size=1"}, "rw,data=journal"},
    {"ext4_data_b4096", {"-t", "ext4", "-b", "4096", "-J", "size=4"}, "rw,data=journal"},
    {"ext4_no_checksums", {"-t", "ext4", "-b", "1024", "-O", "^metadata_csum,^64bit"}, "rw"},
    {"ext4_64_no_checksums", {"-t", "ext4", "-b", "4096", "-O", "^metadata_csum"}, "rw,data=journal"},
    {"ext4_v1", {"-t", "ext4", "-b", "1024", "-O", "^metadata_csum"}, "rw,journal_checksum,data=journal"},
    {"ext4_v1_async", {"-t", "ext4", "-O", "^metadata_csum"}, "rw,journal_async_commit,data=writeback"},
    {"ext4_v3_async", {"-t", "ext4"}, "rw,journal_async_commit,data=writeback"},
    {"ext4_orphan_file", {"-t", "ext4", "-O", "orphan_file"}, "rw"},
    {"ext3_b1024", {"-t", "ext3", "-b", "1024", "-J", "size=1"}, "rw,data=journal"},
    {"ext3_b4096", {"-t", "ext3", "-b", "4096"}, "rw"},
};
INSTANTIATE_TEST_SUITE_P(Ext, ExtReplay, testing::ValuesIn(kVariants),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace oracle
