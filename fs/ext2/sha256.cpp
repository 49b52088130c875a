// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file SHA-256 as FIPS 180-4 writes it, for short messages.
#include "fs/ext2/sha256.hpp"

#include <algorithm>
#include <bit>

namespace rump::ext2 {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kLengthBytes = sizeof(u64);  ///< of the message in bits, at the end of the last block

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2).
constexpr std::array<u32, 64> kRounds{
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

using State = std::array<u32, 8>;
/// Likewise of the square roots of the first eight (5.3.3).
constexpr State kStart{0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                       0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

/// One block into the state (6.2.2).
void compress(State& state, std::span<const std::byte, kBlockBytes> block) {
  std::array<u32, 64> w{};
  for (std::size_t i = 0; i < kBlockBytes; ++i) w[i / 4] = w[i / 4] << 8 | static_cast<u32>(block[i]);
  for (std::size_t i = 16; i < w.size(); ++i) {
    const u32 s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ w[i - 15] >> 3;
    const u32 s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const u32 s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const u32 one = h + s1 + ((e & f) ^ (~e & g)) + kRounds[i] + w[i];
    const u32 s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const u32 two = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = std::exchange(g, std::exchange(f, std::exchange(e, d + one)));
    d = std::exchange(c, std::exchange(b, std::exchange(a, one + two)));
  }
  const State mixed{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += mixed[i];
}

}  // namespace

Sha256 sha256(std::span<const std::byte> bytes) {
  State state = kStart;
  const u64 bits = u64{bytes.size()} * 8;
  for (; bytes.size() >= kBlockBytes; bytes = bytes.subspan(kBlockBytes))
    compress(state, bytes.first<kBlockBytes>());
  // The rest, a one bit, zeroes, and the length: one block or two.
  std::array<std::byte, kBlockBytes> last{};
  std::ranges::copy(bytes, last.begin());
  last[bytes.size()] = std::byte{0x80};
  if (bytes.size() + 1 > kBlockBytes - kLengthBytes) {
    compress(state, last);
    last.fill(std::byte{0});
  }
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    last[kBlockBytes - 1 - i] = std::byte(bits >> (8 * i) & 0xFF);
  compress(state, last);

  Sha256 digest;
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = std::byte(state[i / 4] >> (24 - 8 * (i % 4)) & 0xFF);
  return digest;
}

}  // namespace rump::ext2
