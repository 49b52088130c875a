// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Epochs: opening, closing and bringing them to the device.
#include "vfs/epochs.hpp"

#include <algorithm>

#include "vfs/mount.hpp"

namespace rump {
namespace {

/// Held-back ranges beyond which they are made free before more come.
constexpr u64 kFreedRangesMax = 4096;

}  // namespace

void Epochs::use(BufferCache& cache, Journal* journal) {
  cache_ = &cache;
  journal_ = journal;
}

/// Opens a Txn; the epoch it starts in. The gate stays shared until leave().
Result<Tid> Epochs::enter(u32 max_blocks) {
  if (!cache_) {
    gate_.lock_shared();
    return 0;
  }
  if (crowded()) TRY(journal_ ? settle() : write_back(holds_back() ? Reach::stable : Reach::host));
  const u32 capacity = journal_ ? journal_->capacity() : 0;
  if (journal_ && max_blocks > capacity / 4)
    return fail(Errc::invalid, "the operation is too large for the journal");
  while (true) {
    gate_.lock_shared();
    if (!journal_ || running_blocks_.fetch_add(max_blocks) + u64{max_blocks} <= capacity)
      return oldest_open_.load(std::memory_order_relaxed);
    gate_.unlock_shared();
    TRY(write_back(Reach::host));
  }
}

/// Whether changes have to be brought out before there are more of them.
bool Epochs::crowded() const {
  return cache_->crowded() || freed_ranges_.load(std::memory_order_relaxed) > kFreedRangesMax;
}

/// Closes a Txn whose changes went as far as `highest`.
void Epochs::leave(Tid highest, u32 unused_blocks, bool released) {
  if (journal_) running_blocks_.fetch_sub(unused_blocks);
  raise_tid(newest_, highest);
  gate_.unlock_shared();
  if (cache_ || !released) return;
  // Nothing has to reach the device before the space is used again.
  MutexLock hold(flush_lock_);
  close();
  free_held();
}

void Epochs::hold_back(Range range) {
  MutexLock hold(freed_lock_);
  freed_open_.add(range);
  freed_ranges_.store(freed_open_.size() + freed_closed_.size(), std::memory_order_release);
}

void Epochs::revoke(Range blocks) {
  if (!journal_) return;
  MutexLock hold(freed_lock_);
  revoked_open_.add(blocks);
}

Range Epochs::held_back(u64 offset, u64 length) const {
  if (!holds_back()) return {};
  MutexLock hold(freed_lock_);
  const Range open = freed_open_.find(offset, length), closed = freed_closed_.find(offset, length);
  if (open.length == 0) return closed;
  return closed.length > 0 && closed.offset < open.offset ? closed : open;
}

/// Waits until no Txn is open, and lets new ones start in a new epoch; the last epoch before it.
Tid Epochs::close() {
  const ExclusiveLockOf<SpreadLock> closing(gate_);
  const Tid last = newest_.load(std::memory_order_relaxed);
  oldest_open_.store(last + 1, std::memory_order_relaxed);
  newest_.store(last + 1, std::memory_order_relaxed);
  running_blocks_.store(0, std::memory_order_relaxed);
  MutexLock hold(freed_lock_);
  freed_closed_.add(freed_open_);
  freed_open_.clear();
  revoked_closed_.add(revoked_open_);
  revoked_open_.clear();
  return last;
}

Result<> Epochs::write_back(Reach reach) {
  MutexLock hold(flush_lock_);
  return bring_out(reach);
}

Result<> Epochs::wait(Tid tid) {
  if (durable_.load(std::memory_order_acquire) >= tid) return {};
  MutexLock hold(flush_lock_);
  if (durable_.load(std::memory_order_relaxed) >= tid) return {};
  return bring_out(Reach::stable);
}

Result<> Epochs::flush_data() {
  MutexLock hold(flush_lock_);
  return flush_device();
}

Result<> Epochs::settle() {
  MutexLock hold(flush_lock_);
  TRY(bring_out(Reach::stable));
  return journal_ ? empty_log() : Result<>();
}

/// flush_lock_ is held from here on.
Result<> Epochs::bring_out(Reach reach) {
  const Tid upto = close();
  // Only now no Txn is open that could still be given up.
  if (poisoned_.load(std::memory_order_acquire))
    return fail(Errc::io, "changes were given up after an error");
  if (journal_) {
    TRY(write_log(upto));
  } else {
    if (cache_) TRY(write_in_place(upto, reach));
    if (reach == Reach::host) return {};
    TRY(flush_device());
  }
  durable_.store(upto, std::memory_order_release);
  free_held();
  return {};
}

Result<> Epochs::write_in_place(Tid upto, Reach reach) {
  const std::vector<BufferCache::Change> changes = cache_->changes(upto, BufferCache::Logged::no);
  for (auto first = changes.begin(); first != changes.end();) {
    const auto last =
        std::ranges::upper_bound(first, changes.end(), first->epoch, {}, &BufferCache::Change::epoch);
    if (reach == Reach::stable || strict_) TRY(flush_device());
    device_dirty_.store(true, std::memory_order_release);
    TRY(cache_->write({first, last}));
    first = last;
  }
  return {};
}

/// Brings a closed transaction into the log. A log that cannot be written ends the mount's writing, since
/// what is in it is not known any more.
Result<> Epochs::write_log(Tid upto) {
  Result<> logged = log(upto);
  if (!logged && logged.error().code == Errc::no_space) {
    logged = empty_log();
    if (logged) logged = log(upto);
  }
  if (logged) return {};
  poison();
  mount_.fail_with(logged.error());
  return logged;
}

Result<> Epochs::log(Tid upto) {
  std::vector<BufferCache::Version> versions;
  std::vector<LogBlock> blocks;
  for (const BufferCache::Change& change : cache_->changes(upto, BufferCache::Logged::no)) {
    BufferCache::Version version;
    if (!cache_->hold(change, version)) continue;
    versions.push_back(version);
    blocks.push_back({change.block, version.bytes});
  }
  RangeSet revoked;
  {
    MutexLock hold(freed_lock_);
    revoked.add(revoked_closed_);
  }
  // Taken away and given out again in the same transaction: what it holds now counts.
  for (const LogBlock& block : blocks) revoked.remove({block.block, 1});
  Result<> logged;
  if (!blocks.empty() || !revoked.empty()) {
    device_dirty_.store(true, std::memory_order_release);
    logged = journal_->log(upto, blocks, revoked);
  } else {
    logged = flush_device();
  }
  using Outcome = BufferCache::Outcome;
  for (const auto& version : versions) cache_->drop(version, logged ? Outcome::logged : Outcome::failed);
  if (!logged) return logged;
  cache_->drop_revoked(upto, revoked);
  MutexLock hold(freed_lock_);
  revoked_closed_.clear();
  return {};
}

/// Writes what the log holds to its place.
Result<> Epochs::empty_log() {
  std::vector<BufferCache::Change> changes = cache_->changes(~Tid{0}, BufferCache::Logged::yes);
  std::ranges::sort(changes, {}, &BufferCache::Change::block);
  device_dirty_.store(true, std::memory_order_release);
  TRY(cache_->write(changes));
  TRY(flush_device());
  return journal_->emptied();
}

Result<> Epochs::flush_device() {
  // The device may have dropped what it could not write: no later success makes up for that.
  if (flush_failed_) return fail(Errc::io, "the device has lost writes");
  if (!device_dirty_.exchange(false, std::memory_order_acq_rel)) return {};
  const Result<> flushed = mount_.device().flush();
  if (flushed) return {};
  flush_failed_ = true;
  mount_.fail_with(flushed.error());
  return flushed;
}

/// The space freed in closed epochs may be used again.
void Epochs::free_held() {
  RangeSet freed;
  {
    MutexLock hold(freed_lock_);
    if (freed_closed_.empty()) return;
    freed.add(freed_closed_);
  }
  // Still held back meanwhile. A discard is a hint: its failure leaves old bytes in free space.
  if (discards_)
    for (const Range& range : freed.ranges()) (void)mount_.device().discard(range.offset, range.length);
  MutexLock hold(freed_lock_);
  freed_closed_.clear();
  freed_ranges_.store(freed_open_.size(), std::memory_order_release);
}

}  // namespace rump
