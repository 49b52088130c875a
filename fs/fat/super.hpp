// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The boot sector, checked: the only reader of the raw one.
#pragma once

#include <array>

#include "fs/fat/disk.hpp"
#include "vfs/block_device.hpp"

namespace rump::fat {

/// Named by the bits of an entry.
enum class FatType : u8 { fat12 = 12, fat16 = 16, fat32 = 32 };

/// What the boot sector says, after every number in it was found usable. Offsets are bytes of the device.
struct Geometry {
  FatType type = FatType::fat12;
  u32 sector_bytes = 0;
  u32 cluster_shift = 0;
  u32 cluster_bytes = 0;
  u32 block_bytes = 0;  ///< of the buffer cache: no block lies in two clusters, or in the data and before it
  u32 fats = 0;
  u32 active_fat = 0;
  bool mirrored = true;  ///< all FATs are kept, not the active one alone
  u64 fat_start = 0;     ///< of the first one
  u64 fat_bytes = 0;     ///< of each
  u64 root_start = 0;    ///< FAT12 and FAT16
  u32 root_records = 0;  ///< FAT12 and FAT16
  u32 root_cluster = 0;  ///< FAT32
  u64 data_start = 0;
  u32 clusters = 0;  ///< numbered from kFirstCluster on
  u64 info_at = 0;   ///< FSInfo; 0: none
  u64 state_at = 0;  ///< the state byte; 0: none
  u64 bytes = 0;     ///< of the volume, whatever the device has
  bool truncated = false;
  bool marked_dirty = false;  ///< by the state byte
  u32 serial = 0;
  std::array<u8, 11> label{};  ///< the boot sector's; spaces: none

  bool has_chain_root() const { return type == FatType::fat32; }
  bool is_cluster(u32 number) const { return number >= kFirstCluster && number - kFirstCluster < clusters; }
  u32 clusters_end() const { return kFirstCluster + clusters; }
  u64 cluster_start(u32 cluster) const {
    return data_start + (u64{cluster - kFirstCluster} << cluster_shift);
  }
  /// Clusters that so many bytes take.
  u32 clusters_for(u64 size) const { return static_cast<u32>((size + cluster_bytes - 1) >> cluster_shift); }
};

/// Which of the boot sectors to go by.
enum class WhichBoot : u8 { primary, backup };

/// Whether a FAT volume is there: a boot sector that makes sense, and a FAT that begins as it says or a name
/// of the type. Boot sectors of other systems do not pass.
Result<bool> probe(BlockDevice& device);

/// Reads and checks a boot sector: corrupt (what is wrong, and whether the backup is better), not_supported.
Result<Geometry> read_geometry(BlockDevice& device, WhichBoot which);

}  // namespace rump::fat
