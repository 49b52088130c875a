// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The little of ISO 9660 (ECMA-119) that boot images need: volume descriptors, and how long the files
/// are that begin in given places.
#pragma once

#include <array>

#include "vfs/block_device.hpp"

namespace rump::images {

inline constexpr u32 kIsoSectorBytes = 2048;
using IsoSector = std::array<std::byte, kIsoSectorBytes>;

/// Types of volume descriptors (ECMA-119, 8.1.1).
inline constexpr u8 kIsoBootRecord = 0, kIsoPrimary = 1, kIsoLastDescriptor = 255;

/// Reads volume descriptor `index`, from 0; false where the set has ended. Errors: the device's.
Result<bool> read_iso_descriptor(BlockDevice& device, u32 index, IsoSector& sector);

/// A file by its place.
struct FileAt {
  u64 offset;  ///< bytes from the start of the device
  u64 length;  ///< bytes; 0: there is none
};

/// Sets the lengths of the files that begin where `files` say, as far as the directories of the primary
/// volume descriptor can be read and tell. Errors: the device's, no_memory.
Result<> measure_files(BlockDevice& device, std::span<FileAt> files);

}  // namespace rump::images
