// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Numbers and CRC32C in the bytes of an ext image that is being mutated. Nothing here is the driver's.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "tests/fuzz/mutate.hpp"

namespace fuzz {

/// The number of `width` bytes at `offset`; 0 beyond the end.
inline std::uint32_t load(Bytes bytes, std::uint64_t offset, unsigned width) {
  std::uint32_t value = 0;
  if (offset + width > bytes.size()) return 0;
  for (unsigned i = 0; i < width; ++i) value |= std::uint32_t{bytes[offset + i]} << 8 * i;
  return value;
}

inline void store(Bytes bytes, std::uint64_t offset, unsigned width, std::uint32_t value) {
  if (offset + width > bytes.size()) return;
  for (unsigned i = 0; i < width; ++i) bytes[offset + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

inline std::uint32_t crc32c(std::uint32_t crc, std::span<const std::uint8_t> bytes) {
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      table[i] = i;
      for (int bit = 0; bit < 8; ++bit) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0x82f63b78 : 0);
    }
    return table;
  }();
  for (const std::uint8_t byte : bytes) crc = crc >> 8 ^ kTable[(crc ^ byte) & 0xff];
  return crc;
}

inline std::uint32_t crc32c(std::uint32_t crc, std::uint32_t number) {
  std::array<std::uint8_t, 4> bytes;
  store(bytes, 0, 4, number);
  return crc32c(crc, std::span<const std::uint8_t>(bytes));
}

}  // namespace fuzz
