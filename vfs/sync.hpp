// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Locks of the kernel, built over the host's mutex and condition variable, ranked in debug builds.
#pragma once

#include <array>
#include <atomic>

#include "vfs/memory.hpp"

namespace rump {

/// The order in which locks are taken, outermost first (the order of the architecture). A thread takes a lock
/// only when it holds none of a higher rank; `vnode` locks may nest among themselves (ancestor first, else by
/// number: the caller's duty, since an image chooses their identity). All other ranks do not nest with their
/// equals.
enum class Rank : u8 {
  descriptors,   ///< a process's descriptor table
  file_offset,   ///< an open file's position
  mount_table,   ///< mounting and unmounting; a listing asks it what lies above a mount's root
  rename,        ///< a mount's changes that lock a directory below another; ancestry stays
  vnode,         ///< a vnode
  flush,         ///< who writes a mount's changes to the device, one thread at a time
  txn,           ///< an open transaction (shared), or closing them all (exclusive)
  driver,        ///< a driver's own lock below its vnodes
  freed_space,   ///< a mount's freed space that is held back
  vnode_shard,   ///< a shard of the vnode table
  name_shard,    ///< a shard of the name cache
  buffer_shard,  ///< a shard of a buffer cache
  buffer_wait,   ///< the list of threads that wait for buffers
  rwlock_queue,  ///< the inside of an RwLock
  unranked,      ///< a part of a lock that is ranked as a whole
};

#ifdef NDEBUG
inline constexpr bool kCheckRanks = false;
#else
inline constexpr bool kCheckRanks = true;
#endif

/// Debug builds: notes that this thread is about to take a lock of this rank; panics if the order is broken.
void rank_enter(Rank rank);
/// Debug builds: notes that it has let one go.
void rank_leave(Rank rank);

/// A plain mutex with a rank. Satisfies BasicLockable.
class Mutex {
 public:
  explicit Mutex(Rank rank) : rank_(rank) { host::mutex_init(&state_); }
  ~Mutex() { host::mutex_destroy(&state_); }
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  void lock() {
    if constexpr (kCheckRanks) rank_enter(rank_);
    host::mutex_lock(&state_);
  }
  void unlock() {
    host::mutex_unlock(&state_);
    if constexpr (kCheckRanks) rank_leave(rank_);
  }

 private:
  friend class CondVar;
  host::MutexState state_;
  [[maybe_unused]] Rank rank_;
};

/// A condition variable; wait() needs the mutex held and returns with it held, perhaps without a wake.
class CondVar {
 public:
  CondVar() { host::cond_init(&state_); }
  ~CondVar() { host::cond_destroy(&state_); }
  CondVar(const CondVar&) = delete;
  CondVar& operator=(const CondVar&) = delete;
  void wait(Mutex& mutex) { host::cond_wait(&state_, &mutex.state_); }
  void wake_one() { host::cond_wake_one(&state_); }
  void wake_all() { host::cond_wake_all(&state_); }

 private:
  host::CondState state_;
};

/// Many readers or one writer; waiting writers go before new readers. One atomic operation when nobody waits.
/// A thread never takes it twice, not even shared.
class RwLock {
 public:
  explicit RwLock(Rank rank) : queue_(Rank::rwlock_queue), rank_(rank) {}
  RwLock(const RwLock&) = delete;
  RwLock& operator=(const RwLock&) = delete;

  void lock_shared() {
    if constexpr (kCheckRanks) rank_enter(rank_);
    u32 state = state_.load(std::memory_order_relaxed);
    do {
      if (state & (kWriter | kWaiters)) return lock_shared_slow();
    } while (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire,
                                           std::memory_order_relaxed));
  }
  void unlock_shared() {
    const u32 before = state_.fetch_sub(1, std::memory_order_release);
    if ((before & kWaiters) && (before & kReaders) == 1) wake();
    if constexpr (kCheckRanks) rank_leave(rank_);
  }
  void lock() {
    if constexpr (kCheckRanks) rank_enter(rank_);
    u32 free = 0;
    if (!state_.compare_exchange_strong(free, kWriter, std::memory_order_acquire, std::memory_order_relaxed))
      lock_slow();
  }
  void unlock() {
    const u32 before = state_.fetch_and(~kWriter, std::memory_order_release);
    if (before & kWaiters) wake();
    if constexpr (kCheckRanks) rank_leave(rank_);
  }

 private:
  static constexpr u32 kWriter = u32{1} << 31;
  static constexpr u32 kWaiters = u32{1} << 30;  ///< somebody is in a slow path
  static constexpr u32 kReaders = kWaiters - 1;

  template <class Try>
  static bool spin(Try attempt);
  void lock_shared_slow();
  void lock_slow();
  void wake();

  std::atomic<u32> state_{0};
  Mutex queue_;  ///< guards waiting_, waiting_writers_
  CondVar changed_;
  u32 waiting_ = 0;
  u32 waiting_writers_ = 0;
  [[maybe_unused]] Rank rank_;
};

/// An RwLock for very many readers and hardly any writer: threads that read touch different memory, a writer
/// takes all of it. What is taken shared is let go by the same thread.
class SpreadLock {
 public:
  explicit SpreadLock(Rank rank) : rank_(rank) {}

  void lock_shared() {
    if constexpr (kCheckRanks) rank_enter(rank_);
    mine().lock_shared();
  }
  void unlock_shared() {
    mine().unlock_shared();
    if constexpr (kCheckRanks) rank_leave(rank_);
  }
  void lock();
  void unlock();

 private:
  static constexpr std::size_t kSlots = 8;
  struct alignas(kCacheLine) Slot {
    RwLock lock{Rank::unranked};
  };

  /// The lock that this thread takes shared.
  RwLock& mine();

  std::array<Slot, kSlots> slots_;
  [[maybe_unused]] Rank rank_;
};

/// Holds a Mutex for a scope.
class MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// Holds an RwLock shared for a scope, or until moved away.
class SharedLock {
 public:
  explicit SharedLock(RwLock& lock) : lock_(&lock) { lock_->lock_shared(); }
  SharedLock(SharedLock&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
  SharedLock& operator=(SharedLock&&) = delete;
  ~SharedLock() {
    if (lock_) lock_->unlock_shared();
  }

 private:
  RwLock* lock_;
};

/// Holds an RwLock or a SpreadLock exclusively for a scope.
template <class Lock>
class ExclusiveLockOf {
 public:
  explicit ExclusiveLockOf(Lock& lock) : lock_(lock) { lock_.lock(); }
  ~ExclusiveLockOf() { lock_.unlock(); }
  ExclusiveLockOf(const ExclusiveLockOf&) = delete;
  ExclusiveLockOf& operator=(const ExclusiveLockOf&) = delete;

 private:
  Lock& lock_;
};
using ExclusiveLock = ExclusiveLockOf<RwLock>;

}  // namespace rump
