// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directories as numbered records: where they lie, and the one checked cursor over them.
#pragma once

#include "fs/fat/bmap.hpp"
#include "fs/fat/long_name.hpp"
#include "fs/fat/record.hpp"

namespace rump::fat {

/// What reading a directory needs of its mount.
struct Volume {
  const Geometry& geometry;
  const Table& table;
  BufferCache& cache;
  const CodePage& page;
};

/// The records of one directory. The root of FAT12 and FAT16 lies in a place of its own, all others in
/// chains.
class DirRecords {
 public:
  /// `chain` is that of the directory; nullptr: the root that has none.
  DirRecords(const Volume& volume, Chain* chain) : volume_(volume), chain_(chain) {}

  const Volume& volume() const { return volume_; }
  Chain* chain() const { return chain_; }
  /// Where the record lies, in bytes of the device; 0: behind the last one. corrupt.
  Result<u64> place(u32 slot) const;
  /// The held block with the record, whose bytes are the first of `bytes`; those behind it in its block
  /// follow.
  struct Held {
    ReadBuf block;
    std::span<const std::byte> bytes;
  };
  Result<Held> read(u64 place) const;

 private:
  void read_ahead(u32 slot, const Run& run) const;

  Volume volume_;
  Chain* chain_;
};

/// A file's entry. The text is valid until the cursor moves.
struct Entry {
  u32 slot;          ///< of its record, behind those of its long name
  u32 long_records;  ///< how many those are
  u64 place;         ///< of its record, in bytes of the device
  FileRecord file;
  ShortName short_name;
  u8 case_bits;
  std::u16string_view name;  ///< as it is shown
  bool has_long_name;

  u32 first_slot() const { return slot - long_records; }
};

/// Walks the entries of a directory in their order. Dots and labels are passed over, as are pieces of long
/// names that belong to no entry.
class DirCursor {
 public:
  DirCursor(const DirRecords& records, u32 slot) : records_(records), slot_(slot) {}

  /// The next entry; false at the end of the directory. corrupt.
  Result<bool> next(Entry& entry);
  /// The slot that comes next; behind the last entry, that of the first record which is not in use.
  u32 slot() const { return slot_; }

 private:
  Result<bool> load();
  void show(std::span<const std::byte> record, Entry& entry);

  const DirRecords& records_;
  u32 slot_;
  std::optional<ReadBuf> block_;
  std::span<const std::byte> rest_;  ///< of block_: the records from slot_ on
  u64 place_ = 0;                    ///< of slot_, where rest_ has it
  SliceRun slices_;
  std::array<char16_t, ShortName::kTextMax> short_text_;
};

/// Whether the record is "." or "..".
bool is_dot(std::span<const std::byte> record);
/// The cluster that ".." of a directory leads to; 0 is the root, however that is kept. corrupt.
Result<u32> parent_cluster(const DirRecords& records);
/// How many directories are in it.
Result<u32> count_subdirectories(const DirRecords& records);

}  // namespace rump::fat
