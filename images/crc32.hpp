// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The CRC-32 of images and partition tables.
#pragma once

#include <array>
#include <span>

#include "hypercall/host.hpp"

namespace rump::images {

/// What each value of a byte does to the checksum: CRC-32 of ISO 3309, the polynomial 04C11DB7 reflected.
inline constexpr std::array<u32, 256> kCrc32Table = [] {
  std::array<u32, 256> table{};
  for (u32 b = 0; b < 256; ++b) {
    u32 crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    table[b] = crc;
  }
  return table;
}();

/// The checksum of bytes that follow those whose checksum is `crc` (0: none).
constexpr u32 crc32(u32 crc, std::span<const std::byte> bytes) {
  crc = ~crc;
  for (const std::byte b : bytes) crc = crc >> 8 ^ kCrc32Table[(crc ^ static_cast<u32>(b)) & 0xFF];
  return ~crc;
}

}  // namespace rump::images
