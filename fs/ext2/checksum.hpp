// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The checksums of the format: CRC32C (metadata_csum), CRC16 (uninit_bg), and CRC32 (old journals).
#pragma once

#include <bit>
#include <span>

#include "vfs/error.hpp"

namespace rump::ext2 {

/// CRC32C (Castagnoli, reflected), continued from `crc`; no inversion before or after. Chained over the parts
/// of what is covered, starting from ~0 or from the file system's seed.
u32 crc32c(u32 crc, std::span<const std::byte> bytes);

/// The same, by any processor.
u32 crc32c_by_tables(u32 crc, std::span<const std::byte> bytes);

/// CRC32C continued over a number in little-endian order.
template <class T>
u32 crc32c_number(u32 crc, T value) {
  if constexpr (std::endian::native != std::endian::little) value = std::byteswap(value);
  return crc32c(crc, std::as_bytes(std::span(&value, 1)));
}

/// CRC16 (polynomial 0x8005, reflected), continued from `crc`.
u16 crc16(u16 crc, std::span<const std::byte> bytes);

/// CRC32 (polynomial 0x04C11DB7, the highest bit first), continued from `crc`; no inversion after.
u32 crc32_big(u32 crc, std::span<const std::byte> bytes);

}  // namespace rump::ext2
