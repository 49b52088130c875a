// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The entry cursor, sound and broken, and reading and searching a linear directory.
#include "fs/ext2/dir.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ext2_image.hpp"

namespace rump::ext2 {
namespace {

using test::Ext2Image;
using test::reason_of;

/// Takes at most `room` entries.
class List final : public DirSink {
 public:
  explicit List(std::size_t room = 1000) : room_(room) {}
  bool add(Name name, Key key, FileType type, u64 next_cookie) override {
    if (names.size() == room_) return false;
    names.emplace_back(name);
    keys.push_back(key);
    types.push_back(type);
    cookie = next_cookie;
    return true;
  }
  std::vector<std::string> names;
  std::vector<Key> keys;
  std::vector<FileType> types;
  u64 cookie = 0;

 private:
  std::size_t room_;
};

/// The root directory: three names and an unused entry in its block.
class Ext2Dir : public testing::Test {
 protected:
  static constexpr u64 kBlock = Ext2Image::at(Ext2Image::kRootBlock);
  Ext2Dir() {
    image_.entry(kBlock + 12, 2, 12, "..", 2);
    image_.entry(kBlock + 24, 12, 16, "first", 1);
    image_.entry(kBlock + 40, 0, 20, "unused", 1);
    image_.entry(kBlock + 60, 13, 16, "second", 7);
    image_.entry(kBlock + 76, 14, Ext2Image::kBlockBytes - 76, "third", 200);
  }
  std::unique_ptr<Vnode> root() { return image_.mounted().load(kRootInode).value(); }
  Ext2Image image_;
};

TEST_F(Ext2Dir, ListsNamesTypesAndNumbers) {
  List list;
  ASSERT_TRUE(root()->readdir(0, list));
  EXPECT_EQ(list.names, (std::vector<std::string>{"first", "second", "third"}));
  EXPECT_EQ(list.keys, (std::vector<Key>{12, 13, 14}));
  EXPECT_EQ(list.types[0], FileType::file);
  EXPECT_EQ(list.types[1], FileType::symlink);
}

TEST_F(Ext2Dir, WithoutFileTypeThereIsNone) {
  image_.put32(Ext2Image::kSuper + 0x60, 0x40);
  // The byte is the high half of the length then.
  for (const u64 at : {0, 12, 24, 60, 76})
    image_.put16(kBlock + at + 6, static_cast<u32>(image_.device.bytes()[kBlock + at + 6]));
  List list;
  ASSERT_TRUE(root()->readdir(0, list));
  EXPECT_EQ(list.names.size(), 3u);
  EXPECT_EQ(list.types[1], FileType::unknown);
}

TEST_F(Ext2Dir, GoesOnAtACookie) {
  const auto directory = root();
  std::vector<std::string> names;
  u64 cookie = 0;
  for (int i = 0; i < 3; ++i) {
    List one(1);
    ASSERT_TRUE(directory->readdir(cookie, one));
    ASSERT_EQ(one.names.size(), 1u);
    names.push_back(one.names[0]);
    cookie = one.cookie;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"first", "second", "third"}));
  List none;
  ASSERT_TRUE(directory->readdir(cookie, none));
  EXPECT_TRUE(none.names.empty());
  // A cookie that nobody gave ends somewhere and reads nothing outside.
  for (const u64 wild : {u64{25}, u64{1023}, u64{1} << 40, ~u64{0}}) {
    List some;
    ASSERT_TRUE(directory->readdir(wild, some)) << wild;
    EXPECT_LE(some.names.size(), 2u) << wild;
  }
}

TEST_F(Ext2Dir, Lookup) {
  const auto directory = root();
  EXPECT_EQ(directory->lookup("second").value(), 13u);
  EXPECT_EQ(directory->lookup("..").value(), kRootInode);
  for (const Name absent : {"secon", "secondd", "unused", "First"})
    EXPECT_EQ(directory->lookup(absent).error().code, Errc::not_found) << absent;
}

