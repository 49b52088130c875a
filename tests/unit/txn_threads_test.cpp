// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Transactions of several threads at once, while others bring the changes out.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstring>
#include <latch>
#include <random>
#include <thread>

#include "tests/fixtures/txn_mount.hpp"

namespace rump {
namespace {

using test::FaultDisk;
using test::TxnMount;
using test::writable;

constexpr u32 kBlock = 512;
constexpr BlockNo kBlocks = 512;

/// The `index`th number in the block.
u64 number_in(std::span<const std::byte> block, u32 index = 0) {
  u64 value = 0;
  std::memcpy(&value, &block[index * sizeof value], sizeof value);
  return value;
}

/// Adds one to a number of the block.
bool count_up(TxnMount& mount, Txn& txn, BlockNo block, u32 index = 0) {
  auto buffer = mount.cache().modify(block, txn);
  if (!buffer) return false;
  const u64 value = number_in(buffer->bytes(), index) + 1;
  std::memcpy(&buffer->bytes()[index * sizeof value], &value, sizeof value);
  return true;
}

struct TxnThreadsTest : testing::Test {
  /// Runs `work(thread, random)` in each of `count` threads.
  template <class Work>
  static void run(unsigned count, Work work) {
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < count; ++t)
      threads.emplace_back([&work, t] {
        std::minstd_rand random(t + 1);
        work(t, random);
      });
    for (std::thread& thread : threads) thread.join();
  }
  u64 number_on_disk(BlockNo block, u32 index = 0) const {
    return number_in(disk.disk.contents().subspan(block * kBlock, kBlock), index);
  }

  FaultDisk disk{kBlock, kBlocks};
  std::atomic<u64> failures = 0;
};

TEST_F(TxnThreadsTest, OneCounterEndsAtTheSum) {
  TxnMount mount(disk.device, kBlock);
  disk.device.keeps_story = false;
  constexpr unsigned kThreads = 4, kRounds = 1500;
  run(kThreads, [&](unsigned, auto&) {
    for (unsigned i = 0; i < kRounds; ++i) {
      Txn txn = mount.begin(1);
      if (!count_up(mount, txn, 7)) ++failures;
      const Tid tid = txn.commit();
      if (i % 100 == 0 && !mount.wait(tid)) ++failures;
    }
  });
  ASSERT_TRUE(mount.epochs().write_back(Reach::stable));
  EXPECT_EQ(failures, 0u);
  EXPECT_EQ(number_on_disk(7), u64{kThreads} * kRounds);
}

/// Pairs of blocks: the first number of the first is counted up before the second number of the second, with
/// a barrier between, so that the device never has a second number that is higher than the first numbers it
/// follows.
class PairWatch {
 public:
  using Pair = std::array<BlockNo, 2>;
  static constexpr std::array<Pair, 4> kPairs{{{10, 11}, {11, 12}, {13, 10}, {30, 12}}};

  explicit PairWatch(FaultDisk& disk) {
    disk.device.keeps_story = false;
    disk.device.after_write = [this](u64 offset, std::span<const std::byte> bytes) {
      for (std::size_t at = 0; at < bytes.size(); at += kBlock)
        take(offset / kBlock + at / kBlock, bytes.subspan(at, kBlock));
      for (const Pair& pair : kPairs)
        if (seen_[pair[1]][1] > firsts_before(pair[1])) ++wrong;
    };
  }

  u64 wrong = 0;

 private:
  void take(BlockNo block, std::span<const std::byte> bytes) {
    for (u32 index = 0; index < 2; ++index) {
      const u64 value = number_in(bytes, index);
      if (value < seen_[block][index]) ++wrong;  // older content over newer
      seen_[block][index] = value;
    }
  }
  u64 firsts_before(BlockNo second) const {
    u64 sum = 0;
    for (const Pair& pair : kPairs)
      if (pair[1] == second) sum += seen_[pair[0]][0];
    return sum;
  }

  std::array<std::array<u64, 2>, kBlocks> seen_{};
};

TEST_F(TxnThreadsTest, BarriersHoldWhileOthersWriteBack) {
  PairWatch watch(disk);
  TxnMount mount(disk.device, kBlock, writable(16 * kBlock));
  constexpr unsigned kThreads = 4, kRounds = 1000;
  std::array<std::atomic<u64>, kBlocks> firsts{}, seconds{};
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (u64 i = 0; !done; ++i)
      if (!mount.epochs().write_back(i % 2 ? Reach::host : Reach::stable)) ++failures;
  });
  run(kThreads, [&](unsigned, auto& random) {
    for (unsigned i = 0; i < kRounds; ++i) {
      const auto& pair = PairWatch::kPairs[random() % PairWatch::kPairs.size()];
      Txn txn = mount.begin(2);
      if (!count_up(mount, txn, pair[0], 0)) ++failures;
      txn.barrier();
      if (!count_up(mount, txn, pair[1], 1)) ++failures;
      txn.commit();
      ++firsts[pair[0]];
      ++seconds[pair[1]];
    }
  });
  done = true;
  writer.join();
  ASSERT_TRUE(mount.epochs().write_back(Reach::stable));
  EXPECT_EQ(failures, 0u);
  EXPECT_EQ(watch.wrong, 0u);
  for (BlockNo block = 0; block < 32; ++block) {
    EXPECT_EQ(number_on_disk(block, 0), firsts[block]) << block;
    EXPECT_EQ(number_on_disk(block, 1), seconds[block]) << block;
  }
  EXPECT_EQ(mount.cache().counters().dirty, 0u);
}

