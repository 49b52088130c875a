// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A directory record, checked, and the one cursor over them.
#pragma once

#include "fs/iso9660/disk.hpp"
#include "vfs/vnode.hpp"

namespace rump::iso9660 {

/// What a directory record says; its texts lie in the sector that it came from.
struct DirEntry {
  u32 extent = 0;      ///< first block of the extended attributes, or of the data where there are none
  u32 xar_blocks = 0;  ///< of extended attributes before the data
  u32 bytes = 0;
  u8 flags = 0;                         ///< RecordFlag
  u8 unit_blocks = 0, gap_blocks = 0;   ///< of an interleaved extent; both 0: it is not
  std::span<const std::byte> recorded;  ///< the time, kShortTimeBytes long
  Name name;                            ///< as it is stored; never empty
  std::span<const std::byte> system_use;
  u32 offset = 0;  ///< where the record starts in its sector, and
  u32 end = 0;     ///< where it ends

  bool has(RecordFlag flag) const { return flags & flag; }
  bool is_self() const { return name == Name(&kSelfName, 1); }
  bool is_parent() const { return name == Name(&kParentName, 1); }
  /// The first block of data.
  u64 data_block() const { return u64{extent} + xar_blocks; }
};

/// Walks the records of a sector (ECMA-119, 6.8.1): they lie one after the other up to its end or to a zero
/// byte.
class EntryCursor {
 public:
  EntryCursor() = default;
  /// From `offset` up to `end`; both inside the sector.
  EntryCursor(std::span<const std::byte> sector, u32 offset, u32 end)
      : sector_(sector.first(end)), at_(offset) {}
  /// The next record; false at the end. What cannot be a record, because it or its name runs past its end,
  /// ends the sector as well.
  bool next(DirEntry& entry);
  /// Whether the walk has ended at something that is no record: the next sector may be sound.
  bool damaged() const { return damaged_; }

 private:
  bool read(DirEntry& entry) const;

  std::span<const std::byte> sector_;
  u32 at_ = 0;
  bool damaged_ = false;
};

/// The record at byte `offset` of a sector, where it is a directory's own.
bool read_self(std::span<const std::byte> sector, u64 offset, DirEntry& entry);

}  // namespace rump::iso9660
