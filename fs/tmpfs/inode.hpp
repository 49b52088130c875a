// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Inodes, and the table of all of them.
#pragma once

#include <optional>

#include "fs/tmpfs/bmap.hpp"
#include "fs/tmpfs/dir.hpp"
#include "fs/tmpfs/xattr.hpp"

namespace rump::tmpfs {

/// The most names of a file, and the most of what a directory counts: its name, ".", and ".." of its
/// subdirectories.
inline constexpr u32 kLinksMax = 65000;

/// One file. Guarded by the lock of its vnode, which may come and go while the inode stays.
struct Inode {
  /// `use`: how often the number was given out, this time included. `seed`: for Directory.
  Inode(Key number_in_table, u64 use, u64 seed, Key directory, const NewNode& node);

  bool is_dir() const { return type == FileType::dir; }
  Attr attr() const;

  const Key number;
  const u64 generation;
  const FileType type;
  u32 mode, uid, gid;
  u32 flags = 0;
  u32 nlink;
  const DeviceNumber device;
  u64 size = 0;
  Time access, modify, change, birth;
  Xattrs xattrs;
  FileMap map;         ///< of a file
  Array<char> target;  ///< of a symbolic link
  Directory entries;   ///< of a directory
  Key parent;          ///< of a directory
};

/// All inodes. A number is a place in the table and is used again, with another generation. The table is cut
/// into shards by number, so that directories in which files are made at the same time seldom share a lock.
/// Safe from any thread.
class InodeTable {
 public:
  /// At most `limit` inodes; `seed` is for Directory.
  InodeTable(u64 limit, u64 seed) : limit_(limit), seed_(seed) {}
  ~InodeTable();
  InodeTable(const InodeTable&) = delete;
  InodeTable& operator=(const InodeTable&) = delete;

  /// A new inode with all that `node` says; nobody knows its number yet. `parent`: its directory. no_space,
  /// no_memory, name_too_long (a symbolic link's target); and as Xattrs::set.
  Result<Inode*> make(Key parent, const NewNode& node);
  /// The inode of that number, or nullptr.
  Inode* find(Key number);
  /// Gives back the inode and all that it has in memory; its blocks went before.
  void release(Inode& inode);

  u64 limit() const { return limit_; }
  u64 used() const { return used_.load(std::memory_order_relaxed); }

 private:
  static constexpr u64 kShards = 16;
  static constexpr u64 kChunkSlots = 32;
  struct Slot {
    std::optional<Inode> inode;
    u64 generation = 0;
    u64 index = 0;  ///< in its shard
    Slot* next_free = nullptr;
  };
  struct Chunk {
    Slot slots[kChunkSlots];
  };
  struct alignas(kCacheLine) Shard {
    Mutex lock{Rank::driver};
    Array<Chunk*> chunks;
    u64 chunk_count = 0;
    Slot* free = nullptr;
  };

  static Result<> add_chunk(Shard& shard);
  static u64 shard_of(Key number) { return (number - 1) % kShards; }
  static Slot* slot_of(Shard& shard, Key number);
  Result<Inode*> make_in(u64 shard_index, Key parent, const NewNode& node);

  const u64 limit_;
  const u64 seed_;
  std::atomic<u64> used_{0};
  std::atomic<u64> next_shard_{0};  ///< for the next directory
  Shard shards_[kShards];
};

}  // namespace rump::tmpfs
