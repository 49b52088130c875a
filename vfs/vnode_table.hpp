// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The table of live vnodes: one vnode a key, one loader a key, named states, bounded memory.
#pragma once

#include <memory>

#include "vfs/mount.hpp"
#include "vfs/sync.hpp"

namespace rump {

/// Finds and keeps vnodes by (mount, key). Sharded; no shard lock is held while a driver loads.
///
/// States of a node and their only changes:
///   loading → live   the driver's load() succeeded; waiters take references
///   loading → gone   load() failed; waiters try for themselves
///   live → dying     unreferenced and chosen by eviction; lookups wait
///   dying → gone     the driver's vnode is deleted; waiters load anew
///   live → gone      with its mount; nobody may look for it any more
class VnodeTable {
 public:
  /// Keeps about `limit` vnodes; referenced ones cannot be evicted and may exceed it.
  explicit VnodeTable(u32 limit);
  ~VnodeTable();
  VnodeTable(const VnodeTable&) = delete;
  VnodeTable& operator=(const VnodeTable&) = delete;

  /// The vnode behind the key, loaded if need be. Takes no vnode lock; the caller may hold the directory's.
  Result<VnodeRef> get(Mount& mount, Key key);
  /// Deletes every vnode of the mount; busy, with all of them kept, when one is referenced. Any get() may run
  /// at the same time, but one for this mount only from a thread that holds a reference into it. One call at
  /// a time.
  Result<> remove_all(const Mount& mount);

  struct Counters {
    u64 vnodes, loads, evictions;
  };
  Counters counters() const;

 private:
  struct Node;
  struct Shard;
  Shard& shard_of(u64 hash) const;
  Result<VnodeRef> load(Shard& shard, u64 hash, Mount& mount, Key key);
  static void unlink(Shard& shard, Node& node);
  static void remove(Shard& shard, Node& node);
  static bool freeze(Shard& shard, const Mount& mount);
  void evict_over_limit(Shard& shard);

  const u32 shard_limit_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace rump
