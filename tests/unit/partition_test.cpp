// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Partition tables built by hand: what is right, and each way of being wrong.
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "hypercall/memory/disks.hpp"
#include "images/crc32.hpp"
#include "images/partitions.hpp"
#include "images/raw.hpp"
#include "tests/fixtures/bytes.hpp"

namespace rump::test {
namespace {

using images::Partition;
using images::PartitionTable;
using images::Purpose;

/// A disk of zeroes that tables are written to, byte by byte.
class Image {
 public:
  explicit Image(u64 bytes) : bytes_(bytes) {}

  template <class T>
  void put(u64 offset, T value) {
    ASSERT_LE(offset + sizeof value, bytes_.size());
    if (std::endian::native != std::endian::little) value = std::byteswap(value);
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }
  void put_text(u64 offset, std::string_view text) {
    ASSERT_LE(offset + text.size(), bytes_.size());
    std::memcpy(bytes_.data() + offset, text.data(), text.size());
  }
  void flip(u64 offset) { bytes_.at(offset) ^= std::byte{1}; }
  void clear(u64 offset, u64 length) {
    std::fill_n(bytes_.begin() + static_cast<i64>(offset), length, std::byte{0});
  }
  void resize(u64 bytes) { bytes_.resize(bytes); }
  std::span<std::byte> bytes(u64 offset, u64 length) { return std::span(bytes_).subspan(offset, length); }

  /// Signature and disk id of a boot record.
  void boot_record(u64 offset, u32 id = 0) {
    put<u32>(offset + 440, id);
    put<u16>(offset + 510, 0xAA55);
  }
  void slot(u64 record, u32 index, u8 type, u32 first, u32 sectors, u8 status = 0) {
    const u64 at = record + 446 + 16 * index;
    put<u8>(at, status);
    put<u8>(at + 4, type);
    put<u32>(at + 8, first);
    put<u32>(at + 12, sectors);
  }

  Result<PartitionTable> read() {
    const host::memory::Disk disk = host::memory::Disk::over(bytes_);
    const auto device = images::open_raw(disk.handle(), false);
    return images::read_partitions(*device.value());
  }
  /// The reason why there is no table.
  std::string refusal() {
    const auto table = read();
    return table ? "there is a table" : table.error().reason;
  }
  /// number:offset+length in sectors of the table, for each partition.
  std::string summary() {
    const auto table = read();
    if (!table) return table.error().reason;
    std::string text(table->format);
    for (const Partition& p : table->partitions)
      text += " " + std::to_string(p.number) + ":" + std::to_string(p.offset / table->sector_bytes) + "+" +
              std::to_string(p.length / table->sector_bytes);
    if (table->damage) text.append(" (").append(table->damage).append(")");
    return text;
  }

 private:
  std::vector<std::byte> bytes_;
};

constexpr const char* kNoTable = "there is no partition table";
constexpr const char* kGptDamaged = "the GPT is damaged, and so is its backup";

TEST(Crc32, KnownSums) {
  EXPECT_EQ(images::crc32(0, bytes_of("123456789")), 0xCBF43926u);
  EXPECT_EQ(images::crc32(images::crc32(0, bytes_of("1234")), bytes_of("56789")), 0xCBF43926u);
  EXPECT_EQ(images::crc32(0, {}), 0u);
}

TEST(PartitionTest, NothingIsNoTable) {
  for (const u64 size : {0, 1, 511, 512, 513, 1024, 4096, 8192, 1 << 20}) {
    Image image(size);
    EXPECT_EQ(image.refusal(), kNoTable) << size;
  }
  Image image(1 << 20);
  EXPECT_EQ(image.read().error().code, Errc::not_found);
  image.boot_record(0);
  EXPECT_EQ(image.refusal(), kNoTable) << "a boot sector without entries";
}

// --- MBR ---------------------------------------------------------------------------------------------------

/// 1 MiB with slots 1, 3 and 4 in use.
Image three_slots() {
  Image image(1 << 20);
  image.boot_record(0, 0x1234ABCD);
  image.slot(0, 0, 0x83, 64, 100, 0x80);
  image.slot(0, 2, 0x82, 200, 50);
  image.slot(0, 3, 0x0C, 1000, 1048);
  return image;
}

TEST(Mbr, SlotsKeepTheirNumbers) {
  Image image = three_slots();
  EXPECT_EQ(image.summary(), "mbr 1:64+100 3:200+50 4:1000+1048");
  const auto table = image.read();
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->id.view(), "1234abcd");
  EXPECT_EQ(table->sector_bytes, 512u);
  EXPECT_FALSE(table->from_backup);
  const Partition& first = *table->find(1);
  EXPECT_EQ(first.offset, 64u * 512);
  EXPECT_EQ(first.length, 100u * 512);
  EXPECT_EQ(first.available, first.length);
  EXPECT_EQ(first.problem(), nullptr);
  EXPECT_TRUE(first.bootable);
  EXPECT_EQ(first.type.view(), "83");
  EXPECT_STREQ(first.type_name, "Linux");
  EXPECT_EQ(first.uuid.view(), "1234abcd-01");
  EXPECT_EQ(first.purpose, Purpose::data);
  EXPECT_EQ(table->find(3)->purpose, Purpose::swap);
  EXPECT_FALSE(table->find(4)->bootable);
  EXPECT_EQ(table->find(2), nullptr);
}

TEST(Mbr, TypesWithoutANameHaveTheirCode) {
  Image image = three_slots();
  image.slot(0, 2, 0x72, 200, 50);
  const auto table = image.read();
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->find(3)->type.view(), "72");
  EXPECT_STREQ(table->find(3)->type_name, "");
  EXPECT_EQ(table->find(3)->purpose, Purpose::data);
}

