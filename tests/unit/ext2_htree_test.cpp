// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The descent through an index built by hand.
#include "fs/ext2/htree.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ext2_image.hpp"

namespace rump::ext2 {
namespace {

using test::Ext2Image;
using test::reason_of;

constexpr std::array<u32, 4> kNoSeed{};
/// The root directory with an index: the root block, and leaves in logical blocks 1 and 2.
class Ext2Index : public testing::Test {
 protected:
  static constexpr u64 kRootBlock = Ext2Image::at(Ext2Image::kRootBlock), kLeaf1 = Ext2Image::at(20),
                       kLeaf2 = Ext2Image::at(21);
  static constexpr u32 kFlagIndexed = 0x1000, kLimit = (Ext2Image::kBlockBytes - 32) / 8;

  Ext2Index() {
    image_.put32(Ext2Image::kSuper + 0x5C, 0x20);  // dir_index
    image_.put32(Ext2Image::kRootInodeAt + 0x04, 3 * Ext2Image::kBlockBytes);
    image_.put32(Ext2Image::kRootInodeAt + 0x20, kFlagIndexed);
    image_.put32(Ext2Image::kRootInodeAt + 0x2C, 20);
    image_.put32(Ext2Image::kRootInodeAt + 0x30, 21);
    image_.put32(kRootBlock + 28, 0x00000801);  // half MD4, eight bytes of info, no levels
    image_.put16(kRootBlock + 32, kLimit);
    image_.put16(kRootBlock + 34, 2);
    image_.put32(kRootBlock + 36, 1);
    image_.put32(kRootBlock + 40, hash("in leaf 2"));
    image_.put32(kRootBlock + 44, 2);
    image_.entry(kLeaf1, 12, Ext2Image::kBlockBytes, "in leaf 1");
    image_.entry(kLeaf2, 13, Ext2Image::kBlockBytes, "in leaf 2");
  }
  static u32 hash(Name name) { return hash_name(HashVersion::half_md4, name, kNoSeed).major; }

  Result<Key> find(Name name) {
    const Ext2Mount& mount = image_.mounted();
    Inode root = image_.root_as_file(kFlagIndexed);
    root.ino = kRootInode;
    root.type = FileType::dir;
    root.size = 3 * Ext2Image::kBlockBytes;
    return index_lookup(mount, root, NameMatcher(mount.geometry(), root, name));
  }

  Ext2Image image_;
};

/// A name is looked for in the leaf of its hash and in no other.
TEST_F(Ext2Index, GoesToTheLeafOfTheHash) {
  EXPECT_EQ(find("in leaf 2").value(), 13u);
  image_.put32(kRootBlock + 40, hash("in leaf 2") + 2);
  EXPECT_EQ(find("in leaf 2").error().code, Errc::not_found);
  EXPECT_EQ(find("nowhere").error().code, Errc::not_found);
}

/// The stored hash with its lowest bit set is above the name's, so the search starts in the leaf before.
TEST_F(Ext2Index, FollowsAHashThatGoesOnInTheNextLeaf) {
  image_.put32(kRootBlock + 40, hash("in leaf 2") | 1);
  EXPECT_EQ(find("in leaf 2").value(), 13u);
}

TEST_F(Ext2Index, RefusesABrokenRoot) {
  struct Case {
    u64 offset;
    u32 value;
    Errc code;
    std::string_view reason;
  };
  static constexpr std::string_view kHash = "the directory's index has an unknown hash";
  static constexpr std::string_view kFlags = "the directory's index has unknown flags";
  static constexpr std::string_view kRoot = "the directory's index has a wrong root";
  static constexpr std::string_view kLimitReason = "an index block's limit is wrong";
  static constexpr std::string_view kCount = "an index block's count is wrong";
  static constexpr std::string_view kLeaf = "the directory's index leads outside it";
  static constexpr Case kCases[] = {
      {28, 0x00000803, Errc::not_supported, kHash},
      {28, 0x01000801, Errc::not_supported, kFlags},  // flags
      {28, 0x00000901, Errc::corrupt, kRoot},         // the length of these fields
      {28, 0x00020801, Errc::corrupt, kRoot},         // levels
      {32, 2u << 16 | (kLimit - 1), Errc::corrupt, kLimitReason},
      {32, (kLimit + 1) << 16 | kLimit, Errc::corrupt, kCount},
      {32, kLimit, Errc::corrupt, kCount},
      {44, 0, Errc::corrupt, kLeaf},
      {44, 3, Errc::corrupt, kLeaf},
  };
  const std::vector<std::byte> sound = image_.device.bytes();
  for (const Case& c : kCases) {
    image_.device.bytes() = sound;
    image_.put32(kRootBlock + c.offset, c.value);
    const Result<Key> key = find("in leaf 2");
    ASSERT_FALSE(key) << c.reason;
    EXPECT_EQ(key.error().code, c.code);
    EXPECT_EQ(reason_of(key), c.reason);
  }
}

/// Every leaf says that the hash goes on, and all are the same: the descent must end.
TEST_F(Ext2Index, EndsInACircle) {
  const u32 hash = this->hash("absent");
  image_.put16(kRootBlock + 34, kLimit);
  for (u32 i = 1; i < kLimit; ++i) {
    image_.put32(kRootBlock + 32 + 8 * i, hash | 1);
    image_.put32(kRootBlock + 36 + 8 * i, 1);
  }
  EXPECT_EQ(reason_of(find("absent")), "the directory's index goes round in a circle");
}

/// The leaves hold all names, so a broken index costs time only.
TEST_F(Ext2Index, ABrokenIndexIsPassedOver) {
  image_.put32(kRootBlock + 44, 3);
  Ext2Mount& mount = image_.mounted();
  const auto root = mount.load(kRootInode).value();
  EXPECT_EQ(root->lookup("in leaf 1").value(), 12u);
  EXPECT_EQ(root->lookup("in leaf 2").value(), 13u);
  EXPECT_EQ(root->lookup("nowhere").error().code, Errc::not_found);
}

}  // namespace
}  // namespace rump::ext2
