// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A directory's names by their hashes, and which of its records are free.
#pragma once

#include <memory>

#include "fs/fat/dir.hpp"
#include "vfs/memory.hpp"

namespace rump::fat {

/// Made by one pass over the directory when a name is first looked up, so that no later lookup reads more
/// than the record it finds. Both names of a file are in it. Memory in proportion to the directory. Looking
/// things up is safe from any thread; changes need the vnode's lock exclusive.
class DirIndex {
 public:
  /// corrupt, no_memory.
  static Result<std::unique_ptr<DirIndex>> build(const DirRecords& records);

  /// Where a file's records are.
  struct Found {
    u16 slot;         ///< of its entry
    u8 long_records;  ///< before it
  };
  /// Asks `matches(found)`, a Result<bool>, about every name that may have the hash, until one is it.
  template <class Matches>
  Result<bool> find(u64 hash, Matches matches) const {
    if (used_ == 0) return false;
    const u64 mask = names_.size() - 1;
    for (u64 at = hash & mask; names_[at].state != kNever; at = (at + 1) & mask)
      if (names_[at].state == kInUse && names_[at].hash == static_cast<u32>(hash >> 32) &&
          TRY(matches(names_[at].found)))
        return true;
    return false;
  }

  /// Entries that are directories, and all entries.
  u32 directories() const { return directories_; }
  u32 entries() const { return entries_; }
  /// Behind the last record in use.
  u32 end() const { return end_; }
  /// The first of `count` free records in a row: before end() where there is such a place, else end().
  u32 find_free(u32 count) const;

  /// Sees to it that add() of one more entry, whose records end before `end`, needs no memory.
  Result<> make_room(u32 end);
  /// The entry is there now. make_room() was called for it.
  void add(const DirRecords& records, const Entry& entry);
  void remove(const DirRecords& records, const Entry& entry);
  /// Another file has the entry now.
  void retype(bool was_directory, bool is_directory);

 private:
  static constexpr u8 kNever = 0, kInUse = 1, kRemoved = 2;
  struct Name {
    u32 hash, home;  ///< the halves of the hash; a search begins where the lower one says
    Found found;
    u8 state;
  };

  Result<> mark_between(const DirRecords& records, u32 first, u32 end);
  void add_name(u64 hash, Found found);
  void remove_name(u64 hash, Found found);
  void mark(u32 first, u32 count, bool used);

  Array<Name> names_;  ///< a power of two
  u64 used_ = 0;       ///< of names_, removed ones too
  Array<u64> records_used_;
  u32 end_ = 0, entries_ = 0, directories_ = 0;
};

}  // namespace rump::fat