TEST(Mbr, WhatIsNoTable) {
  {
    Image image = three_slots();
    image.flip(510);
    EXPECT_EQ(image.refusal(), kNoTable) << "signature";
  }
  for (const u8 status : std::to_array<u8>({0x01, 0x7F, 0x81, 0xFF})) {
    Image image = three_slots();
    image.put<u8>(446 + 16, status);
    EXPECT_EQ(image.refusal(), kNoTable) << "status of an unused entry";
  }
  {
    Image image = three_slots();
    image.slot(0, 1, 0x83, 150, 100);
    EXPECT_EQ(image.refusal(), kNoTable) << "two overlap";
  }
  {
    Image image(1 << 20);
    image.boot_record(0);
    image.slot(0, 0, 0x83, 2048, 100);
    EXPECT_EQ(image.refusal(), kNoTable) << "nothing begins inside";
    image.slot(0, 0, 0x83, 2047, 0);
    EXPECT_EQ(image.refusal(), kNoTable) << "nothing is in use";
  }
}

TEST(Mbr, HybridImagesListTheWholeAndItsParts) {
  Image image(1 << 20);
  image.boot_record(0);
  image.slot(0, 0, 0x17, 0, 2048, 0x80);
  image.slot(0, 1, 0xEF, 100, 200);
  EXPECT_EQ(image.summary(), "mbr 1:0+2048 2:100+200");
}

TEST(Mbr, PartitionsOfACutImageAreMarked) {
  Image image = three_slots();
  image.resize(1500 * 512 + 7);
  auto table = image.read();
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->find(4)->length, 1048u * 512);
  EXPECT_EQ(table->find(4)->available, 500u * 512 + 7);
  EXPECT_STREQ(table->find(4)->problem(), "the partition reaches past the end of the image");
  image.resize(900 * 512);
  table = image.read();
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->find(4)->available, 0u);
  EXPECT_STREQ(table->find(4)->problem(), "the partition does not lie in the image");
  EXPECT_EQ(table->find(3)->problem(), nullptr);
}

TEST(Mbr, TheLargestNumbersDoNotOverflow) {
  Image image = three_slots();
  image.slot(0, 3, 0x83, 0xFFFFFFFF, 0xFFFFFFFF);
  const auto table = image.read();
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->find(4)->offset, u64{0xFFFFFFFF} * 512);
  EXPECT_EQ(table->find(4)->available, 0u);
}

/// Boot sectors of file systems: the parameters that they share with no master boot record.
void put_fat_parameters(Image& image) {
  image.put<u8>(0, 0xEB);
  image.put_text(3, "mkfs.fat");
  image.put<u16>(11, 512);
  image.put<u8>(13, 4);
  image.put<u16>(14, 1);
  image.put<u8>(16, 2);
  image.put<u8>(21, 0xF8);
}

