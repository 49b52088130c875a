// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Finding, taking and giving back clusters.
#include "fs/fat/alloc.hpp"

#include <algorithm>
#include <bit>
#include <new>

namespace rump::fat {

void Claim::cut(u32 count) {
  if (count >= count_) return;
  MutexLock hold(allocator_->lock_);
  allocator_->mark(first_ + count, count_ - count, false);
  count_ = count;
}

/// One search for a row of free clusters. The allocator's lock is held.
class Allocator::Search {
 public:
  Search(Allocator& allocator, u32 want) : allocator_(allocator), want_(want) {}

  /// The best row in all pieces, the one where the last search ended first; count 0: there is none.
  Result<Run> run() {
    const u32 count = allocator_.pieces_count(), first = allocator_.next_ / kPieceClusters;
    for (u32 i = 0; i <= count && best_.count < want_; ++i) {
      // A row does not go on from the last piece to the first.
      if (first + i == count) end_row();
      TRY(look_at((first + i) % count));
    }
    end_row();
    return best_;
  }

 private:
  Result<> look_at(u32 index) {
    Piece& piece = *TRY(allocator_.piece(index));
    const u32 start = index * kPieceClusters;
    if (piece.free == 0) {
      end_row();
      return {};
    }
    measure(piece);
    if (row_ == 0) row_start_ = start;
    row_ += piece.head;
    if (piece.head == kPieceClusters && row_ < want_) return {};
    end_row();
    if (best_.count >= want_) return {};
    if (piece.longest >= want_ || piece.longest > best_.count) look_inside(start);
    row_start_ = start + kPieceClusters - piece.tail;
    row_ = piece.tail;
    return {};
  }

  /// All rows of a piece that is not free as a whole.
  void look_inside(u32 start) {
    for (u32 at = start; at < start + kPieceClusters && best_.count < want_;) {
      const u32 row = allocator_.free_run(at, start + kPieceClusters - at);
      if (row > best_.count) offer(at, row);
      at += std::max(row, 1u);
      at = allocator_.next_free(at, start + kPieceClusters);
    }
  }

  void end_row() {
    if (row_ > best_.count) offer(row_start_, row_);
    row_ = 0;
  }

  /// Takes the longest part of a free row that is not held back, if it is better.
  void offer(u32 first, u32 count) {
    const u32 end = first + count;
    while (first < end && best_.count < want_) {
      u32 behind = 0;
      const u32 usable = allocator_.usable_run(first, std::min(end - first, want_), &behind);
      if (usable > best_.count) best_ = {0, first, usable};
      first = behind;
    }
  }

