// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directories of ISO 9660: records, Rock Ridge, what is shown and what is found.
#include "fs/iso9660/dir.hpp"

#include <gtest/gtest.h>

#include "tests/unit/iso9660_image.hpp"

namespace rump::iso9660 {
namespace {

using namespace std::string_view_literals;
using test::iso_reason;
using test::IsoImage;
using test::IsoList;
using test::susp;
using test::susp_ce;
using test::susp_nm;
using test::susp_px;
using Names = std::vector<std::string>;

constexpr u32 kFile = 0100644, kDir = 0040755, kLink = 0120777;

/// A volume whose root says that there is Rock Ridge.
struct RockImage : IsoImage {
  RockImage() { begin(kRoot, kRoot, test::kSuspStart + susp_px(kDir, 2)); }
};

IsoList list_of(IsoMount& mount, Key dir) {
  IsoList list;
  EXPECT_EQ(iso_reason(mount.load(dir).value()->readdir(0, list)), "no error");
  return list;
}
IsoList root_list(IsoMount& mount) { return list_of(mount, mount.root()); }

TEST(IsoDir, ShowsWhatAReaderWants) {
  IsoImage image;
  image.add(30, 5, 4, "A.;1");  // associated
  image.add(31, 5, 0, "A.;1");
  image.add(32, 2048, 0x80, "B.;1");
  image.add(33, 2048, 0x80, "B.;1");
  image.add(34, 1, 0, "B.;1");
  image.add(35, 1, 0, "C.;3");
  image.add(36, 1, 0, "C.;2");
  image.add(37, 1, 1, "D.;1");  // hidden
  image.add(IsoImage::kFree, 2048, IsoImage::kDirectory, "E");
  image.begin(IsoImage::kFree);
  IsoMount& mount = image.mounted();
  const IsoList list = root_list(mount);
  EXPECT_EQ(list.names, (Names{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(list.types[4], FileType::dir);
  const Attr b = mount.peek(list.keys[1]).value();
  EXPECT_EQ(b.size, 4097u);
  EXPECT_EQ(b.modify.seconds, 946782245);
  EXPECT_EQ(b.mode, 0555u);
  const auto root = mount.load(mount.root()).value();
  EXPECT_EQ(root->lookup("c").value(), list.keys[2]);
  for (const Name absent : {"C", "c.3", "A", "ab", ""})
    EXPECT_EQ(root->lookup(absent).error().code, Errc::not_found) << absent;
  EXPECT_EQ(root_list(image.mounted("hide,map=off")).names, (Names{"A.;1", "B.;1", "C.;3", "C.;2", "E"}));
  EXPECT_EQ(root_list(image.mounted("showassoc")).names.size(), 7u);
}

TEST(IsoDir, AFileBesideADirectoryOfItsNameIsShownAsItIsStored) {
  IsoImage image;
  image.add(IsoImage::kFree, 2048, IsoImage::kDirectory, "A");
  image.add(31, 5, 0, "A.;2");
  image.add(32, 6, 0, "A.;1");
  image.add(33, 7, 0, "B.;1");
  image.begin(IsoImage::kFree);
  IsoMount& mount = image.mounted();
  const IsoList list = root_list(mount);
  EXPECT_EQ(list.names, (Names{"a", "A.;2", "b"}));
  const auto root = mount.load(mount.root()).value();
  for (std::size_t i = 0; i < list.names.size(); ++i)
    EXPECT_EQ(root->lookup(list.names[i]).value(), list.keys[i]) << list.names[i];
}

TEST(IsoDir, GoesOnAtACookie) {
  IsoImage image;
  image.begin(IsoImage::kRoot, IsoImage::kRoot, {}, {}, 2);
  for (int i = 0; i < 60; ++i) {
    const std::string name = "F" + std::to_string(100 + i) + ".;1";
    image.add(30, 2048, i % 3 == 0 ? 0x80 : 0, name);
    if (i % 3 == 0) image.add(31, 1, 0, name);
  }
  ASSERT_GT(image.end(), IsoImage::at(IsoImage::kRoot + 1));
  IsoMount& mount = image.mounted();
  const auto root = mount.load(mount.root()).value();
  Names names;
  for (u64 cookie = 0;;) {
    IsoList one(1);
    ASSERT_TRUE(root->readdir(cookie, one));
    if (one.names.empty()) break;
    names.push_back(one.names[0]);
    cookie = one.cookie;
  }
  EXPECT_EQ(names.size(), 60u);
  EXPECT_EQ(names, root_list(mount).names);
  // A cookie that nobody gave ends somewhere and reads nothing outside.
  for (const u64 wild : {u64{35}, u64{2047}, u64{4096}, u64{1} << 40, ~u64{0} >> 20}) {
    IsoList some;
    static_cast<void>(root->readdir(wild, some));
    EXPECT_LE(some.names.size(), 60u) << wild;
  }
}

TEST(IsoDir, MayEndInsideABlock) {
  IsoImage image;
  for (const std::string_view name : {"A.;1", "B.;1", "C.;1"}) image.add(30, 1, 0, name);
  image.put(IsoImage::at(IsoImage::kRoot) + 10, test::both32(70));
  IsoMount& mount = image.mounted();
  const IsoList list = root_list(mount);
  EXPECT_EQ(list.names, (Names{"a", "b", "c"}));
  IsoList none;
  ASSERT_TRUE(mount.load(mount.root()).value()->readdir(list.cookie, none));
  EXPECT_EQ(none.names, Names{});
}

TEST(IsoDir, ABadRecordHidesTheRestOfItsSectorOnly) {
  IsoImage image;
  image.begin(IsoImage::kRoot, IsoImage::kRoot, {}, {}, 3);
  image.add(30, 1, 0, "GOOD.;1");
  const u64 bad = image.add(30, 1, 0, "BAD.;1");
  while (image.end() < IsoImage::at(IsoImage::kRoot + 1)) image.add(30, 1, 0, "LOST.;1");
  image.add(30, 1, 0, "LATER.;1");
  for (const auto& [offset, value] : {std::pair<u64, u32>{bad, 20}, {bad + 32, 200}, {bad + 32, 0}}) {
    const std::vector<std::byte> sound = image.device.bytes();
    image.put8(offset, value);
    IsoMount& mount = image.mounted();
    const auto root = mount.load(mount.root()).value();
    IsoList list;
    EXPECT_EQ(iso_reason(root->readdir(0, list)), "some records of the directory are damaged");
    ASSERT_EQ(list.names, (Names{"good", "lost", "later"}));
    // Whoever comes back for more hears of it, even when nothing is left.
    IsoList none;
    EXPECT_FALSE(root->readdir(list.cookie, none).has_value());
    EXPECT_EQ(root->lookup("later").value(), list.keys[2]);
    EXPECT_EQ(root->lookup("elsewhere").error().code, Errc::corrupt);
    image.device.bytes() = sound;
  }
}

TEST(IsoDir, WithoutRecordsOfItsOwn) {
  IsoImage image;
  image.add(21, 2048, IsoImage::kDirectory, "BARE");
  image.add(0, 0, IsoImage::kDirectory, "HOLLOW");
  image.add(60, 2048, IsoImage::kDirectory, "NONE");
  image.add(9999, 2048, IsoImage::kDirectory, "OUTSIDE");
  const u64 end = image.end();
  image.begin(21);
  const u64 self = IsoImage::at(21);
  image.add(30, 1, 0, "INSIDE.;1");
  // The records of itself and of its parent make way.
  const std::vector<std::byte> record(
      image.device.bytes().begin() + static_cast<std::ptrdiff_t>(self) + 68,
      image.device.bytes().begin() + static_cast<std::ptrdiff_t>(self) + 68 + 42);
  std::ranges::fill(std::span(image.device.bytes()).subspan(self, 2048), std::byte{0});
  std::ranges::copy(record, image.device.bytes().begin() + static_cast<std::ptrdiff_t>(self));
  ASSERT_GT(end, IsoImage::at(IsoImage::kRoot));
  IsoMount& mount = image.mounted();
  const IsoList list = root_list(mount);
  ASSERT_EQ(list.names, (Names{"bare", "hollow", "none", "outside"}));
  EXPECT_EQ(list_of(mount, list.keys[0]).names, Names{"inside"});
  EXPECT_EQ(mount.load(list.keys[0]).value()->lookup("..").value(), mount.root());
  EXPECT_EQ(mount.peek(list.keys[1]).value().type, FileType::dir);
  EXPECT_EQ(list_of(mount, list.keys[1]).names, Names{});
  EXPECT_EQ(mount.load(list.keys[1]).value()->lookup("..").value(), mount.root());
  EXPECT_EQ(iso_reason(mount.load(list.keys[2])), "there is no directory where one should be");
  EXPECT_EQ(mount.load(list.keys[3]).error().code, Errc::corrupt);
}

TEST(IsoDir, HasOneKeyHoweverItIsReached) {
  IsoImage image;
  image.add(21, 2048, IsoImage::kDirectory, "ONE");
  image.begin(21);
  image.add(22, 2048, IsoImage::kDirectory, "TWO");
  image.begin(22, 21);
  IsoMount& mount = image.mounted();
  const Key one = mount.load(mount.root()).value()->lookup("one").value();
  const Key two = mount.load(one).value()->lookup("two").value();
  EXPECT_EQ(mount.load(two).value()->lookup("..").value(), one);
  EXPECT_EQ(mount.load(one).value()->lookup("..").value(), mount.root());
  // Numbers lead back.
  for (const Key key : {one, two, mount.root()}) EXPECT_EQ(mount.key_of(mount.peek(key)->ino).value(), key);
  EXPECT_EQ(mount.key_of(1).error().code, Errc::not_found);
  EXPECT_EQ(mount.key_of(~u64{0}).error().code, Errc::not_found);
}

/// More than an index needs; names as they lie, backwards, and absent.
TEST(IsoDir, LargeOnesAreFoundIn) {
  IsoImage image(256);
  constexpr int kNames = 3000;
  image.begin(IsoImage::kRoot, IsoImage::kRoot, {}, {}, 200);
  for (int i = 0; i < kNames; ++i) image.add(0, 0, 0, "FILE" + std::to_string(i) + ".;1");
  for (const std::string_view options : {"", "check=relaxed"}) {
    IsoMount& mount = image.mounted(options);
    const IsoList list = root_list(mount);
    ASSERT_EQ(list.names.size(), static_cast<std::size_t>(kNames));
    const auto root = mount.load(mount.root()).value();
    for (int i = 0; i < kNames; ++i) ASSERT_EQ(root->lookup(list.names[i]).value(), list.keys[i]) << i;
    for (int i = kNames - 1; i >= 0; --i) ASSERT_EQ(root->lookup(list.names[i]).value(), list.keys[i]) << i;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(root->lookup("absent").error().code, Errc::not_found);
    EXPECT_EQ(root->lookup("FiLe77").has_value(), !options.empty());
  }
}

TEST(IsoDir, JolietIsFoundWhateverTheCase) {
  IsoImage image;
  image.descriptor(17, 2, 25, 64, "%/E");
  image.descriptor(18, 255, 0, 0);
  image.begin(25, 25);
  image.add(30, 1, 0, "\0R\0e\0a\0d"sv);
  image.add(31, 1, 0, "\0r\0e\0a\0d"sv);
  image.add(32, 1, 0, "\0\xC4"sv);
  IsoMount& mount = image.mounted();
  const IsoList list = root_list(mount);
  EXPECT_EQ(list.names, (Names{"Read", "read", "Ä"}));
  const auto root = mount.load(mount.root()).value();
  EXPECT_EQ(root->lookup("read").value(), list.keys[1]);
  EXPECT_EQ(root->lookup("Read").value(), list.keys[0]);
  EXPECT_EQ(root->lookup("READ").value(), list.keys[0]);
  EXPECT_EQ(root->lookup("ä").value(), list.keys[2]);
  IsoMount& strict = image.mounted("check=strict");
  EXPECT_EQ(strict.load(strict.root()).value()->lookup("READ").error().code, Errc::not_found);
  EXPECT_EQ(root_list(image.mounted("nojoliet")).names, Names{});
}

TEST(IsoRock, NamesAreChosenAsLinuxDoes) {
  RockImage image;
  image.add(30, 1, 0, "PLAIN.;1", susp_px(kFile) + susp_nm("Rock"));
  image.descriptor(17, 2, 25, 64, "%/E");
  image.descriptor(18, 255, 0, 0);
  image.begin(25, 25);
  image.add(30, 1, 0, "\0J"sv);
  EXPECT_EQ(root_list(image.mounted()).names, Names{"Rock"});
  EXPECT_EQ(root_list(image.mounted("norock")).names, Names{"J"});
  EXPECT_EQ(root_list(image.mounted("norock,nojoliet")).names, Names{"plain"});
  // An empty tree of Rock Ridge gives way.
  image.begin(IsoImage::kRoot, IsoImage::kRoot, test::kSuspStart + susp_px(kDir, 2));
  std::ranges::fill(std::span(image.device.bytes()).subspan(image.end(), 200), std::byte{0});
  EXPECT_EQ(root_list(image.mounted()).names, Names{"J"});
}

TEST(IsoRock, UnannouncedItComesBehindJoliet) {
  IsoImage image;
  image.begin(IsoImage::kRoot, IsoImage::kRoot, susp_px(kDir, 2));
  image.add(30, 1, 0, "PLAIN.;1", susp_px(kFile) + susp_nm("Rock"));
  EXPECT_EQ(root_list(image.mounted()).names, Names{"Rock"});
  image.descriptor(17, 2, 25, 64, "%/E");
  image.begin(25, 25);
  image.add(30, 1, 0, "\0J"sv);
  EXPECT_EQ(root_list(image.mounted()).names, Names{"J"});
}

TEST(IsoRock, BehindTheAttributesOfXa) {
  IsoImage image;
  const std::string xa("\0\0\0\0\x8D\x55XA\0\0\0\0\0\0", 14);
  image.begin(IsoImage::kRoot, IsoImage::kRoot, xa + susp("SP", "\xBE\xEF\x0E") + susp_px(kDir, 2));
  image.add(30, 1, 0, "PLAIN.;1", xa + susp_px(kFile) + susp_nm("Rock"));
  IsoMount& mount = image.mounted();
  EXPECT_EQ(root_list(mount).names, Names{"Rock"});
  EXPECT_EQ(mount.peek(mount.root())->mode, 0755u);
}

TEST(IsoRock, NamesInPieces) {
  RockImage image;
  const u64 piece = IsoImage::at(30);
  image.put(piece + 100, susp_nm("wo", 1) + susp_ce(31, 8, 200));
  image.put(IsoImage::at(31) + 8, susp_nm("-three") + susp("ST", "") + susp_nm("never"));
  image.add(0, 0, 0, "A.;1", susp_ce(30, 100, 200) + susp_px(kFile) + susp_nm("one-t", 1));
  image.add(0, 0, 0, "B.;1", susp_px(kFile) + susp_nm("a/b"));
  image.add(0, 0, 0, "C.;1", susp_px(kFile) + susp_nm(".."));
  image.add(0, 0, 0, "D.;1", susp_px(kFile) + susp_nm("", 2));
  image.add(0, 0, 0, "E.;1", susp_px(kFile) + susp_nm("whole") + susp_nm("not this"));
  image.add(0, 0, 0, "F.;1",
            susp_px(kFile) + susp("ZZ", "?") + std::string("NM\3\1", 4) + susp_nm("garbage"));
  EXPECT_EQ(root_list(image.mounted()).names, (Names{"one-two-three", "b", "c", "d", "whole", "f"}));
}

TEST(IsoRock, ContinuationsAreBounded) {
  struct Case {
    std::string area;  ///< in block 30
    std::string_view reason;
  };
  const Case cases[] = {
      {susp_ce(30, 0, 28), "the continuation areas of a record do not end"},
      {susp_ce(9999, 0, 28), "a continuation area lies outside the volume"},
      {susp_ce(31, 0, 100000), "a continuation area is too long"},
  };
  for (const Case& c : cases) {
    RockImage image;
    image.put(IsoImage::at(30), c.area);
    image.add(0, 0, 0, "A.;1", susp_nm("name") + susp_ce(30, 0, 28));
    IsoMount& mount = image.mounted();
    const IsoList list = root_list(mount);
    EXPECT_EQ(list.names, Names{"name"});
    EXPECT_EQ(iso_reason(mount.peek(list.keys[0])), c.reason);
  }
  // A chain of ever new areas.
  RockImage image;
  for (u32 i = 0; i < 70; ++i) image.put(IsoImage::at(30) + 28 * i, susp_ce(30, 28 * (i + 1), 28));
  image.add(0, 0, 0, "A.;1", susp_ce(30, 0, 28));
  IsoMount& mount = image.mounted();
  EXPECT_EQ(iso_reason(mount.peek(root_list(mount).keys[0])),
            "the continuation areas of a record do not end");
  // An area over the edge of a sector.
  RockImage crossing;
  crossing.put(IsoImage::at(31) - 9, susp_nm("over the edge"));
  crossing.add(0, 0, 0, "A.;1", susp_px(kFile) + susp_ce(30, 2048 - 9, 18));
  EXPECT_EQ(root_list(crossing.mounted()).names, Names{"over the edge"});
}

TEST(IsoRock, Attributes) {
  RockImage image;
  const auto pn = [](u32 high, u32 low) { return susp("PN", test::both32(high) + test::both32(low)); };
  image.add(0, 0, 0, "A.;1", susp_px(0020640) + pn(5, 300));
  image.add(0, 0, 0, "B.;1", susp_px(0060640) + pn(0, 0x0801));
  image.add(0, 0, 0, "C.;1", susp_px(0020640) + pn(0, 0x11110370));
  image.add(0, 0, 0, "D.;1", susp_px(0010600));
  const std::string times("\x0F\x64\1\1\0\0\0\0\x65\1\1\0\0\0\0\x66\1\1\0\0\0\0\x67\1\1\0\0\0\0", 29);
  image.add(30, 7, 0, "E.;1",
            susp_px(0104751) + susp("TF", times) + susp("TF", std::string(1, '\2') + "junk!!!"));
  image.add(30, 7, 0, "F.;1",
            susp_px(kFile) + susp("TF",
                                  "\x82"
                                  "2001010100000050\0"sv));
  IsoMount& mount = image.mounted();
  const IsoList list = root_list(mount);
  ASSERT_EQ(list.types, (std::vector<FileType>{FileType::chr, FileType::block, FileType::chr, FileType::fifo,
                                               FileType::file, FileType::file}));
  const auto attr = [&](int i) { return mount.peek(list.keys[i]).value(); };
  EXPECT_EQ(attr(0).device, (DeviceNumber{5, 300}));
  EXPECT_EQ(attr(1).device, (DeviceNumber{8, 1}));
  EXPECT_EQ(attr(2).device, (DeviceNumber{259, 70000}));
  EXPECT_EQ(attr(4).mode, 04751u);
  EXPECT_EQ(attr(4).uid, 1000u);
  EXPECT_EQ(attr(4).gid, 100u);
  EXPECT_EQ(attr(4).birth.seconds, 946684800);
  EXPECT_EQ(attr(4).modify.seconds, 978307200);
  EXPECT_EQ(attr(4).access.seconds, 1009843200);
  EXPECT_EQ(attr(4).change.seconds, 1041379200);
  EXPECT_EQ(attr(5).modify, (Time{978307200, 500000000}));
  EXPECT_EQ(attr(5).access.seconds, 946782245);
  IsoMount& forced = image.mounted("uid=7,gid=8,mode=600,overriderockperm");
  EXPECT_EQ(forced.peek(list.keys[4])->uid, 7u);
  EXPECT_EQ(forced.peek(list.keys[4])->gid, 8u);
  EXPECT_EQ(forced.peek(list.keys[4])->mode, 0600u);
  EXPECT_EQ(image.mounted("mode=600").peek(list.keys[4])->mode, 04751u);
}

TEST(IsoRock, LinksShareANumber) {
  RockImage image;
  image.add(30, 7, 0, "A.;1", susp_px(kFile, 2));
  image.add(30, 7, 0, "B.;1", susp_px(kFile, 2));
  image.add(30, 8, 0, "C.;1", susp_px(kFile, 2));  // another length
  image.add(31, 7, 0, "D.;1", susp_px(kFile, 2));  // another place
  image.add(30, 7, 0, "E.;1", susp_px(kFile, 1));  // only the same data
  image.add(0, 0, 0, "F.;1", susp_px(kFile, 2));
  image.add(0, 0, 0, "G.;1", susp_px(kFile, 2));  // nothing says that it is the one before
  const std::string serial = susp(
      "PX", test::both32(kFile) + test::both32(2) + test::both32(0) + test::both32(0) + test::both32(99));
  image.add(0, 0, 0, "H.;1", serial);
  image.add(0, 0, 0, "I.;1", serial);
  IsoMount& mount = image.mounted();
  const IsoList list = root_list(mount);
  const auto ino = [&](int i) { return mount.peek(list.keys[i])->ino; };
  EXPECT_EQ(ino(0), ino(1));
  EXPECT_EQ(ino(7), ino(8));
  const std::vector<u64> different = {ino(0), ino(2), ino(3), ino(4), ino(5), ino(6), ino(7)};
  for (std::size_t i = 0; i < different.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(different[i], different[k]) << i << ' ' << k;
}

TEST(IsoRock, Symlinks) {
  const auto component = [](char flags, std::string_view text) {
    return std::string(1, flags).append(1, static_cast<char>(text.size())).append(text);
  };
  const auto sl = [](char flags, std::string_view components) {
    return susp("SL", std::string(1, flags).append(components));
  };
  struct Case {
    std::string use;
    std::string_view target;
  };
  const Case cases[] = {
      {sl(0, component(0, "a") + component(0, "b")), "a/b"},
      {sl(0, component(8, "") + component(0, "usr")), "/usr"},
      {sl(0, component(8, "")), "/"},
      {sl(0, component(4, "") + component(2, "") + component(0, "x")), ".././x"},
      {sl(0, component(1, "long-") + component(0, "name") + component(0, "b")), "long-name/b"},
      {sl(1, component(1, "over-")) + sl(0, component(0, "entries")), "over-entries"},
      {sl(1, component(0, "a")) + sl(0, component(0, "b")), "a/b"},
      {sl(0, component(0, "a")) + sl(0, component(0, "b")), "a/b"},  // the flag is forgotten
      {sl(0, component(0, "dir") + component(0, "")), "dir/"},
      {sl(0, std::string("\0\x10short", 7)), "short"},  // a component past its entry
  };
  RockImage image;
  for (const Case& c : cases) image.add(0, 0, 0, "L.;1", susp_px(kLink) + c.use);
  image.add(0, 0, 0, "EMPTY.;1", susp_px(kLink));
  IsoMount& mount = image.mounted();
  const IsoList list = root_list(mount);
  ASSERT_EQ(list.names.size(), std::size(cases) + 1);
  std::array<char, kPathMax> room;
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(list.types[i], FileType::symlink);
    const auto link = mount.load(list.keys[i]).value();
    const std::size_t length = link->readlink(room).value();
    EXPECT_EQ(std::string_view(room.data(), length), cases[i].target);
    EXPECT_EQ(link->getattr()->size, cases[i].target.size());
    EXPECT_EQ(link->readlink(std::span(room).first(length - 1)).error().code, Errc::range);
  }
  EXPECT_EQ(iso_reason(mount.load(list.keys.back()).value()->readlink(room)),
            "the symbolic link's length is out of range");
}

TEST(IsoRock, MovedDirectoriesAreWhereTheyCameFrom) {
  for (const bool marks : {true, false}) {
    RockImage image;
    image.add(21, 2048, IsoImage::kDirectory, "DEEP", susp_px(kDir) + susp_nm("deep"));
    image.add(22, 2048, IsoImage::kDirectory, "RR_MOVED", susp_px(kDir) + susp_nm("rr_moved"));
    image.begin(21);
    image.add(9, 0, 0, "AWAY", susp_px(kDir) + susp_nm("away") + susp("CL", test::both32(23)));
    image.begin(22);
    image.add(23, 2048, IsoImage::kDirectory, "AWAY",
              susp_px(kDir) + susp_nm("away") + (marks ? susp("RE", "") : ""));
    image.begin(23, 22, susp_px(kDir), susp("PL", test::both32(21)));
    image.add(0, 0, 0, "IN.;1", susp_px(kFile) + susp_nm("in"));
    IsoMount& mount = image.mounted();
    const IsoList root = root_list(mount);
    EXPECT_EQ(root.names, (Names{"deep", "rr_moved"}));
    EXPECT_EQ(list_of(mount, root.keys[1]).names, Names{}) << marks;
    const IsoList deep = list_of(mount, root.keys[0]);
    ASSERT_EQ(deep.names, Names{"away"});
    EXPECT_EQ(deep.types[0], FileType::dir);
    EXPECT_EQ(list_of(mount, deep.keys[0]).names, Names{"in"});
    EXPECT_EQ(mount.load(deep.keys[0]).value()->lookup("..").value(), root.keys[0]);
  }
}

}  // namespace
}  // namespace rump::iso9660
