// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The name cache: (directory, folded name) to the child's key, or to the knowledge that there is none.
#pragma once

#include <memory>
#include <optional>

#include "vfs/mount.hpp"
#include "vfs/sync.hpp"

namespace rump {

/// Holds keys, not references, so it keeps no vnode alive and may forget anything at any time. Bounded;
/// sharded. An entry is entered and used under the directory's vnode lock (shared is enough) and removed
/// under it exclusive, so an answer is never older than the directory.
class NameCache {
 public:
  /// What is known of a name.
  struct Answer {
    bool exists;
    Key key;  ///< only where it exists
  };

  /// Keeps about `limit` names.
  explicit NameCache(u32 limit);
  ~NameCache();
  NameCache(const NameCache&) = delete;
  NameCache& operator=(const NameCache&) = delete;

  /// nullopt: nothing is known. `folded` is the name as Vnode::fold gave it.
  std::optional<Answer> find(const Mount& mount, Key directory, Name folded);
  /// Remembers an answer, in place of an older one.
  void enter(const Mount& mount, Key directory, Name folded, Answer answer);
  /// Forgets one name.
  void remove(const Mount& mount, Key directory, Name folded);
  /// Forgets all names of a directory; slow.
  void remove_directory(const Mount& mount, Key directory);
  /// Forgets all names of a mount.
  void remove_all(const Mount& mount);

  struct Counters {
    u64 names, hits, misses;
  };
  Counters counters() const;

 private:
  struct Entry;
  struct Shard;
  template <class Goes>
  void remove_where(Goes goes);
  static u64 hash_of(const Mount& mount, Key directory, Name folded);
  Shard& shard_of(u64 hash) const;

  const u32 shard_limit_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace rump
