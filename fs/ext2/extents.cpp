// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extent trees ("Extent Tree"): every node is checked whole, once a load, before it is searched.
#include "fs/ext2/extents.hpp"

#include <algorithm>
#include <optional>

#include "fs/ext2/checksum.hpp"

namespace rump::ext2 {
namespace {

using HeaderView = Record<ExtentHeader, LittleEndian>;
using LeafView = Record<ExtentLeaf, LittleEndian>;
using IndexView = Record<ExtentIndex, LittleEndian>;
static_assert(ExtentHeader::size == ExtentLeaf::size && ExtentLeaf::size == ExtentIndex::size);

/// One past the last logical block that an extent tree can name.
constexpr u64 kLogicalEnd = u64{1} << 32;

/// An extent of a leaf.
struct LeafEntry {
  u64 block;
  u64 length;
  u64 start;
  bool unwritten;
  u64 end() const { return block + length; }
};

/// A node of the tree; its header has been checked against its bytes.
class Node {
 public:
  /// corrupt unless the header is sound and of the expected depth.
  static Result<Node> at(std::span<const std::byte> bytes, u32 depth) {
    const HeaderView header = TRY(HeaderView::at(bytes, 0));
    if (header.get(ExtentHeader::magic) != kExtentMagic)
      return fail(Errc::corrupt, "an extent node's magic is wrong");
    if (header.get(ExtentHeader::depth) != depth)
      return fail(Errc::corrupt, "an extent node's depth is wrong");
    const u32 entries = header.get(ExtentHeader::entries), max = header.get(ExtentHeader::max);
    if (entries > max || max > bytes.size() / ExtentLeaf::size - 1)
      return fail(Errc::corrupt, "an extent node has too many entries");
    if (entries == 0 && depth > 0) return fail(Errc::corrupt, "an extent index is empty");
    return Node(bytes, entries, depth);
  }

  u32 entries() const { return entries_; }
  u32 depth() const { return depth_; }
  u64 first_block(u32 i) const { return at<LeafView>(i).get(ExtentLeaf::block); }
  u64 child(u32 i) const {
    const auto entry = at<IndexView>(i);
    return join(entry.get(ExtentIndex::child_hi), entry.get(ExtentIndex::child_lo), 32);
  }
  LeafEntry leaf(u32 i) const {
    const auto entry = at<LeafView>(i);
    const u32 length = entry.get(ExtentLeaf::length);
    const bool unwritten = length > kExtentLengthMax;
    return {entry.get(ExtentLeaf::block), unwritten ? length - kExtentLengthMax : length,
            join(entry.get(ExtentLeaf::start_hi), entry.get(ExtentLeaf::start_lo), 32), unwritten};
  }

  /// corrupt unless the entries are in order, disjoint and inside [low, high).
  Result<> check_order(u64 low, u64 high) const {
    for (u32 i = 0; i < entries_; ++i) {
      if (first_block(i) < low) return fail(Errc::corrupt, "the extents are out of order");
      low = first_block(i) + 1;
      if (depth_ > 0) continue;
      const LeafEntry entry = leaf(i);
      if (entry.length == 0) return fail(Errc::corrupt, "an extent is empty");
      low = entry.end();
    }
    if (low > high) return fail(Errc::corrupt, "an extent is outside its part of the tree");
    return {};
  }

  /// How many entries start at or before the block; the last of them is where it is.
  u32 count_up_to(u64 logical) const {
    u32 low = 0, high = entries_;
    while (low < high) {
      const u32 middle = low + (high - low) / 2;
      if (first_block(middle) <= logical)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

 private:
  Node(std::span<const std::byte> bytes, u32 entries, u32 depth)
      : bytes_(bytes), entries_(entries), depth_(depth) {}
  template <class View>
  View at(u32 i) const {
    // The header's check has shown that all entries lie inside.
    return *View::at(bytes_, (i + 1) * ExtentLeaf::size);
  }

  std::span<const std::byte> bytes_;
  u32 entries_;
  u32 depth_;
};

/// The checksum behind a node's room for entries ("Checksums": extent block).
Result<> check_checksum(const Geometry& g, const Inode& inode, std::span<const std::byte> bytes) {
  if (!g.checks()) return {};
  const HeaderView header = TRY(HeaderView::at(bytes, 0));
  const std::size_t covered = (std::size_t{header.get(ExtentHeader::max)} + 1) * ExtentLeaf::size;
  const auto tail = TRY((Record<ExtentTail, LittleEndian>::at(bytes, covered)));
  if (tail.get(ExtentTail::checksum) != crc32c(inode.checksum_seed, bytes.first(covered)))
    return fail(Errc::corrupt, "an extent node's checksum is wrong (verify=off reads on)");
  return {};
}

/// The run at `logical` in a leaf that answers for the blocks below `high`.
Run leaf_run(const Node& node, u64 logical, u64 high, u64 want) {
  const u32 before = node.count_up_to(logical);
  if (before > 0) {
    LeafEntry entry = node.leaf(before - 1);
    if (logical < entry.end()) {
      const u64 physical = entry.start + (logical - entry.block);
      u64 end = entry.end();
      // Neighbours that go on where this one ends are one run: the format limits an extent's length, not a
      // file's.
      for (u32 i = before; i < node.entries() && end - logical < want; ++i) {
        const LeafEntry next = node.leaf(i);
        if (next.block != end || next.start != physical + (end - logical) ||
            next.unwritten != entry.unwritten)
          break;
        end = next.end();
      }
      return {entry.unwritten ? Extent::Kind::unwritten : Extent::Kind::data, physical, end - logical};
    }
  }
  const u64 end = before < node.entries() ? node.first_block(before) : high;
  return {Extent::Kind::hole, 0, end - logical};
}

}  // namespace

Result<Run> extent_run(const Ext2Mount& mount, const Inode& inode, u64 logical, u64 want) {
  if (logical >= kLogicalEnd) return fail(Errc::corrupt, "the file is larger than its extent tree");
  const u32 depth = TRY(HeaderView::at(inode.block, 0)).get(ExtentHeader::depth);
  if (depth > kExtentDepthMax) return fail(Errc::corrupt, "the extent tree is too deep");
  Node node = TRY(Node::at(inode.block, depth));
  u64 low = 0, high = kLogicalEnd;
  TRY(node.check_order(low, high));
  std::optional<ReadBuf> buffer;
  while (node.depth() > 0) {
    const u32 before = node.count_up_to(logical);
    if (before < node.entries()) high = std::min(high, node.first_block(before));
    if (before == 0) return Run{Extent::Kind::hole, 0, high - logical};
    low = node.first_block(before - 1);
    const u32 child_depth = node.depth() - 1;
    buffer.emplace(TRY(mount.read_checked(node.child(before - 1), Role::extent_node, inode.ino,
                                          [&](std::span<const std::byte> bytes) -> Result<> {
                                            const Node child = TRY(Node::at(bytes, child_depth));
                                            TRY(check_checksum(mount.geometry(), inode, bytes));
                                            return child.check_order(low, high);
                                          })));
    // Another path may have left the mark for another depth, so the header is looked at each time.
    node = TRY(Node::at(buffer->bytes(), child_depth));
  }
  // A leaf reached by two paths was checked for one of them only.
  if (logical >= high) return fail(Errc::corrupt, "an extent is outside its part of the tree");
  return leaf_run(node, logical, high, want);
}

}  // namespace rump::ext2
