// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The hook for a journal: what is logged, before what, and what recovery would find at any moment.
#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <map>
#include <random>
#include <thread>

#include "tests/fixtures/txn_mount.hpp"

namespace rump {
namespace {

using host::Status;
using host::fault::Op;
using test::FaultDisk;
using test::Story;
using test::TxnMount;
using test::writable;

constexpr u32 kBlock = 512;
constexpr BlockNo kBlocks = 1024;

/// A journal in the test's memory. It tells the device's story ("log 10=1 11=1 revoked 20+2", "emptied") and
/// keeps what recovery would bring back.
class RecordingJournal : public Journal {
 public:
  explicit RecordingJournal(FaultDisk& disk) : disk_(disk) {}

  u32 capacity() const override { return blocks_max; }
  Result<> log(Tid tid, std::span<const LogBlock> blocks, const RangeSet& revoked) override {
    if (!refusals.empty()) {
      const Errc refusal = refusals.front();
      refusals.pop_front();
      disk_.device.tell("log refused");
      return fail(refusal, "refused by the test");
    }
    if (replay_.size() + blocks.size() > log_blocks) return fail(Errc::no_space, "the test's log is full");
    EXPECT_GT(tid, last_tid_);
    EXPECT_LE(blocks.size(), blocks_max);
    last_tid_ = tid;
    std::string line = "log";
    // A revoke spares what the same transaction logs.
    std::erase_if(replay_, [&](const auto& entry) { return revoked.contains(entry.first); });
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const LogBlock& block = blocks[i];
      EXPECT_TRUE(i == 0 || blocks[i - 1].block < block.block) << "sorted, and each block once";
      EXPECT_EQ(block.bytes.size(), kBlock);
      EXPECT_FALSE(revoked.contains(block.block)) << "block " << block.block << " would not be brought back";
      replay_[block.block] = {block.bytes.begin(), block.bytes.end()};
      line += test::blocks_text(block.block, kBlock, block.bytes);
    }
    if (!revoked.empty()) line += " revoked";
    for (const Range& range : revoked.ranges())
      line += ' ' + std::to_string(range.offset) + '+' + std::to_string(range.length);
    if (disk_.device.keeps_story) disk_.device.tell(line);
    ++logs;
    if (after_log) after_log();
    return {};
  }
  Result<> emptied() override {
    EXPECT_TRUE(disk_.plan.unflushed().empty()) << "what is in its place must be on stable storage";
    for (const auto& [block, bytes] : replay_)
      EXPECT_EQ(std::memcmp(&disk_.disk.contents()[block * kBlock], bytes.data(), kBlock), 0)
          << "block " << block << " is not in its place";
    replay_.clear();
    if (disk_.device.keeps_story) disk_.device.tell("emptied");
    ++emptyings;
    return {};
  }

  /// What recovery would write over the device.
  const std::map<BlockNo, std::vector<std::byte>>& replay() const { return replay_; }

  std::deque<Errc> refusals;      ///< answers of the next log() calls
  u32 blocks_max = 64;            ///< a running transaction's
  std::size_t log_blocks = 1024;  ///< room in the log
  u64 logs = 0, emptyings = 0;
  std::function<void()> after_log;

 private:
  FaultDisk& disk_;
  Tid last_tid_ = 0;
  std::map<BlockNo, std::vector<std::byte>> replay_;
};

struct JournalTest : testing::Test {
  /// What a write_back did.
  Story write_back(Reach reach = Reach::stable) {
    const Result<> done = mount.epochs().write_back(reach);
    EXPECT_TRUE(done) << (done ? "" : done.error().reason);
    return story();
  }
  /// What a settle did.
  Story settle() {
    const Result<> done = mount.epochs().settle();
    EXPECT_TRUE(done) << (done ? "" : done.error().reason);
    return story();
  }
  /// Without flushes that come first: they are no fault.
  Story story() {
    Story lines = disk.device.take_story();
    while (!lines.empty() && lines[0] == "flush") lines.erase(lines.begin());
    return lines;
  }

