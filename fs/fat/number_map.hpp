// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A table from numbers to numbers.
#pragma once

#include <optional>

#include "vfs/memory.hpp"

namespace rump::fat {

/// Keys are never 0. Memory in proportion to what is in it, or was at most. Not locked.
class NumberMap {
 public:
  std::optional<u64> find(u64 key) const;
  /// Sees to it that set() of so many more keys needs no memory. no_memory.
  Result<> make_room(u64 more = 1);
  /// The key is there, or make_room() was called for it.
  void set(u64 key, u64 value);
  void erase(u64 key);
  void clear();
  u64 size() const { return used_; }

 private:
  struct Slot {
    u64 key, value;
  };
  u64 home(u64 key) const;
  Slot* slot_of(u64 key) const;

  Array<Slot> slots_;  ///< a power of two, at most three quarters in use
  u64 used_ = 0;
};

}  // namespace rump::fat
