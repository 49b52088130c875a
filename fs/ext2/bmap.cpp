// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Indirect maps ("Direct/Indirect Block Addressing").
#include "fs/ext2/bmap.hpp"

#include <algorithm>
#include <cstring>

#include "fs/ext2/extents.hpp"

namespace rump::ext2 {
namespace {

/// Pointers of an inode or an indirect block.
class Pointers {
 public:
  explicit Pointers(std::span<const std::byte> bytes) : bytes_(bytes) {}
  u64 count() const { return bytes_.size() / sizeof(u32); }
  u32 operator[](u64 i) const {
    u32 value;
    std::memcpy(&value, bytes_.subspan(i * sizeof(u32), sizeof(u32)).data(), sizeof value);
    return std::endian::native == std::endian::little ? value : std::byteswap(value);
  }
  /// How many pointers from `i` on are zero.
  u64 zeroes(u64 i) const {
    u64 end = i;
    while (end < count() && (*this)[end] == 0) ++end;
    return end - i;
  }
  /// The run of data blocks or of holes that starts at pointer `i`.
  Run run(u64 i, u64 want) const {
    const u32 first = (*this)[i];
    if (first == 0) return {Extent::Kind::hole, 0, zeroes(i)};
    u64 length = 1;
    while (length < want && i + length < count() && (*this)[i + length] == first + length) ++length;
    return {Extent::Kind::data, first, length};
  }

 private:
  std::span<const std::byte> bytes_;
};

/// The run at `logical` of a file with an indirect map.
Result<Run> indirect_run(const Ext2Mount& mount, const Inode& inode, u64 logical, u64 want) {
  const Pointers root(inode.block);
  if (logical < kDirectBlocks)
    return Pointers(std::span(inode.block).first(kDirectBlocks * sizeof(u32))).run(logical, want);
  const u32 shift = mount.geometry().block_shift - 2;  // log2 of the pointers in a block
  u64 index = logical - kDirectBlocks;
  u32 level = 1;
  while (level <= kIndirectLevels && index >> (shift * level) != 0) {
    index -= u64{1} << (shift * level);
    ++level;
  }
  if (level > kIndirectLevels) return fail(Errc::corrupt, "the file is larger than its block map");

  u64 pointer = root[kDirectBlocks + level - 1];
  if (pointer == 0) return Run{Extent::Kind::hole, 0, (u64{1} << (shift * level)) - index};
  while (true) {
    TRY(mount.check_blocks(pointer, 1));
    const ReadBuf buffer = TRY(mount.cache().read(pointer));
    const Pointers pointers(buffer.bytes());
    --level;
    const u64 slot = index >> (shift * level);
    if (level == 0) return pointers.run(slot, want);
    index &= (u64{1} << (shift * level)) - 1;
    pointer = pointers[slot];
    if (pointer == 0) return Run{Extent::Kind::hole, 0, (pointers.zeroes(slot) << (shift * level)) - index};
  }
}

}  // namespace

Result<Run> map_run(const Ext2Mount& mount, const Inode& inode, u64 logical, u64 want) {
  if (inode.has(kInodeInlineData)) return fail(Errc::corrupt, "the file has inline data and a block map");
  Run run = inode.has(kInodeExtents) ? TRY(extent_run(mount, inode, logical, want))
                                     : TRY(indirect_run(mount, inode, logical, want));
  run.blocks = std::min(run.blocks, want);
  if (run.kind != Extent::Kind::hole) TRY(mount.check_blocks(run.physical, run.blocks));
  return run;
}

Result<> read_content(const Ext2Mount& mount, const Inode& inode, std::span<std::byte> bytes) {
  const u32 shift = mount.geometry().block_shift;
  for (u64 logical = 0; !bytes.empty();) {
    const Run run = TRY(map_run(mount, inode, logical, ((bytes.size() - 1) >> shift) + 1));
    const auto part = bytes.first(std::min<u64>(bytes.size(), run.blocks << shift));
    if (run.kind == Extent::Kind::data)
      TRY(mount.device().read(run.physical << shift, part));
    else
      std::memset(part.data(), 0, part.size());
    bytes = bytes.subspan(part.size());
    logical += run.blocks;
  }
  return {};
}

}  // namespace rump::ext2
