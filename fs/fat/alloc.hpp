// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Which clusters are free.
#pragma once

#include "fs/fat/table.hpp"
#include "vfs/epochs.hpp"
#include "vfs/memory.hpp"
#include "vfs/sync.hpp"

namespace rump::fat {

class Allocator;

/// Clusters in a row that are taken in memory only; given back unless they are kept.
class Claim {
 public:
  Claim() = default;
  Claim(Allocator& allocator, u32 first, u32 count) : allocator_(&allocator), first_(first), count_(count) {}
  Claim(Claim&& other) noexcept
      : allocator_(other.allocator_), first_(other.first_), count_(std::exchange(other.count_, 0)) {}
  Claim& operator=(Claim&& other) noexcept {
    std::swap(allocator_, other.allocator_);
    std::swap(first_, other.first_);
    std::swap(count_, other.count_);
    return *this;
  }
  ~Claim() { cut(0); }

  u32 first() const { return first_; }
  u32 count() const { return count_; }
  bool empty() const { return count_ == 0; }
  /// Gives back all but the first `count`.
  void cut(u32 count);
  /// The clusters stay taken: the table has them, or will.
  void keep() { count_ = 0; }

 private:
  Allocator* allocator_ = nullptr;
  u32 first_ = 0, count_ = 0;
};

/// A bit a cluster, in pieces that are read from the table when they are first needed, and then kept: a piece
/// is read before one of its clusters is first given out or freed. Each piece knows its longest runs, so that
/// a search looks at a few numbers of most pieces. Safe from any thread; the device is read under the lock.
class Allocator {
 public:
  /// `epochs` says what is held back.
  Allocator(const Table& table, const Epochs& epochs) : table_(table), epochs_(epochs) {}
  ~Allocator();
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;

  /// Before everything else. What FSInfo says, as far as it can be true: the number of free clusters, and
  /// where to look for one.
  Result<> start(std::optional<u32> free, std::optional<u32> next);

  /// Between 1 and `most` free clusters in a row: from `goal` on if that one is free (0: anywhere), else the
  /// beginning of a row of `count`, or of the longest there is. no_space, io.
  Result<Claim> claim(u32 goal, u32 count, u32 most);
  Result<Claim> claim_one() { return claim(0, 1, 1); }
  /// Clusters of a chain become free, here and for the Txn; the table follows. corrupt, with nothing changed,
  /// where one is free already.
  Result<> release(u32 first, u32 count, Txn& txn);

  /// Free clusters; counts them where that is not known.
  Result<u32> free_clusters();
  /// For FSInfo: what is known without counting.
  std::optional<u32> known_free() const;
  u32 next_hint() const;

 private:
  friend class Claim;
  static constexpr u32 kPieceClusters = 32768;
  /// Which of its clusters are in use, the first two and those behind the last one too.
  struct Piece {
    u32 free;
    // Free clusters at its start, at its end, and the longest run; meaningful with `measured`.
    u32 head, tail, longest;
    bool measured;
    u64 used[kPieceClusters / 64];
  };
  class Search;

  Result<Piece*> piece(u32 index);
  static void measure(Piece& piece);
  u32 next_free(u32 cluster, u32 end) const;
  bool all_used(u32 first, u32 count) const;
  u32 free_run(u32 cluster, u32 count) const;
  Result<Run> row_at(u32 cluster, u32 count);
  u32 usable_run(u32 cluster, u32 count, u32* behind) const;
  void mark(u32 first, u32 count, bool used);
  u32 pieces_count() const { return static_cast<u32>(pieces_.size()); }

  const Table& table_;
  const Epochs& epochs_;
  mutable Mutex lock_{Rank::driver};  ///< guards what follows
  Array<Piece*> pieces_;              ///< nullptr: not read yet
  u32 read_pieces_ = 0;
  std::optional<u32> free_;  ///< counted, or believed
  u32 read_free_ = 0;        ///< in the pieces that were read
  u32 next_ = kFirstCluster;
};

}  // namespace rump::fat
