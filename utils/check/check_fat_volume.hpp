// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A FAT volume as its judge reads it: the bytes, what the boot sector says of them, entries of the
/// FAT.
#pragma once

#include <optional>
#include <span>

#include "fs/fat/disk.hpp"
#include "utils/check/check.hpp"
#include "vfs/block_device.hpp"

namespace fsu {

/// The bytes of a device; behind its end they are zeroes.
class ImageBytes {
 public:
  explicit ImageBytes(rump::BlockDevice& device) : device_(device) {}
  /// Throws ImageError.
  void read(std::uint64_t offset, std::span<std::byte> bytes) const;
  std::vector<std::byte> read(std::uint64_t offset, std::size_t length) const;
  std::uint64_t size() const { return device_.size(); }

 private:
  rump::BlockDevice& device_;
};

/// Where a volume has what. Offsets in bytes.
struct FatShape {
  unsigned entry_bits = 0;  ///< 12, 16 or 32
  std::uint32_t sector_bytes = 0, cluster_bytes = 0;
  std::uint32_t fats = 0, used_fat = 0;
  bool mirrored = true;
  std::uint64_t fat_start = 0, fat_bytes = 0;
  std::uint64_t root_start = 0;  ///< FAT12 and FAT16
  std::uint32_t root_records = 0, root_cluster = 0;
  std::uint64_t data_start = 0;
  std::uint32_t clusters = 0;
  std::uint64_t info_at = 0;  ///< FSInfo; 0: none
  std::uint8_t media = 0;
  std::array<std::uint8_t, 11> label{};  ///< of the boot sector
  bool has_label = false;

  bool is_cluster(std::uint32_t number) const {
    return number >= rump::fat::kFirstCluster && number - rump::fat::kFirstCluster < clusters;
  }
  /// The bits of an entry that count.
  std::uint32_t all_bits() const {
    return entry_bits == 32 ? rump::fat::kEntryMask : (std::uint32_t{1} << entry_bits) - 1;
  }
  std::uint32_t end_of_clusters() const { return rump::fat::kFirstCluster + clusters; }
  std::uint64_t place_of(std::uint32_t cluster) const {
    return data_start + std::uint64_t{cluster - rump::fat::kFirstCluster} * cluster_bytes;
  }
};

/// Checks the boot sector and what belongs to it. Nothing where it makes no sense, and nothing else can be
/// checked.
std::optional<FatShape> check_boot(const ImageBytes& bytes, Findings& findings);

/// One FAT.
class FatTable {
 public:
  FatTable(const ImageBytes& bytes, const FatShape& shape, std::uint32_t which);
  /// The entry as FAT32 would have it: what means bad or the end in a smaller one has the upper bits set too.
  std::uint32_t entry(std::uint32_t number);

 private:
  static constexpr std::size_t kWindowBytes = 16 << 10, kWindows = 256;
  struct Window {
    std::uint64_t number = ~std::uint64_t{0};
    std::vector<std::byte> bytes;
  };
  std::span<const std::byte> window(std::uint64_t number);

  const ImageBytes& bytes_;
  const FatShape& shape_;
  std::uint64_t start_;
  std::vector<Window> windows_;
};

/// Compares the FATs with each other and checks their first two entries.
void check_tables(const ImageBytes& bytes, const FatShape& shape, Findings& findings);

/// Checks FSInfo; `free_clusters` is what the FAT says.
void check_info(const ImageBytes& bytes, const FatShape& shape, std::uint32_t free_clusters,
                Findings& findings);

}  // namespace fsu
