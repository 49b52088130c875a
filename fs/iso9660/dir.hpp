// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directories: the one walk over the names they show, lookup and readdir.
#pragma once

#include "fs/iso9660/index.hpp"
#include "fs/iso9660/node.hpp"

namespace rump::iso9660 {

/// Where a directory's records lie.
struct DirSpan {
  u64 start;  ///< byte position on the device
  u64 bytes;
};

/// A name that a directory shows.
struct ShownEntry {
  Name name;  ///< valid until the walk goes on
  Key key = 0;
  FileType type = FileType::unknown;
  u64 offset = 0;  ///< of its record, in bytes from the directory's start, and
  u64 end = 0;     ///< of what follows it
};

/// Walks the names of a directory in the order of its records: without "." and "..", further extents of a
/// file, associated files, relocated directories in the place that they were moved to, and older versions of
/// a file. A record that is none hides the rest of its sector; the walk goes on behind it.
class DirWalk {
 public:
  /// From the first record at or after byte `from` on.
  DirWalk(const IsoMount& mount, NameSpace space, const DirSpan& dir, u64 from);
  /// The next name; false at the end. Errors: the device's.
  Result<bool> next(ShownEntry& shown);
  /// Whether a record was met that is none.
  bool damaged() const { return damaged_; }

 private:
  Result<bool> next_sector();
  bool is_shown(const DirEntry& entry);
  Result<bool> show(const DirEntry& entry, ShownEntry& shown);
  Result<Key> key_of(const DirEntry& entry, u64 position, const RockRidge& rock) const;

  const IsoMount& mount_;
  const NameSpace space_;
  const u64 start_, bytes_;  ///< of the directory
  u64 from_;
  u64 sector_;     ///< the next one
  u64 empty_ = 0;  ///< sectors without a record, one after the other
  bool damaged_ = false;
  std::optional<ReadBuf> held_;
  EntryCursor cursor_;
  NameBuilder builder_;
  std::optional<RockRidge> rock_;
  bool continues_ = false;  ///< the record before says that more extents follow
  bool clashes_ = false;    ///< mapped, the name would be that of the record before
  u8 before_length_ = 0;
  std::array<char, 255> before_;  ///< the name in the record before
};

/// What a vnode keeps to find names faster.
struct LookupState {
  enum class Index : u8 { none, ready, refused };
  std::atomic<u64> found_at{0};  ///< where the name found last was
  std::atomic<u32> searches{0};  ///< through the whole directory
  std::atomic<Index> index_state{Index::none};
  Mutex lock{Rank::driver};  ///< of who makes the index
  NameIndex index;           ///< not changed once it is ready
  bool damaged = false;      ///< not all of the directory is in the index
};

/// The key behind a name (never "."; ".." too).
Result<Key> dir_lookup(const IsoMount& mount, const Node& dir, Name name, LookupState& state);

/// The key of what Attr::ino calls `ino`, which has one name: not_found where no directory's records lie
/// there.
Result<Key> find_by_ino(const IsoMount& mount, u64 ino);

/// Entries from `cookie` on into the sink. A cookie is the byte position of the next entry.
Result<> dir_read(const IsoMount& mount, const Node& dir, u64 cookie, DirSink& sink);

}  // namespace rump::iso9660
