// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The free space of the device: one bit a block.
#pragma once

#include <memory>

#include "vfs/epochs.hpp"
#include "vfs/memory.hpp"
#include "vfs/sync.hpp"

namespace rump::tmpfs {

/// Space is given out in blocks of this size.
inline constexpr u64 kBlockBytes = 4096;

/// Blocks [first, first + count) of the device.
struct Blocks {
  u64 first = 0, count = 0;
};

/// Gives out blocks, the lowest free ones first: what was freed is used again before the device takes more
/// memory. A bitmap, so that giving back needs no memory and cannot fail. Its pieces are made when a block
/// there is first given out. Safe from any thread.
class Allocator {
 public:
  /// No goal for allocate().
  static constexpr u64 kAnywhere = ~u64{0};

  /// The whole blocks of a device, all free. `epochs` says what of them is held back. no_memory.
  static Result<std::unique_ptr<Allocator>> make(u64 device_bytes, const Epochs& epochs);
  ~Allocator();
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;

  /// Between 1 and `count` blocks in one piece, from `goal` on if that one is free. no_space, no_memory.
  Result<Blocks> allocate(u64 goal, u64 count);
  /// These blocks, given out before, are free again.
  void give_back(Blocks blocks);

  u64 blocks() const { return blocks_; }
  u64 blocks_free() const;

 private:
  static constexpr u64 kPieceBlocks = 32768;
  /// Which of its blocks are in use.
  struct Piece {
    u64 used;  ///< how many
    u64 words[kPieceBlocks / 64];
  };

  Allocator(u64 blocks, Array<Piece*> pieces, const Epochs& epochs)
      : blocks_(blocks), epochs_(epochs), pieces_(std::move(pieces)), free_(blocks) {}
  u64 next_free(u64 block) const;
  u64 free_run(u64 block, u64 count) const;
  Blocks held_back(Blocks blocks) const;
  Blocks usable_run(u64 block, u64 count, u64* behind) const;
  Blocks lowest_usable_run(u64 count);
  Result<Piece*> make_piece(u64 block);
  void mark(Blocks blocks, bool used);

  const u64 blocks_;
  const Epochs& epochs_;
  mutable Mutex lock_{Rank::driver};  ///< guards all below
  Array<Piece*> pieces_;              ///< nullptr: all its blocks are free
  u64 free_;
  u64 lowest_ = 0;  ///< no block below is free
};

}  // namespace rump::tmpfs
