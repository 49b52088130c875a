// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Threads, mutexes and condition variables of the host.
#include <gtest/gtest.h>

#include <array>
#include <atomic>

#include "hypercall/host.hpp"

namespace rump::test {
namespace {

using host::Status;

/// A bounded hand-over of numbers between two threads, as kernel code would build it.
struct Slot {
  host::MutexState lock;
  host::CondState changed;
  bool full = false;
  u64 value = 0;

  Slot() {
    host::mutex_init(&lock);
    host::cond_init(&changed);
  }
  ~Slot() {
    host::cond_destroy(&changed);
    host::mutex_destroy(&lock);
  }
  void put(u64 number) {
    host::mutex_lock(&lock);
    while (full) host::cond_wait(&changed, &lock);
    value = number;
    full = true;
    host::cond_wake_all(&changed);
    host::mutex_unlock(&lock);
  }
  u64 take() {
    host::mutex_lock(&lock);
    while (!full) host::cond_wait(&changed, &lock);
    const u64 number = value;
    full = false;
    host::cond_wake_all(&changed);
    host::mutex_unlock(&lock);
    return number;
  }
};

TEST(Threads, RunTheirEntryWithTheirArgument) {
  std::array<u64, 8> results{};
  std::array<host::Thread, 8> threads{};
  for (u64 i = 0; i < threads.size(); ++i) {
    results[i] = i;
    const auto square = [](void* argument) { *static_cast<u64*>(argument) *= *static_cast<u64*>(argument); };
    ASSERT_EQ(host::thread_create(square, &results[i], "a name longer than any host keeps", &threads[i]),
              Status::ok);
  }
  for (const host::Thread thread : threads) host::thread_join(thread);
  EXPECT_EQ(results, (std::array<u64, 8>{0, 1, 4, 9, 16, 25, 36, 49}));
}

TEST(Threads, AMutexKeepsOthersOut) {
  struct Shared {
    host::MutexState lock;
    u64 count = 0;
  } shared;
  host::mutex_init(&shared.lock);
  const auto raise = [](void* argument) {
    auto* mine = static_cast<Shared*>(argument);
    for (int i = 0; i < 10'000; ++i) {
      host::mutex_lock(&mine->lock);
      ++mine->count;
      host::mutex_unlock(&mine->lock);
    }
  };
  std::array<host::Thread, 4> threads{};
  for (host::Thread& thread : threads)
    ASSERT_EQ(host::thread_create(raise, &shared, "raise", &thread), Status::ok);
  for (const host::Thread thread : threads) host::thread_join(thread);
  EXPECT_EQ(shared.count, 40'000u);
  host::mutex_destroy(&shared.lock);
}

TEST(Threads, ConditionsHandValuesOver) {
  struct Shared {
    Slot slot;
    u64 sum = 0;
  } shared;
  const auto consume = [](void* argument) {
    auto* mine = static_cast<Shared*>(argument);
    while (const u64 number = mine->slot.take()) mine->sum += number;
  };
  host::Thread thread{};
  ASSERT_EQ(host::thread_create(consume, &shared, "consume", &thread), Status::ok);
  for (u64 number = 1000; number > 0; --number) shared.slot.put(number);
  shared.slot.put(0);
  host::thread_join(thread);
  EXPECT_EQ(shared.sum, 500'500u);
}

TEST(Threads, WakeOneLetsOneWaiterGo) {
  struct Shared {
    host::MutexState lock;
    host::CondState tickets_changed;
    u64 tickets = 0, waiting = 0;
    std::atomic<u64> served = 0;
  } shared;
  host::mutex_init(&shared.lock);
  host::cond_init(&shared.tickets_changed);
  const auto wait = [](void* argument) {
    auto* mine = static_cast<Shared*>(argument);
    host::mutex_lock(&mine->lock);
    ++mine->waiting;
    while (mine->tickets == 0) host::cond_wait(&mine->tickets_changed, &mine->lock);
    --mine->tickets;
    host::mutex_unlock(&mine->lock);
    ++mine->served;
  };
  std::array<host::Thread, 3> threads{};
  for (host::Thread& thread : threads)
    ASSERT_EQ(host::thread_create(wait, &shared, "wait", &thread), Status::ok);
  for (u64 i = 0; i < threads.size(); ++i) {
    host::mutex_lock(&shared.lock);
    ++shared.tickets;
    host::cond_wake_one(&shared.tickets_changed);
    host::mutex_unlock(&shared.lock);
  }
  for (const host::Thread thread : threads) host::thread_join(thread);
  EXPECT_EQ(shared.served, 3u);
  EXPECT_EQ(shared.tickets, 0u);
  host::cond_destroy(&shared.tickets_changed);
  host::mutex_destroy(&shared.lock);
}

}  // namespace
}  // namespace rump::test
