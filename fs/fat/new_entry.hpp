// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A name to be put into a directory: the records it takes, and where they go.
#pragma once

#include "fs/fat/vnode.hpp"

namespace rump::fat {

/// First everything that can fail, then the changes. The directory's lock is held exclusively. What was not
/// written is given back.
class NewEntry {
 public:
  explicit NewEntry(FatVnode& directory) : directory_(directory), mount_(directory.mount_) {}

  /// Chooses the short name and the records, with clusters for them where the directory is to grow. invalid
  /// (the name), no_space.
  Result<> plan(Name name);
  /// Likewise for an entry of this directory that only gets another spelling: where it fits, over the old
  /// records; true if so.
  Result<bool> plan_over(Name name, const Entry& old);
  /// Pins what write() changes.
  Result<> pin(Txn& txn) const;
  /// Makes the new clusters empty ones; nothing may fail afterwards, or unblank() follows. no_memory.
  Result<> blank(Txn& txn);
  void unblank(Txn& txn);
  /// Links the new clusters, if any. A barrier is to follow.
  Result<> grow(Txn& txn);
  /// Writes the records.
  Result<> write(const FileRecord& file, Txn& txn);
  /// The directory has the entry now.
  void keep(const FileRecord& file);

  /// The entry as the directory has it then.
  Entry entry(const FileRecord& file) const;
  /// Where the entry will lie.
  u64 place() const { return places_[long_records_]; }
  /// Whether all its records and the other place lie in one sector, which is written in one piece.
  bool shares_sector(u64 first_place, u64 place) const;

 private:
  static constexpr u32 kRecordsMax = kLongRecordsMax + 1;
  Result<> choose_names(Name name, const Entry* besides);
  Result<bool> is_taken(const ShortName& candidate, const Entry* besides);
  Result<> find_place();
  Result<> make_room();
  Result<> grow_to(u32 end);
  Result<> end_directory(Txn& txn);
  u32 records() const { return long_records_ + 1; }

  FatVnode& directory_;
  FatMount& mount_;
  std::array<char16_t, kLongNameUnitsMax> units_;
  std::u16string_view name_;
  ShortName short_name_{};
  u8 case_bits_ = 0;
  u32 long_records_ = 0;
  u32 slot_ = 0;                         ///< of the first record
  std::array<u64, kRecordsMax> places_;  ///< of the records
  u64 old_end_place_ = 0;                ///< of a record that has to say that the directory ends; 0: none
  u32 tail_ = 0;                         ///< last cluster of the directory before it grows
  u32 clusters_ = 0;                     ///< of the directory before it grows
  std::array<Claim, 2> growth_;
};

/// Makes the clusters' blocks zeroes that are still to be written. no_memory, with some of them made so.
Result<> blank_clusters(const FatMount& mount, u32 first, u32 count, Txn& txn);
/// The clusters' blocks are no metadata any more.
void forget_clusters(const FatMount& mount, u32 first, u32 count, Txn& txn);

}  // namespace rump::fat
