// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Files that were compressed block by block, read as what they were before.
#pragma once

#include "fs/iso9660/bmap.hpp"
#include "vfs/sync.hpp"

namespace rump::iso9660 {

/// A compressed file, its head checked.
class ZisofsFile {
 public:
  /// Compares what the record says, whose block size is a legal one, with the head of the file: corrupt, or
  /// not_supported where another algorithm than zlib's is named.
  static Result<ZisofsFile> open(BlockDevice& device, const FileMap& map, const ZisofsInfo& info);

  u64 block_bytes() const { return u64{1} << log_block_; }
  /// How long block `block` is: shorter at the end of the file, 0 behind it.
  u64 block_length(u64 block) const;
  /// How many blocks from `block` on, at most `most`, are stored, or are zeroes that are not.
  struct Run {
    bool is_hole;
    u64 blocks;
  };
  Result<Run> find_run(BlockDevice& device, const FileMap& map, u64 block, u64 most) const;
  /// Decodes a block into `bytes`, as long as it is.
  Result<> decode(BlockDevice& device, const FileMap& map, u64 block, std::span<std::byte> bytes) const;

 private:
  /// A block's compressed bytes.
  struct Stored {
    u64 offset, bytes;
  };
  Result<Stored> stored(const FileMap& map, std::span<const std::byte> pointers) const;
  Result<> read_pointers(BlockDevice& device, const FileMap& map, u64 block,
                         std::span<std::byte> bytes) const;

  u64 size_ = 0;
  u32 log_block_ = 0;
  u64 pointers_ = 0;       ///< where they begin
  u32 pointer_bytes_ = 0;  ///< 4 in version 1, 8 in version 2
};

/// Keeps the blocks of a mount that were decoded last, so that who reads a file in small pieces decodes each
/// block once. Bounded: a fixed number of blocks. Safe from any thread.
class ZisofsCache {
 public:
  /// Copies bytes of a block, from `into` on, if the block is here.
  bool copy(u64 file, u64 block, u64 into, std::span<std::byte> bytes);
  /// Keeps a decoded block in the place of the one used longest ago.
  void keep(u64 file, u64 block, Array<std::byte> content);

 private:
  static constexpr std::size_t kSlots = 4;  ///< of up to 1 MiB
  struct Slot {
    u64 file = 0, block = 0;
    u64 used = 0;  ///< when; 0: empty
    Array<std::byte> content;
  };
  Mutex lock_{Rank::driver};  ///< guards all below
  std::array<Slot, kSlots> slots_;
  u64 clock_ = 0;
};

/// The extent at `offset`, at most `length` bytes: encoded, or a hole where blocks of zeroes are not stored.
Result<Extent> map_zisofs(BlockDevice& device, const FileMap& map, const ZisofsInfo& info, u64 offset,
                          u64 length);

/// Decoded bytes of the file `key` from `offset` on, through the cache; fills `bytes` whole.
Result<> read_zisofs(BlockDevice& device, const FileMap& map, const ZisofsInfo& info, u64 key, u64 offset,
                     std::span<std::byte> bytes, ZisofsCache& cache);

}  // namespace rump::iso9660
