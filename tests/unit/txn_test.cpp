// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Transactions: pins, giving up, and waiting.
#include "vfs/txn.hpp"

#include <gtest/gtest.h>

#include "tests/fixtures/txn_mount.hpp"

namespace rump {
namespace {

using host::Status;
using host::fault::AllocationPlan;
using host::fault::Op;
using host::fault::Times;
using test::Story;
using test::TxnMount;
using test::writable;

struct TxnTest : test::TxnMountTest {
  u64 reads() const { return disk.plan.count(Op::read); }
};

// ---- life

TEST_F(TxnTest, KnowsWhetherItChangedAnything) {
  Txn txn = mount.begin();
  EXPECT_TRUE(txn.open());
  EXPECT_FALSE(txn.changed());
  EXPECT_EQ(&txn.mount(), &mount);
  ASSERT_TRUE(txn.pin(10, 1));
  txn.barrier();
  EXPECT_FALSE(txn.changed());
  mount.fill(txn, 10, 1);
  EXPECT_TRUE(txn.changed());
  txn.commit();
  EXPECT_FALSE(txn.open());
}

TEST_F(TxnTest, MovesToAnotherObject) {
  Txn first = mount.begin();
  mount.fill(first, 10, 1);
  {
    Txn second = std::move(first);
    EXPECT_FALSE(first.open());
    EXPECT_TRUE(second.open());
    EXPECT_TRUE(second.changed());
    mount.fill(second, 11, 1);
    second.commit();
  }
  EXPECT_FALSE(mount.read_only());
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1 11=1"}));
}

TEST_F(TxnTest, IsRefusedByAReadOnlyMount) {
  MountOptions options = writable();
  options.read_only = true;
  TxnMount closed(disk.device, kBlock, options);
  EXPECT_EQ(test::code_of(Txn::begin(closed, 1)), Errc::read_only);
}

TEST_F(TxnTest, WithoutAJournalAnyNumberOfBlocksWillDo) { EXPECT_TRUE(Txn::begin(mount, 100000)); }

// ---- pins

TEST_F(TxnTest, APinnedBlockNeedsNeitherTheDeviceNorMemory) {
  Txn txn = mount.begin();
  ASSERT_TRUE(txn.pin(10, 3));
  disk.plan.fail(Op::read, 1, Status::io, Times::forever);
  {
    AllocationPlan memory;
    memory.fail(1, Times::forever);
    EXPECT_FALSE(mount.cache().modify(50, txn)) << "without a pin it fails";
    mount.fill(txn, 10, 1);
    mount.fill(txn, 11, 1);
    mount.fill_fresh(txn, 12, 1);
  }
  txn.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1 11=1 12=1"}));
}

TEST_F(TxnTest, TheEarlierContentOfAPinnedBlockNeedsNoMemory) {
  for (const BlockNo block : {10, 11}) mount.commit_fill(block, 1);
  Txn txn = mount.begin();
  ASSERT_TRUE(txn.pin(10, 2));
  mount.fill(txn, 20, 2);
  txn.barrier();
  {
    AllocationPlan memory;
    memory.fail(1, Times::forever);
    mount.fill(txn, 10, 3);
    mount.fill_fresh(txn, 11, 3);
  }
  txn.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1 11=1", "write 20=2", "write 10=3 11=3"}));
}

TEST_F(TxnTest, ABlockPinnedForEachBarrierMayChangeBehindThem) {
  mount.commit_fill(10, 1);
  Txn txn = mount.begin();
  for (int barrier = 0; barrier < 4; ++barrier) {
    ASSERT_TRUE(txn.pin(10, 1));
    ASSERT_TRUE(txn.pin(20, 1));
  }
  {
    AllocationPlan memory;
    memory.fail(1, Times::forever);
    for (u32 value = 2; value < 6; ++value) {
      mount.fill(txn, 20, value);
      txn.barrier();
      mount.fill(txn, 10, value);
      txn.barrier();
    }
  }
  txn.commit();
  EXPECT_EQ(write_back(Reach::host).back(), "write 10=5");
}

TEST_F(TxnTest, MoreThanOneTxnMayPinABlock) {
  {
    Txn txn = mount.begin();
    ASSERT_TRUE(txn.pin(10, 1));
    ASSERT_TRUE(txn.pin(10, 1)) << "twice by one is harmless";
    mount.fill(txn, 10, 1);
    txn.commit();
  }
  Txn txn = mount.begin();
  ASSERT_TRUE(txn.pin(10, 1));
  mount.fill(txn, 10, 2);
  txn.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=2"}));
}

TEST_F(TxnTest, APinThatCannotBeHadIsAnError) {
  Txn txn = mount.begin();
  disk.plan.fail(Op::read, 1, Status::io);
  EXPECT_EQ(test::code_of(txn.pin(10, 1)), Errc::io);
  EXPECT_TRUE(txn.pin(10, 1)) << "the next call tries again";
  EXPECT_EQ(test::code_of(txn.pin(kBlocks - 1, 2)), Errc::corrupt);
  AllocationPlan memory;
  memory.fail(1, Times::forever);
  EXPECT_EQ(test::code_of(txn.pin(30, 1)), Errc::no_memory);
}

TEST_F(TxnTest, PinnedBlocksStayUnderPressureAndGoAfterwards) {
  TxnMount small(disk.device, kBlock, writable(0));
  {
    Txn txn = small.begin();
    ASSERT_TRUE(txn.pin(10, 6));
    for (BlockNo block = 100; block < 400; ++block) ASSERT_TRUE(small.cache().read(block));
    const u64 before = reads();
    for (BlockNo block = 10; block < 16; ++block) ASSERT_TRUE(small.cache().read(block));
    EXPECT_EQ(reads(), before) << "they are still there";
  }
  EXPECT_FALSE(small.read_only()) << "a Txn that only pinned has changed nothing";
  for (BlockNo block = 100; block < 400; ++block) ASSERT_TRUE(small.cache().read(block));
  EXPECT_LE(small.cache().counters().buffers, 16u);
  const u64 before = reads();
  ASSERT_TRUE(small.cache().read(10));
  EXPECT_EQ(reads(), before + 1) << "the pin ended with its Txn";
}

// ---- giving up

TEST_F(TxnTest, AfterAnAbortNothingIsWrittenAnyMore) {
  mount.commit_fill(10, 1);
  write_back(Reach::host);
  mount.commit_fill(11, 1);
  Txn txn = mount.begin();
  mount.fill(txn, 12, 1);
  txn.abort("given up for a test");
  EXPECT_FALSE(txn.open());
  EXPECT_TRUE(mount.read_only());
  ASSERT_FALSE(mount.health());
  EXPECT_STREQ(mount.health().error().reason, "given up for a test");
  EXPECT_EQ(test::code_of(Txn::begin(mount, 1)), Errc::read_only);
  for (const Reach reach : {Reach::host, Reach::stable}) {
    (void)mount.epochs().write_back(reach);
    for (const std::string& line : disk.device.take_story()) EXPECT_EQ(line, "flush");
  }
  EXPECT_FALSE(mount.sync_all());
  EXPECT_EQ(disk.on_disk(10), 1u);
  EXPECT_EQ(disk.on_disk(11), 0u);
}

TEST_F(TxnTest, ATxnThatIsLeftChangedIsAborted) {
  mount.commit_fill(10, 1);
  {
    Txn txn = mount.begin();
    mount.fill(txn, 11, 1);
  }
  EXPECT_TRUE(mount.read_only());
  EXPECT_FALSE(mount.health());
  (void)mount.epochs().write_back(Reach::host);
  EXPECT_EQ(disk.device.take_story(), Story{});
}

TEST_F(TxnTest, ATxnThatOnlyReleasedAndIsLeftIsAborted) {
  {
    Txn txn = mount.begin();
    txn.release(100 * kBlock, kBlock);
  }
  EXPECT_FALSE(mount.health());
}

TEST_F(TxnTest, ATxnThatIsLeftUnchangedIsNot) {
  mount.commit_fill(10, 1);
  {
    Txn txn = mount.begin();
    ASSERT_TRUE(txn.pin(20, 4));
    txn.barrier();
  }
  EXPECT_TRUE(mount.health());
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1"}));
  EXPECT_TRUE(Txn::begin(mount, 1));
}

TEST_F(TxnTest, AFailedMountStillWritesWhatWasCommitted) {
  mount.commit_fill(10, 1);
  mount.fail_with({Errc::corrupt, "damaged for a test"});
  mount.fail_with({Errc::io, "a second error"});
  EXPECT_TRUE(mount.read_only());
  EXPECT_EQ(test::code_of(mount.health()), Errc::corrupt);
  EXPECT_STREQ(mount.health().error().reason, "damaged for a test") << "the first error is kept";
  const auto refused = Txn::begin(mount, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(test::code_of(refused), Errc::read_only);
  (void)mount.epochs().write_back(Reach::stable);
  EXPECT_EQ(disk.device.take_story(), (Story{"write 10=1", "flush"}));
  const Result<> synced = mount.sync_all();
  ASSERT_FALSE(synced);
  EXPECT_STREQ(synced.error().reason, "damaged for a test");
}

TEST_F(TxnTest, AMountThatFailsUnderATxnTakesItsCommit) {
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  mount.fail_with({Errc::corrupt, "damaged for a test"});
  mount.fill(txn, 11, 1);
  txn.commit();
  (void)mount.epochs().write_back(Reach::host);
  EXPECT_EQ(disk.device.take_story(), (Story{"write 10=1 11=1"}));
}

// ---- waiting

TEST_F(TxnTest, WaitingMakesDurableOnce) {
  const Tid tid = mount.commit_fill(10, 1);
  ASSERT_TRUE(mount.wait(tid));
  EXPECT_EQ(disk.device.take_story(), (Story{"write 10=1", "flush"}));
  ASSERT_TRUE(mount.wait(tid));
  EXPECT_EQ(disk.device.take_story(), Story{}) << "it is durable already";
}

TEST_F(TxnTest, WaitingForATxnWaitsForItsLastChange) {
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  txn.barrier();
  mount.fill(txn, 11, 2);
  const Tid tid = txn.commit();
  ASSERT_TRUE(mount.wait(tid));
  EXPECT_EQ(disk.device.take_story(), (Story{"write 10=1", "flush", "write 11=2", "flush"}));
  EXPECT_TRUE(disk.plan.unflushed().empty());
}

TEST_F(TxnTest, WaitingAfterAWriteBackToTheHostFlushes) {
  const Tid tid = mount.commit_fill(10, 1);
  write_back(Reach::host);
  ASSERT_TRUE(mount.wait(tid));
  EXPECT_EQ(disk.device.take_story(), (Story{"flush"}));
}

TEST_F(TxnTest, ASyncMakesEveryTxnDurable) {
  const Tid first = mount.commit_fill(10, 1);
  const Tid second = mount.commit_fill(11, 1);
  ASSERT_TRUE(mount.sync_all());
  EXPECT_EQ(disk.device.take_story(), (Story{"write 10=1 11=1", "flush"}));
  const Tid later = mount.commit_fill(12, 1);
  ASSERT_TRUE(mount.wait(first));
  ASSERT_TRUE(mount.wait(second));
  EXPECT_EQ(disk.device.take_story(), Story{}) << "the later one is nobody's business";
  ASSERT_TRUE(mount.wait(later));
  EXPECT_EQ(disk.on_disk(12), 1u);
}

TEST_F(TxnTest, WaitingForAnUnchangedTxnIsFine) {
  Txn txn = mount.begin();
  const Tid tid = txn.commit();
  EXPECT_TRUE(mount.wait(tid));
}

TEST_F(TxnTest, AWaitThatFailsToWriteMayBeTriedAgain) {
  const Tid tid = mount.commit_fill(10, 1);
  disk.plan.fail(Op::write, 1, Status::io);
  EXPECT_EQ(test::code_of(mount.wait(tid)), Errc::io);
  EXPECT_TRUE(mount.health()) << "nothing is lost: the block is still dirty";
  EXPECT_TRUE(mount.wait(tid));
  EXPECT_EQ(disk.on_disk(10), 1u);
}

}  // namespace
}  // namespace rump