TEST_F(TxnThreadsTest, OverlappingTxnsUnderPressureLoseNothing) {
  TxnMount mount(disk.device, kBlock, writable(24 * kBlock));
  disk.device.keeps_story = false;
  std::array<std::atomic<u64>, kBlocks> want{};
  run(4, [&](unsigned thread, auto& random) {
    for (unsigned i = 0; i < 1500; ++i) {
      Txn txn = mount.begin(3);
      for (int change = 0; change < 3; ++change) {
        const BlockNo block = random() % 96;
        if (random() % 3 == 0 && !txn.pin(block, 1)) ++failures;
        if (count_up(mount, txn, block))
          ++want[block];
        else
          ++failures;
        if (random() % 2) txn.barrier();
      }
      txn.commit();
      if (!mount.cache().read(random() % kBlocks)) ++failures;
      if (thread == 0 && i % 64 == 0 && !mount.epochs().write_back(Reach::stable)) ++failures;
    }
  });
  ASSERT_TRUE(mount.epochs().write_back(Reach::stable));
  EXPECT_EQ(failures, 0u);
  for (BlockNo block = 0; block < 96; ++block) EXPECT_EQ(number_on_disk(block), want[block]) << block;
  EXPECT_LE(mount.cache().counters().buffers, 64u);
}

TEST_F(TxnThreadsTest, BlocksForgottenAndTakenAgain) {
  // Each thread frees and takes blocks of its own; one block that all share ties their epochs together.
  TxnMount mount(disk.device, kBlock, writable(32 * kBlock));
  disk.device.keeps_story = false;
  constexpr unsigned kThreads = 4, kRounds = 600;
  run(kThreads, [&](unsigned thread, auto& random) {
    const BlockNo first = 100 + 20 * thread;
    for (unsigned i = 0; i < kRounds; ++i) {
      const BlockNo block = first + random() % 8;
      {
        Txn txn = mount.begin(3);
        if (!mount.cache().fresh(block, txn)) ++failures;
        if (!count_up(mount, txn, block)) ++failures;
        txn.barrier();
        if (!count_up(mount, txn, 5)) ++failures;
        txn.commit();
      }
      Txn txn = mount.begin(3);
      if (!count_up(mount, txn, 5)) ++failures;
      txn.barrier();
      txn.release(block * kBlock, kBlock);
      mount.cache().forget(block, 1, txn);
      txn.commit();
      if (random() % 50 == 0 && !mount.epochs().write_back(Reach::stable)) ++failures;
    }
  });
  ASSERT_TRUE(mount.epochs().write_back(Reach::stable));
  EXPECT_EQ(failures, 0u);
  EXPECT_EQ(number_on_disk(5), u64{2} * kThreads * kRounds);
  EXPECT_FALSE(mount.epochs().holds_back());
  EXPECT_EQ(mount.cache().counters().dirty, 0u);
  EXPECT_EQ(mount.cache().counters().copies, 0u);
}

TEST_F(TxnThreadsTest, AWaitWithOthersInTheMiddleOfTheirTxns) {
  TxnMount mount(disk.device, kBlock);
  std::latch begun(1), waited(1);
  const Tid tid = mount.commit_fill(10, 1);
  std::thread other([&] {
    Txn txn = mount.begin(1);
    mount.fill(txn, 11, 1);
    begun.count_down();
    txn.commit();
    waited.wait();
  });
  begun.wait();
  EXPECT_TRUE(mount.wait(tid));
  waited.count_down();
  other.join();
  EXPECT_EQ(disk.on_disk(10), 1u);
  ASSERT_TRUE(mount.epochs().write_back(Reach::host));
  EXPECT_EQ(disk.on_disk(11), 1u);
}

TEST_F(TxnThreadsTest, AnAbortIsSeenByAWriteBackThatWaitedForIt) {
  TxnMount mount(disk.device, kBlock);
  Txn txn = mount.begin(1);
  mount.fill(txn, 10, 1);
  std::latch started(1);
  std::thread writer([&] {
    started.count_down();
    EXPECT_FALSE(mount.epochs().write_back(Reach::stable));
  });
  started.wait();
  // Time for the writer to get as far as waiting for the Txn; the test is right without it, too.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  txn.abort("given up for a test");
  writer.join();
  EXPECT_EQ(disk.on_disk(10), 0u);
}

TEST_F(TxnThreadsTest, ABlockWithTwoRolesIsToldInsideATxn) {
  TxnMount mount(disk.device, kBlock);
  std::latch both_pinned(2), both_hold(2);
  std::atomic<int> refused = 0, granted = 0;
  run(2, [&](unsigned thread, auto&) {
    Txn txn = mount.begin(2);
    if (!txn.pin(1, 2)) ++failures;
    both_pinned.arrive_and_wait();
    {
      auto mine = mount.cache().modify(1 + thread, txn);
      both_hold.arrive_and_wait();
      const auto other = mount.cache().modify(2 - thread, txn);
      ++(other ? granted : refused);
      if (!other && other.error().code != Errc::corrupt) ++failures;
    }
    txn.commit();
  });
  EXPECT_EQ(failures, 0u);
  EXPECT_EQ(granted, 1);
  EXPECT_EQ(refused, 1);
  EXPECT_TRUE(mount.epochs().write_back(Reach::stable));
}

}  // namespace
}  // namespace rump
