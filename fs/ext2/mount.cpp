// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mounting, inodes by number, statfs, and the driver's export.
#include "fs/ext2/mount.hpp"

#include <algorithm>

#include "fs/ext2/ext2.hpp"
#include "fs/ext2/info.hpp"
#include "fs/ext2/vnode.hpp"

namespace rump::ext2 {
namespace {

/// Inode-table blocks read at once: neighbours in a directory are neighbours in the table.
constexpr u32 kWindowBlocks = 8;

/// The driver's own mount options.
struct Options {
  bool verify = true;  ///< verify=off: wrong checksums are passed over
};

Result<Options> parse_options(std::string_view text) {
  Options options;
  MountOption option;
  while (next_mount_option(text, option)) {
    if (option.name != "verify") return fail(Errc::invalid, "unknown mount option; there is: verify=on|off");
    if (option.value != "on" && option.value != "off") return fail(Errc::invalid, "verify is on or off");
    options.verify = option.value == "on";
  }
  return options;
}

}  // namespace

const FsType kFsType{.name = "ext2", .probe = probe, .mount = Ext2Mount::make, .describe = describe};

Result<std::unique_ptr<Mount>> Ext2Mount::make(BlockDevice& device, const MountOptions& options) {
  const bool verify = TRY(parse_options(options.text)).verify;
  if (!options.read_only) return fail(Errc::not_supported, "ext2, ext3 and ext4 cannot be written yet");
  const Geometry geometry = TRY(read_geometry(device, verify));
  Groups groups = TRY(read_groups(device, geometry));
  auto cache = TRY(BufferCache::make(device, geometry.block_bytes, geometry.blocks, options.cache_bytes));
  return std::unique_ptr<Mount>(
      new Ext2Mount(device, options, geometry, std::move(groups), std::move(cache)));
}

Result<> Ext2Mount::check_blocks(u64 first, u64 count) const {
  if (first <= geometry_.super_block() || first >= geometry_.blocks || count > geometry_.blocks - first)
    return fail(Errc::corrupt, "a block pointer leads outside the file system");
  return groups_.areas.check_free(first, count);
}

/// Reads the blocks around a table's block when the walk enters a new window.
void Ext2Mount::read_ahead(u64 table, u64 index_block) const {
  const u64 start = index_block / kWindowBlocks * kWindowBlocks;
  const u64 window = table + start;
  if (last_window_.exchange(window, std::memory_order_relaxed) == window) return;
  const u64 count = std::min<u64>(kWindowBlocks, geometry_.inode_table_blocks - start);
  cache_->prefetch(window, static_cast<u32>(count));
}

Result<Ext2Mount::RawInode> Ext2Mount::read_inode(u64 ino) const {
  if (ino == 0 || ino > geometry_.inodes) return fail(Errc::corrupt, "an inode number is out of range");
  const u64 group = (ino - 1) / geometry_.inodes_per_group;
  const u64 offset = (ino - 1) % geometry_.inodes_per_group * geometry_.inode_bytes;
  const u64 table = groups_.inode_tables[group];
  const u64 index_block = offset >> geometry_.block_shift;
  read_ahead(table, index_block);
  ReadBuf buffer = TRY(cache_->read(table + index_block));
  const auto bytes = buffer.bytes().subspan(offset & (geometry_.block_bytes - 1), geometry_.inode_bytes);
  return RawInode{std::move(buffer), bytes};
}

Result<std::unique_ptr<Vnode>> Ext2Mount::load(Key key) {
  const RawInode raw = TRY(read_inode(key));
  // The journal and its like have inodes, but no names.
  if (key < geometry_.first_inode && key != kRootInode)
    return fail(Errc::corrupt, "a name leads to a reserved inode");
  const Inode inode = TRY(decode_inode(geometry_, static_cast<u32>(key), raw.bytes));
  return std::make_unique<Ext2Vnode>(*this, inode);
}

Result<FsStat> Ext2Mount::statfs() {
  FsStat stat;
  stat.block_bytes = geometry_.block_bytes;
  const u64 overhead = geometry_.first_data_block + groups_.areas.blocks();
  stat.blocks = geometry_.blocks - std::min(geometry_.blocks, overhead);
  // The counts are only hints: a volume that was not unmounted cleanly keeps old ones.
  stat.blocks_free = std::min(geometry_.blocks_free, stat.blocks);
  stat.blocks_available = stat.blocks_free - std::min(stat.blocks_free, geometry_.blocks_reserved);
  stat.files = geometry_.inodes;
  stat.files_free = std::min(geometry_.inodes_free, geometry_.inodes);
  stat.uuid = geometry_.uuid;
  std::ranges::copy(geometry_.label, stat.label.begin());
  return stat;
}

}  // namespace rump::ext2
