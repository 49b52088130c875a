// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The fault host: it fails, tears and forgets exactly as ordered.
#include "hypercall/fault/fault.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "tests/fixtures/bytes.hpp"

namespace rump::test {
namespace {

using host::Status;
using host::fault::AllocationPlan;
using host::fault::Op;
using host::fault::Plan;
using host::fault::Times;
using host::memory::Disk;

Status read_byte(const Disk& disk) {
  char byte = 0;
  const host::IoPart part{&byte, 1};
  return host::io_read(disk.handle(), 0, &part, 1);
}

TEST(Fault, WithoutAPlanNothingFails) {
  const Disk disk = Disk::zeroed(4);
  EXPECT_EQ(write_text(disk.handle(), 0, "abcd"), Status::ok);
  EXPECT_EQ(host::io_flush(disk.handle()), Status::ok);
  EXPECT_EQ(host::io_discard(disk.handle(), 0, 1), Status::ok);
  EXPECT_EQ(read_text(disk.handle(), 1, 3), "bcd");
}

TEST(Fault, OneCallFailsOrAllFromItOn) {
  const Disk disk = Disk::zeroed(4);
  Plan plan(disk);
  plan.fail(Op::read, 2, Status::io);
  EXPECT_EQ(read_byte(disk), Status::ok);
  EXPECT_EQ(read_byte(disk), Status::io);
  EXPECT_EQ(read_byte(disk), Status::ok);
  EXPECT_EQ(plan.count(Op::read), 3u);

  plan.restart();
  plan.fail(Op::read, 2, Status::no_memory, Times::forever);
  EXPECT_EQ(read_byte(disk), Status::ok);
  EXPECT_EQ(read_byte(disk), Status::no_memory);
  EXPECT_EQ(read_byte(disk), Status::no_memory);
  plan.restart();
  EXPECT_EQ(read_byte(disk), Status::ok);
}

TEST(Fault, AFailedWriteBehindTheEndDoesNotGrowTheDisk) {
  const Disk disk = Disk::zeroed(4);
  Plan plan(disk);
  plan.fail(Op::write, 1, Status::io);
  EXPECT_EQ(write_text(disk.handle(), 100, "x"), Status::io);
  EXPECT_EQ(disk.contents().size(), 4u);
}

TEST(Fault, KindsAndDisksAreCountedApart) {
  const Disk disk = Disk::zeroed(4), other = Disk::zeroed(4);
  Plan plan(disk);
  plan.fail(Op::write, 1, Status::no_space);
  plan.fail(Op::flush, 2, Status::io);
  EXPECT_EQ(read_byte(disk), Status::ok);
  EXPECT_EQ(write_text(other.handle(), 0, "x"), Status::ok);
  EXPECT_EQ(write_text(disk.handle(), 0, "x"), Status::no_space);
  EXPECT_EQ(text_of(disk.contents()), std::string(4, '\0'));
  EXPECT_EQ(host::io_flush(disk.handle()), Status::ok);
  EXPECT_EQ(host::io_flush(disk.handle()), Status::io);
  EXPECT_EQ(plan.count(Op::write), 1u);
  EXPECT_EQ(plan.count(Op::flush), 2u);
}

TEST(Fault, APlanEndsWithItsObject) {
  const Disk disk = Disk::zeroed(1);
  {
    Plan plan(disk);
    plan.fail(Op::read, 1, Status::io, Times::forever);
    EXPECT_EQ(read_byte(disk), Status::io);
  }
  EXPECT_EQ(read_byte(disk), Status::ok);
}

TEST(Fault, ATornWriteLeavesItsBeginning) {
  const Disk disk = Disk::copy_of(bytes_of("........"));
  Plan plan(disk);
  plan.tear(1, 5);
  const std::string first = "abc", second = "defgh";
  const std::array parts{part_of(first), part_of(second)};
  EXPECT_EQ(host::io_write(disk.handle(), 0, parts.data(), 2), Status::io);
  EXPECT_EQ(text_of(disk.contents()), "abcde...");
  EXPECT_EQ(write_text(disk.handle(), 5, "xyz"), Status::ok);
  EXPECT_EQ(text_of(disk.contents()), "abcdexyz");
}

TEST(Fault, AfterAPowerCutNothingWorks) {
  const Disk disk = Disk::zeroed(4);
  Plan plan(disk);
  plan.cut_power(2);
  EXPECT_EQ(write_text(disk.handle(), 0, "a"), Status::ok);
  EXPECT_EQ(write_text(disk.handle(), 1, "b"), Status::io);
  EXPECT_EQ(write_text(disk.handle(), 2, "c"), Status::io);
  EXPECT_EQ(read_byte(disk), Status::io);
  EXPECT_EQ(host::io_flush(disk.handle()), Status::io);
  EXPECT_EQ(text_of(disk.contents()), std::string("a\0\0\0", 4));
}

TEST(Fault, MovesAreFaultyToo) {
  const Disk from = Disk::copy_of(bytes_of("0123456789")), to = Disk::zeroed(0);
  Plan reads(from), writes(to);
  reads.fail(Op::read, 1, Status::io);
  writes.tear(1, 4);
  u64 moved = 9;
  EXPECT_EQ(host::io_move(from.handle(), 0, to.handle(), 0, 10, &moved), Status::io);
  EXPECT_EQ(moved, 0u);
  EXPECT_EQ(host::io_move(from.handle(), 0, to.handle(), 0, 10, &moved), Status::io);
  EXPECT_EQ(moved, 4u);
  EXPECT_EQ(text_of(to.contents()), "0123");
  EXPECT_EQ(host::io_move(from.handle(), 4, to.handle(), host::kStream, 6, &moved), Status::ok);
  EXPECT_EQ(moved, 6u);
  EXPECT_EQ(text_of(to.contents()), "0123456789");
}

TEST(Fault, PiecesAreSectorsSinceTheLastGoodFlush) {
  const Disk disk = Disk::zeroed(4096);
  Plan plan(disk);
  EXPECT_EQ(write_text(disk.handle(), 0, std::string(512, 'a')), Status::ok);
  EXPECT_EQ(host::io_flush(disk.handle()), Status::ok);
  EXPECT_TRUE(plan.unflushed().empty());

  EXPECT_EQ(write_text(disk.handle(), 500, std::string(1000, 'b')), Status::ok);
  EXPECT_EQ(host::io_discard(disk.handle(), 0, 10), Status::ok);
  plan.fail(Op::flush, 2, Status::io);
  EXPECT_EQ(host::io_flush(disk.handle()), Status::io);
  const std::vector<Plan::Piece> pieces = plan.unflushed();
  std::vector<std::array<u64, 3>> shapes;
  for (const Plan::Piece& piece : pieces) shapes.push_back({piece.write, piece.offset, piece.bytes.size()});
  EXPECT_EQ(shapes,
            (std::vector<std::array<u64, 3>>{{2, 500, 12}, {2, 512, 512}, {2, 1024, 476}, {3, 0, 10}}));
}

TEST(Fault, PowerLossLeavesTheChosenPiecesInTheChosenOrder) {
  const Disk disk = Disk::copy_of(bytes_of("old-old-old-"));
  Plan plan(disk);
  EXPECT_EQ(write_text(disk.handle(), 0, "one-"), Status::ok);
  EXPECT_EQ(write_text(disk.handle(), 0, "two-"), Status::ok);
  EXPECT_EQ(write_text(disk.handle(), 8, "end-"), Status::ok);
  const auto left = [&](std::vector<std::size_t> pieces) { return text_of(plan.after_power_loss(pieces)); };
  EXPECT_EQ(left({}), "old-old-old-");
  EXPECT_EQ(left({0, 1, 2}), "two-old-end-");
  EXPECT_EQ(left({2, 1, 0}), "one-old-end-");
  EXPECT_EQ(left({2}), "old-old-end-");
  EXPECT_EQ(host::io_flush(disk.handle()), Status::ok);
  EXPECT_EQ(left({}), "two-old-end-");
  EXPECT_EQ(write_text(disk.handle(), 12, "more"), Status::ok);
  EXPECT_EQ(left({0}), "two-old-end-more") << "a disk may have grown";
}

TEST(Fault, ChoicesDependOnTheSeedAlone) {
  EXPECT_EQ(Plan::choose(50, 7), Plan::choose(50, 7));
  EXPECT_TRUE(Plan::choose(0, 7).empty());
  std::set<std::vector<std::size_t>> different;
  for (u64 seed = 0; seed < 20; ++seed) {
    std::vector<std::size_t> chosen = Plan::choose(50, seed);
    different.insert(chosen);
    std::ranges::sort(chosen);
    EXPECT_EQ(std::ranges::adjacent_find(chosen), chosen.end()) << "each at most once";
    EXPECT_TRUE(chosen.empty() || chosen.back() < 50);
  }
  EXPECT_EQ(different.size(), 20u);
}

TEST(Fault, AllocationsAreRefusedAsOrdered) {
  const auto granted = [](u64 bytes) {
    void* memory = host::allocate(bytes, 8);
    host::release(memory, bytes, 8);
    return memory != nullptr;
  };
  {
    AllocationPlan plan;
    plan.fail(2);
    EXPECT_TRUE(granted(100));
    EXPECT_FALSE(granted(100));
    EXPECT_TRUE(granted(100));
    plan.fail(1, Times::forever);
    EXPECT_FALSE(granted(100));
    EXPECT_FALSE(granted(100));
    EXPECT_EQ(plan.count(), 5u);
  }
  EXPECT_TRUE(granted(100));
  AllocationPlan plan;
  plan.refuse_above(1000);
  EXPECT_TRUE(granted(1000));
  EXPECT_FALSE(granted(1001));
}

}  // namespace
}  // namespace rump::test
