// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What debugfs sets by itself: times of all 34 bits, flags, device numbers, and xattrs in inode and
/// block.
#include <gtest/gtest.h>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

const std::vector<std::string> kNone;

class ExtAttributes : public testing::Test {
 protected:
  void make(const std::vector<std::string>& options, const std::vector<std::string>& commands) {
    must({"mkdir", tree_});
    put_file(tree_ + "/file", noise(100, 1));
    make_ext(image_, "16M", options, tree_);
    debugfs_write(image_, commands);
    mounted_ = Mounted::must(image_);
  }
  rump::Attr stat(const std::string& path) {
    return mounted_->process().stat(rump::kCwd, path, rump::Follow::no).value();
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image";
  std::unique_ptr<Mounted> mounted_;
};

TEST_F(ExtAttributes, TimesHaveAllTheirBits) {
  // The extra word: two more bits of seconds below thirty of nanoseconds.
  make({"-t", "ext4"},
       {"sif /file mtime @0x80000000", "sif /file mtime_extra 0xee6b27fc", "sif /file atime @0x7fffffff",
        "sif /file atime_extra 0x3", "sif /file ctime @0xffffffff", "sif /file ctime_extra 0x1",
        "sif /file crtime @0x5", "sif /file crtime_extra 0x6"});
  const rump::Attr attr = stat("/file");
  EXPECT_EQ(attr.modify, (rump::Time{-2147483648, 999999999}));
  EXPECT_EQ(attr.access, (rump::Time{0x7fffffff + (rump::i64{3} << 32), 0}));
  EXPECT_EQ(attr.change, (rump::Time{-1 + (rump::i64{1} << 32), 0}));
  EXPECT_EQ(attr.birth, (rump::Time{5 + (rump::i64{2} << 32), 1}));
}

TEST_F(ExtAttributes, SmallInodesHaveSecondsOnly) {
  make({"-t", "ext2", "-I", "128"}, {"sif /file mtime @0x80000000", "sif /file atime @0x7fffffff"});
  const rump::Attr attr = stat("/file");
  EXPECT_EQ(attr.modify, (rump::Time{-2147483648, 0}));
  EXPECT_EQ(attr.access, (rump::Time{0x7fffffff, 0}));
  EXPECT_EQ(attr.birth, (rump::Time{0, 0}));
}

TEST_F(ExtAttributes, OwnersAndFlags) {
  make({"-t", "ext4"}, {"sif /file uid 0x12345", "sif /file uid_hi 0x7", "sif /file gid 0xfffe",
                        "sif /file gid_hi 0xffff", "sif /file flags 0x80070",
                        "sif /file generation 4000000000", "mknod old b 200 100", "mknod new c 4000 65535"});
  const rump::Attr attr = stat("/file");
  const DebugfsStat theirs = debugfs_stat(image_, "/file");
  EXPECT_EQ(attr.uid, theirs.uid);
  EXPECT_EQ(attr.gid, theirs.gid);
  EXPECT_EQ(attr.generation, 4000000000u);
  EXPECT_EQ(attr.flags, rump::kFlagImmutable | rump::kFlagAppend | rump::kFlagNoDump);
  EXPECT_EQ(stat("/old").device, (rump::DeviceNumber{200, 100}));
  EXPECT_EQ(stat("/new").device, debugfs_stat(image_, "/new").device);
  EXPECT_EQ(differences_from_debugfs(image_, mounted_->process(), manifest_of(mounted_->process())), kNone);
}

TEST_F(ExtAttributes, XattrsInInodeAndBlock) {
  const std::vector<char> large = noise(700, 2), middle = noise(60, 3);
  const std::string large_file = scratch_ / "large", middle_file = scratch_ / "middle";
  put_file(large_file, large);
  put_file(middle_file, middle);
  make({"-t", "ext4", "-b", "1024", "-I", "256"},
       {"ea_set /file user.first in-the-inode", "ea_set -f " + middle_file + " /file user.middle",
        "ea_set -f " + large_file + " /file user.large", "ea_set /file trusted.one t",
        "ea_set /file security.selinux some_u:object_r:thing_t:s0", "ea_set / user.root of-the-root"});
  ASSERT_NE(debugfs_stat(image_, "/file").file_acl, 0u);
  const std::map<std::string, std::string> expected{
      {"user.first", "in-the-inode"},
      {"user.middle", std::string(middle.begin(), middle.end())},
      {"user.large", std::string(large.begin(), large.end())},
      {"trusted.one", "t"},
      {"security.selinux", "some_u:object_r:thing_t:s0"}};
  rump::Process& process = mounted_->process();
  EXPECT_EQ(xattrs_of(process, "/file"), expected);
  EXPECT_EQ(xattrs_of(process, "/"), (std::map<std::string, std::string>{{"user.root", "of-the-root"}}));

  const auto get = [&](const char* name, std::size_t room) {
    std::vector<std::byte> bytes(room);
    return process.get_xattr(rump::kCwd, "/file", rump::Follow::no, name, bytes);
  };
  EXPECT_EQ(get("user.large", 0).value(), large.size());
  EXPECT_EQ(get("user.large", 699).error().code, rump::Errc::range);
  EXPECT_EQ(get("user.first", 5).error().code, rump::Errc::range);
  for (const char* absent : {"user.firs", "user.firstt", "trusted.first"})
    EXPECT_EQ(get(absent, 0).error().code, rump::Errc::no_data) << absent;
  EXPECT_EQ(get("user.", 0).error().code, rump::Errc::invalid);
  EXPECT_EQ(get("nonsense.first", 0).error().code, rump::Errc::not_supported);
}

}  // namespace
}  // namespace oracle