  FaultDisk disk{kBlock, kBlocks};
  RecordingJournal journal{disk};
  TxnMount mount{disk.device, kBlock, writable(), &journal};
};

TEST_F(JournalTest, LogsTheFinalBytesOfWhatChangedAndWritesNothingInPlace) {
  Txn txn = mount.begin();
  mount.fill(txn, 12, 1);
  mount.fill(txn, 10, 2);
  txn.barrier();  // free: all arrives together
  mount.fill(txn, 12, 3);
  txn.commit();
  mount.commit_fill(11, 4);
  EXPECT_EQ(disk.device.take_story(), Story{});
  EXPECT_EQ(write_back(), (Story{"log 10=2 11=4 12=3"}));
  EXPECT_EQ(write_back(), Story{}) << "nothing has changed since";
  EXPECT_EQ(mount.look(12), 3u);
}

TEST_F(JournalTest, TheHostsReachGoesToTheLogToo) {
  mount.commit_fill(10, 1);
  EXPECT_EQ(write_back(Reach::host), (Story{"log 10=1"}));
}

TEST_F(JournalTest, SettlingPutsBlocksInTheirPlacesAndEmptiesTheLog) {
  mount.commit_fill(10, 1);
  mount.commit_fill(11, 1);
  EXPECT_EQ(settle(), (Story{"log 10=1 11=1", "write 10=1 11=1", "flush", "emptied"}));
  EXPECT_EQ(mount.cache().counters().dirty, 0u);
  mount.commit_fill(10, 2);
  EXPECT_EQ(write_back(), (Story{"log 10=2"}));
  EXPECT_EQ(settle(), (Story{"write 10=2", "flush", "emptied"}));
}

TEST_F(JournalTest, ABlockLoggedTwiceIsPutInPlaceAsItIsLast) {
  for (u32 value = 1; value < 4; ++value) {
    mount.commit_fill(10, value);
    EXPECT_EQ(write_back(), (Story{"log 10=" + std::to_string(value)}));
  }
  EXPECT_EQ(settle(), (Story{"write 10=3", "flush", "emptied"}));
}

TEST_F(JournalTest, WaitingMakesDurableByTheLog) {
  const Tid first = mount.commit_fill(10, 1);
  ASSERT_TRUE(mount.wait(first));
  EXPECT_EQ(disk.device.take_story(), (Story{"log 10=1"}));
  const Tid second = mount.commit_fill(11, 1);
  EXPECT_GT(second, first);
  ASSERT_TRUE(mount.wait(first));
  EXPECT_EQ(disk.device.take_story(), Story{});
  ASSERT_TRUE(mount.wait(second));
  EXPECT_EQ(disk.device.take_story(), (Story{"log 11=1"}));
}

TEST_F(JournalTest, ATxnFitsIntoAQuarterOfTheJournal) {
  EXPECT_TRUE(Txn::begin(mount, 16));
  const auto big = Txn::begin(mount, 17);
  ASSERT_FALSE(big);
  EXPECT_EQ(test::code_of(big), Errc::invalid);
  EXPECT_TRUE(mount.health());
  EXPECT_TRUE(Txn::begin(mount, 16)) << "a refused one leaves nothing behind";
}

TEST_F(JournalTest, ARunningTransactionStaysInsideTheJournal) {
  for (BlockNo block = 0; block + 16 < kBlocks; block += 16) {
    Txn txn = mount.begin(16);
    for (BlockNo i = 0; i < 16; ++i) mount.fill(txn, block + i, 1);
    txn.commit();
  }
  EXPECT_GE(journal.logs, kBlocks / 64 - 2) << "log() checks the number of blocks";
  settle();
  EXPECT_EQ(disk.on_disk(500), 1u);
}

TEST_F(JournalTest, PromisesThatWereNotUsedAreGivenBack) {
  for (int i = 0; i < 100; ++i) {
    Txn txn = mount.begin(16);
    mount.fill(txn, 10, i);
    txn.commit();
  }
  EXPECT_EQ(journal.logs, 0u) << "one block changed, the transaction is nowhere near full";
}

// ---- revoked blocks

TEST_F(JournalTest, ForgottenBlocksAreRevoked) {
  mount.commit_fill(30, 1);
  EXPECT_EQ(write_back(), (Story{"log 30=1"}));
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  mount.fill(txn, 20, 1);
  mount.cache().forget(20, 2, txn);
  mount.cache().forget(30, 1, txn);
  txn.commit();
  EXPECT_EQ(write_back(), (Story{"log 10=1 revoked 20+2 30+1"}));
  EXPECT_EQ(settle(), (Story{"write 10=1", "flush", "emptied"})) << "block 30 may be somebody's data by now";
  mount.commit_fill(11, 1);
  EXPECT_EQ(write_back(), (Story{"log 11=1"})) << "revoked once";
}

TEST_F(JournalTest, ABlockThatIsFreshAgainIsNotRevoked) {
  mount.commit_fill(20, 1);
  EXPECT_EQ(write_back(), (Story{"log 20=1"}));
  {
    Txn txn = mount.begin();
    mount.cache().forget(20, 1, txn);
    mount.fill_fresh(txn, 20, 2);
    txn.commit();
  }
  EXPECT_EQ(write_back(), (Story{"log 20=2"}));
  {
    Txn txn = mount.begin();
    mount.cache().forget(20, 3, txn);
    txn.commit();
  }
  {
    Txn txn = mount.begin();
    mount.fill_fresh(txn, 21, 3);
    txn.commit();
  }
  EXPECT_EQ(write_back(), (Story{"log 21=3 revoked 20+1 22+1"}));
  EXPECT_EQ(settle(), (Story{"write 21=3", "flush", "emptied"}));
}

TEST_F(JournalTest, AnUnloggedForgetKeepsTheLoggedContentAlive) {
  mount.commit_fill(20, 1);
  EXPECT_EQ(write_back(), (Story{"log 20=1"}));
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  mount.cache().forget(20, 1, txn);
  txn.commit();
  // The log must be emptied before the forget is in it: until then, block 20 is in use.
  journal.refusals = {Errc::no_space};
  EXPECT_EQ(write_back(), (Story{"log refused", "write 20=1", "flush", "emptied", "log 10=1 revoked 20+1"}));
  EXPECT_EQ(settle(), (Story{"write 10=1", "flush", "emptied"}));
}

// ---- a full log

TEST_F(JournalTest, AFullLogIsEmptiedAndLoggingTriedAgain) {
  mount.commit_fill(10, 1);
  EXPECT_EQ(write_back(), (Story{"log 10=1"}));
  mount.commit_fill(11, 1);
  journal.refusals = {Errc::no_space};
  EXPECT_EQ(write_back(), (Story{"log refused", "write 10=1", "flush", "emptied", "log 11=1"}));
  EXPECT_TRUE(mount.health());
  EXPECT_EQ(disk.on_disk(11), 0u);
}

TEST_F(JournalTest, UnloggedContentIsNeverWrittenInPlace) {
  mount.commit_fill(10, 1);
  EXPECT_EQ(write_back(), (Story{"log 10=1"}));
  mount.commit_fill(10, 2);
  journal.refusals = {Errc::no_space};
  EXPECT_EQ(write_back(), (Story{"log refused", "write 10=1", "flush", "emptied", "log 10=2"}));
  EXPECT_EQ(mount.look(10), 2u);
  EXPECT_EQ(settle(), (Story{"write 10=2", "flush", "emptied"}));
}

TEST_F(JournalTest, ALogThatIsAlwaysFullIsAnErrorAndNotALoop) {
  mount.commit_fill(10, 1);
  journal.log_blocks = 0;
  EXPECT_FALSE(mount.epochs().write_back(Reach::stable));
  EXPECT_EQ(disk.on_disk(10), 0u);
}

// ---- errors

TEST_F(JournalTest, AFailedLogFailsTheMountAndNothingIsWrittenInPlace) {
  mount.commit_fill(10, 1);
  mount.commit_fill(11, 1);
  journal.refusals = {Errc::io};
  const Result<> failed = mount.epochs().write_back(Reach::stable);
  ASSERT_FALSE(failed);
  EXPECT_EQ(test::code_of(failed), Errc::io);
  EXPECT_FALSE(mount.health());
  EXPECT_EQ(test::code_of(Txn::begin(mount, 1)), Errc::read_only);
  EXPECT_FALSE(mount.sync_all());
  (void)mount.epochs().settle();
  for (const BlockNo block : {10, 11}) EXPECT_EQ(disk.on_disk(block), 0u);
  EXPECT_EQ(mount.look(10), 1u);
}

TEST_F(JournalTest, AWriteInPlaceThatFailsDoesNotEmptyTheLog) {
  mount.commit_fill(10, 1);
  write_back();
  disk.plan.fail(Op::write, 1, Status::io);
  EXPECT_FALSE(mount.epochs().settle());
  EXPECT_EQ(journal.emptyings, 0u);
  EXPECT_EQ(journal.replay().size(), 1u);
  EXPECT_TRUE(mount.health());
  disk.device.take_story();
  EXPECT_EQ(settle(), (Story{"write 10=1", "flush", "emptied"}));
}

TEST_F(JournalTest, AFailedFlushDoesNotEmptyTheLog) {
  mount.commit_fill(10, 1);
  write_back();
  disk.plan.fail(Op::flush, 1, Status::io);
  EXPECT_FALSE(mount.epochs().settle());
  EXPECT_EQ(journal.emptyings, 0u);
  EXPECT_FALSE(mount.health());
  (void)mount.epochs().settle();
  EXPECT_EQ(journal.emptyings, 0u)
      << "the device may have lost what was written: recovery must bring it back";
}

TEST_F(JournalTest, AFailedFlushBehindTheWritesInPlaceDoesNotEmptyTheLog) {
  mount.commit_fill(10, 1);
  write_back();
  // Whatever was flushed before them, the flush that follows the writes in place fails.
  disk.device.after_write = [&](u64, std::span<const std::byte>) {
    disk.plan.fail(Op::flush, disk.plan.count(Op::flush) + 1, Status::io);
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(mount.epochs().settle());
    EXPECT_EQ(journal.emptyings, 0u);
    EXPECT_EQ(journal.replay().size(), 1u);
  }
  EXPECT_FALSE(mount.health());
}

TEST_F(JournalTest, AfterAnAbortNothingIsLogged) {
  mount.commit_fill(10, 1);
  Txn txn = mount.begin();
  mount.fill(txn, 11, 1);
  txn.abort("given up for a test");
  (void)mount.epochs().write_back(Reach::stable);
  (void)mount.epochs().settle();
  EXPECT_EQ(journal.logs, 0u);
  EXPECT_EQ(journal.emptyings, 0u);
  EXPECT_EQ(disk.on_disk(10), 0u);
}

TEST_F(JournalTest, FreedSpaceIsHeldBackUntilItsTransactionIsLogged) {
  mount.epochs().discard_freed();
  Txn txn = mount.begin();
  mount.fill(txn, 10, 1);
  txn.release(100 * kBlock, kBlock);
  txn.commit();
  EXPECT_TRUE(mount.epochs().holds_back());
  EXPECT_EQ(disk.device.take_story(), Story{});
  const Story story = write_back();
  ASSERT_GE(story.size(), 2u);
  EXPECT_EQ(story[0], "log 10=1");
  EXPECT_EQ(story[1], "discard 100+1");
  EXPECT_FALSE(mount.epochs().holds_back());
}

// ---- recovery at any moment

/// Money is moved between accounts, one a block. Whatever is on the device after any write, with what the log
/// brings back: no money appears or gets lost.
struct Bank {
  static constexpr BlockNo kAccounts = 40;
  static constexpr i64 kMoney = 1000;

