// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directories: the one checked cursor over entries, lookup and readdir.
#pragma once

#include <atomic>
#include <optional>

#include "fs/ext2/mount.hpp"
#include "fs/ext2/names.hpp"

namespace rump::ext2 {

/// An entry in use.
struct Entry {
  u32 ino;
  Name name;      ///< as it is stored
  DirHash hash;   ///< of a directory that keeps_hashes()
  FileType type;  ///< unknown without the feature filetype
  u32 offset;     ///< where it starts, and
  u32 end;        ///< where the next one does, in its block
};

/// Walks the entries of one directory block and checks each before it shows it ("Linear (Classic)
/// Directories").
class EntryCursor {
 public:
  EntryCursor(const Geometry& geometry, const Inode& dir, std::span<const std::byte> block)
      : g_(geometry), dir_(dir), block_(block) {}
  /// The next entry in use, "." and ".." too; false at the end of the block; corrupt.
  Result<bool> next(Entry& entry);

 private:
  Result<DirHash> kept_hash(Name name, u32 offset) const;

  const Geometry& g_;
  const Inode& dir_;
  std::span<const std::byte> block_;
  u32 at_ = 0;
};

/// The inode behind a name ("." is never asked for, ".." is), through the index where the directory has one.
/// `last_found_in` is where a scan without an index begins, 0 at first; it is kept here from call to call.
Result<Key> dir_lookup(const Ext2Mount& mount, const Inode& dir, Name name, std::atomic<u64>& last_found_in);

/// Entries from `cookie` on into the sink. A cookie is the byte position of the next entry.
Result<> dir_read(const Ext2Mount& mount, const Inode& dir, u64 cookie, DirSink& sink);

/// How many blocks the directory has.
u64 dir_blocks(const Geometry& geometry, const Inode& dir);

/// A leaf or index block of the directory, checked; nothing where there is a hole.
Result<std::optional<ReadBuf>> read_dir_block(const Ext2Mount& mount, const Inode& dir, u64 logical);

/// The name's inode in one leaf block, if it is there.
Result<std::optional<Key>> find_in_block(const Geometry& geometry, const Inode& dir,
                                         std::span<const std::byte> block, const NameMatcher& name);

}  // namespace rump::ext2