TEST(Mbr, BootSectorsOfFileSystemsAreNoTables) {
  Image fat(1 << 20);
  put_fat_parameters(fat);
  fat.boot_record(0);
  EXPECT_EQ(fat.refusal(), kNoTable);
  fat.put_text(446, "This is not a bootable disk. Please insert a bootable floppy");
  EXPECT_EQ(fat.refusal(), kNoTable) << "the message of its boot code";
  fat.clear(446, 64);
  fat.slot(0, 0, 0x83, 1, 0x10000);
  EXPECT_EQ(fat.refusal(), kNoTable) << "what may be a cut image elsewhere is code here";
  fat.slot(0, 0, 0x83, 1, 100);
  EXPECT_EQ(fat.summary(), "mbr 1:1+100") << "a table that fits in full is one, and a file system too";

  for (const std::string_view system : {"NTFS    ", "EXFAT   "}) {
    Image image(1 << 20);
    image.put_text(3, system);
    image.boot_record(0);
    image.slot(0, 0, 0x83, 1, 0x10000);
    EXPECT_EQ(image.refusal(), kNoTable);
  }
}

TEST(Mbr, SectorsOf4096BytesAreFoundByWhatLiesThere) {
  Image image(4 << 20);
  image.boot_record(0);
  image.slot(0, 0, 0x83, 256, 700);
  EXPECT_EQ(image.read()->sector_bytes, 512u) << "nothing speaks for the larger ones";
  image.put<u8>(256 * 4096 + 71000, 1);
  EXPECT_EQ(image.read()->sector_bytes, 4096u);
  image.put<u8>(256 * 512, 1);
  EXPECT_EQ(image.read()->sector_bytes, 512u) << "as much speaks for the smaller ones";
  image.clear(256 * 512, 1);
  image.slot(0, 0, 0x83, 256, 769);
  EXPECT_EQ(image.read()->sector_bytes, 512u) << "does not fit";
}

/// Slot 2 is extended, from sector 100; each pair is a logical partition's first sector and length, with its
/// record one sector before it.
Image chain(std::initializer_list<std::pair<u32, u32>> logical, u32 unit = 512, u8 type = 0x05) {
  Image image(8 << 20);
  image.boot_record(0, 7);
  image.slot(0, 0, 0x83, 10, 20);
  image.slot(0, 1, type, 100, 900);
  u64 record = 100;
  for (auto next = logical.begin(); next != logical.end();) {
    image.boot_record(record * unit);
    image.slot(record * unit, 0, 0x83, 1, next->second);
    if (++next == logical.end()) break;
    image.slot(record * unit, 1, type, next->first - 1 - 100, next->second + 1);
    record = next->first - 1;
  }
  return image;
}

TEST(Mbr, LogicalPartitionsCountFromFive) {
  for (const u8 type : std::to_array<u8>({0x05, 0x0F, 0x85})) {
    Image image = chain({{101, 99}, {301, 50}, {251, 30}}, 512, type);
    EXPECT_EQ(image.summary(), "mbr 1:10+20 2:100+900 5:101+99 6:301+50 7:251+30");
    const auto table = image.read();
    EXPECT_EQ(table->find(2)->purpose, Purpose::extended);
    EXPECT_EQ(table->find(7)->uuid.view(), "00000007-07");
    EXPECT_EQ(table->damage, nullptr);
  }
}

TEST(Mbr, AnExtendedPartitionDecidesTheSectorSize) {
  Image image = chain({{101, 99}, {301, 50}}, 4096);
  EXPECT_EQ(image.read()->sector_bytes, 4096u);
  EXPECT_EQ(image.summary(), "mbr 1:10+20 2:100+900 5:101+99 6:301+50");
}

TEST(Mbr, EmptyRecordsTakeNoNumber) {
  Image image = chain({{101, 99}, {301, 50}});
  image.clear(100 * 512 + 446, 16);
  EXPECT_EQ(image.summary(), "mbr 1:10+20 2:100+900 5:301+50");
}

TEST(Mbr, OnePartitionAndOneLinkARecord) {
  Image image = chain({{101, 99}, {301, 50}});
  image.slot(100 * 512, 2, 0x83, 300, 10);
  image.slot(100 * 512, 3, 0x05, 400, 10);
  EXPECT_EQ(image.summary(), "mbr 1:10+20 2:100+900 5:101+99 6:301+50");
}

