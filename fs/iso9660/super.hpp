// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The volume descriptors of a session, checked: the only reader of the raw ones.
#pragma once

#include <array>
#include <optional>

#include "fs/iso9660/disk.hpp"
#include "vfs/block_device.hpp"

namespace rump::iso9660 {

/// A tree of directories, as a descriptor names it.
struct Tree {
  u64 root = 0;        ///< where the root directory begins, in bytes from the start of the volume
  u32 root_bytes = 0;  ///< its length by the descriptor's record
};

/// What the descriptors of one session say, after every number in them was found usable.
struct Descriptors {
  u64 sector = kDescriptorSector;  ///< of the first descriptor
  u64 primary_sector = 0;          ///< of the primary one
  u32 block_shift = kSectorShift;  ///< logical blocks, 512 to 2048 bytes
  u64 blocks = 0;                  ///< of the volume, in logical blocks
  Tree primary;
  std::optional<Tree> joliet, enhanced;
  u8 joliet_level = 0;              ///< 1 to 3
  std::optional<u32> boot_catalog;  ///< El Torito: the catalog's sector
  bool is_xa = false;
  std::array<char, 32> volume_id{};  ///< without the spaces behind it, zero-padded

  u32 block_bytes() const { return u32{1} << block_shift; }
  /// The volume's length in bytes; a claim, the device may be shorter.
  u64 bytes() const { return blocks << block_shift; }
};

/// Whether the device holds ISO 9660, or High Sierra, which mounting refuses by name.
Result<bool> probe(BlockDevice& device);

/// Whether a primary descriptor of ISO 9660 begins at the sector.
Result<bool> has_primary(BlockDevice& device, u64 sector);

/// Reads and checks the descriptors that begin at the sector `first`: corrupt (what is wrong), not_supported
/// (High Sierra).
Result<Descriptors> read_descriptors(BlockDevice& device, u64 first = kDescriptorSector);

/// The text of a field padded with spaces (ECMA-119, 7.4.3), or with NULs as some writers do.
std::string_view trimmed_text(std::span<const std::byte> bytes);

}  // namespace rump::iso9660
