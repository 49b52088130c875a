// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mounting, inodes by number, statfs, and the driver's export.
#include "fs/ext2/mount.hpp"

#include <algorithm>

#include "fs/ext2/ext2.hpp"
#include "fs/ext2/info.hpp"
#include "fs/ext2/journal.hpp"
#include "fs/ext2/vnode.hpp"

namespace rump::ext2 {
namespace {

/// How much of an inode table is read at once: neighbours in a directory are often neighbours in the table.
constexpr u64 kReadAheadBytes = u64{64} << 10;

/// What Linux keeps back for itself at most, in clusters.
constexpr u64 kKeptClustersMax = 4096;

/// The cache of the mount that only reads the journal's inode and its map.
constexpr u64 kRecoveryCacheBytes = u64{256} << 10;

/// The driver's own mount options.
struct Options {
  bool verify = true;  ///< verify=off: wrong checksums are passed over
  bool replay = true;  ///< journal=skip: a volume that needs recovery is read as it lies
};

Result<Options> parse_options(std::string_view text) {
  Options options;
  MountOption option;
  while (next_mount_option(text, option)) {
    if (option.name == "verify") {
      if (option.value != "on" && option.value != "off") return fail(Errc::invalid, "verify is on or off");
      options.verify = option.value == "on";
    } else if (option.name == "journal") {
      if (option.value != "replay" && option.value != "skip")
        return fail(Errc::invalid, "journal is replay or skip");
      options.replay = option.value == "replay";
    } else {
      return fail(Errc::invalid, "unknown mount option; there are: verify=on|off, journal=replay|skip");
    }
  }
  return options;
}

}  // namespace

const FsType kFsType{.name = "ext2", .probe = probe, .mount = Ext2Mount::make, .describe = describe};

Result<std::unique_ptr<Mount>> Ext2Mount::make(BlockDevice& device, const MountOptions& options) {
  const Options own = TRY(parse_options(options.text));
  if (!options.read_only) return fail(Errc::not_supported, "ext2, ext3 and ext4 cannot be written yet");
  Geometry geometry = TRY(read_geometry(device, own.verify));
  std::unique_ptr<BlockDevice> recovered;
  if (own.replay && geometry.needs_recovery()) {
    recovered = TRY(recover(device, options, geometry));
    // The superblock and the descriptors were in the log as well.
    geometry = TRY(read_geometry(*recovered, own.verify));
  }
  BlockDevice& seen = recovered ? *recovered : device;
  auto mount = TRY(make_over(seen, options, geometry, TRY(read_groups(seen, geometry))));
  mount->recovered_ = std::move(recovered);
  return mount;
}

Result<std::unique_ptr<Ext2Mount>> Ext2Mount::make_over(BlockDevice& device, const MountOptions& options,
                                                        const Geometry& geometry, Groups groups) {
  auto cache = TRY(BufferCache::make(device, geometry.block_bytes, geometry.blocks, options.cache_bytes));
  return std::unique_ptr<Ext2Mount>(
      new Ext2Mount(device, options, geometry, std::move(groups), std::move(cache)));
}

/// The volume as its journal's recovery would leave it.
Result<std::unique_ptr<BlockDevice>> Ext2Mount::recover(BlockDevice& device, const MountOptions& options,
                                                        const Geometry& geometry) {
  if (geometry.journal_inode == 0)
    return fail(Errc::not_supported, "the journal needs recovery, and is on another device");
  if (geometry.journal_inode > geometry.inodes)
    return fail(Errc::corrupt, "the journal's inode number is out of range");
  // A mount of the volume as it lies, for the journal's file alone: of its groups only those up to this one
  // are looked at, and their descriptors may be older than the log.
  Geometry lying = geometry;
  lying.groups = (geometry.journal_inode - 1) / geometry.inodes_per_group + 1;
  lying.inodes = lying.groups * lying.inodes_per_group;
  lying.verify = false;
  Groups groups = TRY(read_groups(device, lying));
  lying.verify = geometry.verify;
  MountOptions small = options;
  small.cache_bytes = kRecoveryCacheBytes;
  const auto raw = TRY(make_over(device, small, lying, std::move(groups)));
  const Inode file = TRY(raw->journal_file());
  return std::make_unique<Overlay>(device, geometry.block_shift, TRY(read_journal(*raw, file)));
}

/// The journal's inode; there is one.
Result<Inode> Ext2Mount::journal_file() const {
  const RawInode raw = TRY(read_inode(geometry_.journal_inode));
  return decode_inode(geometry_, geometry_.journal_inode, raw.bytes);
}

Result<> Ext2Mount::check_blocks(u64 first, u64 count) const {
  if (first <= geometry_.super_block() || first >= geometry_.blocks || count > geometry_.blocks - first)
    return fail(Errc::corrupt, "a block pointer leads outside the file system");
  return groups_.areas.check_free(first, count);
}

/// Reads the next blocks of a table with this one, where the walk through it goes forward.
void Ext2Mount::read_ahead(u64 table, u64 index_block) const {
  constexpr auto kRelaxed = std::memory_order_relaxed;  // two threads at once only guess worse
  const u64 block = table + index_block;
  const u64 last = last_table_block_.exchange(block, kRelaxed);
  const u64 ahead = std::max<u64>(1, kReadAheadBytes >> geometry_.block_shift);
  if (block <= last || block > last + ahead) return;
  const u64 known = read_ahead_to_.load(kRelaxed);
  if (block < known && known - block <= ahead) return;
  const u64 count = std::min(ahead, geometry_.inode_table_blocks - index_block);
  read_ahead_to_.store(block + count, kRelaxed);
  cache_->prefetch(block, static_cast<u32>(count));
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

/// The inode of a file that may have a name.
Result<Inode> Ext2Mount::named_inode(Key key) const {
  const RawInode raw = TRY(read_inode(key));
  // The journal and its like have inodes, but no names.
  if (key < geometry_.first_inode && key != kRootInode)
    return fail(Errc::corrupt, "a name leads to a reserved inode");
  return decode_inode(geometry_, static_cast<u32>(key), raw.bytes);
}

Result<std::unique_ptr<Vnode>> Ext2Mount::load(Key key) {
  return std::make_unique<Ext2Vnode>(*this, TRY(named_inode(key)));
}

Result<Attr> Ext2Mount::peek(Key key) {
  const Inode inode = TRY(named_inode(key));
  if (inode.type != FileType::symlink) return inode.attr();
  return Ext2Vnode(*this, inode).getattr();  // the size of a link may need its content
}

Result<Key> Ext2Mount::key_of(u64 ino) const {
  if (ino == 0 || ino > geometry_.inodes) return fail(Errc::not_found, "there is no inode of this number");
  if (ino < geometry_.first_inode && ino != kRootInode)
    return fail(Errc::not_permitted, "the inode belongs to the file system itself");
  if (is_free_inode(TRY(read_inode(ino)).bytes)) return fail(Errc::not_found, "the inode is not in use");
  return ino;
}

/// Blocks that can never hold files, counted as Linux does.
u64 Ext2Mount::overhead() const {
  if (geometry_.blocks_overhead != 0 && geometry_.blocks_overhead <= geometry_.blocks)
    return geometry_.blocks_overhead;
  u64 blocks = geometry_.first_data_block + groups_.areas.blocks();
  if (geometry_.journal_inode == 0) return blocks;
  // A journal that cannot be read takes nothing: whoever asks for space has no use for an error.
  if (const auto file = journal_file()) blocks += file->size >> geometry_.block_shift;
  return blocks;
}

Result<FsStat> Ext2Mount::statfs() {
  const u64 cluster_blocks = geometry_.cluster_bytes >> geometry_.block_shift;
  // With extents Linux keeps some clusters back for extent nodes that delayed writing may need.
  u64 kept_back = geometry_.blocks_reserved;
  if (geometry_.has(kIncompatExtents))
    kept_back += std::min(geometry_.blocks / cluster_blocks / 50, kKeptClustersMax) * cluster_blocks;

  FsStat stat;
  stat.block_bytes = geometry_.block_bytes;
  stat.blocks = geometry_.blocks - std::min(geometry_.blocks, overhead());
  // The counts are only hints, nobody has compared them with the bitmaps.
  stat.blocks_free = std::min(groups_.clusters_free * cluster_blocks, stat.blocks);
  stat.blocks_available = stat.blocks_free - std::min(stat.blocks_free, kept_back);
  stat.files = geometry_.inodes;
  stat.files_free = std::min<u64>(groups_.inodes_free, geometry_.inodes);
  stat.uuid = geometry_.uuid;
  std::ranges::copy(geometry_.label, stat.label.begin());
  return stat;
}

}  // namespace rump::ext2