TEST(Mbr, DamagedChainsKeepWhatCameBefore) {
  {
    Image image = chain({{101, 99}, {301, 50}});
    image.slot(300 * 512, 1, 0x05, 0, 100);
    EXPECT_EQ(image.summary(),
              "mbr 1:10+20 2:100+900 5:101+99 6:301+50 (the chain of logical partitions runs in a circle)");
  }
  {
    Image image = chain({{101, 99}, {301, 50}});
    image.flip(300 * 512 + 511);
    EXPECT_EQ(image.summary(), "mbr 1:10+20 2:100+900 5:101+99 (the chain of logical partitions is broken)");
  }
  {
    Image image = chain({{101, 99}});
    image.slot(100 * 512, 1, 0x05, 0xFFFFFFFF, 1);
    EXPECT_EQ(image.summary(), "mbr 1:10+20 2:100+900 5:101+99 (the chain of logical partitions is broken)");
  }
  {
    Image image(8 << 20);
    image.boot_record(0);
    image.slot(0, 0, 0x05, 100, 900);
    for (u32 i = 0; i < 300; ++i) {
      image.boot_record((100 + i) * 512);
      image.slot((100 + i) * 512, 1, 0x05, i + 1, 1);
    }
    EXPECT_EQ(image.summary(), "mbr 1:100+900 (there are too many logical partitions)");
  }
}

// --- GPT ---------------------------------------------------------------------------------------------------

constexpr u32 kLinuxType[] = {0x0FC63DAF, 0x47728483, 0x693D798E, 0xE47D47D8};  // as it lies on the disk

/// A disk of 512 sectors with a GPT in full: entries 1, 2 and 6.
struct GptImage {
  static constexpr u64 kSectors = 512;
  u32 unit, entry_bytes, entry_count;
  Image image;

  explicit GptImage(u32 sector_bytes = 512, u32 bytes = 128, u32 count = 8)
      : unit(sector_bytes), entry_bytes(bytes), entry_count(count), image(kSectors * sector_bytes) {
    image.boot_record(0);
    image.slot(0, 0, 0xEE, 1, kSectors - 1);
    add(0, 100, 199, u"root");
    add(1, 200, 200, u"");
    add(5, 300, 400, u"Gr\u00f6\u00dfe \u20ac \U0001F4BE");
    finish();
  }
  u64 primary() const { return unit; }
  u64 backup() const { return (kSectors - 1) * unit; }
  u64 primary_entries() const { return 2 * unit; }
  u64 backup_entries() const { return (kSectors - 33) * unit; }

  void add(u32 index, u64 first, u64 last, std::u16string_view name) {
    for (const u64 entries : {primary_entries(), backup_entries()}) {
      const u64 at = entries + index * entry_bytes;
      for (u32 i = 0; i < 4; ++i) image.put<u32>(at + 4 * i, kLinuxType[i]);
      for (u32 i = 0; i < 16; ++i) image.put<u8>(at + 16 + i, static_cast<u8>(16 * index + i));
      image.put<u64>(at + 32, first);
      image.put<u64>(at + 40, last);
      for (u32 i = 0; i < name.size(); ++i) image.put<u16>(at + 56 + 2 * i, name[i]);
    }
  }
  void finish() {
    header(1, kSectors - 1, 2);
    header(kSectors - 1, 1, kSectors - 33);
  }
  void header(u64 sector, u64 other, u64 entries) {
    const u64 at = sector * unit;
    image.put_text(at, "EFI PART");
    image.put<u32>(at + 8, 0x00010000);
    image.put<u32>(at + 12, 92);
    image.put<u64>(at + 24, sector);
    image.put<u64>(at + 32, other);
    image.put<u64>(at + 40, 34);
    image.put<u64>(at + 48, kSectors - 34);
    for (u32 i = 0; i < 16; ++i) image.put<u8>(at + 56 + i, static_cast<u8>(i));
    image.put<u64>(at + 72, entries);
    image.put<u32>(at + 80, entry_count);
    image.put<u32>(at + 84, entry_bytes);
    const u64 bytes = u64{entry_count} * entry_bytes;
    if (entries * unit + bytes <= kSectors * unit)
      image.put<u32>(at + 88, images::crc32(0, image.bytes(entries * unit, bytes)));
    seal(at);
  }
  void seal(u64 header) {
    image.put<u32>(header + 16, 0);
    image.put<u32>(header + 16, images::crc32(0, image.bytes(header, 92)));
  }
};

constexpr const char* kGptSummary = "gpt 1:100+100 2:200+1 6:300+101";

