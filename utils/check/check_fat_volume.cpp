// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The boot sector and its copy, FSInfo, and the FATs as wholes.
#include "utils/check/check_fat_volume.hpp"

#include <algorithm>
#include <bit>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

using namespace rump::fat;
using rump::LittleEndian;
using rump::Record;

constexpr std::size_t kBootBytes = BootSector::size;
constexpr const char* kBootPlace = "boot sector";
constexpr const char* kInfoPlace = "FSInfo";

template <class L>
Record<L, LittleEndian> view(std::span<const std::byte> bytes) {
  return *Record<L, LittleEndian>::at(bytes, 0);
}

std::string fat_place(std::uint32_t which) { return "FAT " + std::to_string(which + 1); }

/// Reads the boot sector step by step; each step says false where nothing after it makes sense.
class BootChecker {
 public:
  BootChecker(const ImageBytes& bytes, Findings& findings)
      : bytes_(bytes), findings_(findings), sector_(bytes.read(0, kBootBytes)) {}

  std::optional<FatShape> run() {
    if (!check_units() || !check_areas()) return std::nullopt;
    if (shape_.entry_bits == 32) {
      check_tail32();
    } else {
      check_tail16();
    }
    return shape_;
  }

 private:
  bool damage(std::string what) {
    findings_.add(Severity::damage, kBootPlace, std::move(what));
    return false;
  }
  void untidy(std::string what) { findings_.add(Severity::untidy, kBootPlace, std::move(what)); }

  bool check_units();
  bool check_areas();
  void choose_type(std::uint64_t clusters);
  void check_tail16();
  void check_tail32();
  void check_state(std::uint8_t state);
  void take_label(std::uint8_t extended, std::span<const std::uint8_t> label);
  void check_backup(std::uint32_t sector);

  const ImageBytes& bytes_;
  Findings& findings_;
  std::vector<std::byte> sector_;
  FatShape shape_;
  std::uint32_t reserved_ = 0;
  bool is_fat32_ = false;
};

bool BootChecker::check_units() {
  const auto boot = view<BootSector>(sector_);
  if (boot.get(BootSector::signature) != kBootSignature) untidy("has no signature");
  shape_.sector_bytes = boot.get(BootSector::sector_bytes);
  if (!std::has_single_bit(shape_.sector_bytes) || shape_.sector_bytes < kSectorBytesMin ||
      shape_.sector_bytes > kSectorBytesMax)
    return damage("sectors of " + std::to_string(shape_.sector_bytes) + " bytes");
  const std::uint32_t cluster_sectors = boot.get(BootSector::cluster_sectors);
  shape_.cluster_bytes = cluster_sectors * shape_.sector_bytes;
  if (!std::has_single_bit(cluster_sectors) || cluster_sectors > kClusterSectorsMax)
    return damage("clusters of " + std::to_string(cluster_sectors) + " sectors");
  shape_.media = boot.get(BootSector::media);
  if (shape_.media != 0xF0 && shape_.media < 0xF8) damage("unknown media descriptor");
  reserved_ = boot.get(BootSector::reserved_sectors);
  if (reserved_ == 0) return damage("no reserved sectors");
  shape_.fats = boot.get(BootSector::fats);
  if (shape_.fats == 0) return damage("no FAT");
  if (shape_.fats > 2) damage("more than two FATs");
  return true;
}

bool BootChecker::check_areas() {
  const auto boot = view<BootSector>(sector_);
  const std::uint64_t sector = shape_.sector_bytes;
  const std::uint32_t small_fat = boot.get(BootSector::fat_sectors_16);
  is_fat32_ = small_fat == 0;
  const std::uint32_t fat_sectors =
      is_fat32_ ? view<BootTail32>(sector_).get(BootTail32::fat_sectors) : small_fat;
  if (fat_sectors == 0) return damage("FATs without a size");
  shape_.fat_start = reserved_ * sector;
  shape_.fat_bytes = fat_sectors * sector;

  shape_.root_start = shape_.fat_start + shape_.fats * shape_.fat_bytes;
  shape_.root_records = boot.get(BootSector::root_entries);
  const std::uint64_t root_bytes = std::uint64_t{shape_.root_records} * DirRecord::size;
  if (is_fat32_ != (shape_.root_records == 0)) return damage("number of root entries does not fit the type");
  if (root_bytes % sector != 0) untidy("the root directory does not fill its sectors");
  shape_.data_start = shape_.root_start + (root_bytes + sector - 1) / sector * sector;

  const std::uint32_t small = boot.get(BootSector::sectors_16), large = boot.get(BootSector::sectors_32);
  if (small != 0 && large != 0 && small != large) damage("two numbers of sectors that differ");
  const std::uint64_t volume = std::uint64_t{small != 0 ? small : large} * sector;
  if (volume <= shape_.data_start) return damage("no room for data");
  if (volume > bytes_.size()) damage("the volume is larger than what holds it");
  const std::uint64_t clusters = (volume - shape_.data_start) / shape_.cluster_bytes;
  if (clusters == 0) return damage("no room for data");
  choose_type(clusters);
  const std::uint64_t entries = shape_.fat_bytes * 8 / shape_.entry_bits;
  if (entries < clusters + kFirstCluster) damage("the FAT is too small for the volume");
  if (entries <= kFirstCluster) return false;
  // What is not there is not walked either.
  if (shape_.data_start >= bytes_.size()) return damage("ends before its data");
  const std::uint64_t there =
      (bytes_.size() - shape_.data_start + shape_.cluster_bytes - 1) / shape_.cluster_bytes;
  shape_.clusters = static_cast<std::uint32_t>(
      std::min({clusters, entries - kFirstCluster, std::uint64_t{kClustersMax}, there}));
  return true;
}

