// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Trees for FAT.
#include "tests/oracle/fat_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <stdexcept>

#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

/// One name for each rule that there is about names.
const std::vector<std::string>& names() {
  static const std::vector<std::string> all = {
      "UPPER.TXT",
      "lower.txt",
      "UPPER.low",
      "lower.UPP",
      "Mixed.Txt",
      "NOEXT",
      "plain",
      "12345678.123",
      "123456789.1",
      "file.html",
      "two.dots.txt",
      ".hidden",
      ".hidden.txt",
      "a b c",
      " leading space",
      "+,;=[].x",
      "under_score-~!#$%&'()@^`{}.txt",
      "exactly13char",
      "exactly 26 characters long",
      "a long file name with many.words in it",
      "a long file name with other.words in it",
      "A LONG FILE NAME IN CAPITALS.WORDS",
      "Märchen über Öl.txt",
      "äöüé",
      "ελληνικά.txt",
      "кириллица.txt",
      "日本語のファイル名.テキスト",
      "한국어.txt",
      "\u2603 \uFB01 \u01C5.png",
      "e\u0301 composed \u00E9.txt",
      "aux.c",
      std::string(255, 'n'),
      std::string(251, 'm') + ".txt",
  };
  return all;
}

void make_dir(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0) throw std::runtime_error("cannot make " + path);
}

/// Sets the time of a file, so that all fields of it are in use.
void set_time(const std::string& path, std::int64_t seconds) {
  const std::array<timespec, 2> times{timespec{seconds, 0}, timespec{seconds, 0}};
  if (utimensat(AT_FDCWD, path.c_str(), times.data(), 0) != 0)
    throw std::runtime_error("cannot touch " + path);
}

}  // namespace

std::vector<FatVariant> fat_variants() {
  return {
      {"fat12", {.bits = 12, .size = "2000K"}},
      {"fat12_one_fat", {.bits = 12, .size = "2000K", .fats = 1}},
      {"fat12_clusters_64K", {.bits = 12, .size = "200M", .cluster_sectors = 128}},
      {"fat12_sectors_1024", {.bits = 12, .size = "3M", .sector_bytes = 1024}},
      {"fat12_sectors_2048",
       {.bits = 12, .size = "9M", .sector_bytes = 2048, .cluster_sectors = 2, .fats = 1}},
      {"fat12_sectors_4096", {.bits = 12, .size = "8M", .sector_bytes = 4096}},
      {"fat16", {.bits = 16, .size = "4M"}},
      {"fat16_one_fat", {.bits = 16, .size = "16M", .cluster_sectors = 4, .fats = 1}},
      {"fat16_clusters_32K", {.bits = 16, .size = "160M", .cluster_sectors = 64}},
      {"fat16_sectors_1024", {.bits = 16, .size = "20M", .sector_bytes = 1024, .cluster_sectors = 4}},
      {"fat16_clusters_64K", {.bits = 16, .size = "300M", .sector_bytes = 2048, .cluster_sectors = 32}},
      {"fat16_clusters_256K", {.bits = 16, .size = "1200M", .sector_bytes = 4096, .cluster_sectors = 64}},
      {"fat32", {.bits = 32, .size = "34M"}},
      {"fat32_one_fat", {.bits = 32, .size = "68M", .cluster_sectors = 2, .fats = 1}},
      {"fat32_clusters_4K", {.bits = 32, .size = "270M", .cluster_sectors = 8}},
      {"fat32_clusters_64K", {.bits = 32, .size = "4200M", .cluster_sectors = 128}},
      {"fat32_sectors_1024", {.bits = 32, .size = "140M", .sector_bytes = 1024, .cluster_sectors = 2}},
      {"fat32_sectors_2048", {.bits = 32, .size = "136M", .sector_bytes = 2048}},
      {"fat32_sectors_4096", {.bits = 32, .size = "270M", .sector_bytes = 4096}},
      {"fat32_clusters_256K", {.bits = 32, .size = "17G", .sector_bytes = 4096, .cluster_sectors = 64}},
  };
}

void build_fat_tree(const std::string& directory) {
  std::int64_t time = 315532800;  // the first that FAT knows
  const auto put = [&](const std::string& path, std::size_t size) {
    put_file(directory + "/" + path, noise(size, size));
    set_time(directory + "/" + path, time);
    time += 86400 * 13 + 3661;
  };
  make_dir(directory + "/sizes");
  for (const std::size_t size :
       {0, 1, 511, 512, 513, 1024, 2047, 4095, 4096, 4097, 8193, 32767, 32768, 65537, 270001})
    put("sizes/size" + std::to_string(size), size);
  make_dir(directory + "/names");
  for (std::size_t i = 0; i < names().size(); ++i) put("names/" + names()[i], i);
  make_dir(directory + "/empty directory");
  std::string deep = "deep";
  make_dir(directory + "/" + deep);
  for (int i = 0; i < 20; ++i) make_dir(directory + "/" + (deep += "/d" + std::to_string(i)));
  put(deep + "/bottom", 100);
  make_dir(directory + "/wide");
  for (std::size_t i = 0; i < 150; ++i) put("wide/" + std::to_string(i) + " of many", i % 3);
  time = 4354819198;  // the last
  put("last", 5);
}

Manifest as_fat_keeps(Manifest source, const Manifest& actual) {
  for (auto& [path, entry] : source) {
    entry.mode = 0755;
    entry.uid = entry.gid = 0;
    entry.xattrs.clear();
    entry.modify.nanoseconds = 0;
    entry.modify.seconds -= entry.modify.seconds % 2;
    const auto found = actual.find(path);
    const bool is_dir = entry.type == rump::FileType::dir;
    if (is_dir && found != actual.end()) entry.modify = found->second.modify;
  }
  return source;
}

}  // namespace oracle