TEST(Gpt, EntriesAndTheirFields) {
  for (const u32 unit : {512, 4096}) {
    for (const u32 entry_bytes : {128, 256, 1024}) {
      GptImage gpt(unit, entry_bytes);
      EXPECT_EQ(gpt.image.summary(), kGptSummary) << unit;
      const auto table = gpt.image.read();
      ASSERT_TRUE(table.has_value());
      EXPECT_EQ(table->sector_bytes, unit);
      EXPECT_FALSE(table->from_backup);
      EXPECT_EQ(table->id.view(), "03020100-0504-0706-0809-0a0b0c0d0e0f");
      const Partition& last = *table->find(6);
      EXPECT_EQ(last.offset, u64{300} * unit);
      EXPECT_EQ(last.type.view(), "0fc63daf-8483-4772-8e79-3d69d8477de4");
      EXPECT_STREQ(last.type_name, "Linux");
      EXPECT_EQ(last.uuid.view(), "53525150-5554-5756-5859-5a5b5c5d5e5f");
      EXPECT_EQ(last.name.view(), "Gr\u00f6\u00dfe \u20ac \U0001F4BE");
      EXPECT_EQ(table->find(2)->name.view(), "");
    }
  }
}

TEST(Gpt, TypesWithoutANameHaveTheirGuid) {
  GptImage gpt;
  for (const u64 entries : {gpt.primary_entries(), gpt.backup_entries()})
    gpt.image.put<u32>(entries, 0x12345678);
  gpt.finish();
  const auto table = gpt.image.read();
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->find(1)->type.view(), "12345678-8483-4772-8e79-3d69d8477de4");
  EXPECT_STREQ(table->find(1)->type_name, "");
}

TEST(Gpt, NamesThatAreNotUtf16) {
  GptImage gpt;
  const char16_t broken[] = {0xDC00, u'a', 0xD800, u'b', 0xD83D};
  gpt.add(7, 401, 402, std::u16string_view(broken, 5));
  gpt.add(6, 403, 404, std::u16string(36, u'\u20ac'));
  gpt.finish();
  const auto table = gpt.image.read();
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->find(8)->name.view(), "\uFFFDa\uFFFDb\uFFFD");
  std::string longest;
  for (int i = 0; i < 36; ++i) longest += "\u20ac";
  EXPECT_EQ(table->find(7)->name.view(), longest);
}

TEST(Gpt, TheBackupStandsInForADamagedPrimary) {
  for (const u32 unit : {512, 4096}) {
    for (const u64 byte : {0, 8, 12, 16, 24, 40, 80, 88}) {
      GptImage gpt(unit);
      gpt.image.flip(gpt.primary() + byte);
      EXPECT_EQ(gpt.image.summary(), kGptSummary) << byte;
      EXPECT_TRUE(gpt.image.read()->from_backup);
    }
    GptImage gpt(unit);
    gpt.image.flip(gpt.primary_entries() + 5 * 128 + 60);
    EXPECT_EQ(gpt.image.summary(), kGptSummary) << "entries";
    EXPECT_TRUE(gpt.image.read()->from_backup);
    gpt.image.clear(0, 10 * unit);
    EXPECT_EQ(gpt.image.summary(), kGptSummary) << "everything at the start is gone";
  }
}

TEST(Gpt, TheBackupOfAGrownImageIsWhereThePrimaryOrTheMbrSays) {
  GptImage gpt;
  gpt.image.resize(1000 * 512);
  gpt.image.flip(gpt.primary() + 16);
  EXPECT_EQ(gpt.image.summary(), kGptSummary) << "the header";
  gpt.image.clear(0, 512);
  EXPECT_EQ(gpt.image.summary(), kGptSummary) << "the header alone";
  gpt.image.boot_record(0);
  gpt.image.slot(0, 0, 0xEE, 1, GptImage::kSectors - 1);
  gpt.image.clear(512, 512);
  EXPECT_EQ(gpt.image.summary(), kGptSummary) << "the protective MBR";
  gpt.image.slot(0, 0, 0xEE, 1, 0xFFFFFFFF);
  EXPECT_EQ(gpt.image.refusal(), kGptDamaged);
}

