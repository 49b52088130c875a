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
///   live → dying     unreferenced and chosen by eviction, or without links and let go; lookups wait
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
  /// Likewise, but empty where it would have to be loaded.
  VnodeRef find(Mount& mount, Key key);
  /// Deletes every vnode of the mount; busy, with all of them kept, when one is referenced. Any get() may run
  /// at the same time, but one for this mount only from a thread that holds a reference into it. One call at
  /// a time.
  Result<> remove_all(const Mount& mount);

  /// The doomed file has no reference: true if so, and then lookups of its key wait until end_removal();
  /// false when somebody refers to it again, who will doom it anew.
  bool begin_removal(Vnode& vnode);
  /// Deletes the vnode.
  void end_removal(Vnode& vnode);
  /// The vnode is found by another key from now on; no vnode has that key. The vnode's lock, and that of the
  /// directory by which it is found, are held exclusively.
  void rekey(Vnode& vnode, Key key);

  /// Each vnode is found by the other's key from now on. Locks as for rekey(), on both.
  void exchange_keys(Vnode& one, Vnode& other);

  struct Counters {
    u64 vnodes, loads, evictions;
  };
  Counters counters() const;

 private:
  struct Node;
  struct Shard;
  Shard& shard_of(u64 hash) const;
  static VnodeRef settled(Shard& shard, u64 hash, const Mount& mount, Key key);
  Result<VnodeRef> load(Shard& shard, u64 hash, Mount& mount, Key key);
  static Node& node_of(Shard& shard, const Vnode& vnode);
  static void unlink(Shard& shard, Node& node);
  static void remove(Shard& shard, Node& node);
  static bool freeze(Shard& shard, const Mount& mount);
  void evict_over_limit(Shard& shard);

  const u32 shard_limit_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace rump
