// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Indirect maps and extent trees from blocks built by hand, sound and broken.
#include <gtest/gtest.h>

#include "fs/ext2/bmap.hpp"
#include "tests/unit/ext2_image.hpp"

namespace rump::ext2 {
namespace {

using test::Ext2Image;
using test::reason_of;
using Kind = Extent::Kind;

constexpr std::string_view kOutside = "a block pointer leads outside the file system";
constexpr std::string_view kMetadata = "a block pointer leads into the file system's own metadata";

void expect_run(const Result<Run>& run, Kind kind, u64 physical, u64 blocks) {
  ASSERT_TRUE(run) << run.error().reason;
  EXPECT_EQ(run->kind, kind);
  EXPECT_EQ(kind == Kind::hole ? 0 : run->physical, physical);
  EXPECT_EQ(run->blocks, blocks);
}

class Ext2Map : public testing::Test {
 protected:
  static constexpr u64 kMap = Ext2Image::kRootInodeAt + 0x28;  ///< where the file's map is written
  static constexpr u32 kExtents = 0x80000;

  /// The run of the file described by the map; the volume is mounted with what the image holds now.
  Result<ext2::Run> run(u64 logical, u64 want) {
    return map_run(image_.mounted(), image_.root_as_file(flags_), logical, want);
  }
  Ext2Image image_;
  u32 flags_ = 0;
};

// ---- indirect maps: 256 pointers in a block

class Ext2Indirect : public Ext2Map {
 protected:
  Ext2Indirect() { image_.put32(kMap, 0); }
  void pointer(u32 i, u32 block) { image_.put32(kMap + 4 * i, block); }
  void pointer_in(u32 block, u32 i, u32 to) { image_.put32(Ext2Image::at(block) + 4 * i, to); }
};

TEST_F(Ext2Indirect, DirectBlocksMerge) {
  for (u32 i = 2; i < 6; ++i) pointer(i, 100 + i);
  pointer(6, 50);
  expect_run(run(0, 1000), Kind::hole, 0, 2);
  expect_run(run(2, 1000), Kind::data, 102, 4);
  expect_run(run(3, 2), Kind::data, 103, 2);
  expect_run(run(6, 1000), Kind::data, 50, 1);
  expect_run(run(7, 1000), Kind::hole, 0, 5);
}

TEST_F(Ext2Indirect, EveryLevel) {
  pointer(12, 20);
  pointer_in(20, 255, 200);
  pointer(13, 21);
  pointer_in(21, 3, 22);
  pointer_in(22, 4, 201);
  pointer(14, 23);
  pointer_in(23, 1, 24);
  pointer_in(24, 2, 25);
  pointer_in(25, 5, 202);
  expect_run(run(12, 1000), Kind::hole, 0, 255);
  expect_run(run(12 + 255, 1), Kind::data, 200, 1);
  const u64 second = 12 + 256;
  expect_run(run(second + 3 * 256 + 4, 1), Kind::data, 201, 1);
  const u64 third = second + 256 * 256;
  expect_run(run(third + 65536 + 2 * 256 + 5, 1), Kind::data, 202, 1);
}

TEST_F(Ext2Indirect, AnEmptySubtreeIsOneHole) {
  pointer(13, 21);
  pointer_in(21, 3, 22);
  const u64 second = 12 + 256;
  expect_run(run(12, ~u32{0}), Kind::hole, 0, 256);
  expect_run(run(12 + 6, ~u32{0}), Kind::hole, 0, 250);
  expect_run(run(second + 10, ~u32{0}), Kind::hole, 0, 3 * 256 - 10);
  expect_run(run(second + 4 * 256 + 7, ~u32{0}), Kind::hole, 0, 252 * 256 - 7);
  expect_run(run(second + 65536, ~u32{0}), Kind::hole, 0, u64{1} << 24);
}

TEST_F(Ext2Indirect, RefusesWhatNoFileMayOwn) {
  pointer(0, 255);
  pointer(1, 256);
  pointer(2, 1);
  pointer(3, 5);
  pointer(12, 6);
  pointer(13, 0xFFFFFFFF);
  expect_run(run(0, 1), Kind::data, 255, 1);
  EXPECT_EQ(reason_of(run(0, 2)), kOutside);
  EXPECT_EQ(reason_of(run(1, 1)), kOutside);
  EXPECT_EQ(reason_of(run(2, 1)), kOutside);
  EXPECT_EQ(reason_of(run(3, 1)), kMetadata);
  EXPECT_EQ(reason_of(run(12, 1)), kMetadata);
  EXPECT_EQ(reason_of(run(12 + 256, 1)), kOutside);
  EXPECT_EQ(reason_of(run(12 + 256 + 65536 + (u64{1} << 24), 1)), "the file is larger than its block map");
}

/// An indirect block that names itself is read once a level and no oftener.
TEST_F(Ext2Indirect, AMapOfItselfEnds) {
  pointer(14, 20);
  pointer_in(20, 0, 20);
  expect_run(run(12 + 256 + 65536, 1), Kind::data, 20, 1);
}

// ---- extent trees: 84 entries in a block

class Ext2Extents : public Ext2Map {
 protected:
  static constexpr u64 kNode = Ext2Image::at(20);
  Ext2Extents() {
    flags_ = kExtents;
    image_.extent_head(kMap, 0, 4, 0);
  }
  /// A root of two leaves: block 20 for logical blocks 10 to 99, block 21 from 100 on.
  void two_leaves() {
    image_.extent_head(kMap, 2, 4, 1);
    image_.index(kMap, 0, 10, 20);
    image_.index(kMap, 1, 100, 21);
    image_.extent_head(kNode, 2, 84, 0);
    image_.extent(kNode, 0, 10, 5, 50);
    image_.extent(kNode, 1, 20, 80, 60);
    image_.extent_head(Ext2Image::at(21), 1, 84, 0);
    image_.extent(Ext2Image::at(21), 0, 100, 10, 200);
  }
};

TEST_F(Ext2Extents, DataHolesAndUnwritten) {
  image_.extent_head(kMap, 4, 4, 0);
  image_.extent(kMap, 0, 5, 3, 100);
  image_.extent(kMap, 1, 8, 2, 103);           // goes on
  image_.extent(kMap, 2, 10, 32768 + 4, 105);  // goes on, unwritten
  image_.extent(kMap, 3, 20, 1, 30);
  expect_run(run(0, 1000), Kind::hole, 0, 5);
  expect_run(run(5, 1000), Kind::data, 100, 5);
  expect_run(run(7, 2), Kind::data, 102, 2);
  expect_run(run(11, 1000), Kind::unwritten, 106, 3);
  expect_run(run(14, 1000), Kind::hole, 0, 6);
  expect_run(run(20, 1000), Kind::data, 30, 1);
  expect_run(run(21, ~u64{0}), Kind::hole, 0, (u64{1} << 32) - 21);
  EXPECT_EQ(reason_of(run(u64{1} << 32, 1)), "the file is larger than its extent tree");
}

TEST_F(Ext2Extents, AnEmptyTreeIsAHole) { expect_run(run(0, 77), Kind::hole, 0, 77); }

TEST_F(Ext2Extents, TwoLevels) {
  two_leaves();
  expect_run(run(0, 1000), Kind::hole, 0, 10);
  expect_run(run(12, 1000), Kind::data, 52, 3);
  expect_run(run(15, 1000), Kind::hole, 0, 5);
  expect_run(run(99, 1), Kind::data, 139, 1);
  expect_run(run(100, 1000), Kind::data, 200, 10);
}

struct Break {
  u64 offset;  ///< of a 16-bit word on the device
  u32 value;
  u64 logical;  ///< what is asked for
  std::string_view reason;
};

TEST_F(Ext2Extents, RefusesBrokenTrees) {
  static constexpr std::string_view kMagic = "an extent node's magic is wrong",
                                    kDepth = "an extent node's depth is wrong",
                                    kMany = "an extent node has too many entries",
                                    kOrder = "the extents are out of order",
                                    kRange = "an extent is outside its part of the tree";
  static constexpr Break kBreaks[] = {
      {kMap, 0, 10, kMagic},
      {kMap + 6, 6, 10, "the extent tree is too deep"},
      {kMap + 6, 2, 10, kDepth},
      {kMap + 2, 5, 10, kMany},
      {kMap + 4, 5, 10, kMany},
      {kMap + 2, 0, 10, "an extent index is empty"},
      {kMap + 24, 10, 10, kOrder},  // the second child begins where the first does
      {kMap + 16, 6, 10, kMetadata},
      {kMap + 16, 256, 10, kOutside},
      {kMap + 20, 1, 10, kOutside},  // the high half
      {kNode, 0, 10, kMagic},
      {kNode + 6, 1, 10, kDepth},
      {kNode + 2, 85, 10, kMany},
      {kNode + 4, 85, 10, kMany},
      {kNode + 16, 0, 10, "an extent is empty"},
      {kNode + 16, 11, 10, kOrder},  // overlaps the second
      {kNode + 12, 9, 10, kOrder},   // before its part
      {kNode + 28, 81, 10, kRange},  // beyond it
      {kNode + 20, 3, 10, kMetadata},
      {kNode + 20, 254, 10, kOutside},
      {kNode + 18, 1, 10, kOutside},  // the high half
  };
  two_leaves();
  const std::vector<std::byte> sound = image_.device.bytes();
  for (const Break& broken : kBreaks) {
    image_.device.bytes() = sound;
    image_.put16(broken.offset, broken.value);
    EXPECT_EQ(reason_of(run(broken.logical, 5)), broken.reason) << broken.offset << ' ' << broken.value;
  }
}

/// chattr +c is a wish that Linux keeps and does not grant.
TEST_F(Ext2Map, AFileMarkedForCompressionIsPlain) {
  flags_ = 0x4;
  image_.put32(kMap, 100);
  expect_run(run(0, 1), Kind::data, 100, 1);
}

TEST_F(Ext2Map, WhatIsInlineHasNoMap) {
  flags_ = 0x10000000;
  const auto found = run(0, 1);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::corrupt);
}

}  // namespace
}  // namespace rump::ext2
