// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What writing leaves on the volume and in memory: copies of the table, marks, numbers of files,
/// names.
#include <gtest/gtest.h>

#include "tests/unit/fat_image.hpp"

namespace rump::fat {
namespace {

using test::FatImage;
using test::FatMounted;

TEST(FatWrite, AllCopiesOfTheTableAreKept) {
  for (const FatType type : {FatType::fat12, FatType::fat16, FatType::fat32}) {
    FatImage image(type);
    const std::vector<std::byte> empty = image.device.bytes();
    {
      FatMounted mounted(image);
      ASSERT_TRUE(mounted->mkdir(kCwd, "/d", 0755));
      for (int i = 0; i < 9; ++i) ASSERT_TRUE(mounted.write("/d/" + std::to_string(i), 700 * (i + 1)));
      ASSERT_TRUE(mounted->unlink(kCwd, "/d/3"));
      ASSERT_TRUE(mounted->truncate(kCwd, "/d/8", 1000));
      ASSERT_TRUE(mounted->sync());
      EXPECT_TRUE(image.copies_agree());
      for (int i = 0; i < 9; ++i) (void)mounted->unlink(kCwd, "/d/" + std::to_string(i));
      ASSERT_TRUE(mounted->rmdir(kCwd, "/d"));
    }
    EXPECT_TRUE(image.copies_agree());
    const auto fats = static_cast<std::ptrdiff_t>(image.fat_at(1));
    const auto start = static_cast<std::ptrdiff_t>(image.fat_at(0));
    EXPECT_TRUE(std::equal(empty.begin() + start, empty.begin() + fats, image.device.bytes().begin() + start))
        << "what was freed is free again";
  }
}

TEST(FatWrite, TheUpperBitsOfAnEntryStay) {
  FatImage image(FatType::fat32);
  image.link(3, 0xA0000000);
  {
    FatMounted mounted(image);
    ASSERT_TRUE(mounted.write("/f", 10));
  }
  EXPECT_EQ(image.get(image.fat_at() + 4 * 3, 4), 0xAFFFFFFFu);
}

TEST(FatWrite, OnlyTheActiveTableIsKeptWhereOneIs) {
  FatImage image(FatType::fat32);
  image.put(0x28, 0x81, 2);
  const u64 first = image.fat_at(0) + 4 * 3, second = image.fat_at(1) + 4 * 3;
  {
    FatMounted mounted(image);
    ASSERT_TRUE(mounted.write("/f", 10));
  }
  EXPECT_EQ(image.get(first, 4), 0u);
  EXPECT_EQ(image.get(second, 4), kEntryLast);
}

TEST(FatWrite, MarksSayThatAVolumeIsInUse) {
  FatImage image(FatType::fat32);
  const u64 clean_entry = image.fat_at() + 4;
  const auto looks_clean = [&] {
    return !(image.get(0x41, 1) & 1) && (image.get(clean_entry, 4) & kCleanBit32);
  };
  const auto looks_used = [&] {
    return (image.get(0x41, 1) & 1) && !(image.get(clean_entry, 4) & kCleanBit32);
  };
  {
    FatMounted mounted(image);
    EXPECT_TRUE(looks_used()) << "before anything else is written";
    ASSERT_TRUE(mounted.write("/f", 1000));
    ASSERT_TRUE(mounted->sync());
    EXPECT_TRUE(looks_used());
  }
  EXPECT_TRUE(looks_clean());
  EXPECT_EQ(image.get(FatImage::kSector + 0x1E8, 4), 199u - 2) << "FSInfo counts two clusters less";
  image.put(0x41, 1, 1);
  {
    FatMounted mounted(image);
  }
  EXPECT_EQ(image.get(0x41, 1), 1u) << "who was not clean does not become so";
  EXPECT_TRUE(image.get(clean_entry, 4) & kCleanBit32);
}

TEST(FatWrite, ReadingChangesNothing) {
  FatImage image(FatType::fat32);
  {
    FatMounted mounted(image);
    ASSERT_TRUE(mounted.write("/f", 1000));
  }
  const std::vector<std::byte> before = image.device.bytes();
  {
    FatMounted mounted(image, true);
    EXPECT_EQ(mounted.read("/f").size(), 1000u);
  }
  EXPECT_EQ(image.device.bytes(), before);
}

TEST(FatWrite, NumbersStayThoughFilesMove) {
  FatImage image(FatType::fat16);
  FatMounted mounted(image);
  ASSERT_TRUE(mounted->mkdir(kCwd, "/d", 0755));
  ASSERT_TRUE(mounted.write("/a", 1));
  ASSERT_TRUE(mounted.write("/b", 2));
  const u64 a = mounted.number("/a").value(), b = mounted.number("/b").value();
  ASSERT_TRUE(mounted->rename(kCwd, "/a", kCwd, "/d/moved", 0));
  EXPECT_EQ(mounted.number("/d/moved").value(), a);
  ASSERT_TRUE(mounted.write("/c", 3));  // where a was
  const u64 c = mounted.number("/c").value();
  EXPECT_NE(c, a);
  EXPECT_NE(c, b);
  ASSERT_TRUE(mounted->rename(kCwd, "/b", kCwd, "/c", kRenameExchange));
  EXPECT_EQ(mounted.number("/c").value(), b);
  EXPECT_EQ(mounted.number("/b").value(), c);
  ASSERT_TRUE(mounted->rename(kCwd, "/d/moved", kCwd, "/b", 0));
  EXPECT_EQ(mounted.number("/b").value(), a);
  EXPECT_EQ(mounted.read("/b"), "x");
  DirBatch batch(DirBatch::Attrs::no);
  const Fd fd = mounted->open(kCwd, "/", kOpenRead).value();
  ASSERT_TRUE(mounted->read_dir(fd, batch));
  for (const DirEntry& entry : batch.entries())
    EXPECT_EQ(entry.name == "b", entry.ino == a) << "listings say the same of " << entry.name;
  ASSERT_TRUE(mounted->close(fd));
}

TEST(FatWrite, AnUnlinkedFileGivesItsPlaceUp) {
  FatImage image(FatType::fat16);
  FatMounted mounted(image);
  ASSERT_TRUE(mounted.write("/gone", 600, 'g'));
  const Fd fd = mounted->open(kCwd, "/gone", kOpenRead | kOpenWrite).value();
  const u64 number = mounted->fstat(fd)->ino;
  ASSERT_TRUE(mounted->unlink(kCwd, "/gone"));
  ASSERT_TRUE(mounted.write("/next", 100, 'n'));
  EXPECT_NE(mounted.number("/next").value(), number);
  EXPECT_EQ(mounted->fstat(fd)->ino, number);
  EXPECT_EQ(mounted->fstat(fd)->nlink, 0u);
  std::string data(600, 0);
  ASSERT_EQ(mounted->pread(fd, std::as_writable_bytes(std::span(data)), 0).value(), 600u);
  EXPECT_EQ(data, std::string(600, 'g'));
  ASSERT_TRUE(mounted->close(fd));
  EXPECT_EQ(mounted.read("/next"), std::string(100, 'n'));
}

TEST(FatWrite, ShortNamesAreFoundAndForgotten) {
  FatImage image(FatType::fat16);
  FatMounted mounted(image);
  const auto exists = [&](std::string_view path) {
    return mounted->stat(kCwd, path, Follow::no).has_value();
  };
  EXPECT_FALSE(exists("/LONGNA~1.TXT"));
  ASSERT_TRUE(mounted.write("/long name.txt", 1));
  EXPECT_TRUE(exists("/LONGNA~1.TXT")) << "that it was not there is not remembered";
  EXPECT_TRUE(exists("/longna~1.txt"));
  EXPECT_EQ(mounted->mkdir(kCwd, "/LongNa~1.txt", 0755).error().code, Errc::exists);
  ASSERT_TRUE(mounted->rename(kCwd, "/long name.txt", kCwd, "/other", 0));
  EXPECT_FALSE(exists("/LONGNA~1.TXT"));
  ASSERT_TRUE(mounted.write("/long name.txt", 1));
  EXPECT_TRUE(exists("/Long Name.txt"));
  ASSERT_TRUE(mounted->unlink(kCwd, "/LONGNA~1.TXT"));
  EXPECT_FALSE(exists("/Long Name.txt"));
  ASSERT_TRUE(mounted->rename(kCwd, "/other", kCwd, "/OTHER", 0));
  EXPECT_EQ(mounted.names("/"), std::vector<std::string>{"OTHER"});
}

TEST(FatWrite, ShortNamesOfOtherSystemsAreForgottenToo) {
  FatImage image(FatType::fat16);
  // "longname.text" with a short name that has no tail, as Linux can make them (nonumtail).
  const u64 at = image.root_at();
  image.entry(at + 32, "LONGNAMETEX", 0x20, 0, 0);
  const std::u16string_view name = u"longname.text";
  ShortName short_name;
  std::memcpy(short_name.bytes.data(), "LONGNAMETEX", 11);
  write_slice(name, 1, short_name.checksum(), std::span(image.device.bytes()).subspan(at, 32));
  FatMounted mounted(image);
  EXPECT_TRUE(mounted.number("/longname.text"));
  EXPECT_TRUE(mounted.number("/longname.tex"));
  ASSERT_TRUE(mounted->unlink(kCwd, "/longname.tex"));
  EXPECT_EQ(mounted.number("/longname.text").error().code, Errc::not_found);
  ASSERT_TRUE(mounted.write("/longname.text", 1));
  ASSERT_TRUE(mounted->unlink(kCwd, "/longname.text"));
  EXPECT_EQ(mounted.number("/longname.tex").error().code, Errc::not_found);
}

TEST(FatWrite, DirectoriesThatAreFull) {
  FatImage image(FatType::fat12);
  FatMounted mounted(image);
  for (int i = 0; i < 32; ++i) ASSERT_TRUE(mounted.write("/F" + std::to_string(i), 0)) << i;
  EXPECT_EQ(mounted.write("/F32", 0).error().code, Errc::no_space);
  EXPECT_EQ(mounted->mkdir(kCwd, "/d", 0755).error().code, Errc::no_space);
  ASSERT_TRUE(mounted->unlink(kCwd, "/F7"));
  ASSERT_TRUE(mounted->unlink(kCwd, "/F9"));
  EXPECT_EQ(mounted.write("/needs two records", 0).error().code, Errc::no_space);
  ASSERT_TRUE(mounted->unlink(kCwd, "/F8"));
  ASSERT_TRUE(mounted->mkdir(kCwd, "/F7 has more records", 0755));
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(mounted.write("/F7 has more records/a long name, " + std::to_string(i), 0)) << "others grow";
  EXPECT_EQ(mounted.names("/F7 has more records").size(), 40u);
}

TEST(FatWrite, WhatLiesBehindADirectorysEndStaysThere) {
  FatImage image(FatType::fat16);
  image.entry(image.root_at() + 64, "JUNK       ", 0x20, 0, 0);
  {
    FatMounted mounted(image);
    ASSERT_TRUE(mounted.write("/A", 0));
    ASSERT_TRUE(mounted.write("/B", 0));
    EXPECT_EQ(mounted.names("/"), (std::vector<std::string>{"A", "B"}));
  }
  EXPECT_EQ(image.get(image.root_at() + 64, 1), 0u);
}

TEST(FatWrite, AFullVolumeGivesBackWhatItFreed) {
  FatImage image(FatType::fat12);
  FatMounted mounted(image);
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(mounted.write("/big", 200 * 512)) << round;
    EXPECT_EQ(mounted->statfs(kCwd, "/")->blocks_free, 0u);
    EXPECT_EQ(mounted.write("/more", 1).error().code, Errc::no_space);
    ASSERT_TRUE(mounted->unlink(kCwd, "/big"));
  }
}

TEST(FatWrite, AFileGetsOneExtentWhereItFits) {
  FatImage image(FatType::fat16);
  FatMounted mounted(image);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(mounted.write("/f" + std::to_string(i), 1000));
  for (int i = 0; i < 20; i += 2) ASSERT_TRUE(mounted->unlink(kCwd, "/f" + std::to_string(i)));
  ASSERT_TRUE(mounted->sync());  // holes of two clusters can be used again
  ASSERT_TRUE(mounted.write("/whole", 100 * 512));
  const VnodeRef file = mounted->vnode_of(mounted->open(kCwd, "/whole", kOpenRead).value()).value();
  EXPECT_EQ(file->map(0, 100 * 512)->length, 100u * 512);
}

TEST(FatWrite, LimitsOfFiles) {
  FatImage image(FatType::fat32);
  FatMounted mounted(image);
  ASSERT_TRUE(mounted.write("/f", 1));
  const u64 writes = image.device.writes;
  EXPECT_EQ(mounted->truncate(kCwd, "/f", kFileBytesMax + 1).error().code, Errc::too_big);
  EXPECT_LT(image.device.writes - writes, 10u) << "not after writing what fits";
}

TEST(FatWrite, ModesOwnersAndAttributes) {
  FatImage image(FatType::fat16);
  FatMounted mounted(image, false, "uid=7,gid=8,fmask=113,dmask=2");
  ASSERT_TRUE(mounted->mkdir(kCwd, "/d", 0700));
  ASSERT_TRUE(mounted.write("/f", 1));
  const auto attr = [&](std::string_view path) { return mounted->stat(kCwd, path, Follow::no).value(); };
  EXPECT_EQ(attr("/f").mode, 0664u);
  EXPECT_EQ(attr("/f").uid, 7u);
  EXPECT_EQ(attr("/d").gid, 8u);
  EXPECT_EQ(attr("/d").mode, 0775u);
  ASSERT_TRUE(mounted->chmod(kCwd, "/f", Follow::no, 0444));
  EXPECT_EQ(attr("/f").mode, 0444u);
  ASSERT_TRUE(mounted->chmod(kCwd, "/f", Follow::no, 0600));
  EXPECT_EQ(attr("/f").mode, 0664u);
  EXPECT_EQ(mounted->chmod(kCwd, "/f", Follow::no, 04755).error().code, Errc::not_permitted);
  EXPECT_EQ(mounted->chown(kCwd, "/f", Follow::no, 1, std::nullopt).error().code, Errc::not_permitted);
  EXPECT_TRUE(mounted->chown(kCwd, "/f", Follow::no, 7, 8));

  constexpr Name kAttributes = "user.DOSATTRIB";
  std::array<std::byte, 16> room;
  EXPECT_EQ(mounted->get_xattr(kCwd, "/f", Follow::no, kAttributes, room).error().code, Errc::no_data);
  const std::string_view hidden = "0x22";
  ASSERT_TRUE(mounted->set_xattr(kCwd, "/f", Follow::no, kAttributes, std::as_bytes(std::span(hidden)),
                                 XattrMode::set));
  ASSERT_EQ(mounted->get_xattr(kCwd, "/f", Follow::no, kAttributes, room).value(), 4u);
  EXPECT_EQ(std::memcmp(room.data(), "0x22", 4), 0);
  ASSERT_TRUE(mounted->remove_xattr(kCwd, "/f", Follow::no, kAttributes));
  EXPECT_EQ(mounted->set_xattr(kCwd, "/f", Follow::no, "user.other", {}, XattrMode::set).error().code,
            Errc::not_supported);
}

TEST(FatWrite, NamesThatCannotBe) {
  FatImage image(FatType::fat16);
  FatMounted mounted(image);
  for (const std::string_view name : {"/a.", "/a ", "/a:b", "/a?", "/a*", "/a\\b", "/a\"", "/\x01", "/\xFF"})
    EXPECT_EQ(mounted.write(name, 0).error().code, Errc::invalid) << name;
  EXPECT_EQ(mounted->symlink("x", kCwd, "/s").error().code, Errc::not_supported);
  ASSERT_TRUE(mounted.write("/f", 0));
  EXPECT_EQ(mounted->link(kCwd, "/f", kCwd, "/g", Follow::no).error().code, Errc::not_supported);
}

}  // namespace
}  // namespace rump::fat