TEST(Gpt, BothDamagedIsAnErrorOfItsOwn) {
  GptImage gpt;
  gpt.image.flip(gpt.primary() + 16);
  gpt.image.flip(gpt.backup() + 16);
  EXPECT_EQ(gpt.image.read().error().code, Errc::corrupt);
  EXPECT_EQ(gpt.image.refusal(), kGptDamaged);
  gpt.image.clear(gpt.primary(), 512);
  EXPECT_EQ(gpt.image.refusal(), kGptDamaged) << "the protective MBR says that there was one";
  gpt.image.clear(0, 512);
  EXPECT_EQ(gpt.image.refusal(), kGptDamaged) << "so does the backup";
  gpt.image.clear(gpt.backup(), 512);
  EXPECT_EQ(gpt.image.refusal(), kNoTable);
}

/// Numbers that no table has, under checksums that are right.
TEST(Gpt, NumbersOfTheHeaderAreChecked) {
  const auto refusal_with = [](u64 field, auto value) {
    GptImage gpt;
    for (const u64 header : {gpt.primary(), gpt.backup()}) {
      gpt.image.put(header + field, value);
      gpt.seal(header);
    }
    return gpt.image.refusal();
  };
  EXPECT_EQ(refusal_with(48, u64{478}), "there is a table") << "what is not used does not matter";
  EXPECT_EQ(refusal_with(8, u32{0x00020000}), kGptDamaged);
  EXPECT_EQ(refusal_with(24, u64{7}), kGptDamaged);
  for (const u32 bytes : {0u, 91u, 513u, 0xFFFFFFFFu}) EXPECT_EQ(refusal_with(12, bytes), kGptDamaged);
  for (const u64 sector : {u64{0}, u64{1}, u64{511}, u64{512}, u64{1} << 55, ~u64{0}})
    EXPECT_EQ(refusal_with(72, sector), kGptDamaged) << sector;
  for (const u32 count : {0u, 1025u, 0xFFFFFFFFu}) EXPECT_EQ(refusal_with(80, count), kGptDamaged) << count;
  for (const u32 bytes : {0u, 64u, 127u, 129u, 384u, 8192u, 0x80000000u})
    EXPECT_EQ(refusal_with(84, bytes), kGptDamaged) << bytes;
}

TEST(Gpt, PartitionsThatCannotBe) {
  GptImage gpt;
  gpt.add(2, 400, 399, u"");
  gpt.add(3, 500, 600, u"");
  gpt.add(4, 512, 513, u"");
  gpt.add(6, ~u64{0} - 1, ~u64{0}, u"");
  gpt.add(7, 0, ~u64{0}, u"");
  gpt.finish();
  const auto table = gpt.image.read();
  ASSERT_TRUE(table.has_value());
  for (const u32 number : {3, 5, 7}) {
    EXPECT_EQ(table->find(number)->available, 0u) << number;
    EXPECT_STREQ(table->find(number)->problem(), "the partition does not lie in the image") << number;
  }
  EXPECT_EQ(table->find(4)->available, 12u * 512);
  EXPECT_STREQ(table->find(4)->problem(), "the partition reaches past the end of the image");
  EXPECT_LE(table->find(8)->available, GptImage::kSectors * 512);
}

TEST(Gpt, ManyAndFewEntries) {
  GptImage few(512, 128, 1);
  EXPECT_EQ(few.image.summary(), "gpt 1:100+100") << "what lies behind the table is no entry";
  GptImage most(4096, 128, 1024);
  most.add(1023, 410, 411, u"last");
  most.finish();
  EXPECT_EQ(most.image.summary(), std::string(kGptSummary) + " 1024:410+2");
}

TEST(Gpt, WinsOverTheMbrThatProtectsIt) {
  GptImage gpt;
  gpt.image.slot(0, 1, 0x83, 100, 100);
  EXPECT_EQ(gpt.image.summary(), kGptSummary) << "hybrid";
  gpt.image.slot(0, 0, 0x83, 1, 99);
  EXPECT_EQ(gpt.image.summary(), "mbr 1:1+99 2:100+100") << "an MBR of its own: the GPT is an old one";
  gpt.image.clear(0, 512);
  EXPECT_EQ(gpt.image.summary(), kGptSummary) << "no MBR";
}

TEST(PartitionTest, AHostThatFailsIsNoDamage) {
  host::memory::Disk disk = host::memory::Disk::zeroed(1 << 20);
  const auto device = images::open_raw(disk.handle(), false);
  disk.resize(0);
  EXPECT_EQ(images::read_partitions(*device.value()).error().code, Errc::io);
}

}  // namespace
}  // namespace rump::test
