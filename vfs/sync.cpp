// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Slow paths of RwLock, and the per-thread rank stack of debug builds.
#include "vfs/sync.hpp"

#include "vfs/intrusive.hpp"

namespace rump {
namespace {

/// The ranks that this thread holds, as counts: order inside one rank does not matter.
struct RankStack {
  u8 held[static_cast<std::size_t>(Rank::rwlock_queue) + 1];
};
constinit thread_local RankStack rank_stack{};

}  // namespace

void rank_enter(Rank rank) {
  if (rank == Rank::unranked) return;
  const auto mine = static_cast<std::size_t>(rank);
  const std::size_t first_forbidden = rank == Rank::vnode ? mine + 1 : mine;
  for (std::size_t r = first_forbidden; r < std::size(rank_stack.held); ++r)
    invariant(rank_stack.held[r] == 0, "lock taken out of order");
  ++rank_stack.held[mine];
}

void rank_leave(Rank rank) {
  if (rank == Rank::unranked) return;
  u8& held = rank_stack.held[static_cast<std::size_t>(rank)];
  invariant(held > 0, "lock let go that this thread does not hold");
  --held;
}

/// Most holds are shorter than falling asleep and waking up take.
template <class Try>
bool RwLock::spin(Try attempt) {
  constexpr int kSpins = 200;
  for (int i = 0; i < kSpins; ++i)
    if (attempt()) return true;
  return false;
}

void RwLock::lock_shared_slow() {
  const bool got = spin([this] {
    u32 state = state_.load(std::memory_order_relaxed);
    return !(state & (kWriter | kWaiters)) &&
           state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire,
                                        std::memory_order_relaxed);
  });
  if (got) return;
  MutexLock hold(queue_);
  state_.fetch_or(kWaiters, std::memory_order_relaxed);
  ++waiting_;
  while ((state_.load(std::memory_order_acquire) & kWriter) || waiting_writers_ > 0) changed_.wait(queue_);
  state_.fetch_add(1, std::memory_order_acquire);
  if (--waiting_ == 0) state_.fetch_and(~kWaiters, std::memory_order_relaxed);
}

void RwLock::lock_slow() {
  const bool got = spin([this] {
    u32 state = state_.load(std::memory_order_relaxed);
    return state == 0 &&
           state_.compare_exchange_weak(state, kWriter, std::memory_order_acquire, std::memory_order_relaxed);
  });
  if (got) return;
  MutexLock hold(queue_);
  state_.fetch_or(kWaiters, std::memory_order_relaxed);
  ++waiting_;
  ++waiting_writers_;
  // New readers see kWaiters and queue up here, so the word below can only fall to kWaiters.
  while (true) {
    u32 idle = kWaiters;
    if (state_.compare_exchange_strong(idle, kWaiters | kWriter, std::memory_order_acquire,
                                       std::memory_order_relaxed))
      break;
    changed_.wait(queue_);
  }
  --waiting_writers_;
  if (--waiting_ == 0) state_.fetch_and(~kWaiters, std::memory_order_relaxed);
}

RwLock& SpreadLock::mine() {
  // Threads differ in where their own variables lie.
  static constinit thread_local u8 place = 0;
  return slots_[mix_hash(reinterpret_cast<std::uintptr_t>(&place)) >> 32 & (kSlots - 1)].lock;
}

void SpreadLock::lock() {
  if constexpr (kCheckRanks) rank_enter(rank_);
  for (Slot& slot : slots_) slot.lock.lock();
}

void SpreadLock::unlock() {
  for (Slot& slot : slots_) slot.lock.unlock();
  if constexpr (kCheckRanks) rank_leave(rank_);
}

void RwLock::wake() {
  MutexLock hold(queue_);
  changed_.wake_all();
}

}  // namespace rump
