// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names of encrypted directories as text and back, and a directory that keeps hashes in its entries.
/// The texts were made by Python's base64.urlsafe_b64encode and hashlib.
#include "fs/ext2/nokey.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

#include "fs/ext2/dir.hpp"
#include "tests/unit/ext2_image.hpp"

namespace rump::ext2 {
namespace {

using test::Ext2Image;
using test::reason_of;

constexpr Name kZeroes = "AAAAAAAAAAAwMTIzNDU2Nzg5YWJjZGVm";
constexpr Name kHashed = "eFY0EvDevJrw8fLz9PX29_j5-vv8_f7_Lw";
constexpr Name kStored = "0123456789abcdef";

/// `length` bytes that count up.
std::string counting(std::size_t length, int first = 0) {
  std::string bytes;
  for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(first + static_cast<int>(i));
  return bytes;
}

std::string shown(const DirHash& hash, Name stored) {
  std::array<char, kNameMax> room;
  return std::string(NoKeyName::show(hash, stored, room).value());
}

TEST(Ext2NoKeyName, IsBase64OfHashAndName) {
  EXPECT_EQ(shown({}, kStored), kZeroes);
  EXPECT_EQ(shown({0x12345678, 0x9ABCDEF0}, counting(16, 240) + "/"), kHashed);
  EXPECT_TRUE(shown({1, 2}, counting(149)).ends_with("aHiImKi4yNjo-QkZKTlA"));
  EXPECT_EQ(shown({1, 2}, counting(149)).size(), 210u);
}

TEST(Ext2NoKeyName, LongOnesEndInADigest) {
  EXPECT_TRUE(shown({1, 2}, counting(150)).ends_with("RI1W1A3vmlkP49yrDDOb"));
  EXPECT_TRUE(shown({1, 2}, counting(255)).ends_with("aEw7Y8IN_0wXTdI58HNa"));
  EXPECT_EQ(shown({1, 2}, counting(255)).size(), 252u);
}

TEST(Ext2NoKeyName, ShortNamesAreCorrupt) {
  std::array<char, kNameMax> room;
  EXPECT_EQ(reason_of(NoKeyName::show({}, kStored.substr(1), room)), "an encrypted name is too short");
}

TEST(Ext2NoKeyName, FindsItsNameAgain) {
  for (std::size_t length = 16; length <= kNameMaxUsual; ++length) {
    const std::string stored = counting(length, 7);
    const NoKeyName name = NoKeyName::parse(shown({0xFFFFFFFE, 5}, stored)).value_or(NoKeyName{});
    EXPECT_EQ(name.hash(), (DirHash{0xFFFFFFFE, 5})) << length;
    EXPECT_TRUE(name.matches(stored));
    EXPECT_EQ(name.stored().has_value(), length <= 149);
    for (const std::size_t changed : {std::size_t{0}, length / 2, length - 1}) {
      std::string other = stored;
      other[changed] = static_cast<char>(~other[changed]);
      EXPECT_FALSE(name.matches(other)) << length << " " << changed;
    }
    EXPECT_FALSE(name.matches(stored.substr(1)));
    EXPECT_FALSE(name.matches(stored.substr(0, length - 1)));
  }
}

TEST(Ext2NoKeyName, OtherTextsAreNone) {
  const std::string longest = shown({}, counting(255)), zeroes(kZeroes);
  const std::string texts[] = {"AAAAAAAAAAA",          "AAAAAAAAAAB",          zeroes + "=",
                               zeroes + "A",           "plain name",           longest + "AAA",
                               longest.substr(0, 251), longest.substr(0, 220), "+/AAAAAAAAAAAA"};
  for (const std::string& text : texts) EXPECT_FALSE(NoKeyName::parse(text)) << text;
  EXPECT_FALSE(NoKeyName::parse(std::string(kHashed.substr(0, kHashed.size() - 1)) + "x"))
      << "its last bits are not zero";
}

TEST(Ext2SealedLink, LengthThenCiphertext) {
  std::array<char, kNameMax> room;
  const std::string content = std::string("\x10\0", 2) + std::string(kStored);
  const auto show = [&](std::string_view bytes) { return show_link(std::as_bytes(std::span(bytes)), room); };
  EXPECT_EQ(show(content).value(), kZeroes);
  EXPECT_EQ(show(content + "more").value(), kZeroes);
  EXPECT_EQ(reason_of(show(content.substr(0, 17))), "an encrypted symbolic link runs out of its content");
  EXPECT_EQ(show("x").error().code, Errc::corrupt);
  EXPECT_EQ(show(std::string_view("\0\0", 2)).error().code, Errc::corrupt);
}

/// An encrypted directory that folds case: whoever makes one needs the key and a kernel with Unicode.
class Ext2Sealed : public testing::Test {
 protected:
  static constexpr u64 kBlock = Ext2Image::at(Ext2Image::kRootBlock);
  Ext2Sealed() {
    image_.put32(Ext2Image::kSuper + 0x60, 0x30042);  // filetype, extents, encrypt, casefold
    image_.put16(Ext2Image::kSuper + 0x27C, 1);       // UTF-8
    image_.put32(Ext2Image::kRootInodeAt + 0x20, 0x40000800);
    image_.entry(kBlock + 12, 2, 12, "..", 2);
    image_.entry(kBlock + 24, 12, 36, counting(16, 240) + "/");
    image_.put32(kBlock + 24 + 28, 0x12345678);
    image_.put32(kBlock + 24 + 32, 0x9ABCDEF0);
    image_.entry(kBlock + 60, 0, Ext2Image::kBlockBytes - 60, "");
  }
  struct Names final : DirSink {
    bool add(Name name, Key, FileType, u64) override {
      list.emplace_back(name);
      return true;
    }
    std::vector<std::string> list;
  };
  std::unique_ptr<Vnode> root() { return image_.mounted().load(kRootInode).value(); }
  Ext2Image image_;
};

TEST_F(Ext2Sealed, HashesStandInTheEntries) {
  Names names;
  const auto directory = root();
  ASSERT_TRUE(directory->readdir(0, names));
  EXPECT_EQ(names.list, std::vector<std::string>{std::string(kHashed)});
  EXPECT_EQ(directory->lookup(kHashed).value(), 12u);
  EXPECT_EQ(directory->lookup("..").value(), kRootInode);
  std::string other(kHashed);
  for (char& each : other) each = static_cast<char>(std::tolower(each));
  EXPECT_EQ(directory->lookup(other).error().code, Errc::not_found) << "texts do not fold";
  std::array<char, kNameMax> room;
  EXPECT_EQ(directory->fold(kHashed, room).value(), kHashed);
}

TEST_F(Ext2Sealed, AnEntryWithoutRoomForItsHashIsCorrupt) {
  image_.put16(kBlock + 24 + 4, 32);
  image_.entry(kBlock + 56, 0, Ext2Image::kBlockBytes - 56, "");
  Names names;
  EXPECT_EQ(root()->readdir(0, names).error().code, Errc::corrupt);
}

TEST_F(Ext2Sealed, AnEntryInThePlainIsCorrupt) {
  image_.entry(kBlock + 24, 12, 36, "plain");
  Names names;
  EXPECT_EQ(reason_of(root()->readdir(0, names)), "an encrypted name is too short");
}

}  // namespace
}  // namespace rump::ext2
