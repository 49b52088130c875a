// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The changes of one mount on their way to the device: epochs, the hook for a journal, and freed space
/// that is held back.
#pragma once

#include <atomic>

#include "vfs/buffer_cache.hpp"
#include "vfs/range_set.hpp"

namespace rump {

/// What makes the changes of an epoch arrive together. The driver derives from it. One call at a time; no Txn
/// of the calling thread is open, and no lock is held but the one for flushing.
class Journal {
 public:
  virtual ~Journal() = default;
  /// Blocks that one running transaction may change at most. Revokes come on top: a driver bounds what one
  /// step forgets, and counts that into its capacity.
  virtual u32 capacity() const = 0;
  /// Makes the blocks, sorted by number, durable in the log in one piece: after a loss of power recovery
  /// finds all of them or none. File data written before is on stable storage first. `revoked`: blocks that
  /// recovery must not bring back from this or an earlier transaction. no_space, with nothing logged: the log
  /// must be emptied first. Any other error fails the mount.
  virtual Result<> log(Tid tid, std::span<const LogBlock> blocks, const RangeSet& revoked) = 0;
  /// All that was logged is in its place on stable storage: the log is empty from now on.
  virtual Result<> emptied() = 0;
};

/// How far changes have to go.
enum class Reach : u8 {
  host,    ///< written, in order: the death of this process loses nothing
  stable,  ///< on stable storage, with a device flush between epochs: nor does a loss of power
};

/// Numbers the changes of one mount. Without a journal an epoch is a set of changes that may reach the device
/// in any order, after all epochs before it; every Txn starts in the oldest open one, so that independent
/// operations share few epochs. With a journal all open Txns share one epoch, the running transaction.
/// Safe from any thread.
class Epochs {
 public:
  explicit Epochs(Mount& mount) : mount_(mount) {}
  Epochs(const Epochs&) = delete;
  Epochs& operator=(const Epochs&) = delete;

  /// For a driver's mount(): its cache, which write_back() empties, and its journal, if any. A mount without
  /// metadata on the device (tmpfs) has neither. Called before the first Txn; both outlive the last one.
  void use(BufferCache& cache, Journal* journal = nullptr);
  /// Freed space is discarded once it is not held back any more.
  void discard_freed() { discards_ = true; }
  /// A device flush at each barrier also where nobody waits for it.
  void be_strict() { strict_ = true; }

  /// Writes all that is committed by now; with a journal, to the log. A failed write leaves its blocks dirty,
  /// and nothing of a later epoch is written before them; the next call tries again. A failed device flush
  /// fails the mount, since the device may have lost writes for good. No Txn of this thread is open.
  Result<> write_back(Reach reach);
  /// As write_back(stable), and with a journal the blocks are in their places and the log is empty.
  Result<> settle();
  /// Returns once the transaction is durable.
  Result<> wait(Tid tid);
  /// A device flush, if anything was written since the last one; fails the mount as write_back() does.
  Result<> flush_data();
  /// File data was written to the device: the next stable write_back flushes it.
  void data_written() { device_dirty_.store(true, std::memory_order_release); }

  /// The part of [offset, offset + length) that is held back and comes first; length 0: none is. For
  /// allocators.
  Range held_back(u64 offset, u64 length) const;
  /// Whether any space is held back: write_back(stable) would free it.
  bool holds_back() const { return freed_ranges_.load(std::memory_order_acquire) > 0; }

 private:
  friend class Txn;

  Result<Tid> enter(u32 max_blocks);
  void leave(Tid highest, u32 unused_blocks, bool released);
  bool crowded() const;
  void hold_back(Range range);
  void revoke(Range blocks);
  void poison() { poisoned_.store(true, std::memory_order_release); }

  Tid close();
  Result<> bring_out(Reach reach);
  Result<> write_in_place(Tid upto, Reach reach);
  Result<> write_log(Tid upto);
  Result<> log(Tid upto);
  Result<> empty_log();
  Result<> flush_device();
  void free_held();

  Mount& mount_;
  BufferCache* cache_ = nullptr;
  Journal* journal_ = nullptr;
  bool discards_ = false;
  bool strict_ = false;
  std::atomic<bool> poisoned_{false};      ///< after an abort: nothing is written any more
  std::atomic<bool> device_dirty_{false};  ///< written to since the last device flush

  bool flush_failed_ = false;  ///< guarded by flush_lock_

  Mutex flush_lock_{Rank::flush};       ///< one thread at a time brings changes out
  SpreadLock gate_{Rank::txn};          ///< shared: an open Txn. Exclusive: epochs are being closed.
  std::atomic<Tid> oldest_open_{1};     ///< changed under the gate, exclusive
  std::atomic<Tid> newest_{1};          ///< the highest epoch that a Txn has used
  std::atomic<Tid> durable_{0};         ///< raised under flush_lock_
  std::atomic<u32> running_blocks_{0};  ///< promised to Txns of a journal's running transaction

  mutable Mutex freed_lock_{Rank::freed_space};  ///< guards the sets
  RangeSet freed_open_;                          ///< freed in open epochs, in bytes
  RangeSet freed_closed_;                        ///< freed in epochs that are on their way
  RangeSet revoked_open_, revoked_closed_;       ///< blocks; with a journal only
  std::atomic<u64> freed_ranges_{0};             ///< ranges in both freed sets
};

}  // namespace rump
