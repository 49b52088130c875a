// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The index of a directory ("Hash Tree Directories").
#include "fs/ext2/htree.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include "fs/ext2/checksum.hpp"

namespace rump::ext2 {
namespace {

using RootView = Record<IndexRoot, LittleEndian>;
using EntryView = Record<IndexEntry, LittleEndian>;

// ---- hashes

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

// ---- nodes

/// The entries of an index block.
class IndexNode {
 public:
  /// corrupt unless limit and count are what the block has room for.
  static Result<IndexNode> at(const Geometry& g, std::span<const std::byte> block, std::size_t start) {
    const EntryView head = TRY(EntryView::at(block, start));
    const u32 limit = head.get(IndexEntry::limit), count = head.get(IndexEntry::count);
    const std::size_t room = block.size() - start - (g.has_checksums() ? IndexTail::size : 0);
    if (limit != room / IndexEntry::size) return fail(Errc::corrupt, "an index block's limit is wrong");
    if (count == 0 || count > limit) return fail(Errc::corrupt, "an index block's count is wrong");
    return IndexNode(block, start, limit, count);
  }
  u32 limit() const { return limit_; }
  u32 count() const { return count_; }
  /// The first entry's hash is 0: it takes what is below the second.
  u32 hash(u32 i) const { return i == 0 ? 0 : entry(i).get(IndexEntry::hash); }
  u32 block(u32 i) const { return entry(i).get(IndexEntry::block) & kIndexBlockMask; }
  /// The last entry whose hash is not above this one.
  u32 find(u32 hash) const {
    u32 low = 1, high = count_;
    while (low < high) {
      const u32 middle = low + (high - low) / 2;
      if (entry(middle).get(IndexEntry::hash) <= hash)
        low = middle + 1;
      else
        high = middle;
    }
    return low - 1;
  }

 private:
  IndexNode(std::span<const std::byte> block, std::size_t start, u32 limit, u32 count)
      : block_(block), start_(start), limit_(limit), count_(count) {}
  EntryView entry(u32 i) const { return *EntryView::at(block_, start_ + i * IndexEntry::size); }

  std::span<const std::byte> block_;
  std::size_t start_;
  u32 limit_, count_;
};

/// A level of the descent.
struct Level {
  ReadBuf buffer;
  IndexNode node;
  u32 at;  ///< the entry that was taken

  u64 block() const { return node.block(at); }
};

/// A descent through the index of one directory.
class Descent {
 public:
  Descent(const Ext2Mount& mount, const Inode& dir) : mount_(mount), dir_(dir) {}

  Result<Key> find(const NameMatcher& name);

 private:
  Result<u32> open_root(const NameMatcher& name);
  Result<> push(u64 logical, u32 hash);
  Result<> go_down(u32 hash);
  Result<bool> next_leaf(u32 hash);

