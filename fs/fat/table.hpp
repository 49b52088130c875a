// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The file allocation table: entries read and changed, and chains followed.
#pragma once

#include <optional>

#include "fs/fat/super.hpp"
#include "vfs/txn.hpp"

namespace rump::fat {

/// A run of clusters of one file: its `index`th cluster is `cluster`, and the ones behind it follow.
struct Run {
  u32 index = 0;
  u32 cluster = 0;
  u32 count = 0;

  u32 end() const { return index + count; }
  u32 last_cluster() const { return cluster + count - 1; }
};

/// All copies of the table. Entries look as those of FAT32 do, whatever the volume has: kEntryBad, kEntryEnd.
/// Two entries are changed under different locks: whoever owns the cluster.
class Table {
 public:
  Table(const Geometry& geometry, BufferCache& cache) : g_(geometry), cache_(cache) {}
  const Geometry& geometry() const { return g_; }

  /// Pins what a change of these entries changes.
  Result<> pin(u32 first, u32 count, Txn& txn) const;
  /// Makes the clusters a chain, the last of which leads to `next`.
  Result<> link(u32 first, u32 count, u32 next, Txn& txn) const;
  /// Makes the clusters free ones.
  Result<> clear(u32 first, u32 count, Txn& txn) const;
  /// Stores one entry, which may be one of the first two.
  Result<> store(u32 entry, u32 value, Txn& txn) const;

 private:
  friend class TableReader;
  template <class ValueAt>
  Result<> store_run(u32 first, u32 count, ValueAt value_at, Txn& txn) const;
  template <class ValueAt>
  Result<> store_copy(u64 copy_start, u32 first, u32 count, ValueAt value_at, Txn& txn) const;
  Result<> store_fat12(u64 copy_start, u32 entry, u32 value, Txn& txn) const;
  u64 copy_start(u32 copy) const { return g_.fat_start + copy * g_.fat_bytes; }
  /// Where the entry begins in a copy, in bytes.
  u64 entry_offset(u32 entry) const { return u64{entry} * static_cast<u32>(g_.type) / 8; }

  const Geometry& g_;
  BufferCache& cache_;
};

/// Reads entries, and keeps the block of the one read last: not to be kept while the same thread changes the
/// table.
class TableReader {
 public:
  explicit TableReader(const Table& table) : table_(table), copy_(table.g_.active_fat) {}

  /// The entry as it is; it may be one of the first two.
  Result<u32> entry(u32 entry);
  /// The cluster behind this one, or 0 at the end of the chain; corrupt.
  Result<u32> next(u32 cluster);
  /// How many clusters from this one on follow each other in place, at most `limit`.
  Result<u32> count_run(u32 cluster, u32 limit);

 private:
  Result<u8> byte_at(u64 offset);
  Result<std::span<const std::byte>> bytes_at(u64 offset);
  Result<> load(u64 offset);

  const Table& table_;
  u32 copy_;  ///< that can be read
  std::optional<ReadBuf> block_;
  std::span<const std::byte> bytes_;  ///< of block_
  u64 block_start_ = 0;               ///< of block_, in bytes of the device
};

}  // namespace rump::fat
