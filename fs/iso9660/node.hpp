// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A file as its records describe it.
#pragma once

#include "fs/iso9660/mount.hpp"

namespace rump::iso9660 {

/// What a key leads to.
struct Node {
  Key key = 0;
  Attr attr;
  u64 position = 0;  ///< of a directory: where it begins; else where the file's first record is
  /// Of a directory without contents on the volume, which is known by its record only.
  bool is_hollow = false;
  bool is_sparse = false;
  std::optional<ZisofsInfo> zisofs;
};

/// The node behind a key; corrupt where there is none.
Result<Node> read_node(const IsoMount& mount, Key key);

/// The type of the file that a record names.
FileType type_of(const DirEntry& entry, const RockRidge& rock);

/// Walks the records of a file's extents (ECMA-119, 6.5.1: those of one file follow one another and have the
/// same name).
class ExtentCursor {
 public:
  ExtentCursor(const IsoMount& mount, u64 position) : mount_(mount), position_(position) {}
  /// The record of the next extent, in `entry`; its texts are valid until the next call. False at the end.
  Result<bool> next(DirEntry& entry);

 private:
  Result<bool> find(DirEntry& entry);

  const IsoMount& mount_;
  u64 position_;  ///< where the next record is looked for
  u32 extents_ = 0;
  bool continues_ = true;
  std::optional<ReadBuf> sector_;
  u8 name_length_ = 0;
  std::array<char, 255> name_;
};

}  // namespace rump::iso9660
