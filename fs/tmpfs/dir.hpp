// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directories: entries in the order of their making, found by a hash of the name.
#pragma once

#include "fs/tmpfs/memory.hpp"
#include "vfs/intrusive.hpp"
#include "vfs/vnode.hpp"

namespace rump::tmpfs {

/// One name and what it means; the name's bytes follow it.
struct Entry {
  Key key;
  u64 serial;  ///< its place in the order, and its cookie; never used again
  Entry* next_in_bucket;
  u32 hash;
  FileType type;
  u8 name_bytes;

  u64 tail_bytes() const { return name_bytes; }
  Name name() const { return {reinterpret_cast<const char*>(this + 1), name_bytes}; }
};

/// The entries of one directory, without "." and "..". A removed entry leaves a gap in the order, and gaps go
/// when they are more than half of it, so that each call takes constant time on average but for finding a
/// place by its serial, which is logarithmic. Not locked: the directory's lock is held.
class Directory {
 public:
  /// `seed` is secret, so that nobody can choose names of one hash.
  explicit Directory(u64 seed) : seed_(seed) {}
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// The entry of that name, or nullptr.
  Entry* find(Name name);
  /// An entry for insert(), and room for it; nothing can be seen of it yet. no_memory.
  Result<WithTail<Entry>> prepare(Name name);
  /// Adds what prepare() made; nothing else was added since.
  void insert(WithTail<Entry> prepared, Key key, FileType type);
  void remove(Entry& entry);

  u64 size() const { return live_; }
  /// Entries made after the one with this cookie (0: all) into the sink until it is full.
  void list(u64 cookie, DirSink& sink) const;

 private:
  static constexpr u64 kLeastRoom = 8;
  /// What an emptied directory may keep for its next entries.
  static constexpr u64 kRoomKept = 64;
  struct Slot {
    u64 serial;
    Entry* entry;  ///< nullptr: a gap
  };

  u32 hash_of(Name name) const;
  Result<> grow_index();
  void close_gaps();
  std::span<const Slot> slots() const { return slots_.span().first(used_); }

  const u64 seed_;
  u64 next_serial_ = 1;
  Array<Slot> slots_;
  u64 used_ = 0;  ///< slots in use, gaps too
  u64 live_ = 0;  ///< entries
  HashTable<Entry, &Entry::next_in_bucket> index_;
  u64 index_room_ = 0;
};

}  // namespace rump::tmpfs
