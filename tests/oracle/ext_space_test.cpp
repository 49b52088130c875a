// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file statfs against the host's kernel, over the features that take space. Needs root and loop devices.
#include <gtest/gtest.h>

#include <sys/statvfs.h>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/loop_mount.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

struct Variant {
  std::string name;
  std::vector<std::string> options;
};

class ExtSpace : public testing::TestWithParam<Variant> {};

TEST_P(ExtSpace, IsWhatTheKernelCounts) {
  const Scratch scratch;
  const std::string image = scratch / "image", at = scratch / "mnt", tree = scratch / "tree";
  must({"mkdir", tree});
  put_file(tree + "/some", noise(3'000'000, 1));
  make_ext(image, "80M", GetParam().options, tree);
  const LoopMount loop(image, at, "ro");
  if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
  struct statvfs theirs;
  ASSERT_EQ(statvfs(at.c_str(), &theirs), 0);
  const auto mounted = Mounted::must(image);
  const auto ours = mounted->process().statfs(rump::kCwd, "/");
  ASSERT_TRUE(ours) << ours.error().reason;
  EXPECT_EQ(ours->block_bytes, theirs.f_bsize);
  EXPECT_EQ(ours->blocks, theirs.f_blocks);
  EXPECT_EQ(ours->blocks_free, theirs.f_bfree);
  EXPECT_EQ(ours->blocks_available, theirs.f_bavail);
  EXPECT_EQ(ours->files, theirs.f_files);
  EXPECT_EQ(ours->files_free, theirs.f_ffree);
  EXPECT_EQ(ours->name_max, theirs.f_namemax);
}

const Variant kVariants[] = {
    {"ext2_b1024", {"-t", "ext2", "-b", "1024"}},
    {"ext2_b4096", {"-t", "ext2", "-b", "4096"}},
    {"ext2_revision_0", {"-t", "ext2", "-r", "0", "-O", "none"}},
    {"ext3_b1024", {"-t", "ext3", "-b", "1024"}},
    {"ext4_b1024", {"-t", "ext4", "-b", "1024"}},
    {"ext4_b4096", {"-t", "ext4", "-b", "4096"}},
    {"ext4_no_journal", {"-t", "ext4", "-O", "^has_journal"}},
    {"ext4_no_sparse_super", {"-t", "ext4", "-b", "1024", "-O", "^sparse_super,^resize_inode"}},
    {"ext4_sparse_super2", {"-t", "ext4", "-b", "1024", "-O", "sparse_super2,^sparse_super,^resize_inode"}},
    {"ext4_meta_bg", {"-t", "ext4", "-b", "1024", "-O", "^resize_inode,meta_bg"}},
    {"ext4_small_groups", {"-t", "ext4", "-b", "1024", "-g", "1024", "-G", "4"}},
    {"ext4_large_reserve", {"-t", "ext4", "-m", "40"}},
    {"ext4_all_reserved", {"-t", "ext4", "-m", "50", "-N", "200000"}},
    {"ext4_bigalloc", {"-t", "ext4", "-O", "bigalloc"}},
    {"ext4_bigalloc_64", {"-t", "ext4", "-b", "1024", "-O", "bigalloc", "-C", "65536"}},
    {"ext4_quota", {"-t", "ext4", "-O", "quota,project"}},
    {"ext4_orphan_file", {"-t", "ext4", "-O", "orphan_file"}},
};
INSTANTIATE_TEST_SUITE_P(Ext, ExtSpace, testing::ValuesIn(kVariants),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace oracle