  static i64 balance(std::span<const std::byte> block) {
    i64 value = 0;
    std::memcpy(&value, block.data(), sizeof value);
    return value;
  }
  /// All money after a recovery now.
  static i64 recovered(const FaultDisk& disk, const RecordingJournal& journal) {
    i64 sum = 0;
    for (BlockNo account = 0; account < kAccounts; ++account) {
      const auto replayed = journal.replay().find(account);
      sum +=
          balance(replayed == journal.replay().end() ? disk.disk.contents().subspan(account * kBlock, kBlock)
                                                     : std::span<const std::byte>(replayed->second));
    }
    return sum;
  }
  static void move(TxnMount& mount, BlockNo from, BlockNo to, i64 amount) {
    Txn txn = mount.begin(2);
    add(mount, txn, from, -amount);
    add(mount, txn, to, amount);
    txn.commit();
  }
  static void add(TxnMount& mount, Txn& txn, BlockNo account, i64 amount) {
    auto buffer = mount.cache().modify(account, txn);
    ASSERT_TRUE(buffer) << buffer.error().reason;
    const i64 value = balance(buffer->bytes()) + amount;
    std::memcpy(buffer->bytes().data(), &value, sizeof value);
  }
};

struct JournalRecovery : testing::Test {
  JournalRecovery() {
    disk.device.keeps_story = false;
    journal.log_blocks = 100;
    Txn txn = mount.begin(1);
    Bank::add(mount, txn, 0, Bank::kMoney);
    txn.commit();
    EXPECT_TRUE(mount.epochs().settle());
    const auto check = [this] {
      ++moments;
      if (Bank::recovered(disk, journal) != Bank::kMoney) ++wrong;
    };
    journal.after_log = check;
    disk.device.after_write = [check](u64, std::span<const std::byte>) { check(); };
  }
  /// Moves money 1500 times, and now and then to the log or into place.
  void trade(u32 seed) {
    std::minstd_rand random(seed);
    for (int i = 0; i < 1500; ++i) {
      const BlockNo from = random() % Bank::kAccounts, to = random() % Bank::kAccounts;
      if (from != to) Bank::move(mount, from, to, static_cast<i64>(random() % 10));
      if (random() % 20 == 0 && !mount.epochs().write_back(random() % 2 ? Reach::host : Reach::stable))
        ++failures;
      if (random() % 200 == 0 && !mount.epochs().settle()) ++failures;
    }
  }
  void expect_all_well() {
    EXPECT_TRUE(mount.epochs().settle());
    EXPECT_EQ(failures, 0u);
    EXPECT_EQ(wrong, 0u);
    EXPECT_GT(moments, 100u);
    EXPECT_GT(journal.emptyings, 5u);
    EXPECT_TRUE(journal.replay().empty());
    EXPECT_EQ(Bank::recovered(disk, journal), Bank::kMoney);
    EXPECT_LE(mount.cache().counters().buffers, 64u);
  }

  FaultDisk disk{kBlock, kBlocks};
  RecordingJournal journal{disk};
  TxnMount mount{disk.device, kBlock, writable(32 * kBlock), &journal};
  std::atomic<u64> failures = 0;
  u64 moments = 0, wrong = 0;
};

TEST_F(JournalRecovery, EveryMomentIsAWholeTransaction) {
  trade(11);
  expect_all_well();
}

TEST_F(JournalRecovery, WithSeveralThreadsToo) {
  std::vector<std::thread> threads;
  for (u32 t = 0; t < 4; ++t) threads.emplace_back([this, t] { trade(t + 1); });
  for (std::thread& thread : threads) thread.join();
  expect_all_well();
}

}  // namespace
}  // namespace rump
