// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mounting: what of the superblock and the group descriptors is refused, one field at a time.
#include "fs/ext2/super.hpp"

#include <gtest/gtest.h>

#include "tests/unit/ext2_image.hpp"

namespace rump::ext2 {
namespace {

using test::Ext2Image;
using test::reason_of;

TEST(Ext2Super, MountsWhatIsSound) {
  Ext2Image image;
  const Geometry& g = image.mounted().geometry();
  EXPECT_EQ(g.block_bytes, 1024u);
  EXPECT_EQ(g.blocks, 256u);
  EXPECT_EQ(g.groups, 1u);
  EXPECT_EQ(g.inode_bytes, 128u);
  EXPECT_EQ(g.inode_table_blocks, 2u);
  EXPECT_TRUE(kFsType.probe(image.device).value());
}

/// A 32-bit word of the superblock, and why the mount is refused with it.
struct Refusal {
  u64 offset;
  u32 value;
  Errc code;
  std::string_view reason;
};

void expect_refusals(u64 base, std::span<const Refusal> refusals) {
  for (const Refusal& refusal : refusals) {
    Ext2Image image;
    image.put32(base + refusal.offset, refusal.value);
    const auto mount = image.mount();
    ASSERT_FALSE(mount) << refusal.reason;
    EXPECT_EQ(mount.error().code, refusal.code) << refusal.reason;
    EXPECT_EQ(reason_of(mount), refusal.reason);
  }
}

TEST(Ext2Super, RefusesWrongNumbers) {
  using enum Errc;
  static constexpr Refusal kRefusals[] = {
      {0x38, 0, corrupt, "the superblock's magic is wrong"},
      {0x4C, 2, not_supported, "the file system's revision is not supported"},
      {0x18, 7, corrupt, "the superblock's block size is out of range"},
      {0x18, 0xFFFFFFFF, corrupt, "the superblock's block size is out of range"},
      {0x14, 2, corrupt, "the superblock's first data block is out of range"},
      {0x04, 1, corrupt, "the superblock counts no blocks"},
      {0x04, 257, corrupt, "the file system is larger than its device"},
      {0x20, 0, corrupt, "the superblock's blocks per group are out of range"},
      {0x20, 8193, corrupt, "the superblock's blocks per group are out of range"},
      {0x28, 0, corrupt, "the superblock's inodes per group are out of range"},
      {0x28, 8193, corrupt, "the superblock's inodes per group are out of range"},
      {0x28, 8, corrupt, "the superblock's inode count does not fit its groups"},
      {0x00, 17, corrupt, "the superblock's inode count does not fit its groups"},
      {0x58, 0, corrupt, "the superblock's inode size is out of range"},
      {0x58, 64, corrupt, "the superblock's inode size is out of range"},
      {0x58, 192, corrupt, "the superblock's inode size is out of range"},
      {0x58, 2048, corrupt, "the superblock's inode size is out of range"},
      {0x54, 10, corrupt, "the superblock's first inode is out of range"},
      {0x54, 17, corrupt, "the superblock's first inode is out of range"},
      {0xCC, 257 << 16, corrupt, "the superblock's reserved descriptor blocks are too many"},
  };
  expect_refusals(Ext2Image::kSuper, kRefusals);
}

TEST(Ext2Super, RefusesFeaturesByName) {
  using enum Errc;
  static constexpr Refusal kRefusals[] = {
      {0x60, 0x1, not_supported, "the feature compression is not supported"},
      {0x60, 0x8, not_supported, "this is an external journal, not a file system"},
      {0x60, 0x1000, not_supported, "the feature dirdata is not supported"},
      {0x60, 0x80000000, not_supported, "the incompatible feature FEATURE_I31 is not known"},
      {0x60, 0x80, corrupt, "the superblock's descriptor size is out of range"},
  };
  expect_refusals(Ext2Image::kSuper, kRefusals);
}

/// A feature that only a writer must know is no reason not to read.
TEST(Ext2Super, IgnoresUnknownReadOnlyFeatures) {
  Ext2Image image;
  image.put32(Ext2Image::kSuper + 0x64, 0x80000000);
  EXPECT_EQ(reason_of(image.mount()), "no error");
}

TEST(Ext2Super, VerifiesItsChecksum) {
  Ext2Image image;
  image.put32(Ext2Image::kSuper + 0x64, 0x400);
  image.put32(Ext2Image::kSuper + 0x174, 1 << 8);
  EXPECT_EQ(reason_of(image.mount()), "the superblock's checksum is wrong (verify=off reads on)");
  image.put32(Ext2Image::kSuper + 0x174, 2 << 8);
  EXPECT_EQ(reason_of(image.mount()), "the superblock names an unknown checksum");
}

TEST(Ext2Groups, RefusesWrongPlaces) {
  using enum Errc;
  static constexpr std::string_view kOutside = "a group descriptor points outside the file system";
  static constexpr std::string_view kOverlap = "areas of fixed metadata overlap";
  static constexpr Refusal kRefusals[] = {
      {0, 0, corrupt, kOutside},   {0, 1, corrupt, kOutside},   {0, 256, corrupt, kOutside},
      {4, 256, corrupt, kOutside}, {8, 255, corrupt, kOutside}, {8, 0xFFFFFFFF, corrupt, kOutside},
      {0, 2, corrupt, kOverlap},   {0, 4, corrupt, kOverlap},   {4, 6, corrupt, kOverlap},
      {8, 4, corrupt, kOverlap},
  };
  expect_refusals(Ext2Image::kDescriptors, kRefusals);
}

TEST(Ext2Groups, VerifiesDescriptorChecksums) {
  Ext2Image image;
  image.put32(Ext2Image::kSuper + 0x64, 0x10);
  EXPECT_EQ(reason_of(image.mount()), "a group descriptor's checksum is wrong (verify=off reads on)");
}

TEST(Ext2Mount, RefusesUnknownOptions) {
  Ext2Image image;
  EXPECT_TRUE(kFsType.mount(image.device, {.text = "verify=off"}));
  EXPECT_EQ(kFsType.mount(image.device, {.text = "frobnicate"}).error().code, Errc::invalid);
  EXPECT_EQ(kFsType.mount(image.device, {.text = "verify=perhaps"}).error().code, Errc::invalid);
  EXPECT_TRUE(kFsType.mount(image.device, {.text = "journal=skip,verify=on"}));
  EXPECT_EQ(kFsType.mount(image.device, {.text = "journal=off"}).error().code, Errc::invalid);
}

TEST(Ext2Mount, CountsNoMoreFreeThanThereIs) {
  Ext2Image image;
  image.put32(Ext2Image::kDescriptors + 0x0C, 0xFFFFFFFF);
  const FsStat stat = image.mounted().statfs().value();
  EXPECT_EQ(stat.blocks, stat.blocks_free);
  EXPECT_EQ(stat.files, stat.files_free);
}

TEST(Ext2Mount, ASymlinkEndsAtItsFirstNul) {
  Ext2Image image;
  constexpr u64 kInode = 5 * 1024 + 11 * 128;  // number 12
  image.put16(kInode, 0120777);
  image.put32(kInode + 0x04, 4);
  image.put16(kInode + 0x1A, 1);
  image.put32(kInode + 0x28, 0x64636261);
  std::array<char, 8> room;
  EXPECT_EQ(image.mounted().load(12).value()->readlink(room).value(), 4u);
  image.put32(kInode + 0x28, 0x64006261);
  EXPECT_EQ(image.mounted().load(12).value()->readlink(room).value(), 2u);
  image.put32(kInode + 0x28, 0x64636200);
  EXPECT_EQ(reason_of(image.mounted().load(12).value()->readlink(room)), "the symbolic link is empty");
}

TEST(Ext2Mount, RefusesFreeInodesAndWrongNumbers) {
  Ext2Image image;
  Ext2Mount& mount = image.mounted();
  EXPECT_EQ(mount.load(kRootInode).value()->type(), FileType::dir);
  EXPECT_EQ(reason_of(mount.load(12)), "the inode is not in use");
  EXPECT_EQ(reason_of(mount.load(0)), "an inode number is out of range");
  EXPECT_EQ(reason_of(mount.load(Ext2Image::kInodes + 1)), "an inode number is out of range");
  EXPECT_EQ(reason_of(mount.load(~Key{0})), "an inode number is out of range");
}

}  // namespace
}  // namespace rump::ext2
