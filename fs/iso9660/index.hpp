// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file An index of a large directory's names, in memory.
#pragma once

#include "fs/iso9660/mount.hpp"

namespace rump::iso9660 {

/// Hashes of names, and where their records are. Its memory is taken from what the mount has for indexes.
class NameIndex {
 public:
  struct Entry {
    u32 hash;
    u32 offset;  ///< of the record, in bytes from the directory's start
    auto operator<=>(const Entry&) const = default;
  };

  NameIndex() = default;
  ~NameIndex();
  NameIndex(const NameIndex&) = delete;
  NameIndex& operator=(const NameIndex&) = delete;

  /// Adds an entry, before finish(); false where memory is out, and then the index is empty.
  bool add(const IsoMount& mount, const Entry& entry);
  void finish();
  /// The entries of a hash, in the order of their records.
  std::span<const Entry> find(u32 hash) const;

 private:
  void clear();

  const IsoMount* mount_ = nullptr;  ///< that memory was taken from
  Array<Entry> entries_;
  std::size_t count_ = 0;
};

}  // namespace rump::iso9660
