// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Group descriptors to Groups.
#include "fs/ext2/groups.hpp"

#include <algorithm>
#include <cstring>

#include "fs/ext2/checksum.hpp"

namespace rump::ext2 {
namespace {

using DescriptorView = Record<GroupDescriptor, LittleEndian>;

constexpr u64 kPieceBytes = u64{64} << 10;

/// The descriptor's checksum as stored: the low half of a CRC32C, or a CRC16 with uninit_bg ("Checksums",
/// "Block Group Descriptors"). 0 with neither.
u16 checksum_of(const Geometry& g, u32 group, std::span<const std::byte> raw) {
  constexpr std::array<std::byte, sizeof(u16)> kZero{};
  const auto before = raw.first(kDescriptorChecksumOffset);
  const auto after = raw.subspan(kDescriptorChecksumOffset + kZero.size());
  if (g.has_checksums()) {
    const u32 crc = crc32c(crc32c_number(g.checksum_seed, group), before);
    return static_cast<u16>(crc32c(crc32c(crc, kZero), after));
  }
  std::array<std::byte, sizeof(u32)> number;
  for (u32 i = 0; i < number.size(); ++i) number[i] = std::byte(group >> (8 * i) & 0xFF);
  return crc16(crc16(crc16(crc16(0xFFFF, std::as_bytes(std::span(g.uuid))), number), before), after);
}

/// Reads the table's blocks in pieces, in the order of the groups.
class TableReader {
 public:
  TableReader(BlockDevice& device, const Geometry& geometry, Array<std::byte> room)
      : device_(device), g_(geometry), room_(std::move(room)) {}

  /// The raw descriptor of the group; call with 0, 1, 2 …
  Result<std::span<const std::byte>> next(u32 group) {
    const u32 block = group / g_.descriptors_per_block();
    if (group % g_.descriptors_per_block() == 0 && block >= end_) TRY(read_piece(block));
    const u64 offset = (u64{block - first_} << g_.block_shift) +
                       u64{group % g_.descriptors_per_block()} * g_.descriptor_bytes;
    return room_.span().subspan(offset, g_.descriptor_bytes);
  }

 private:
  Result<> read_piece(u32 block) {
    first_ = block;
    end_ = block + 1;
    const u64 at = g_.descriptor_block(block);
    const u64 most = room_.size() >> g_.block_shift;
    while (end_ < g_.descriptor_blocks && end_ - first_ < most &&
           g_.descriptor_block(end_) == at + (end_ - first_))
      ++end_;
    if (at + (end_ - first_) > g_.blocks)
      return fail(Errc::corrupt, "the group descriptors lie outside the file system");
    return device_.read(at << g_.block_shift, room_.span().first(u64{end_ - first_} << g_.block_shift));
  }

  BlockDevice& device_;
  const Geometry& g_;
  Array<std::byte> room_;
  u32 first_ = 0, end_ = 0;  ///< the table's blocks in room_
};

Result<> check_inside(const Geometry& g, u64 first, u64 count) {
  if (first <= g.super_block() || first >= g.blocks || count > g.blocks - first)
    return fail(Errc::corrupt, "a group descriptor points outside the file system");
  return {};
}

/// Twice the room, at most `most`. A sparse image may claim any number of groups: memory follows those that
/// were read.
Result<> lengthen(Array<u64>& array, u64 most) {
  constexpr u64 kLeast = 1024;
  Array<u64> longer = TRY(Array<u64>::make(std::min(most, std::max<u64>(kLeast, 2 * array.size()))));
  std::ranges::copy(array, longer.begin());
  array = std::move(longer);
  return {};
}

/// The superblock copy and the descriptor blocks at the start of the group.
Result<> add_copies(const Geometry& g, u32 group, FixedAreas& areas) {
  using enum FixedAreas::Kind;
  const u64 start = g.group_start(group), after = g.after_super(group);
  const u64 end = start + g.group_blocks(group);
  const u32 meta = group / g.descriptors_per_block();
  // A group of a meta group has a copy of the superblock, but no copy of the classic table behind it.
  const u64 table = meta < g.first_meta_group ? g.descriptors_after_super() : 0;
  if (g.has_super(group)) TRY(areas.add(super, start, std::min(after + table, end) - start));
  const u32 member = group % g.descriptors_per_block();
  const bool keeps_descriptors = member < 2 || member == g.descriptors_per_block() - 1;
  if (meta >= g.first_meta_group && keeps_descriptors && after < end) TRY(areas.add(super, after, 1));
  return {};
}

}  // namespace

Result<Groups> read_groups(BlockDevice& device, const Geometry& g) {
  using enum FixedAreas::Kind;
  Groups groups;
  const u64 piece =
      std::max<u64>(g.block_bytes, std::min(kPieceBytes, u64{g.descriptor_blocks} << g.block_shift));
  TableReader table(device, g, TRY(Array<std::byte>::make(piece)));
  for (u32 group = 0; group < g.groups; ++group) {
    const std::span<const std::byte> raw = TRY(table.next(group));
    std::array<std::byte, GroupDescriptor::size> room{};
    std::ranges::copy(raw.first(std::min(raw.size(), room.size())), room.begin());
    const DescriptorView view = TRY(DescriptorView::at(room, 0));
    const bool checked = g.verify && (g.has_checksums() || g.has(kRoCompatGroupCrc));
    if (checked && view.get(GroupDescriptor::checksum) != checksum_of(g, group, raw))
      return fail(Errc::corrupt, "a group descriptor's checksum is wrong (verify=off reads on)");

    groups.clusters_free +=
        join(view.get(GroupDescriptor::free_clusters_hi), view.get(GroupDescriptor::free_clusters_lo), 16);
    groups.inodes_free +=
        join(view.get(GroupDescriptor::free_inodes_hi), view.get(GroupDescriptor::free_inodes_lo), 16);
    const auto block = [&](auto high, auto low) { return join(view.get(high), view.get(low), 32); };
    const u64 blocks = block(GroupDescriptor::block_bitmap_hi, GroupDescriptor::block_bitmap_lo);
    const u64 inodes = block(GroupDescriptor::inode_bitmap_hi, GroupDescriptor::inode_bitmap_lo);
    const u64 first = block(GroupDescriptor::inode_table_hi, GroupDescriptor::inode_table_lo);
    TRY(check_inside(g, blocks, 1));
    TRY(check_inside(g, inodes, 1));
    TRY(check_inside(g, first, g.inode_table_blocks));
    TRY(add_copies(g, group, groups.areas));
    TRY(groups.areas.add(block_bitmap, blocks, 1));
    TRY(groups.areas.add(inode_bitmap, inodes, 1));
    TRY(groups.areas.add(inode_table, first, g.inode_table_blocks));
    if (group == groups.inode_tables.size()) TRY(lengthen(groups.inode_tables, g.groups));
    groups.inode_tables[group] = first;
  }
  TRY(groups.areas.seal());
  return groups;
}

}  // namespace rump::ext2