void BootChecker::choose_type(std::uint64_t clusters) {
  if (is_fat32_) {
    shape_.entry_bits = 32;
    if (clusters > kClustersMax) damage("more clusters than FAT32 can have");
  } else {
    shape_.entry_bits = clusters < kFat16Clusters ? 12 : 16;
    if (clusters >= kFat32Clusters) damage("more clusters than FAT16 can have");
  }
}

void BootChecker::check_state(std::uint8_t state) {
  if (state & kStateDirty) untidy("was not unmounted");
  if (state & kStateErrors) untidy("a test of its surface is wanted");
}

void BootChecker::take_label(std::uint8_t extended, std::span<const std::uint8_t> label) {
  shape_.has_label = extended == kExtendedFull;
  std::ranges::copy(label, shape_.label.begin());
}

void BootChecker::check_tail16() {
  const auto tail = view<BootTail16>(sector_);
  const std::uint8_t extended = tail.get(BootTail16::extended);
  if (extended != kExtendedFull && extended != kExtendedSerial) return;
  check_state(tail.get(BootTail16::state));
  std::array<std::uint8_t, 11> label;
  for (std::size_t i = 0; i < label.size(); ++i) label[i] = tail.get(BootTail16::label, i);
  take_label(extended, label);
}

void BootChecker::check_tail32() {
  const auto tail = view<BootTail32>(sector_);
  if (tail.get(BootTail32::version) != 0) damage("unknown version");
  shape_.root_cluster = tail.get(BootTail32::root_cluster);
  const std::uint16_t flags = tail.get(BootTail32::flags);
  shape_.mirrored = !(flags & kFlagOneFat);
  if (!shape_.mirrored) shape_.used_fat = flags & kActiveFatMask;
  if (shape_.used_fat >= shape_.fats) {
    damage("the FAT in use is none of those that it has");
    shape_.used_fat = 0;
  }
  check_state(tail.get(BootTail32::state));
  std::array<std::uint8_t, 11> label;
  for (std::size_t i = 0; i < label.size(); ++i) label[i] = tail.get(BootTail32::label, i);
  take_label(tail.get(BootTail32::extended), label);

  const std::uint32_t info = tail.get(BootTail32::info_sector);
  if (info != 0 && info != kNoSector) {
    if (info >= reserved_) {
      damage("FSInfo lies outside the reserved sectors");
    } else {
      shape_.info_at = std::uint64_t{info} * shape_.sector_bytes;
    }
  }
  const std::uint32_t backup = tail.get(BootTail32::backup_sector);
  if (backup != 0 && backup != kNoSector) check_backup(backup);
}

void BootChecker::check_backup(std::uint32_t sector) {
  if (sector >= reserved_) {
    damage("its copy lies outside the reserved sectors");
    return;
  }
  std::vector<std::byte> copy = bytes_.read(std::uint64_t{sector} * shape_.sector_bytes, kBootBytes);
  // A mark of use is not repeated in the copy.
  const auto record = *Record<BootTail32, LittleEndian, std::byte>::at(copy, 0);
  record.set(BootTail32::state, view<BootTail32>(sector_).get(BootTail32::state));
  if (copy != sector_) untidy("differs from its copy");
}

}  // namespace

void ImageBytes::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  const std::uint64_t there = offset < size() ? std::min<std::uint64_t>(bytes.size(), size() - offset) : 0;
  std::ranges::fill(bytes.subspan(there), std::byte{0});
  if (there == 0) return;
  if (const auto read = device_.read(offset, bytes.first(there)); !read)
    throw ImageError(read.error().reason);
}

std::vector<std::byte> ImageBytes::read(std::uint64_t offset, std::size_t length) const {
  std::vector<std::byte> bytes(length);
  read(offset, bytes);
  return bytes;
}

