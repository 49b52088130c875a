// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A journal's superblock, checked, and the blocks of its log.
#pragma once

#include "fs/ext2/bmap.hpp"
#include "fs/ext2/journal_disk.hpp"

namespace rump::ext2 {

/// What the journal's superblock says, after every number in it was found usable.
struct JournalGeometry {
  enum class Checksums : u8 { none, v1, v2, v3 };

  u32 first = 0, end = 0;            ///< the log is the ring of blocks [first, end) of the journal
  u32 start = 0;                     ///< the first block in use; 0: the log is empty
  u32 sequence = 0;                  ///< of the first transaction
  u32 fast_first = 0, fast_end = 0;  ///< blocks of fast commits
  Checksums checksums = Checksums::none;
  bool wide = false;          ///< block numbers of 64 bits
  bool async_commit = false;  ///< commit blocks do not wait for what they commit
  u32 checksum_seed = 0;

  /// Whether descriptors, tags and commits carry a CRC32C each.
  bool has_tails() const { return checksums == Checksums::v2 || checksums == Checksums::v3; }
  /// What the checksum takes at the end of a descriptor or revoke block.
  std::size_t tail_bytes() const { return has_tails() ? JournalTail::size : 0; }
};

/// The journal's file, block by block.
class JournalLog {
 public:
  /// `raw` and `file` outlive the log. corrupt: not a file.
  static Result<JournalLog> open(const Ext2Mount& raw, const Inode& file);

  u32 block_bytes() const { return raw_.geometry().block_bytes; }
  /// Reads and checks the superblock. corrupt (what is wrong), not_supported (the feature named).
  Result<JournalGeometry> geometry();
  /// Where the journal's block lies on the device. corrupt where it is in a hole.
  Result<u64> device_block(u32 block);
  /// The block's content, until the next call. Neighbours come into memory with it.
  Result<std::span<const std::byte>> read(u32 block);

 private:
  JournalLog(const Ext2Mount& raw, const Inode& file, u32 blocks, Array<std::byte> room)
      : raw_(raw), file_(file), blocks_(blocks), room_(std::move(room)) {}

  const Ext2Mount& raw_;
  const Inode& file_;
  const u32 blocks_;                   ///< that the file may have
  Run run_{Extent::Kind::hole, 0, 0};  ///< the part of the map that was looked at last, …
  u32 run_first_ = 0;                  ///< … and the journal's block that it begins with
  Array<std::byte> room_;
  u32 room_first_ = 0, room_end_ = 0;  ///< blocks in room_
};

}  // namespace rump::ext2
