// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Locks: exclusion, preference of writers, and the rank stack of debug builds.
#include "vfs/sync.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <thread>
#include <vector>

namespace rump {
namespace {

TEST(SyncTest, AMutexExcludes) {
  Mutex mutex(Rank::driver);
  long count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20000; ++i) {
        MutexLock hold(mutex);
        ++count;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 80000);
}

TEST(SyncTest, ACondVarWakesWaiters) {
  Mutex mutex(Rank::driver);
  CondVar changed;
  int stage = 0;
  std::thread other([&] {
    MutexLock hold(mutex);
    while (stage < 1) changed.wait(mutex);
    stage = 2;
    changed.wake_all();
  });
  {
    MutexLock hold(mutex);
    stage = 1;
    changed.wake_one();
    while (stage < 2) changed.wait(mutex);
  }
  other.join();
  EXPECT_EQ(stage, 2);
}

TEST(SyncTest, AnRwLockExcludesWriters) {
  RwLock lock(Rank::vnode);
  long one = 0, two = 0;
  std::atomic<int> torn = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5000; ++i) {
        if ((i + t) % 4 == 0) {
          ExclusiveLock hold(lock);
          ++one;
          ++two;
        } else {
          SharedLock hold(lock);
          if (one != two) ++torn;
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(one, 6 * 1250);
}

TEST(SyncTest, ReadersShare) {
  RwLock lock(Rank::vnode);
  std::latch both_inside(2);
  const auto read = [&] {
    SharedLock hold(lock);
    both_inside.arrive_and_wait();  // hangs unless both hold it
  };
  std::thread a(read), b(read);
  a.join();
  b.join();
  SUCCEED();
}

/// Whether a writer that asked for a lock held shared got it before a reader that asked later.
bool writer_goes_first() {
  RwLock lock(Rank::vnode);
  std::atomic<bool> writer_asks = false, written = false;
  bool reader_was_later = false;
  lock.lock_shared();
  std::thread writer([&] {
    writer_asks = true;
    ExclusiveLock hold(lock);
    written = true;
  });
  while (!writer_asks) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::thread reader([&] {
    SharedLock hold(lock);
    reader_was_later = written;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  lock.unlock_shared();
  writer.join();
  reader.join();
  return reader_was_later;
}

TEST(SyncTest, AWaitingWriterGoesBeforeNewReaders) {
  // When the writer really waits is the scheduler's affair, so one round proves nothing; readers that
  // overtake would do it in every one.
  int rounds = 0;
  while (!writer_goes_first() && ++rounds < 200) {
  }
  EXPECT_LT(rounds, 200);
}

TEST(SyncTest, ASharedLockMovesWithItsGuard) {
  RwLock lock(Rank::vnode);
  {
    SharedLock first(lock);
    SharedLock second(std::move(first));
  }
  ExclusiveLock alone(lock);  // hangs if the guard let go never or twice
  SUCCEED();
}

struct RankDeathTest : testing::Test {
  void SetUp() override {
    // The rank stack exists in debug builds only; the release run of this suite counts these as skipped.
    if constexpr (!kCheckRanks) GTEST_SKIP() << "lock ranks are checked in debug builds";
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }
};

TEST_F(RankDeathTest, AnOuterLockUnderAnInnerOnePanics) {
  const auto break_it = [] {
    Mutex inner(Rank::buffer_shard), outer(Rank::descriptors);
    MutexLock first(inner);
    MutexLock second(outer);
  };
  EXPECT_DEATH(break_it(), "lock taken out of order");
}

TEST_F(RankDeathTest, TwoLocksOfOneRankPanic) {
  const auto break_it = [] {
    Mutex one(Rank::name_shard), two(Rank::name_shard);
    MutexLock first(one);
    MutexLock second(two);
  };
  EXPECT_DEATH(break_it(), "lock taken out of order");
}

TEST_F(RankDeathTest, LettingGoWhatIsNotHeldPanics) {
  const auto break_it = [] {
    RwLock lock(Rank::vnode);
    lock.lock_shared();
    lock.unlock_shared();
    rank_leave(Rank::vnode);
  };
  EXPECT_DEATH(break_it(), "does not hold");
}

TEST(SyncTest, VnodesNestAndTheRightOrderIsQuiet) {
  RwLock parent(Rank::vnode), child(Rank::vnode);
  Mutex leaf(Rank::buffer_shard);
  ExclusiveLock first(parent);
  SharedLock second(child);
  MutexLock third(leaf);
  SUCCEED();
}

}  // namespace
}  // namespace rump