std::optional<FatShape> check_boot(const ImageBytes& bytes, Findings& findings) {
  return BootChecker(bytes, findings).run();
}

FatTable::FatTable(const ImageBytes& bytes, const FatShape& shape, std::uint32_t which)
    : bytes_(bytes), shape_(shape), start_(shape.fat_start + which * shape.fat_bytes), windows_(kWindows) {}

std::span<const std::byte> FatTable::window(std::uint64_t number) {
  Window& window = windows_[number % kWindows];
  if (window.number != number) {
    window.bytes = bytes_.read(start_ + number * kWindowBytes, kWindowBytes);
    window.number = number;
  }
  return window.bytes;
}

std::uint32_t FatTable::entry(std::uint32_t number) {
  const std::uint64_t at = std::uint64_t{number} * shape_.entry_bits / 8;
  // All of FAT12 lies in one window, so that no entry lies in two.
  const auto bytes = window(at / kWindowBytes).subspan(at % kWindowBytes);
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
  std::uint32_t value = byte(0) | byte(1) << 8;
  if (shape_.entry_bits == 32) return (value | byte(2) << 16 | byte(3) << 24) & kEntryMask;
  if (shape_.entry_bits == 12) value = number % 2 == 0 ? value & 0xFFF : value >> 4;
  const std::uint32_t all = shape_.all_bits();
  return value >= (kEntryBad & all) ? value | (kEntryMask & ~all) : value;
}

namespace {

void check_first_entries(FatTable& table, const FatShape& shape, const std::string& place,
                         Findings& findings) {
  const std::uint32_t all = shape.all_bits();
  if ((table.entry(0) & all) != ((all & ~0xFFU) | shape.media))
    findings.add(Severity::damage, place, "entry 0 is not the media descriptor");
  std::uint32_t clean = 0, no_errors = 0;
  if (shape.entry_bits == 16) clean = kCleanBit16, no_errors = kNoErrorsBit16;
  if (shape.entry_bits == 32) clean = kCleanBit32, no_errors = kNoErrorsBit32;
  const std::uint32_t second = table.entry(1);
  if ((second & clean) != clean) findings.add(Severity::untidy, place, "was not unmounted");
  if ((second & no_errors) != no_errors)
    findings.add(Severity::untidy, place, "reading or writing has failed");
  if (((second | clean | no_errors) & all) < (kEntryEnd & all))
    findings.add(Severity::damage, place, "entry 1 is not an end of a chain");
}

/// Whether both FATs have the same bytes.
bool are_same(const ImageBytes& bytes, const FatShape& shape, std::uint32_t one, std::uint32_t other) {
  constexpr std::uint64_t kPiece = 64 << 10;
  for (std::uint64_t at = 0; at < shape.fat_bytes; at += kPiece) {
    const auto length = static_cast<std::size_t>(std::min(kPiece, shape.fat_bytes - at));
    const std::uint64_t start = shape.fat_start + at;
    if (bytes.read(start + one * shape.fat_bytes, length) !=
        bytes.read(start + other * shape.fat_bytes, length))
      return false;
  }
  return true;
}

}  // namespace

void check_tables(const ImageBytes& bytes, const FatShape& shape, Findings& findings) {
  for (std::uint32_t which = 0; which < shape.fats; ++which) {
    if (!shape.mirrored && which != shape.used_fat) continue;
    FatTable table(bytes, shape, which);
    check_first_entries(table, shape, fat_place(which), findings);
    if (shape.mirrored && which > 0 && !are_same(bytes, shape, 0, which))
      findings.add(Severity::untidy, fat_place(which), "differs from FAT 1");
  }
}

void check_info(const ImageBytes& bytes, const FatShape& shape, std::uint32_t free_clusters,
                Findings& findings) {
  if (shape.info_at == 0) return;
  const auto sector = bytes.read(shape.info_at, FsInfo::size);
  const auto info = view<FsInfo>(sector);
  if (info.get(FsInfo::lead_signature) != kInfoLead || info.get(FsInfo::signature) != kInfoSignature ||
      info.get(FsInfo::trail_signature) != kInfoTrail) {
    findings.add(Severity::untidy, kInfoPlace, "has no signature");
    return;
  }
  const std::uint32_t free = info.get(FsInfo::free_clusters), next = info.get(FsInfo::next_free);
  if (free != kInfoUnknown && free != free_clusters)
    findings.add(
        Severity::untidy, kInfoPlace,
        "counts " + std::to_string(free) + " free clusters, there are " + std::to_string(free_clusters));
  if (next != kInfoUnknown && !shape.is_cluster(next))
    findings.add(Severity::untidy, kInfoPlace, "the hint for the next cluster is out of range");
}

}  // namespace fsu
