// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Boot sectors: what is refused, one field at a time, what is recognised, and what is told of a
/// volume.
#include "fs/fat/super.hpp"

#include <gtest/gtest.h>

#include <map>

#include "fs/fat/options.hpp"
#include "tests/unit/fat_image.hpp"

namespace rump::fat {
namespace {

using test::FatImage;
using test::reason_of;

TEST(FatSuper, TypesGoByTheNumberOfClusters) {
  for (const FatType type : {FatType::fat12, FatType::fat16, FatType::fat32}) {
    FatImage image(type);
    const Geometry g = read_geometry(image.device, WhichBoot::primary).value();
    EXPECT_EQ(g.type, type);
    EXPECT_EQ(g.clusters, type == FatType::fat16 ? 5000u : 200u);
    EXPECT_EQ(g.cluster_bytes, 512u);
    EXPECT_EQ(g.data_start, image.cluster_at(2));
    EXPECT_EQ(g.serial, 0x12345678u);
    EXPECT_TRUE(probe(image.device).value());
    EXPECT_TRUE(image.mount());
  }
  FatImage least(FatType::fat16, kFat16Clusters), most(FatType::fat12, kFat16Clusters - 1);
  EXPECT_EQ(read_geometry(least.device, WhichBoot::primary)->type, FatType::fat16);
  EXPECT_EQ(read_geometry(most.device, WhichBoot::primary)->type, FatType::fat12);
}

/// A field, and why the mount is refused with that value.
struct Refusal {
  u64 offset;
  u32 bytes, value;
  std::string_view reason;
  Errc code = Errc::corrupt;
};

void expect_refusals(FatType type, std::span<const Refusal> refusals) {
  for (const Refusal& refusal : refusals) {
    FatImage image(type);
    image.put(6 * FatImage::kSector, 0, 3);
    image.put(6 * FatImage::kSector + 0x0B, 0, 2);  // no backup to go by
    image.put(refusal.offset, refusal.value, refusal.bytes);
    const auto mount = image.mount();
    EXPECT_EQ(reason_of(mount), refusal.reason);
    EXPECT_TRUE(mount || mount.error().code == refusal.code) << refusal.reason;
  }
}

TEST(FatSuper, RefusesWrongNumbers) {
  static constexpr Refusal kRefusals[] = {
      {0x0B, 2, 0, "the boot sector's sector size is out of range"},
      {0x0B, 2, 256, "the boot sector's sector size is out of range"},
      {0x0B, 2, 768, "the boot sector's sector size is out of range"},
      {0x0B, 2, 8192, "the boot sector's sector size is out of range"},
      {0x0D, 1, 0, "the boot sector's cluster size is out of range"},
      {0x0D, 1, 3, "the boot sector's cluster size is out of range"},
      {0x0E, 2, 0, "the boot sector reserves no sectors"},
      {0x10, 1, 0, "the boot sector's number of FATs is out of range"},
      {0x10, 1, 200, "the boot sector's number of FATs is out of range"},
      {0x11, 2, 0, "the boot sector's root directory has no entries"},
      {0x15, 1, 0xF1, "the boot sector's media byte is out of range"},
      {0x20, 4, 0, "the boot sector counts no sectors"},
      {0x20, 4, 5, "the boot sector leaves no room for data"},
      {0x0E, 2, 0xFFFF, "the boot sector leaves no room for data"},
      {0x16, 2, 0xFFFF, "the boot sector leaves no room for data"},
      {0x20, 4, 0xFFFFFFFF, "no error"},  // as many clusters as the FAT has, and an image that is cut
  };
  expect_refusals(FatType::fat12, kRefusals);
  static constexpr Refusal kRefusals32[] = {
      {0x24, 4, 0, "the boot sector's FAT has no sectors"},
      {0x28, 2, 0x82, "the boot sector's active FAT does not exist"},
      {0x2A, 2, 1, "the version of this FAT32 is not supported", Errc::not_supported},
      {0x2C, 4, 1, "the boot sector's root directory lies outside the volume"},
      {0x2C, 4, 202, "the boot sector's root directory lies outside the volume"},
      {0x30, 2, 99, "no error"},
  };
  expect_refusals(FatType::fat32, kRefusals32);
}

TEST(FatSuper, BootSectorsOfOthersAreNotTaken) {
  const auto taken = [](auto change) {
    FatImage image(FatType::fat12);
    change(image);
    return probe(image.device).value();
  };
  EXPECT_TRUE(taken([](FatImage&) {}));
  EXPECT_TRUE(taken([](FatImage& i) { i.put(0x1FE, 0, 2); })) << "diskettes have no signature";
  EXPECT_TRUE(taken([](FatImage& i) { i.link(0, 0); })) << "the type's name is enough";
  EXPECT_FALSE(taken([](FatImage& i) { i.link(0, 0), i.put(0x1FE, 0, 2); }));
  EXPECT_FALSE(taken([](FatImage& i) { i.link(0, 0), i.put(0x36, 0, 4); }))
      << "a master boot record that keeps room for parameters";
  EXPECT_FALSE(taken([](FatImage& i) { i.put(0x0E, 0, 2), i.put(0x10, 0, 1); })) << "NTFS";
  EXPECT_FALSE(taken([](FatImage& i) { i.put(0x0B, 0, 25); })) << "exFAT";
  test::TestDevice small(256, 1);
  EXPECT_FALSE(probe(small).value());
}

TEST(FatSuper, DiskettesOfDos1AreKnownByTheirSize) {
  test::TestDevice device(512, 320);
  std::ranges::fill(device.bytes(), std::byte{0xFF});
  EXPECT_FALSE(probe(device).value());
  device.bytes()[0] = std::byte{0xEB};
  device.bytes()[512] = device.bytes()[1024] = std::byte{0xFE};
  EXPECT_TRUE(probe(device).value());
  const Geometry g = read_geometry(device, WhichBoot::primary).value();
  EXPECT_EQ(g.root_records, 64u);
  EXPECT_EQ(g.clusters, 313u);
}

TEST(FatSuper, ADamagedBootSectorNamesItsBackup) {
  FatImage image(FatType::fat32);
  image.put(0x0B, 0, 2);
  EXPECT_EQ(reason_of(image.mount()),
            "the boot sector is damaged; its backup is good (sb=backup reads by it)");
  EXPECT_TRUE(image.mount("sb=backup"));
  const auto writable = kFsType.mount(image.device, {.read_only = false, .text = "sb=backup"});
  EXPECT_EQ(writable.error().code, Errc::read_only);
}

TEST(FatSuper, ACutImageIsReadAsFarAsItGoes) {
  FatImage image(FatType::fat12);
  image.entry(image.root_at(), "A       TXT", 0x20, 2, 512);
  image.entry(image.root_at() + 32, "B       TXT", 0x20, 150, 512);
  image.link(2, 0xFFF);
  image.link(150, 0xFFF);
  image.device.bytes().resize(image.cluster_at(100));
  EXPECT_EQ(kFsType.mount(image.device, {.read_only = false}).error().code, Errc::read_only);
  test::FatMounted mounted(image, true);
  EXPECT_EQ(mounted.read("/a.txt").size(), 512u);
  EXPECT_EQ(mounted.read("/b.txt"), "the image ends before the data of the file");
}

TEST(FatSuper, OptionsAreNamedWhereTheyAreWrong) {
  const auto own = parse_options("uid=5,gid=6,umask=077,dmask=7,codepage=850,tz=-90").value();
  EXPECT_EQ(own.uid, 5u);
  EXPECT_EQ(own.gid, 6u);
  EXPECT_EQ(own.file_mask, 077u);
  EXPECT_EQ(own.dir_mask, 7u);
  EXPECT_EQ(own.page->number(), 850u);
  EXPECT_EQ(own.minutes_east, -90);
  EXPECT_EQ(reason_of(parse_options("uid=x")), "uid and gid are numbers");
  EXPECT_EQ(reason_of(parse_options("umask=8")), "umask, fmask and dmask are octal, at most 777");
  EXPECT_EQ(reason_of(parse_options("codepage=999")), "codepage is 437, 850 or 1252");
  EXPECT_EQ(reason_of(parse_options("tz=mars")), "tz is utc, or minutes east of it (tz=60, tz=-300)");
  EXPECT_EQ(reason_of(parse_options("sb=7")), "sb is primary or backup");
  EXPECT_EQ(reason_of(parse_options("quiet")),
            "unknown mount option; there are: codepage= tz= uid= gid= umask= fmask= dmask= sb=");
}

class Details final : public DetailSink {
 public:
  void text(std::string_view key, std::string_view value) override { found[std::string(key)] = value; }
  void number(std::string_view key, u64 value) override { found[std::string(key)] = std::to_string(value); }
  void bytes(std::string_view key, u64 value) override { number(key, value); }
  void time(std::string_view, i64) override {}
  void item(std::string_view, std::string_view) override {}
  std::map<std::string, std::string> found;
};

TEST(FatSuper, TellsWhatItIs) {
  FatImage image(FatType::fat32);
  image.entry(image.root_at(), "MY LABEL   ", 0x08, 0, 0);
  image.put(0x41, 1, 1);
  Details details;
  ASSERT_TRUE(kFsType.describe(image.device, details));
  EXPECT_EQ(details.found["type"], "vfat");
  EXPECT_EQ(details.found["version"], "FAT32");
  EXPECT_EQ(details.found["uuid"], "1234-5678");
  EXPECT_EQ(details.found["label"], "MY LABEL");
  EXPECT_EQ(details.found["state"], "not clean");
  EXPECT_EQ(details.found["free"], std::to_string(199 * 512));
  EXPECT_EQ(details.found["backup_boot_sector"], "differs");
  EXPECT_EQ(details.found["clusters"], "200");
}

}  // namespace
}  // namespace rump::fat
