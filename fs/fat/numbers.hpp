// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Inode numbers of a format that has none.
#pragma once

#include "fs/fat/number_map.hpp"
#include "vfs/sync.hpp"
#include "vfs/vnode.hpp"

namespace rump::fat {

/// A file is found by its place, and where it was found first is its number for good. Only files that moved
/// are kept here, and those that took the place of one. Safe from any thread.
class Numbers {
 public:
  /// What a place is counted in; the numbers below are no places.
  static constexpr u64 kPlaceBytes = 32;
  /// Above all places: numbers for files in whose place another one was.
  static constexpr u64 kFirstOther = u64{1} << 40;

  /// The number of the file with this key.
  u64 number_of(Key key) const;
  /// A new file has the key. no_memory, with nothing changed.
  Result<> created(Key key);
  /// The file has another key, which no file has. no_memory, with nothing changed.
  Result<> moved(Key from, Key to);
  /// Two files have each other's keys. no_memory, with nothing changed.
  Result<> exchanged(Key one, Key other);
  /// The file is no more.
  void gone(Key key);
  /// A key that no file ever had, for one that has no place any more.
  Key homeless_key();

 private:
  void set(Key key, u64 number);
  u64 number_locked(Key key) const { return numbers_.find(key).value_or(key); }

  mutable Mutex lock_{Rank::driver};  ///< guards what follows
  NumberMap numbers_;                 ///< key to number, where they differ
  NumberMap away_;                    ///< keys whose number a file has that is elsewhere
  u64 next_other_ = kFirstOther;
  Key next_homeless_ = u64{1} << 62;
};

}  // namespace rump::fat
