// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a volume keeps of its own state: FSInfo, and the marks of a clean unmount.
#pragma once

#include "fs/fat/table.hpp"

namespace rump::fat {

/// What FSInfo says, where it is one and the numbers can be true.
struct Hints {
  bool valid = false;  ///< there is an FSInfo
  std::optional<u32> free;
  std::optional<u32> next;
};
Result<Hints> read_hints(const Geometry& geometry, BufferCache& cache);
/// Stores the numbers in an FSInfo that is valid.
Result<> write_hints(const Geometry& geometry, const Hints& hints, BufferCache& cache, Txn& txn);

/// Two marks say the same: Linux keeps the state byte of the boot sector, Windows a bit of entry 1 of the
/// FAT. FAT12 has no such bit, old boot sectors no such byte; what a volume does not have counts as clean.
struct CleanMarks {
  bool state = true, entry = true;
  bool both() const { return state && entry; }
};
Result<CleanMarks> read_marks(const Table& table, BufferCache& cache);
/// Stores the marks, as far as the volume has them.
Result<> write_marks(const Table& table, CleanMarks marks, BufferCache& cache, Txn& txn);

}  // namespace rump::fat
