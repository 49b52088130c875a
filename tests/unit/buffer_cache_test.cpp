// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The buffer cache: content, bounds, failures, holds across threads, blocks with two roles.
#include "vfs/buffer_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "tests/fixtures/test_device.hpp"
#include "tests/fixtures/txn_mount.hpp"

namespace rump {
namespace {

using test::TestDevice;
using test::TxnMount;

constexpr u32 kBlock = 512;
constexpr BlockNo kBlocks = 256;

struct BufferCacheTest : testing::Test {
  std::unique_ptr<BufferCache> make(u64 limit_bytes) {
    return BufferCache::make(device, kBlock, kBlocks, limit_bytes).value();
  }
  /// A mount, for what changes blocks.
  std::unique_ptr<TxnMount> make_mount(u64 limit_bytes) {
    return std::make_unique<TxnMount>(device, kBlock, test::writable(limit_bytes));
  }
  static std::byte first_byte(BlockNo block) { return std::byte(block % 251); }

  TestDevice device{kBlock, kBlocks};
};

TEST_F(BufferCacheTest, ReadsABlockOnceAndSharesIt) {
  auto cache = make(64 * kBlock);
  for (int round = 0; round < 3; ++round) {
    auto one = cache->read(7);
    auto two = cache->read(7);
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->block(), 7u);
    EXPECT_EQ(one->bytes().size(), kBlock);
    EXPECT_EQ(one->bytes()[0], first_byte(7));
    EXPECT_EQ(one->bytes().data(), two->bytes().data());
  }
  EXPECT_EQ(device.reads, 1u);
  EXPECT_EQ(cache->counters().hits, 5u);
}

TEST_F(BufferCacheTest, RefusesBlocksOutsideTheFileSystem) {
  auto mount = make_mount(64 * kBlock);
  BufferCache& cache = mount->cache();
  Txn txn = mount->begin();
  for (const BlockNo block : {kBlocks, kBlocks + 1, ~BlockNo{0}}) {
    EXPECT_EQ(test::code_of(cache.read(block)), Errc::corrupt);
    EXPECT_EQ(test::code_of(cache.modify(block, txn)), Errc::corrupt);
    EXPECT_EQ(test::code_of(cache.fresh(block, txn)), Errc::corrupt);
    EXPECT_EQ(test::code_of(txn.pin(block, 1)), Errc::corrupt);
    cache.prefetch(block, 8);
  }
  EXPECT_FALSE(txn.changed());
  EXPECT_EQ(device.reads, 0u);
}

TEST_F(BufferCacheTest, StaysInsideItsLimit) {
  constexpr u64 kLimit = 40;
  auto cache = make(kLimit * kBlock);
  for (int round = 0; round < 2; ++round)
    for (BlockNo block = 0; block < kBlocks; ++block) {
      auto buffer = cache->read(block);
      ASSERT_TRUE(buffer);
      ASSERT_EQ(buffer->bytes()[0], first_byte(block));
    }
  EXPECT_LE(cache->counters().buffers, kLimit);
  EXPECT_GE(cache->counters().evictions, 2 * kBlocks - kLimit);
}

TEST_F(BufferCacheTest, KeepsWhatIsHeldUnderPressure) {
  auto cache = make(0);  // counts as eight blocks
  auto held = cache->read(3);
  ASSERT_TRUE(held);
  for (BlockNo block = 10; block < 200; ++block) ASSERT_TRUE(cache->read(block));
  EXPECT_EQ(held->bytes()[0], first_byte(3));
  EXPECT_LE(cache->counters().buffers, 9u);
}

TEST_F(BufferCacheTest, MoreHeldThanTheLimitStillWorks) {
  auto cache = make(0);
  std::vector<ReadBuf> held;
  for (BlockNo block = 0; block < 20; ++block) held.push_back(std::move(cache->read(block).value()));
  for (BlockNo block = 0; block < 20; ++block) EXPECT_EQ(held[block].bytes()[0], first_byte(block));
  held.clear();
  for (BlockNo block = 100; block < 140; ++block) ASSERT_TRUE(cache->read(block));
  EXPECT_LE(cache->counters().buffers, 8u) << "the overshoot must go away again";
}

TEST_F(BufferCacheTest, OneThreadCannotHoldWithoutBound) {
  auto cache = make(128 * kBlock);
  std::vector<ReadBuf> held;
  Result<ReadBuf> last = cache->read(0);
  for (BlockNo block = 1; last && block < 200; ++block) {
    held.push_back(*std::move(last));
    last = cache->read(block);
  }
  ASSERT_FALSE(last);
  EXPECT_EQ(test::code_of(last), Errc::exhausted);
  EXPECT_GE(held.size(), 16u);
}

TEST_F(BufferCacheTest, AFailedReadIsReportedAndTriedAgain) {
  auto cache = make(64 * kBlock);
  device.fail_read_at = 9 * kBlock;
  EXPECT_EQ(test::code_of(cache->read(9)), Errc::io);
  EXPECT_STREQ(cache->read(9).error().reason, "injected read error");
  EXPECT_EQ(cache->counters().buffers, 0u);
  device.fail_read_at = TestDevice::kNever;
  EXPECT_EQ(cache->read(9).value().bytes()[0], first_byte(9));
}

TEST_F(BufferCacheTest, PrefetchReadsNeighboursInOneTransfer) {
  auto cache = make(128 * kBlock);
  cache->prefetch(20, 16);
  EXPECT_EQ(device.reads, 1u);
  for (BlockNo block = 20; block < 36; ++block) EXPECT_EQ(cache->read(block)->bytes()[0], first_byte(block));
  EXPECT_EQ(device.reads, 1u);
  cache->prefetch(20, 16);
  EXPECT_EQ(device.reads, 1u) << "what is there is not read again";
  cache->prefetch(kBlocks - 2, 16);
  EXPECT_EQ(cache->read(kBlocks - 1)->bytes()[0], first_byte(kBlocks - 1));
  EXPECT_EQ(device.reads, 2u);
}

TEST_F(BufferCacheTest, APrefetchIsBoundedByTheCache) {
  auto cache = make(16 * kBlock);
  cache->prefetch(0, 200);
  EXPECT_LE(cache->counters().buffers, 16u);
}

TEST_F(BufferCacheTest, AFailedPrefetchLeavesNothingBehind) {
  auto cache = make(128 * kBlock);
  device.fail_read_at = 20 * kBlock;
  cache->prefetch(20, 4);
  EXPECT_EQ(cache->counters().buffers, 0u);
  EXPECT_EQ(test::code_of(cache->read(20)), Errc::io);
  EXPECT_EQ(cache->read(21)->bytes()[0], first_byte(21));
}

TEST_F(BufferCacheTest, ChangedBlocksAreWrittenInDiskOrderAndMerged) {
  auto mount = make_mount(64 * kBlock);
  Txn txn = mount->begin();
  for (const BlockNo block : {12, 10, 30, 11}) {
    auto buffer = mount->cache().modify(block, txn);
    ASSERT_TRUE(buffer);
    EXPECT_EQ(buffer->bytes()[0], first_byte(block));
    buffer->bytes()[0] = std::byte{0xAA};
  }
  txn.commit();
  EXPECT_EQ(mount->cache().counters().dirty, 4u);
  EXPECT_EQ(device.bytes()[10 * kBlock], first_byte(10)) << "nothing is written before write_back";
  ASSERT_TRUE(mount->epochs().write_back(Reach::host));
  EXPECT_EQ(device.writes, 2u);
  for (const BlockNo block : {10, 11, 12, 30}) EXPECT_EQ(device.bytes()[block * kBlock], std::byte{0xAA});
  EXPECT_EQ(mount->cache().counters().dirty, 0u);
  ASSERT_TRUE(mount->epochs().write_back(Reach::host));
  EXPECT_EQ(device.writes, 2u) << "clean blocks are not written again";
}

TEST_F(BufferCacheTest, AFreshBlockIsZeroAndNotRead) {
  auto mount = make_mount(64 * kBlock);
  BufferCache& cache = mount->cache();
  {
    EXPECT_EQ(cache.read(5)->bytes()[1], std::byte(6));
  }
  Txn txn = mount->begin();
  for (const BlockNo block : {5, 6}) {
    auto buffer = cache.fresh(block, txn);
    ASSERT_TRUE(buffer);
    EXPECT_TRUE(std::ranges::all_of(buffer->bytes(), [](std::byte b) { return b == std::byte{0}; }));
  }
  txn.commit();
  EXPECT_EQ(device.reads, 1u);
}

TEST_F(BufferCacheTest, AMarkLastsUntilTheBlockMayChange) {
  auto mount = make_mount(64 * kBlock);
  BufferCache& cache = mount->cache();
  EXPECT_EQ(cache.read(5)->mark(), 0u);
  cache.read(5)->set_mark(17);
  EXPECT_EQ(cache.read(5)->mark(), 17u);
  Txn txn = mount->begin();
  {
    auto buffer = cache.modify(5, txn);
    EXPECT_EQ(buffer->mark(), 0u);
    buffer->set_mark(18);
  }
  EXPECT_EQ(cache.read(5)->mark(), 18u);
  EXPECT_EQ(cache.fresh(5, txn)->mark(), 0u);
  txn.commit();
  EXPECT_EQ(cache.read(5)->mark(), 0u);
}

TEST_F(BufferCacheTest, ABlockWhoseWriteFailsStaysDirtyAndInMemory) {
  auto mount = make_mount(0);
  for (const BlockNo block : {10, 20}) mount->commit_fill(block, 0xBB);
  device.fail_write_at = 10 * kBlock;
  const auto failed = mount->epochs().write_back(Reach::host);
  ASSERT_FALSE(failed);
  EXPECT_STREQ(failed.error().reason, "injected write error");
  for (BlockNo block = 100; block < 140; ++block) ASSERT_TRUE(mount->cache().read(block));
  EXPECT_EQ(mount->look(10), 0xBBu) << "not evicted, not forgotten";
  EXPECT_GE(mount->cache().counters().dirty, 1u);
  device.fail_write_at = TestDevice::kNever;
  ASSERT_TRUE(mount->epochs().write_back(Reach::host));
  for (const BlockNo block : {10, 20}) EXPECT_EQ(device.bytes()[block * kBlock], std::byte{0xBB});
  EXPECT_EQ(mount->cache().counters().dirty, 0u);
}

TEST_F(BufferCacheTest, OneThreadThatWantsABlockTwiceIsTold) {
  auto mount = make_mount(64 * kBlock);
  BufferCache& cache = mount->cache();
  Txn txn = mount->begin();
  {
    auto alone = cache.modify(4, txn);
    EXPECT_STREQ(cache.read(4).error().reason, "block has two roles");
    EXPECT_EQ(test::code_of(cache.modify(4, txn)), Errc::corrupt);
    EXPECT_EQ(test::code_of(cache.fresh(4, txn)), Errc::corrupt);
  }
  {
    auto shared = cache.read(4);
    EXPECT_STREQ(cache.modify(4, txn).error().reason, "block has two roles");
    EXPECT_TRUE(cache.read(4)) << "sharing with oneself is harmless";
  }
  EXPECT_TRUE(cache.modify(4, txn));
  txn.commit();
}

TEST_F(BufferCacheTest, ACycleOfTwoThreadsIsBrokenOnce) {
  auto mount = make_mount(64 * kBlock);
  std::latch both_hold(2);
  std::atomic<int> refused = 0, granted = 0;
  const auto take = [&](BlockNo mine, BlockNo other) {
    Txn txn = mount->begin();
    {
      auto first = mount->cache().modify(mine, txn);
      ASSERT_TRUE(first);
      both_hold.arrive_and_wait();
      const auto second = mount->cache().modify(other, txn);
      if (second)
        ++granted;
      else if (second.error().code == Errc::corrupt)
        ++refused;
    }
    txn.commit();
  };
  std::thread a(take, 1, 2), b(take, 2, 1);
  a.join();
  b.join();
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(granted, 1);
}

TEST_F(BufferCacheTest, ACycleOfThreeWithASharedHoldIsBrokenOnce) {
  auto mount = make_mount(64 * kBlock);
  BufferCache& cache = mount->cache();
  std::latch all_hold(3);
  std::atomic<int> refused = 0, granted = 0;
  const auto count = [&](bool worked) { ++(worked ? granted : refused); };
  std::thread a([&] {
    Txn txn = mount->begin();
    {
      auto mine = cache.read(1);
      all_hold.arrive_and_wait();
      count(cache.modify(2, txn).has_value());
    }
    txn.commit();
  });
  std::thread b([&] {
    Txn txn = mount->begin();
    {
      auto mine = cache.modify(2, txn);
      all_hold.arrive_and_wait();
      count(cache.read(3).has_value());
    }
    txn.commit();
  });
  std::thread c([&] {
    Txn txn = mount->begin();
    {
      auto mine = cache.modify(3, txn);
      all_hold.arrive_and_wait();
      count(cache.modify(1, txn).has_value());
    }
    txn.commit();
  });
  a.join();
  b.join();
  c.join();
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(granted, 2);
}

TEST_F(BufferCacheTest, WaitingWithoutACycleIsGranted) {
  auto mount = make_mount(64 * kBlock);
  std::latch held(2);
  Txn txn = mount->begin();
  std::optional<WriteBuf> mine(mount->cache().modify(8, txn).value());
  std::thread waiter([&] {
    held.arrive_and_wait();
    EXPECT_EQ(mount->cache().read(8).value().bytes()[0], std::byte{0xCC});
  });
  held.arrive_and_wait();
  mine->bytes()[0] = std::byte{0xCC};
  mine.reset();
  waiter.join();
  txn.commit();
}

TEST_F(BufferCacheTest, ThreadsUnderPressureSeeEveryBlockRight) {
  auto mount = make_mount(24 * kBlock);
  BufferCache& cache = mount->cache();
  std::atomic<u64> wrong = 0;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      std::minstd_rand random(t + 1);
      for (int i = 0; i < 4000; ++i) {
        const BlockNo block = random() % kBlocks;
        if (random() % 8 == 0) cache.prefetch(block, 8);
        if (block < 32 && random() % 4 == 0) {
          Txn txn = mount->begin();
          {
            auto buffer = cache.modify(block, txn);
            if (!buffer || buffer->bytes()[0] != first_byte(block)) ++wrong;
            // Changed and changed back: no reader may see it in between.
            buffer->bytes()[0] = std::byte{0xFF};
            buffer->bytes()[0] = first_byte(block);
          }
          txn.commit();
        } else {
          auto buffer = cache.read(block);
          if (!buffer || buffer->bytes()[0] != first_byte(block)) ++wrong;
        }
        if (i % 512 == 0 && !mount->epochs().write_back(Reach::host)) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_TRUE(mount->epochs().write_back(Reach::host));
  EXPECT_EQ(cache.counters().dirty, 0u);
}

}  // namespace
}  // namespace rump
