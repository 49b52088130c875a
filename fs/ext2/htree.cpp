// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The index of a directory ("Hash Tree Directories").
#include "fs/ext2/htree.hpp"

#include <algorithm>
#include <vector>

#include "fs/ext2/checksum.hpp"

namespace rump::ext2 {
namespace {

using RootView = Record<IndexRoot, LittleEndian>;
using EntryView = Record<IndexEntry, LittleEndian>;

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

/// What the root of an index says of it.
struct Root {
  u8 hash_version;
  u32 below;  ///< levels below the root
};

Result<Root> read_root(const Ext2Mount& mount, const Inode& dir) {
  const auto block = TRY(read_dir_block(mount, dir, 0));
  if (!block) return fail(Errc::corrupt, "an index block lies in a hole");
  const RootView view = TRY(RootView::at(block->bytes(), IndexRoot::kOffset));
  const Root root{view.get(IndexRoot::hash_version), view.get(IndexRoot::levels)};
  if (view.get(IndexRoot::flags) != 0)
    return fail(Errc::not_supported, "the directory's index has unknown flags");
  if (view.get(IndexRoot::info_length) != IndexRoot::size ||
      root.below > kIndexLevelsMax + mount.geometry().has(kIncompatLargeDir))
    return fail(Errc::corrupt, "the directory's index has a wrong root");
  return root;
}

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
  Result<> push(u64 logical, u32 hash);
  Result<> go_down(u32 hash);
  Result<bool> next_leaf(u32 hash);

  const Ext2Mount& mount_;
  const Inode& dir_;
  u32 below_ = 0;              ///< levels below the root
  std::vector<Level> levels_;  ///< the root first; at most below_ + 1
};

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
  const Root root = TRY(read_root(mount_, dir_));
  below_ = root.below;
  const u32 hash = TRY(name.hash(root.hash_version));
  TRY(push(0, hash));
  TRY(go_down(hash));
  const u64 blocks = dir_blocks(mount_.geometry(), dir_);
  for (u64 leaves = 0; leaves < blocks; ++leaves) {
    const u64 logical = levels_.back().block();
    if (logical == 0 || logical >= blocks)
      return fail(Errc::corrupt, "the directory's index leads outside it");
    const auto leaf = TRY(read_dir_block(mount_, dir_, logical));
    if (!leaf) return fail(Errc::corrupt, "the directory's index leads into a hole");
    if (const auto key = TRY(find_in_block(mount_.geometry(), dir_, leaf->bytes(), name))) return *key;
    if (!TRY(next_leaf(hash))) return fail(Errc::not_found, "no such file or directory");
  }
  return fail(Errc::corrupt, "the directory's index goes round in a circle");
}

}  // namespace

Result<Key> index_lookup(const Ext2Mount& mount, const Inode& dir, const NameMatcher& name) {
  return Descent(mount, dir).find(name);
}

Result<u8> index_hash_version(const Ext2Mount& mount, const Inode& dir) {
  return TRY(read_root(mount, dir)).hash_version;
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
    return fail(Errc::corrupt, "a directory index's checksum is wrong (verify=off reads on)");
  return {};
}

}  // namespace rump::ext2
