// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Finding, taking and giving back blocks.
#include "fs/tmpfs/alloc.hpp"

#include <algorithm>
#include <bit>
#include <memory>

namespace rump::tmpfs {

Result<std::unique_ptr<Allocator>> Allocator::make(u64 device_bytes, const Epochs& epochs) {
  const u64 blocks = device_bytes / kBlockBytes;
  Array<Piece*> pieces = TRY(Array<Piece*>::make((blocks + kPieceBlocks - 1) / kPieceBlocks));
  return std::unique_ptr<Allocator>(new Allocator(blocks, std::move(pieces), epochs));
}

Allocator::~Allocator() {
  for (Piece* piece : pieces_) host::release(piece, sizeof(Piece), alignof(Piece));
}

Result<Blocks> Allocator::allocate(u64 goal, u64 count) {
  MutexLock hold(lock_);
  u64 behind = 0;
  Blocks found = goal < blocks_ ? usable_run(goal, count, &behind) : Blocks{};
  if (found.count == 0) found = lowest_usable_run(count);
  if (found.count == 0) return fail(Errc::no_space, "the file system is full");
  static_cast<void>(TRY(make_piece(found.first)));
  mark(found, true);
  return found;
}

void Allocator::give_back(Blocks blocks) {
  if (blocks.count == 0) return;
  MutexLock hold(lock_);
  mark(blocks, false);
  lowest_ = std::min(lowest_, blocks.first);
}

u64 Allocator::blocks_free() const {
  MutexLock hold(lock_);
  return free_;
}

/// The first free block from `block` on; blocks_ when there is none.
u64 Allocator::next_free(u64 block) const {
  while (block < blocks_) {
    const Piece* piece = pieces_[block / kPieceBlocks];
    if (!piece) return block;
    const u64 inside = block % kPieceBlocks;
    if (piece->used == kPieceBlocks) {
      block += kPieceBlocks - inside;
      continue;
    }
    // The shift brings in zeroes, which are no free blocks.
    const u64 bits = 64 - inside % 64;
    const u64 used = static_cast<u64>(std::countr_one(piece->words[inside / 64] >> inside % 64));
    if (used < bits) return std::min(block + used, blocks_);
    block += bits;
  }
  return blocks_;
}

/// How many blocks are free from `block` on, at most `count`, and not past its piece.
u64 Allocator::free_run(u64 block, u64 count) const {
  const u64 inside = block % kPieceBlocks;
  const u64 limit = std::min({count, kPieceBlocks - inside, blocks_ - block});
  const Piece* piece = pieces_[block / kPieceBlocks];
  if (!piece) return limit;
  u64 run = 0;
  while (run < limit) {
    const u64 bit = (inside + run) % 64;
    const u64 word = piece->words[(inside + run) / 64] >> bit;
    run += std::min(static_cast<u64>(std::countr_zero(word)), 64 - bit);
    if (word != 0) break;
  }
  return std::min(run, limit);
}

/// The first part of the blocks that is held back, in whole blocks.
Blocks Allocator::held_back(Blocks blocks) const {
  const Range held = epochs_.held_back(blocks.first * kBlockBytes, blocks.count * kBlockBytes);
  const u64 first = held.offset / kBlockBytes;
  return {first, (held.end() + kBlockBytes - 1) / kBlockBytes - first};
}

/// The run that begins at exactly this block, perhaps empty. `*behind` is a block past what stopped it.
Blocks Allocator::usable_run(u64 block, u64 count, u64* behind) const {
  const Blocks run{block, free_run(block, count)};
  const Blocks held = run.count > 0 ? held_back(run) : Blocks{};
  *behind = held.count > 0 ? held.first + held.count : block + run.count + 1;
  return held.count > 0 ? Blocks{block, held.first - block} : run;
}

/// The lowest run; empty when there is none.
Blocks Allocator::lowest_usable_run(u64 count) {
  lowest_ = next_free(lowest_);
  u64 behind = 0;
  for (u64 block = lowest_; block < blocks_; block = next_free(behind)) {
    const Blocks run = usable_run(block, count, &behind);
    if (run.count > 0) return run;
  }
  return {};
}

/// The piece of the bitmap that has this block.
Result<Allocator::Piece*> Allocator::make_piece(u64 block) {
  Piece*& piece = pieces_[block / kPieceBlocks];
  if (piece) return piece;
  void* memory = host::allocate(sizeof(Piece), alignof(Piece));
  if (!memory) return fail(Errc::no_memory, "no memory for the map of free space");
  piece = new (memory) Piece{};
  return piece;
}

/// Marks blocks of pieces that exist, and counts them.
void Allocator::mark(Blocks blocks, bool used) {
  for (u64 block = blocks.first, left = blocks.count; left > 0;) {
    Piece& piece = *pieces_[block / kPieceBlocks];
    const u64 inside = block % kPieceBlocks;
    const u64 bits = std::min(left, 64 - inside % 64);
    const u64 mask = (~u64{0} >> (64 - bits)) << inside % 64;
    u64& word = piece.words[inside / 64];
    invariant((word & mask) == (used ? 0 : mask), "a block was given out or given back twice");
    word ^= mask;
    piece.used = used ? piece.used + bits : piece.used - bits;
    block += bits;
    left -= bits;
  }
  free_ = used ? free_ - blocks.count : free_ + blocks.count;
}

}  // namespace rump::tmpfs