  const Ext2Mount& mount_;
  const Inode& dir_;
  u32 below_ = 0;              ///< levels below the root
  std::vector<Level> levels_;  ///< the root first; at most below_ + 1
};

/// Checks the root's own fields; the name's hash in this index.
Result<u32> Descent::open_root(const NameMatcher& name) {
  const Geometry& g = mount_.geometry();
  const auto block = TRY(read_dir_block(mount_, dir_, 0));
  if (!block) return fail(Errc::corrupt, "an index block lies in a hole");
  const RootView root = TRY(RootView::at(block->bytes(), IndexRoot::kOffset));
  u32 version = root.get(IndexRoot::hash_version);
  if (version > static_cast<u32>(HashVersion::tea) || root.get(IndexRoot::flags) != 0)
    return fail(Errc::not_supported, "the directory's index has an unknown hash");
  below_ = root.get(IndexRoot::levels);
  if (root.get(IndexRoot::info_length) != IndexRoot::size ||
      below_ > kIndexLevelsMax + g.has(kIncompatLargeDir))
    return fail(Errc::corrupt, "the directory's index has a wrong root");
  if (g.unsigned_hash) version += static_cast<u32>(HashVersion::legacy_unsigned);
  return hash_name(static_cast<HashVersion>(version), name.hashed(), g.hash_seed);
}

/// Reads an index block and chooses the entry for the hash in it.
Result<> Descent::push(u64 logical, u32 hash) {
  auto buffer = TRY(read_dir_block(mount_, dir_, logical));
  if (!buffer) return fail(Errc::corrupt, "an index block lies in a hole");
  const std::size_t start = logical == 0 ? kIndexRootEntries : kIndexNodeEntries;
  const IndexNode node = TRY(IndexNode::at(mount_.geometry(), buffer->bytes(), start));
  levels_.emplace_back(*std::move(buffer), node, node.find(hash));
  return {};
}

/// From the last level on, down to the one whose entries are leaves.
Result<> Descent::go_down(u32 hash) {
  while (levels_.size() <= below_) TRY(push(levels_.back().block(), hash));
  return {};
}

/// Moves to the next leaf if names of this hash go on there: its entry carries the same hash with the lowest
/// bit set.
Result<bool> Descent::next_leaf(u32 hash) {
  while (!levels_.empty() && levels_.back().at + 1 == levels_.back().node.count()) levels_.pop_back();
  if (levels_.empty()) return false;
  Level& turned = levels_.back();
  ++turned.at;
  if (turned.node.hash(turned.at) != (hash | 1)) return false;
  // In a node below an entry just entered, the first entry is the next one.
  TRY(go_down(0));
  return true;
}

Result<Key> Descent::find(const NameMatcher& name) {
  const u32 hash = TRY(open_root(name));
  TRY(push(0, hash));
  TRY(go_down(hash));
  const u64 blocks = dir_blocks(mount_.geometry(), dir_);
  for (u64 leaves = 0; leaves < blocks; ++leaves) {
    const u64 logical = levels_.back().block();
    if (logical == 0 || logical >= blocks)
      return fail(Errc::corrupt, "the directory's index leads outside it");
    const auto leaf = TRY(read_dir_block(mount_, dir_, logical));
    if (!leaf) return fail(Errc::corrupt, "the directory's index leads into a hole");
    if (const auto key = TRY(find_in_block(mount_.geometry(), leaf->bytes(), name))) return *key;
    if (!TRY(next_leaf(hash))) return fail(Errc::not_found, "no such file or directory");
  }
  return fail(Errc::corrupt, "the directory's index goes round in a circle");
}

}  // namespace

u32 hash_name(HashVersion version, Name name, const std::array<u32, 4>& seed) {
  const bool is_unsigned = version >= HashVersion::legacy_unsigned;
  const bool seeded = std::ranges::any_of(seed, [](u32 word) { return word != 0; });
  std::array<u32, 4> state = seeded ? seed : kDefaultSeed;
  u32 hash = 0;
  switch (version) {
    case HashVersion::legacy:
    case HashVersion::legacy_unsigned:
      hash = legacy(name, is_unsigned);
      break;
    case HashVersion::half_md4:
    case HashVersion::half_md4_unsigned:
      for (std::array<u32, 8> words; !name.empty();
           name.remove_prefix(std::min<std::size_t>(name.size(), 32))) {
        pack(name, is_unsigned, words);
        half_md4(state, words);
      }
      hash = state[1];
      break;
    case HashVersion::tea:
    case HashVersion::tea_unsigned:
      for (std::array<u32, 4> words; !name.empty();
           name.remove_prefix(std::min<std::size_t>(name.size(), 16))) {
        pack(name, is_unsigned, words);
        tea(state, words);
      }
      hash = state[0];
      break;
  }
  hash &= ~u32{1};
  return hash == kEndOfHashes ? kEndOfHashes - 2 : hash;
}

Result<Key> index_lookup(const Ext2Mount& mount, const Inode& dir, const NameMatcher& name) {
  return Descent(mount, dir).find(name);
}

Result<> check_index_checksum(const Geometry& g, const Inode& dir, u64 logical,
                              std::span<const std::byte> block) {
  constexpr std::array<std::byte, sizeof(u32)> kZero{};
  const std::size_t start = logical == 0 ? kIndexRootEntries : kIndexNodeEntries;
  const IndexNode node = TRY(IndexNode::at(g, block, start));
  const std::size_t tail_at = start + std::size_t{node.limit()} * IndexEntry::size;
  const auto tail = TRY((Record<IndexTail, LittleEndian>::at(block, tail_at)));
  u32 crc = crc32c(dir.checksum_seed, block.first(start + std::size_t{node.count()} * IndexEntry::size));
  crc = crc32c(crc, tail.bytes().first(sizeof(u32)));
  crc = crc32c(crc, kZero);
  if (tail.get(IndexTail::checksum) != crc)
    return fail(Errc::corrupt, "a directory index's checksum is wrong");
  return {};
}

}  // namespace rump::ext2