  Allocator& allocator_;
  const u32 want_;
  u32 row_start_ = 0, row_ = 0;  ///< a row that may go on in the next piece
  Run best_;
};

Allocator::~Allocator() {
  for (Piece* piece : pieces_) host::release(piece, sizeof(Piece), alignof(Piece));
}

Result<> Allocator::start(std::optional<u32> free, std::optional<u32> next) {
  const u32 end = table_.geometry().clusters_end();
  pieces_ = TRY(Array<Piece*>::make((u64{end} + kPieceClusters - 1) / kPieceClusters));
  free_ = free;
  if (next) next_ = *next;
  return {};
}

/// A piece, read now if it was not yet.
Result<Allocator::Piece*> Allocator::piece(u32 index) {
  if (pieces_[index]) return pieces_[index];
  void* memory = host::allocate(sizeof(Piece), alignof(Piece));
  if (!memory) return fail(Errc::no_memory, "no memory for the map of free clusters");
  auto* piece = new (memory) Piece{};
  // What is no cluster counts as used.
  std::ranges::fill(piece->used, ~u64{0});
  TableReader reader(table_);
  const u32 start = index * kPieceClusters;
  const u32 end = std::min(table_.geometry().clusters_end(), start + kPieceClusters);
  for (u32 cluster = std::max(start, kFirstCluster); cluster < end; ++cluster) {
    const Result<u32> entry = reader.entry(cluster);
    if (!entry) {
      host::release(memory, sizeof(Piece), alignof(Piece));
      return std::unexpected(entry.error());
    }
    if (*entry != kEntryFree) continue;
    piece->used[(cluster - start) / 64] &= ~(u64{1} << cluster % 64);
    ++piece->free;
  }
  pieces_[index] = piece;
  read_free_ += piece->free;
  // Now it is known for sure.
  if (++read_pieces_ == pieces_.size()) free_ = read_free_;
  return piece;
}

void Allocator::measure(Piece& piece) {
  if (piece.measured) return;
  u32 run = 0, longest = 0;
  bool at_head = true;
  for (const u64 word : piece.used) {
    if (word == 0) {
      run += 64;
      continue;
    }
    for (u32 bit = 0; bit < 64;) {
      const u32 zeroes = std::min<u32>(static_cast<u32>(std::countr_zero(word >> bit)), 64 - bit);
      run += zeroes;
      bit += zeroes;
      if (bit == 64) break;
      if (at_head) piece.head = run;
      at_head = false;
      longest = std::max(longest, run);
      run = 0;
      bit += std::max<u32>(1, static_cast<u32>(std::countr_one(word >> bit)));
    }
  }
  if (at_head) piece.head = run;
  piece.tail = run;
  piece.longest = std::max(longest, run);
  piece.measured = true;
}

/// The first free cluster from `cluster` on, below `end`; `end` when there is none. Its piece was read.
u32 Allocator::next_free(u32 cluster, u32 end) const {
  while (cluster < end) {
    const Piece& piece = *pieces_[cluster / kPieceClusters];
    const u32 inside = cluster % kPieceClusters;
    const u32 used = static_cast<u32>(std::countr_one(piece.used[inside / 64] >> inside % 64));
    if (used < 64 - inside % 64) return std::min(cluster + used, end);
    cluster += 64 - inside % 64;
  }
  return end;
}

/// How many clusters from this one on are free, at most `count`, as far as pieces were read.
u32 Allocator::free_run(u32 cluster, u32 count) const {
  u32 run = 0;
  while (run < count && (cluster + run) / kPieceClusters < pieces_.size()) {
    const Piece* piece = pieces_[(cluster + run) / kPieceClusters];
    if (!piece) break;
    const u32 inside = (cluster + run) % kPieceClusters, bit = inside % 64;
    const u64 word = piece->used[inside / 64] >> bit;
    const u32 free = std::min(static_cast<u32>(std::countr_zero(word)), 64 - bit);
    run += free;
    if (free < 64 - bit) break;
  }
  return std::min(run, count);
}

/// The part of a free run that begins at exactly this cluster and is not held back, perhaps empty. `*behind`
/// is where to go on.
u32 Allocator::usable_run(u32 cluster, u32 count, u32* behind) const {
  const Geometry& g = table_.geometry();
  const Range held = epochs_.held_back(g.cluster_start(cluster), u64{count} << g.cluster_shift);
  *behind = cluster + count;
  if (held.length == 0) return count;
  *behind = kFirstCluster + g.clusters_for(held.end() - g.data_start);
  return static_cast<u32>((held.offset - g.cluster_start(cluster)) >> g.cluster_shift);
}

/// Whether none of the clusters is free; their pieces were read.
bool Allocator::all_used(u32 first, u32 count) const {
  return next_free(first, first + count) == first + count;
}

Result<Claim> Allocator::claim(u32 goal, u32 count, u32 most) {
  MutexLock hold(lock_);
  Run found;
  if (table_.geometry().is_cluster(goal)) {
    static_cast<void>(TRY(piece(goal / kPieceClusters)));
    u32 behind = 0;
    const u32 free = free_run(goal, count);
    if (free > 0) found = {0, goal, usable_run(goal, free, &behind)};
  }
  if (found.count == 0) found = TRY(Search(*this, count).run());
  if (found.count == 0) return fail(Errc::no_space, "the file system is full");
  found.count = std::min(found.count, most);
  mark(found.cluster, found.count, true);
  next_ = found.last_cluster();
  return Claim(*this, found.cluster, found.count);
}

/// Marks clusters of pieces that were read, and counts them.
void Allocator::mark(u32 first, u32 count, bool used) {
  for (u32 cluster = first, left = count; left > 0;) {
    Piece& piece = *pieces_[cluster / kPieceClusters];
    const u32 inside = cluster % kPieceClusters;
    const u32 bits = std::min(left, 64 - inside % 64);
    const u64 mask = (~u64{0} >> (64 - bits)) << inside % 64;
    u64& word = piece.used[inside / 64];
    invariant((word & mask) == (used ? 0 : mask), "a cluster was given out or given back twice");
    word ^= mask;
    piece.free = used ? piece.free - bits : piece.free + bits;
    piece.measured = false;
    cluster += bits;
    left -= bits;
  }
  read_free_ = used ? read_free_ - count : read_free_ + count;
  if (free_) free_ = used ? *free_ - std::min(*free_, count) : *free_ + count;
}

Result<> Allocator::release(u32 first, u32 count, Txn& txn) {
  const Geometry& g = table_.geometry();
  MutexLock hold(lock_);
  for (u32 index = first / kPieceClusters; index <= (first + count - 1) / kPieceClusters; ++index)
    static_cast<void>(TRY(piece(index)));
  if (!all_used(first, count))
    return fail(Errc::corrupt, "two files have a cluster in common, or a chain runs into a free one");
  txn.release(g.cluster_start(first), u64{count} << g.cluster_shift);
  mark(first, count, false);
  return {};
}

Result<u32> Allocator::free_clusters() {
  MutexLock hold(lock_);
  for (u32 index = 0; !free_; ++index) static_cast<void>(TRY(piece(index)));
  return *free_;
}

std::optional<u32> Allocator::known_free() const {
  MutexLock hold(lock_);
  return free_;
}

u32 Allocator::next_hint() const {
  MutexLock hold(lock_);
  return next_;
}

}  // namespace rump::fat
