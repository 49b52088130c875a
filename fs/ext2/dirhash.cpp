// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The three hashes: an old one of its own, half of MD4, and TEA.
#include "fs/ext2/dirhash.hpp"

#include <algorithm>
#include <bit>

namespace rump::ext2 {
namespace {

constexpr std::array<u32, 4> kDefaultSeed{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
constexpr u32 kEndOfHashes = 0xFFFFFFFE;  ///< reserved as the end of a directory

/// The next words of the name, four characters each, filled up with a pattern of what is left of the length.
void pack(Name name, bool is_unsigned, std::span<u32> words) {
  const u32 length = static_cast<u32>(name.size());
  const u32 half = length | length << 8;
  const u32 padding = half | half << 16;
  name = name.substr(0, words.size() * 4);
  std::ranges::fill(words, padding);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const u32 value =
        is_unsigned ? static_cast<u8>(name[i]) : static_cast<u32>(static_cast<signed char>(name[i]));
    words[i / 4] = value + (words[i / 4] << 8);
  }
}

/// Three rounds of MD4 with half its words.
void half_md4(std::array<u32, 4>& state, const std::array<u32, 8>& in) {
  struct Round {
    std::array<u8, 8> order;
    std::array<u8, 4> shifts;
    u32 constant;
  };
  static constexpr Round kRounds[] = {{{0, 1, 2, 3, 4, 5, 6, 7}, {3, 7, 11, 19}, 0},
                                      {{1, 3, 5, 7, 0, 2, 4, 6}, {3, 5, 9, 13}, 0x5A827999},
                                      {{3, 7, 2, 6, 1, 5, 0, 4}, {3, 9, 11, 15}, 0x6ED9EBA1}};
  std::array<u32, 4> v = state;
  for (std::size_t round = 0; round < std::size(kRounds); ++round)
    for (std::size_t i = 0; i < 8; ++i) {
      // a, b, c, d rotate by one place each step.
      u32& a = v[(4 - i % 4) % 4];
      const u32 b = v[(5 - i % 4) % 4], c = v[(6 - i % 4) % 4], d = v[(7 - i % 4) % 4];
      const u32 mixed = round == 0 ? d ^ (b & (c ^ d)) : round == 1 ? (b & c) + ((b ^ c) & d) : b ^ c ^ d;
      a = std::rotl(a + mixed + in[kRounds[round].order[i]] + kRounds[round].constant,
                    kRounds[round].shifts[i % 4]);
    }
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += v[i];
}

/// Sixteen rounds of the Tiny Encryption Algorithm.
void tea(std::array<u32, 4>& state, const std::array<u32, 4>& in) {
  u32 sum = 0, left = state[0], right = state[1];
  for (int round = 0; round < 16; ++round) {
    sum += 0x9E3779B9;
    left += ((right << 4) + in[0]) ^ (right + sum) ^ ((right >> 5) + in[1]);
    right += ((left << 4) + in[2]) ^ (left + sum) ^ ((left >> 5) + in[3]);
  }
  state[0] += left;
  state[1] += right;
}

u32 legacy(Name name, bool is_unsigned) {
  u32 before = 0x37ABE8F9, hash = 0x12A3FE2D;
  for (const char c : name) {
    const u32 value = is_unsigned ? static_cast<u8>(c) : static_cast<u32>(static_cast<signed char>(c));
    u32 next = before + (hash ^ value * 7152373);
    if (next & 0x80000000) next -= 0x7FFFFFFF;
    before = std::exchange(hash, next);
  }
  return hash << 1;
}

}  // namespace

std::optional<HashVersion> hash_version(const Geometry& g, u8 number) {
  if (number > static_cast<u8>(HashVersion::tea)) return std::nullopt;
  const u8 raised = g.unsigned_hash ? static_cast<u8>(HashVersion::legacy_unsigned) : u8{0};
  return static_cast<HashVersion>(number + raised);
}

DirHash hash_name(HashVersion version, Name name, const std::array<u32, 4>& seed) {
  const bool is_unsigned = version >= HashVersion::legacy_unsigned;
  const bool seeded = std::ranges::any_of(seed, [](u32 word) { return word != 0; });
  std::array<u32, 4> state = seeded ? seed : kDefaultSeed;
  DirHash hash;
  switch (version) {
    case HashVersion::legacy:
    case HashVersion::legacy_unsigned:
      hash.major = legacy(name, is_unsigned);
      break;
    case HashVersion::half_md4:
    case HashVersion::half_md4_unsigned:
      for (std::array<u32, 8> words; !name.empty();
           name.remove_prefix(std::min<std::size_t>(name.size(), 32))) {
        pack(name, is_unsigned, words);
        half_md4(state, words);
      }
      hash = {state[1], state[2]};
      break;
    case HashVersion::tea:
    case HashVersion::tea_unsigned:
      for (std::array<u32, 4> words; !name.empty();
           name.remove_prefix(std::min<std::size_t>(name.size(), 16))) {
        pack(name, is_unsigned, words);
        tea(state, words);
      }
      hash = {state[0], state[1]};
      break;
  }
  hash.major &= ~u32{1};
  if (hash.major == kEndOfHashes) hash.major -= 2;
  return hash;
}

}  // namespace rump::ext2
