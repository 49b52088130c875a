// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file CRC32C eight bytes at a time, by the processor's own instruction where it has one; CRC16; the CRC32
/// of old journals.
#include "fs/ext2/checksum.hpp"

#include <array>
#include <cstring>

#ifdef __x86_64__
#include <cpuid.h>
#include <nmmintrin.h>
#endif

namespace rump::ext2 {
namespace {

constexpr u32 kPolynomial32 = 0x82F63B78;
constexpr u16 kPolynomial16 = 0xA001;
constexpr u32 kPolynomial32Big = 0x04C11DB7;

/// tables[k][b]: what byte b does to the checksum when k more bytes follow it.
using Tables = std::array<std::array<u32, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (u32 b = 0; b < 256; ++b) {
    u32 crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ kPolynomial32 : crc >> 1;
    tables[0][b] = crc;
  }
  for (u32 b = 0; b < 256; ++b)
    for (std::size_t k = 1; k < 8; ++k)
      tables[k][b] = tables[k - 1][b] >> 8 ^ tables[0][tables[k - 1][b] & 0xFF];
  return tables;
}
constexpr Tables kTables = make_tables();

constexpr std::array<u16, 256> make_table16() {
  std::array<u16, 256> table{};
  for (u32 b = 0; b < 256; ++b) {
    u32 crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ kPolynomial16 : crc >> 1;
    table[b] = static_cast<u16>(crc);
  }
  return table;
}
constexpr std::array<u16, 256> kTable16 = make_table16();

constexpr std::array<u32, 256> make_table_big() {
  std::array<u32, 256> table{};
  for (u32 b = 0; b < 256; ++b) {
    u32 crc = b << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 31 ? crc << 1 ^ kPolynomial32Big : crc << 1;
    table[b] = crc;
  }
  return table;
}
constexpr std::array<u32, 256> kTableBig = make_table_big();

#ifdef __x86_64__
/// SSE 4.2 computes just this polynomial. Asked once: in a virtual machine the question is expensive.
const bool kHasInstruction = [] {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_2) != 0;
}();

[[gnu::target("sse4.2")]] u32 crc32c_by_instruction(u32 crc, std::span<const std::byte> bytes) {
  u64 wide = crc;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    u64 word;
    std::memcpy(&word, bytes.data(), sizeof word);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = static_cast<u32>(wide);
  for (const std::byte b : bytes) crc = _mm_crc32_u8(crc, static_cast<u8>(b));
  return crc;
}
#else
constexpr bool kHasInstruction = false;
u32 crc32c_by_instruction(u32 crc, std::span<const std::byte>) { return crc; }
#endif

u64 load_little(const std::byte* at) {
  u64 word;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == std::endian::little ? word : std::byteswap(word);
}

}  // namespace

u32 crc32c(u32 crc, std::span<const std::byte> bytes) {
  return kHasInstruction ? crc32c_by_instruction(crc, bytes) : crc32c_by_tables(crc, bytes);
}

u32 crc32c_by_tables(u32 crc, std::span<const std::byte> bytes) {
  while (bytes.size() >= 8) {
    const u64 word = load_little(bytes.data()) ^ crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= kTables[7 - k][word >> (8 * k) & 0xFF];
    bytes = bytes.subspan(8);
  }
  for (const std::byte b : bytes) crc = crc >> 8 ^ kTables[0][(crc ^ static_cast<u32>(b)) & 0xFF];
  return crc;
}

u16 crc16(u16 crc, std::span<const std::byte> bytes) {
  for (const std::byte b : bytes)
    crc = static_cast<u16>(crc >> 8 ^ kTable16[(crc ^ static_cast<u32>(b)) & 0xFF]);
  return crc;
}

u32 crc32_big(u32 crc, std::span<const std::byte> bytes) {
  for (const std::byte b : bytes) crc = crc << 8 ^ kTableBig[crc >> 24 ^ static_cast<u32>(b)];
  return crc;
}

}  // namespace rump::ext2
