// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The partition table of the PC's master boot record, and its chain of logical partitions.
#pragma once

#include "images/partitions.hpp"

namespace rump::images {

/// What the first sector says about the whole device.
struct MbrSummary {
  enum class Kind : u8 {
    none,        ///< no table
    table,       ///< a table that stands for itself
    protective,  ///< a table that says: look for a GPT (it may list some of the GPT's partitions too)
  };
  Kind kind = Kind::none;
  u64 protected_end = 0;  ///< of a protective one: the sector behind the one it protects
};

/// Looks at the first sector. Errors: the device's.
Result<MbrSummary> summarize_mbr(BlockDevice& device);

/// How long what begins with a boot sector is by what the sector says, in bytes; 0 where it says nothing.
struct BootSectorLengths {
  u64 disk = 0;  ///< a disk: to the end of the last primary partition, in sectors of 512 bytes
  u64 fat = 0;   ///< a FAT file system
};

/// Looks at the boot sector at `offset`. Errors: the device's.
Result<BootSectorLengths> boot_sector_lengths(BlockDevice& device, u64 offset);

Result<std::optional<PartitionTable>> read_mbr(BlockDevice& device);

inline constexpr TableFormat kMbr{.name = "mbr", .read = read_mbr};

}  // namespace rump::images