TEST_F(Ext2Dir, AHoleIsPassedOver) {
  image_.put32(Ext2Image::kRootInodeAt + 0x04, 3 * Ext2Image::kBlockBytes);
  image_.put32(Ext2Image::kRootInodeAt + 0x30, 20);  // the third block
  image_.entry(Ext2Image::at(20), 15, Ext2Image::kBlockBytes, "behind");
  List list;
  ASSERT_TRUE(root()->readdir(0, list));
  EXPECT_EQ(list.names, (std::vector<std::string>{"first", "second", "third", "behind"}));
  EXPECT_EQ(root()->lookup("behind").value(), 15u);
}

TEST_F(Ext2Dir, IsNoLargerThanTheVolume) {
  image_.put32(Ext2Image::kRootInodeAt + 0x04, 0xFFFFFC00);
  EXPECT_EQ(reason_of(image_.mounted().load(kRootInode)), "the directory is larger than its file system");
}

TEST_F(Ext2Dir, RefusesBrokenEntries) {
  struct Break {
    u64 offset;  ///< of a 16-bit word, in the block
    u32 value;
    std::string_view reason;
  };
  static constexpr std::string_view kRun = "a directory entry runs past its block",
                                    kLong = "a directory entry's name is longer than the entry",
                                    kName = "a directory entry's name is not a name",
                                    kNumber = "a directory entry's inode number is out of range";
  static constexpr Break kBreaks[] = {
      {24 + 4, 0, kRun},
      {24 + 4, 8, kRun},
      {24 + 4, 18, kRun},
      {24 + 4, 1004, kRun},
      {76 + 4, 944, "record outside its block"},
      {76 + 4, 952, kRun},
      {24 + 6, 0x0109, kLong},
      {24 + 6, 0x0100, kName},
      {24 + 8, '/' << 8 | 'f', kName},
      {24 + 8, 'f', kName},
      {24, 17, kNumber},
      {24 + 2, 1, kNumber},
  };
  const std::vector<std::byte> sound = image_.device.bytes();
  for (const Break& broken : kBreaks) {
    image_.device.bytes() = sound;
    image_.put16(kBlock + broken.offset, broken.value);
    List list;
    EXPECT_EQ(reason_of(root()->readdir(0, list)), broken.reason) << broken.offset << ' ' << broken.value;
    EXPECT_EQ(reason_of(root()->lookup("nowhere")), broken.reason) << broken.offset << ' ' << broken.value;
  }
}

/// The journal, the resize inode and their like have no names. The other names of the directory are still
/// shown.
TEST_F(Ext2Dir, RefusesNamesOfReservedInodes) {
  for (const u32 reserved : {1u, 7u, 8u, 10u}) {
    image_.put32(kBlock + 24, reserved);
    EXPECT_EQ(reason_of(image_.mounted().load(reserved)), "a name leads to a reserved inode") << reserved;
    List list;
    EXPECT_TRUE(root()->readdir(0, list));
  }
}

/// In blocks of 64 KiB the length of an entry that fills the block does not fit its field.
TEST(Ext2EntryCursor, BlocksOf64KiB) {
  Geometry g;
  g.block_bytes = 65536;
  g.inodes = 100;
  g.incompat = kIncompatFileType;
  for (const u8 filler : {u8{0x00}, u8{0xFF}}) {
    std::vector<std::byte> block(65536);
    block[0] = std::byte{12};
    block[4] = block[5] = std::byte(filler);
    block[6] = std::byte{1};
    block[8] = std::byte{'a'};
    const Inode dir;
    EntryCursor cursor(g, dir, block);
    Entry entry;
    ASSERT_TRUE(cursor.next(entry).value());
    EXPECT_EQ(entry.name, "a");
    EXPECT_EQ(entry.end, 65536u);
    EXPECT_FALSE(cursor.next(entry).value());
  }
}

}  // namespace
}  // namespace rump::ext2
