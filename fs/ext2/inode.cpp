// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Raw inode to Inode.
#include "fs/ext2/inode.hpp"

#include <algorithm>
#include <cstring>

#include "fs/ext2/checksum.hpp"

namespace rump::ext2 {
namespace {

using InodeView = Record<DiskInode, LittleEndian>;
constexpr u32 kNanosecondsMax = 999'999'999;

/// The inode's checksum, which covers everything but itself ("Checksums").
u32 checksum_of(std::span<const std::byte> raw, u32 seed, bool has_high) {
  constexpr std::array<std::byte, sizeof(u16)> kZero{};
  u32 crc = crc32c(seed, raw.first(kInodeChecksumLoOffset));
  crc = crc32c(crc, kZero);
  std::size_t at = kInodeChecksumLoOffset + kZero.size();
  if (has_high) {
    crc = crc32c(crc, raw.subspan(at, kInodeChecksumHiOffset - at));
    crc = crc32c(crc, kZero);
    at = kInodeChecksumHiOffset + kZero.size();
  }
  return crc32c(crc, raw.subspan(at));
}

Result<> check_checksum(const InodeView& view, std::span<const std::byte> raw, u32 seed, u32 extra) {
  const bool has_high = extra >= kInodeChecksumHiOffset + sizeof(u16) - kInodeBytesOld;
  const u32 crc = checksum_of(raw, seed, has_high);
  const u64 stored =
      join(has_high ? view.get(DiskInode::checksum_hi) : 0, view.get(DiskInode::checksum_lo), 16);
  if (stored != (has_high ? crc : crc & 0xFFFF))
    return fail(Errc::corrupt, "the inode's checksum is wrong (verify=off reads on)");
  return {};
}

/// "Inode Timestamps": 34-bit seconds, 30-bit nanoseconds.
Time time_of(u32 seconds, u32 extra) {
  const u32 nanoseconds = extra >> 2;
  return {static_cast<i32>(seconds) + (static_cast<i64>(extra & 3) << 32),
          nanoseconds > kNanosecondsMax ? 0 : nanoseconds};
}

bool is_free(const InodeView& view) {
  return view.get(DiskInode::mode) == 0 || view.get(DiskInode::links) == 0;
}

FileType type_of(u32 mode) {
  switch (mode & kModeTypeMask) {
    case kModeFile:
      return FileType::file;
    case kModeDir:
      return FileType::dir;
    case kModeSymlink:
      return FileType::symlink;
    case kModeBlock:
      return FileType::block;
    case kModeChr:
      return FileType::chr;
    case kModeFifo:
      return FileType::fifo;
    case kModeSocket:
      return FileType::socket;
    default:
      return FileType::unknown;
  }
}

/// "i_blocks": 512-byte units, or blocks for a huge file.
u64 allocated_bytes(const InodeView& view, const Geometry& g) {
  u64 blocks = view.get(DiskInode::blocks_lo);
  if (!g.has(kRoCompatHugeFile)) return blocks << 9;
  blocks = join(view.get(DiskInode::blocks_hi), blocks, 32);
  const u32 shift = view.get(DiskInode::flags) & kInodeHugeFile ? g.block_shift : 9;
  return std::min(blocks, ~u64{0} >> shift) << shift;
}

Result<u64> size_of(const InodeView& view, const Geometry& g, FileType type) {
  const bool wide = type == FileType::file || g.has(kIncompatLargeDir);
  const u64 size = join(wide ? view.get(DiskInode::size_hi) : 0, view.get(DiskInode::size_lo), 32);
  if (size > ~u64{0} >> 1) return fail(Errc::corrupt, "the inode's size is out of range");
  if (type == FileType::dir && size >> g.block_shift > g.blocks)
    return fail(Errc::corrupt, "the directory is larger than its file system");
  return size;
}

void read_times(const InodeView& view, Inode& inode) {
  inode.access = time_of(view.get(DiskInode::access), view.get(DiskInode::access_extra));
  inode.modify = time_of(view.get(DiskInode::modify), view.get(DiskInode::modify_extra));
  inode.change = time_of(view.get(DiskInode::change), view.get(DiskInode::change_extra));
  inode.birth = time_of(view.get(DiskInode::birth), view.get(DiskInode::birth_extra));
}

}  // namespace

bool is_free_inode(std::span<const std::byte> raw) {
  std::array<std::byte, DiskInode::size> room{};
  std::ranges::copy(raw.first(kInodeBytesOld), room.begin());
  return is_free(*InodeView::at(room, 0));
}

Result<Inode> decode_inode(const Geometry& g, u32 ino, std::span<const std::byte> raw) {
  // A short inode ends inside the layout; what it lacks reads as zero.
  std::array<std::byte, DiskInode::size> room{};
  std::ranges::copy(raw.first(kInodeBytesOld), room.begin());
  u32 extra = 0;
  if (raw.size() > kInodeBytesOld) {
    std::ranges::copy(raw.subspan(kInodeBytesOld, sizeof(u16)), room.begin() + kInodeBytesOld);
    extra = TRY(InodeView::at(room, 0)).get(DiskInode::extra_size);
    if (extra > raw.size() - kInodeBytesOld || extra % 4 != 0)
      return fail(Errc::corrupt, "the inode's extra size is out of range");
    const std::size_t known = std::min<std::size_t>(room.size(), kInodeBytesOld + extra);
    std::ranges::copy(raw.first(known), room.begin());
  }
  const InodeView view = TRY(InodeView::at(room, 0));

  Inode inode;
  inode.ino = ino;
  inode.generation = view.get(DiskInode::generation);
  if (g.has_checksums()) {
    inode.checksum_seed = crc32c_number(crc32c_number(g.checksum_seed, ino), inode.generation);
    if (g.verify) TRY(check_checksum(view, raw, inode.checksum_seed, extra));
  }
  const u32 mode = view.get(DiskInode::mode);
  inode.links = view.get(DiskInode::links);
  if (is_free(view)) return fail(Errc::corrupt, "the inode is not in use");
  inode.type = type_of(mode);
  if (inode.type == FileType::unknown) return fail(Errc::corrupt, "the inode's file type is unknown");
  inode.mode = mode & 07777;
  inode.uid = static_cast<u32>(join(view.get(DiskInode::uid_hi), view.get(DiskInode::uid_lo), 16));
  inode.gid = static_cast<u32>(join(view.get(DiskInode::gid_hi), view.get(DiskInode::gid_lo), 16));
  if (g.has(kRoCompatProject)) inode.project = view.get(DiskInode::project);
  inode.flags = view.get(DiskInode::flags);
  inode.size = TRY(size_of(view, g, inode.type));
  inode.allocated = allocated_bytes(view, g);
  read_times(view, inode);
  inode.xattr_block = join(g.has(kIncompat64Bit) ? view.get(DiskInode::xattr_block_hi) : 0,
                           view.get(DiskInode::xattr_block_lo), 32);
  inode.xattr_offset = raw.size() > kInodeBytesOld ? kInodeBytesOld + extra : kInodeBytesOld;
  std::ranges::copy(view.bytes(DiskInode::block), inode.block.begin());
  return inode;
}

bool Inode::is_fast_symlink(const Geometry& g) const {
  if (size >= block.size()) return false;
  // With ea_inode, `allocated` also counts the attributes' inodes; there Linux goes by the size alone.
  if (g.has(kIncompatValueInodes)) return true;
  const u64 of_attributes = xattr_block ? g.cluster_bytes : 0;
  return allocated == of_attributes;
}

DeviceNumber Inode::device() const {
  u32 old_form = 0, new_form = 0;
  for (u32 i = 0; i < 4; ++i) {
    old_form |= static_cast<u32>(block[i]) << (8 * i);
    new_form |= static_cast<u32>(block[4 + i]) << (8 * i);
  }
  if (old_form != 0) return {old_form >> 8 & 0xFF, old_form & 0xFF};
  return {new_form >> 8 & 0xFFF, (new_form & 0xFF) | (new_form >> 12 & 0xFFF00)};
}

Attr Inode::attr() const {
  Attr a;
  a.type = type;
  a.ino = ino;
  a.generation = generation;
  a.size = size;
  a.allocated = allocated;
  a.mode = mode;
  a.nlink = links;
  a.uid = uid;
  a.gid = gid;
  a.project = project;
  if (type == FileType::block || type == FileType::chr) a.device = device();
  a.flags = (has(kInodeImmutable) ? kFlagImmutable : 0u) | (has(kInodeAppend) ? kFlagAppend : 0u) |
            (has(kInodeNoDump) ? kFlagNoDump : 0u) | (has(kInodeEncrypted) ? kFlagEncrypted : 0u) |
            (has(kInodeCompressed) ? kFlagCompressed : 0u) | (has(kInodeVerity) ? kFlagVerity : 0u) |
            (has(kInodeCaseFold) ? kFlagCaseFold : 0u);
  a.access = access;
  a.modify = modify;
  a.change = change;
  a.birth = birth;
  return a;
}

}  // namespace rump::ext2
