// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Transactions that take something away: freed space that is held back, and forgotten blocks.
#include <gtest/gtest.h>

#include "tests/fixtures/txn_mount.hpp"

namespace rump {
namespace {

using host::Status;
using host::fault::Op;
using test::Story;
using test::TxnMount;
using test::writable;

struct TxnFreedTest : test::TxnMountTest {
  u64 reads() const { return disk.plan.count(Op::read); }
};

// ---- freed space

/// Blocks in bytes.
constexpr Range blocks(u64 first, u64 count) {
  return {first * TxnFreedTest::kBlock, count * TxnFreedTest::kBlock};
}

TEST_F(TxnFreedTest, FreedSpaceIsHeldBackUntilItsTxnIsStable) {
  Epochs& epochs = mount.epochs();
  EXPECT_FALSE(epochs.holds_back());
  Txn txn = mount.begin();
  txn.release(100 * kBlock, 5 * kBlock);
  EXPECT_TRUE(txn.changed());
  mount.fill(txn, 10, 1);
  EXPECT_EQ(epochs.held_back(0, kBlocks * kBlock), blocks(100, 5));
  txn.commit();
  EXPECT_TRUE(epochs.holds_back());
  EXPECT_EQ(epochs.held_back(0, kBlocks * kBlock), blocks(100, 5));
  EXPECT_EQ(epochs.held_back(102 * kBlock, kBlock), blocks(102, 1));
  EXPECT_EQ(epochs.held_back(0, 100 * kBlock).length, 0u);
  EXPECT_EQ(epochs.held_back(105 * kBlock, 100 * kBlock).length, 0u);
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1"}));
  EXPECT_EQ(epochs.held_back(0, kBlocks * kBlock), blocks(100, 5)) << "a loss of power would bring it back";
  EXPECT_EQ(write_back(Reach::stable), (Story{"flush"})) << "and nobody asked for a discard";
  EXPECT_FALSE(epochs.holds_back());
  EXPECT_EQ(epochs.held_back(0, kBlocks * kBlock).length, 0u);
}

TEST_F(TxnFreedTest, SpaceFreedBehindABarrierWaitsForAllOfTheTxn) {
  Txn txn = mount.begin();
  txn.release(100 * kBlock, kBlock);
  mount.fill(txn, 10, 1);
  txn.barrier();
  txn.release(200 * kBlock, kBlock);
  mount.fill(txn, 20, 2);
  txn.commit();
  disk.plan.fail(Op::write, 2, Status::io);
  EXPECT_FALSE(mount.epochs().write_back(Reach::stable));
  EXPECT_EQ(mount.epochs().held_back(150 * kBlock, kBlocks * kBlock), blocks(200, 1));
  EXPECT_EQ(mount.epochs().held_back(0, 150 * kBlock), blocks(100, 1));
  write_back(Reach::stable);
  EXPECT_FALSE(mount.epochs().holds_back());
}

TEST_F(TxnFreedTest, FreedSpaceIsDiscardedOnlyOnceItIsStable) {
  MountOptions options = writable();
  options.discard = true;
  TxnMount discarding(disk.device, kBlock, options);
  Txn txn = discarding.begin();
  txn.release(100 * kBlock, 5 * kBlock);
  txn.release(300 * kBlock, kBlock);
  discarding.fill(txn, 10, 1);
  txn.commit();
  EXPECT_EQ(write_back(Reach::host, discarding), (Story{"write 10=1"}));
  EXPECT_EQ(write_back(Reach::stable, discarding), (Story{"flush", "discard 100+5", "discard 300+1"}));
  EXPECT_FALSE(discarding.epochs().holds_back());
}

TEST_F(TxnFreedTest, AskingForDiscardsLaterWorksToo) {
  mount.epochs().discard_freed();
  Txn txn = mount.begin();
  txn.release(100 * kBlock, kBlock);
  mount.fill(txn, 10, 1);
  txn.commit();
  const Story story = write_back(Reach::stable);
  const auto at = [&](const char* line) { return std::ranges::find(story, line) - story.begin(); };
  EXPECT_LT(at("write 10=1"), at("flush"));
  EXPECT_LT(at("flush"), at("discard 100+1"));
  EXPECT_EQ(std::ranges::count(story, "discard 100+1"), 1);
}

TEST_F(TxnFreedTest, FailuresKeepFreedSpaceBack) {
  mount.epochs().discard_freed();
  Txn txn = mount.begin();
  txn.release(100 * kBlock, kBlock);
  mount.fill(txn, 10, 1);
  txn.commit();
  disk.plan.fail(Op::flush, 1, Status::io);
  // The device may have lost the write, so that a later flush that succeeds says nothing.
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(mount.epochs().write_back(Reach::stable));
    EXPECT_TRUE(mount.epochs().holds_back());
  }
  EXPECT_EQ(std::ranges::count(disk.device.take_story(), "discard 100+1"), 0);
}

TEST_F(TxnFreedTest, SpaceOfAnAbortedTxnIsNeverFree) {
  mount.epochs().discard_freed();
  Txn txn = mount.begin();
  txn.release(100 * kBlock, kBlock);
  mount.fill(txn, 10, 1);
  txn.abort("for a test");
  (void)mount.epochs().write_back(Reach::stable);
  EXPECT_EQ(mount.epochs().held_back(0, kBlocks * kBlock), blocks(100, 1));
  for (const std::string& line : disk.device.take_story()) EXPECT_EQ(line, "flush");
}

TEST_F(TxnFreedTest, SpaceFreedAgainWhileHeldBackIsHeldOnce) {
  for (int i = 0; i < 3; ++i) {
    Txn txn = mount.begin();
    txn.release(100 * kBlock + i * kBlock, 2 * kBlock);
    mount.fill(txn, 10, 1);
    txn.commit();
  }
  EXPECT_EQ(mount.epochs().held_back(0, kBlocks * kBlock), blocks(100, 4));
  write_back(Reach::stable);
  EXPECT_FALSE(mount.epochs().holds_back());
}

// ---- forgotten blocks

TEST_F(TxnFreedTest, AForgottenCleanBlockIsDropped) {
  ASSERT_EQ(mount.look(10), 0u);
  const u64 before = reads();
  Txn txn = mount.begin();
  mount.cache().forget(10, 1, txn);
  txn.commit();
  EXPECT_EQ(mount.cache().counters().buffers, 0u);
  ASSERT_EQ(mount.look(10), 0u);
  EXPECT_EQ(reads(), before + 1);
}

TEST_F(TxnFreedTest, AForgottenDirtyBlockIsNeverWritten) {
  mount.commit_fill(10, 1);
  mount.commit_fill(11, 1);
  Txn txn = mount.begin();
  mount.fill(txn, 12, 1);
  mount.cache().forget(10, 1, txn);
  mount.cache().forget(12, 1, txn);
  mount.cache().forget(20, 500, txn);
  txn.commit();
  EXPECT_EQ(write_back(Reach::stable), (Story{"write 11=1", "flush"}));
  EXPECT_EQ(mount.cache().counters().dirty, 0u);
  EXPECT_EQ(mount.look(10), 0u) << "what the device has";
}

TEST_F(TxnFreedTest, ABlockThatAnEarlierEpochRefersToIsStillWritten) {
  Txn first = mount.begin();
  mount.fill(first, 10, 1);
  mount.fill(first, 9, 1);  // an entry that needs block 10
  first.commit();
  Txn second = mount.begin();
  mount.fill(second, 30, 1);
  second.barrier();
  mount.fill(second, 9, 2);  // the entry goes, one epoch later
  mount.cache().forget(10, 1, second);
  second.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 9=1 10=1", "write 30=1", "write 9=2"}));
}

TEST_F(TxnFreedTest, OnlyTheEarlierContentOfAForgottenBlockIsWritten) {
  Txn first = mount.begin();
  mount.fill(first, 10, 1);
  first.barrier();
  mount.fill(first, 11, 1);
  first.barrier();
  mount.fill(first, 10, 2);
  mount.cache().forget(10, 1, first);
  first.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1", "write 11=1"}));
  EXPECT_EQ(mount.cache().counters().dirty, 0u);
  EXPECT_EQ(mount.cache().counters().copies, 0u);
}

TEST_F(TxnFreedTest, AForgetJoinsTheLaterEpochOfItsTxn) {
  Txn first = mount.begin();
  mount.fill(first, 10, 1);
  mount.fill(first, 9, 1);
  first.barrier();
  mount.fill(first, 20, 1);
  first.commit();
  Txn second = mount.begin();
  mount.fill(second, 20, 2);  // joins the second epoch: until then, block 10 is referred to
  mount.cache().forget(10, 1, second);
  second.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 9=1 10=1", "write 20=2"}));
}

TEST_F(TxnFreedTest, AForgottenBlockIsReadFromTheDevice) {
  mount.commit_fill(10, 1);
  write_back(Reach::host);
  for (const bool early : {false, true}) {
    Txn txn = mount.begin();
    mount.fill(txn, 10, 2);
    mount.cache().forget(10, 1, txn);
    txn.commit();
    if (early) mount.cache().prefetch(8, 4);
    EXPECT_EQ(mount.look(10), 1u);
  }
  EXPECT_EQ(write_back(Reach::host), Story{});
}

TEST_F(TxnFreedTest, FileDataWrittenToAForgottenBlockStays) {
  mount.commit_fill(10, 1);
  Txn txn = mount.begin();
  mount.fill(txn, 11, 1);
  mount.cache().forget(10, 1, txn);
  txn.commit();
  write_back(Reach::stable);
  const std::vector<std::byte> data(kBlock, std::byte{77});
  const host::IoPart part{const_cast<std::byte*>(data.data()), kBlock};
  ASSERT_TRUE(disk.device.write(10 * kBlock, std::span(&part, 1)));
  mount.commit_fill(11, 2);
  write_back(Reach::stable);
  EXPECT_EQ(disk.on_disk(10), 77u);
}

TEST_F(TxnFreedTest, AForgottenBlockMayBecomeFreshAgain) {
  mount.commit_fill(10, 1);
  {
    Txn txn = mount.begin();
    mount.cache().forget(10, 1, txn);
    {
      auto buffer = mount.cache().fresh(10, txn);
      ASSERT_TRUE(buffer);
      EXPECT_EQ(buffer->bytes()[7], std::byte{0});
    }
    mount.fill(txn, 10, 3);
    txn.commit();
  }
  EXPECT_EQ(mount.look(10), 3u);
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=3"}));
}

TEST_F(TxnFreedTest, AForgottenBlockThatIsFreshAgainKeepsItsEarlierContent) {
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  txn.barrier();
  mount.fill(txn, 11, 2);
  mount.cache().forget(10, 1, txn);
  mount.fill_fresh(txn, 10, 3);
  txn.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1", "write 10=3 11=2"}));
  EXPECT_EQ(mount.cache().counters().dirty, 0u);
}

TEST_F(TxnFreedTest, ForgettingAloneIsAChange) {
  mount.commit_fill(10, 1);
  {
    Txn txn = mount.begin();
    mount.cache().forget(10, 1, txn);
    EXPECT_TRUE(txn.changed()) << "the content of the block is gone";
    txn.commit();
  }
  EXPECT_TRUE(mount.health());
}

}  // namespace
}  // namespace rump
