// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The superblock, checked: the only reader of the raw one.
#pragma once

#include <array>

#include "fs/ext2/disk.hpp"
#include "vfs/block_device.hpp"

namespace rump::ext2 {

/// What the superblock says, after every number in it was found usable: no divisor is zero, every shift is
/// small, everything lies on the device.
struct Geometry {
  u32 block_shift = 0;
  u32 block_bytes = 0;
  u64 cluster_bytes = 0;  ///< what a file's space is counted in
  u64 blocks = 0;
  u64 blocks_reserved = 0;
  u64 blocks_overhead = 0;  ///< as mke2fs has counted them, with bigalloc only; 0: to be counted
  u32 first_data_block = 0;
  u32 blocks_per_group = 0;
  u32 groups = 0;
  u32 inodes = 0;
  u32 first_inode = 0;  ///< below it only the root has a name
  u32 inodes_per_group = 0;
  u32 inode_bytes = 0;
  u32 inode_table_blocks = 0;  ///< of one group
  u32 descriptor_bytes = 0;
  u32 descriptor_blocks = 0;  ///< of one whole table
  u32 reserved_descriptor_blocks = 0;
  u32 first_meta_group = 0;  ///< in meta groups; groups behind it keep their descriptors near
  std::array<u32, 2> backup_groups{};
  u32 journal_inode = 0;  ///< 0: no journal, or on another device
  u32 compat = 0, incompat = 0, ro_compat = 0;
  u32 checksum_seed = 0;  ///< meaningful with has_checksums()
  bool verify = true;     ///< checksums are looked at
  bool unsigned_hash = false;
  u8 default_hash = 0;  ///< the on-disk number of the hash for names outside an index
  std::array<u32, 4> hash_seed{};
  std::array<u8, 16> uuid{};
  std::array<char, 16> label{};

  bool has(Compat feature) const { return compat & feature; }
  bool has(Incompat feature) const { return incompat & feature; }
  bool has(RoCompat feature) const { return ro_compat & feature; }
  /// Every metadata block carries a CRC32C.
  bool has_checksums() const { return has(kRoCompatMetadataChecksum); }
  /// … and it is to be right.
  bool checks() const { return verify && has_checksums(); }

  /// Whether the journal may hold changes that are not in their places.
  bool needs_recovery() const { return has(kCompatJournal) && has(kIncompatRecover); }

  u32 descriptors_per_block() const { return block_bytes / descriptor_bytes; }
  /// The block that holds the primary superblock; nothing before it belongs to a file.
  u64 super_block() const { return kSuperOffset >> block_shift; }
  u64 group_start(u32 group) const { return first_data_block + u64{group} * blocks_per_group; }
  /// Blocks of the group, fewer in the last one.
  u64 group_blocks(u32 group) const;
  /// Whether a copy of the superblock begins the group ("Layout", "Flexible Block Groups", sparse_super).
  bool has_super(u32 group) const;
  /// The group's first block behind its superblock copy, if it has one.
  u64 after_super(u32 group) const;
  /// The block that holds the `index`th block of the descriptor table ("Meta Block Groups").
  u64 descriptor_block(u32 index) const;
  /// How many blocks of descriptors, with those reserved for growth, follow a superblock copy.
  u64 descriptors_after_super() const;
};

/// Whether a superblock of ours is there.
Result<bool> probe(BlockDevice& device);

/// Reads and checks the primary superblock: corrupt (what is wrong), not_supported (the feature named).
/// Without `verify` wrong checksums, here and later, are passed over.
Result<Geometry> read_geometry(BlockDevice& device, bool verify);

}  // namespace rump::ext2
