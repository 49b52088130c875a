// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Epochs without a journal: in which order changes reach the device, what failures and power cuts
/// leave, and bounded memory.
#include "vfs/epochs.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <optional>
#include <random>

#include "tests/fixtures/txn_mount.hpp"

namespace rump {
namespace {

using host::Status;
using host::fault::Op;
using host::fault::Plan;
using test::FaultDisk;
using test::Story;
using test::TxnMount;
using test::writable;

constexpr u32 kBlock = 512;  // one sector of the fault host: never torn
constexpr BlockNo kBlocks = 1024;

using EpochsTest = test::TxnMountTest;

TEST_F(EpochsTest, OneEpochIsSortedAndMerged) {
  Txn txn = mount.begin();
  for (const BlockNo block : {12, 10, 30, 11}) mount.fill(txn, block, 1);
  txn.commit();
  EXPECT_EQ(disk.device.take_story(), Story{}) << "a commit writes nothing";
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1 11=1 12=1", "write 30=1"}));
  EXPECT_EQ(write_back(Reach::host), Story{});
}

TEST_F(EpochsTest, TheSameBlockTwiceInOneEpochIsWrittenOnce) {
  for (u32 value = 1; value < 9; ++value) mount.commit_fill(10, value);
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=8"}));
}

TEST_F(EpochsTest, ABarrierOrdersWhatIsBeforeAndAfter) {
  Txn txn = mount.begin();
  mount.fill(txn, 30, 1);
  txn.barrier();
  mount.fill(txn, 10, 2);
  txn.barrier();
  mount.fill(txn, 20, 3);
  txn.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 30=1", "write 10=2", "write 20=3"}));
}

TEST_F(EpochsTest, WhatFollowsAFileStaysBehindItOverABarrier) {
  struct File : Vnode {
    explicit File(Mount& mount) : Vnode(mount, 2, FileType::file) {}
    Result<Attr> getattr() override { return Attr{}; }
  } file(mount);
  Txn first = mount.begin();
  mount.fill(first, 30, 1);
  first.barrier();
  mount.fill(first, 31, 1);
  file.note_tid(first.commit());
  Txn second = mount.begin();
  second.follow(file);
  second.barrier();
  mount.fill(second, 10, 2);
  second.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 30=1", "write 31=1", "write 10=2"}));
}

TEST_F(EpochsTest, StableMeansAFlushAfterEachEpoch) {
  Txn txn = mount.begin();
  mount.fill(txn, 30, 1);
  txn.barrier();
  mount.fill(txn, 10, 2);
  txn.commit();
  EXPECT_EQ(write_back(Reach::stable), (Story{"write 30=1", "flush", "write 10=2", "flush"}));
  EXPECT_TRUE(disk.plan.unflushed().empty());
}

TEST_F(EpochsTest, WhatWasOnlyWrittenIsFlushedLater) {
  mount.commit_fill(10, 1);
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1"}));
  EXPECT_EQ(write_back(Reach::stable), (Story{"flush"}));
  EXPECT_EQ(write_back(Reach::stable), Story{}) << "nothing was written since";
}

TEST_F(EpochsTest, FileDataIsFlushed) {
  ASSERT_TRUE(mount.epochs().flush_data());
  EXPECT_EQ(disk.device.take_story(), Story{});
  mount.epochs().data_written();
  ASSERT_TRUE(mount.epochs().flush_data());
  EXPECT_EQ(disk.device.take_story(), (Story{"flush"}));
  ASSERT_TRUE(mount.epochs().flush_data());
  EXPECT_EQ(disk.device.take_story(), Story{});
  mount.epochs().data_written();
  EXPECT_EQ(write_back(Reach::stable), (Story{"flush"}));
}

TEST_F(EpochsTest, StrictBarriersFlushThoughNobodyWaits) {
  MountOptions options = writable();
  options.strict_barriers = true;
  TxnMount strict(disk.device, kBlock, options);
  Txn txn = strict.begin();
  strict.fill(txn, 30, 1);
  txn.barrier();
  strict.fill(txn, 10, 2);
  txn.commit();
  ASSERT_TRUE(strict.epochs().write_back(Reach::host));
  Story story = disk.device.take_story();
  ASSERT_GE(story.size(), 3u);
  story.resize(3);
  EXPECT_EQ(story, (Story{"write 30=1", "flush", "write 10=2"}));
}

TEST_F(EpochsTest, IndependentOperationsShareEpochs) {
  for (u32 i = 0; i < 100; ++i) {
    Txn txn = mount.begin();
    mount.fill(txn, 2 * i, 1);
    txn.barrier();
    mount.fill(txn, 500 + 2 * i, 2);
    txn.commit();
  }
  const Story story = write_back(Reach::stable);
  EXPECT_EQ(std::ranges::count(story, "flush"), 2) << "two epochs, not a hundred operations";
  EXPECT_EQ(story.size(), 202u);
  EXPECT_EQ(story[100], "flush");
  EXPECT_EQ(story.back(), "flush");
}

TEST_F(EpochsTest, ABlockChangedAgainLaterReachesTheDeviceTwice) {
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  txn.barrier();
  mount.fill(txn, 11, 2);
  txn.barrier();
  mount.fill(txn, 10, 3);
  txn.commit();
  EXPECT_EQ(mount.look(10), 3u) << "readers see the newest";
  EXPECT_GE(mount.cache().counters().copies, 1u);
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1", "write 11=2", "write 10=3"}));
  EXPECT_EQ(mount.cache().counters().copies, 0u);
  EXPECT_EQ(mount.cache().counters().dirty, 0u);
}

TEST_F(EpochsTest, AFreshBlockLeavesItsEarlierContentToItsEpoch) {
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  txn.barrier();
  mount.fill(txn, 11, 2);
  txn.barrier();
  mount.fill_fresh(txn, 10, 3);
  txn.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1", "write 11=2", "write 10=3"}));
}

TEST_F(EpochsTest, AChangeJoinsTheLaterEpochOfItsBlock) {
  Txn first = mount.begin();
  mount.fill(first, 10, 1);
  first.barrier();
  mount.fill(first, 11, 1);
  first.commit();
  Txn second = mount.begin();
  mount.fill(second, 11, 2);  // joins the second epoch
  second.barrier();           // and this goes beyond it
  mount.fill(second, 12, 2);
  second.commit();
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1", "write 11=2", "write 12=2"}));
}

TEST_F(EpochsTest, OperationsAreOrderedByTheBlockTheyShare) {
  // Each Txn changes the shared block and, behind a barrier, one of its own; then that becomes the shared
  // one.
  for (BlockNo block = 1; block < 6; ++block) {
    Txn txn = mount.begin();
    mount.fill(txn, block, 1);
    txn.barrier();
    mount.fill(txn, block + 1, 1);
    txn.commit();
  }
  EXPECT_EQ(write_back(Reach::host),
            (Story{"write 1=1", "write 2=1", "write 3=1", "write 4=1", "write 5=1", "write 6=1"}));
}

TEST_F(EpochsTest, ABlockThatIsBeingReadCanBeWritten) {
  mount.commit_fill(10, 1);
  const auto reader = mount.cache().read(10);
  ASSERT_TRUE(reader);
  EXPECT_EQ(write_back(Reach::host), (Story{"write 10=1"}));
  EXPECT_EQ(reader->bytes()[0], std::byte{1});
}

TEST_F(EpochsTest, AFailedWriteStopsLaterEpochsAndIsTriedAgain) {
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  txn.barrier();
  mount.fill(txn, 20, 2);
  txn.commit();
  for (const Reach reach : {Reach::host, Reach::stable}) {
    disk.plan.restart();
    disk.plan.fail(Op::write, 1, Status::io);
    const Result<> failed = mount.epochs().write_back(reach);
    ASSERT_FALSE(failed);
    EXPECT_EQ(test::code_of(failed), Errc::io);
    EXPECT_EQ(disk.on_disk(20), 0u) << "it comes after the block that failed";
    EXPECT_EQ(mount.cache().counters().dirty, 2u);
    EXPECT_EQ(mount.look(10), 1u);
  }
  disk.device.take_story();
  Story story = write_back(Reach::stable);
  // What failed may have written a part, so that a flush before it is no fault.
  if (!story.empty() && story[0] == "flush") story.erase(story.begin());
  EXPECT_EQ(story, (Story{"write 10=1", "flush", "write 20=2", "flush"}));
  EXPECT_EQ(mount.cache().counters().dirty, 0u);
  EXPECT_TRUE(mount.health());
}

TEST_F(EpochsTest, AFailureInTheSecondEpochKeepsTheFirst) {
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  txn.barrier();
  mount.fill(txn, 20, 2);
  txn.barrier();
  mount.fill(txn, 10, 3);
  txn.commit();
  disk.plan.fail(Op::write, 2, Status::io);
  EXPECT_FALSE(mount.epochs().write_back(Reach::host));
  EXPECT_EQ(disk.device.take_story(), (Story{"write 10=1"}));
  EXPECT_EQ(write_back(Reach::host), (Story{"write 20=2", "write 10=3"}));
}

TEST_F(EpochsTest, ChangesAfterAFailureComeAfterWhatFailed) {
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  txn.barrier();
  mount.fill(txn, 20, 2);
  txn.commit();
  disk.plan.fail(Op::write, 1, Status::io);
  EXPECT_FALSE(mount.epochs().write_back(Reach::host));
  mount.commit_fill(10, 5);
  mount.commit_fill(20, 6);
  const Story story = write_back(Reach::host);
  const auto at = [&](const char* line) { return std::ranges::find(story, line) - story.begin(); };
  ASSERT_FALSE(story.empty());
  EXPECT_EQ(story[0].substr(0, 9), "write 10=") << story[0];
  EXPECT_LT(at("write 10=1"), at("write 20=2"));
  EXPECT_EQ(disk.on_disk(10), 5u);
  EXPECT_EQ(disk.on_disk(20), 6u);
}

TEST_F(EpochsTest, AFailedDeviceFlushFailsTheMount) {
  mount.commit_fill(10, 1);
  disk.plan.fail(Op::flush, 1, Status::io);
  EXPECT_EQ(test::code_of(mount.epochs().write_back(Reach::stable)), Errc::io);
  EXPECT_TRUE(mount.read_only());
  EXPECT_FALSE(mount.health());
  EXPECT_FALSE(mount.sync_all()) << "a later success is not to be believed";
  EXPECT_FALSE(mount.epochs().write_back(Reach::stable)) << "neither here";
  EXPECT_EQ(test::code_of(Txn::begin(mount, 1)), Errc::read_only);
}

TEST_F(EpochsTest, AFailedFlushOfDataFailsTheMount) {
  mount.epochs().data_written();
  disk.plan.fail(Op::flush, 1, Status::io);
  EXPECT_FALSE(mount.epochs().flush_data());
  EXPECT_FALSE(mount.health());
}

/// Three blocks that depend on each other: A (10) before B (11) before A again, and so on; the states of
/// (10, 11) that may ever be seen.
void change_in_steps(TxnMount& mount) {
  Txn first = mount.begin();
  mount.fill(first, 10, 1);
  first.barrier();
  mount.fill(first, 11, 2);
  first.barrier();
  mount.fill(first, 10, 3);
  first.commit();
  Txn second = mount.begin();
  mount.fill(second, 10, 4);  // joins the epoch of 3, which is never seen
  second.barrier();
  mount.fill(second, 11, 5);
  second.commit();
}
using Pair = std::array<u32, 2>;
constexpr std::array<Pair, 5> kLegal{{{0, 0}, {1, 0}, {1, 2}, {4, 2}, {4, 5}}};

TEST(EpochCrash, DeathAtAnyWriteLeavesALegalState) {
  u64 writes = 0;
  for (u64 cut = 1; cut <= writes + 1; ++cut) {
    FaultDisk disk(kBlock, kBlocks);
    TxnMount mount(disk.device, kBlock);
    change_in_steps(mount);
    disk.plan.cut_power(cut);
    const bool whole = mount.epochs().write_back(Reach::host).has_value();
    writes = std::max(writes, disk.plan.count(Op::write));
    EXPECT_EQ(whole, cut > 4) << "cut " << cut;
    ASSERT_LE(cut, 5u);
    EXPECT_EQ((Pair{disk.on_disk(10), disk.on_disk(11)}), kLegal[cut - 1]) << "cut " << cut;
  }
  EXPECT_EQ(writes, 4u);
}

TEST(EpochCrash, PowerLossAtAnyWriteLeavesALegalState) {
  for (u64 cut = 1; cut <= 5; ++cut) {
    FaultDisk disk(kBlock, kBlocks);
    TxnMount mount(disk.device, kBlock);
    change_in_steps(mount);
    disk.plan.cut_power(cut);
    EXPECT_EQ(mount.epochs().write_back(Reach::stable).has_value(), cut > 4);
    for (u64 seed = 0; seed < 20; ++seed) {
      const auto medium = disk.plan.after_power_loss(Plan::choose(disk.plan.unflushed().size(), seed));
      const Pair seen{std::to_integer<u32>(medium[10 * kBlock]), std::to_integer<u32>(medium[11 * kBlock])};
      EXPECT_NE(std::ranges::find(kLegal, seen), kLegal.end())
          << "cut " << cut << ": " << seen[0] << ", " << seen[1];
    }
  }
}

/// Random chains of changes: within a Txn the blocks get ever higher serial numbers, a barrier between each.
TEST(EpochCrash, EveryPrefixOfRandomChainsIsInOrder) {
  constexpr u32 kCells = 12;
  FaultDisk disk(kBlock, kBlocks);
  TxnMount mount(disk.device, kBlock, writable(16 * kBlock));
  disk.device.keeps_story = false;
  // before[b]: what was written to other blocks before the change to b, in the same Txn.
  struct Need {
    BlockNo block;
    u32 at_least;
  };
  std::vector<std::vector<std::pair<u32, Need>>> needs(kCells);  // of a block: from this value on
  std::array<u32, kCells> now{}, seen{};
  u64 wrong = 0;
  disk.device.after_write = [&](u64 offset, std::span<const std::byte> bytes) {
    // A transfer lies inside one epoch, so that its own blocks do not depend on each other.
    const BlockNo first = offset / kBlock;
    for (BlockNo block = first; block < first + bytes.size() / kBlock; ++block) {
      u32 value = 0;
      std::memcpy(&value, &bytes[(block - first) * kBlock], sizeof value);
      if (value < seen[block]) ++wrong;  // older content over newer
      for (const auto& [from, need] : needs[block])
        if (value >= from && seen[need.block] < need.at_least) ++wrong;
      std::erase_if(needs[block], [&](const auto& entry) { return entry.first <= value; });
    }
    for (BlockNo block = first; block < first + bytes.size() / kBlock; ++block)
      std::memcpy(&seen[block], &bytes[(block - first) * kBlock], sizeof(u32));
  };
  std::minstd_rand random(3);
  for (int i = 0; i < 3000; ++i) {
    Txn txn = mount.begin();
    std::optional<Need> before;
    for (u32 step = 0; step < 1 + random() % 4; ++step) {
      const BlockNo block = random() % kCells;
      auto buffer = mount.cache().modify(block, txn);
      ASSERT_TRUE(buffer);
      const u32 value = ++now[block];
      std::memcpy(buffer->bytes().data(), &value, sizeof value);
      if (before && before->block != block) needs[block].push_back({value, *before});
      before = Need{block, value};
      txn.barrier();
    }
    txn.commit();
    if (random() % 50 == 0) {
      ASSERT_TRUE(mount.epochs().write_back(Reach::host));
    }
  }
  ASSERT_TRUE(mount.epochs().write_back(Reach::host));
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(seen, now);
}

TEST(EpochMemory, ManySmallChangesStayBounded) {
  constexpr u64 kLimit = 64;
  FaultDisk disk(kBlock, kBlocks);
  TxnMount mount(disk.device, kBlock, writable(kLimit * kBlock));
  disk.device.keeps_story = false;
  std::minstd_rand random(5);
  std::vector<u32> want(kBlocks);
  u64 most_buffers = 0, most_dirty = 0;
  for (int i = 0; i < 5000; ++i) {
    Txn txn = mount.begin(4);
    for (int change = 0; change < 4; ++change) {
      const BlockNo block = random() % kBlocks;
      mount.fill(txn, block, want[block] = random() % 256);
      if (random() % 2) txn.barrier();
    }
    txn.commit();
    const BufferCache::Counters counters = mount.cache().counters();
    most_buffers = std::max(most_buffers, counters.buffers);
    most_dirty = std::max(most_dirty, counters.dirty);
  }
  EXPECT_LE(most_buffers, 2 * kLimit);
  EXPECT_LE(most_dirty, 2 * kLimit);
  EXPECT_EQ(disk.device.flushes, 0u) << "memory needs no flush";
  ASSERT_TRUE(mount.epochs().write_back(Reach::host));
  for (BlockNo block = 0; block < kBlocks; ++block) ASSERT_EQ(disk.on_disk(block), want[block]) << block;
}

TEST(EpochMemory, CopiesOfPingPongStayBounded) {
  constexpr u64 kLimit = 64;
  FaultDisk disk(kBlock, kBlocks);
  TxnMount mount(disk.device, kBlock, writable(kLimit * kBlock));
  disk.device.keeps_story = false;
  u64 most_copies = 0;
  for (u32 i = 0; i < 5000; ++i) {
    Txn txn = mount.begin(2);
    mount.fill(txn, 10 + i % 2, i % 251);
    txn.barrier();
    mount.fill(txn, 11 - i % 2, i % 241);
    txn.commit();
    most_copies = std::max(most_copies, mount.cache().counters().copies);
  }
  EXPECT_GE(most_copies, 2u) << "nothing was put to the test";
  EXPECT_LE(most_copies, kLimit);
  ASSERT_TRUE(mount.epochs().write_back(Reach::host));
  EXPECT_EQ(disk.on_disk(11), 4999u % 251);
  EXPECT_EQ(disk.on_disk(10), 4999u % 241);
  EXPECT_EQ(mount.cache().counters().copies, 0u);
}

TEST(EpochMemory, ABeginThatMustWriteTellsOfTheFailure) {
  FaultDisk disk(kBlock, kBlocks);
  TxnMount mount(disk.device, kBlock, writable(16 * kBlock));
  disk.plan.fail(Op::write, 1, Status::io, host::fault::Times::forever);
  BlockNo block = 0;
  std::optional<Error> error;
  while (!error && block < kBlocks) {
    Result<Txn> txn = Txn::begin(mount, 1);
    if (txn) {
      mount.fill(*txn, block++, 7);
      txn->commit();
    } else {
      error = txn.error();
    }
  }
  ASSERT_TRUE(error) << "memory grows without bound while the device fails";
  EXPECT_EQ(error->code, Errc::io);
  disk.plan.restart();
  ASSERT_TRUE(mount.epochs().write_back(Reach::stable));
  for (BlockNo done = 0; done < block; ++done) ASSERT_EQ(disk.on_disk(done), 7u) << done;
  EXPECT_TRUE(Txn::begin(mount, 1));
}

}  // namespace
}  // namespace rump
