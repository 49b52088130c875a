// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Faults on order: the fault host's disks are those in memory, and what goes wrong with them is
/// planned here.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "hypercall/memory/disks.hpp"

namespace rump::host::fault {

enum class Op : u8 { read, write, flush };
enum class Times : u8 { once, forever };

/// What goes wrong with one disk, while this object lives. At most one plan a disk; the disk must outlive it.
/// Safe from any thread, and every write is made whole before the next one starts. Change the disk only by
/// hypercalls.
///
/// Calls are counted from 1, per disk and kind, from the plan's construction or its last restart(). An
/// io_move counts as one read of its source and one write of its target; a discard counts as a write.
///
/// The plan also keeps what a loss of power would leave: the medium as of the last flush that succeeded, and
/// the sectors written since, each of which may or may not have arrived, in any order.
class Plan {
 public:
  static constexpr u64 kSector = 512;

  explicit Plan(const memory::Disk& disk);
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  /// The `nth` call of this kind fails with `status` and does nothing; forever: and so do all after it. Later
  /// orders for the same call come after earlier ones.
  void fail(Op op, u64 nth, Status status, Times times = Times::once);
  /// Of the `nth` write only the first `bytes` arrive; the call fails with io.
  void tear(u64 nth, u64 bytes);
  /// The power goes at the `nth` write: it and everything after it, of any kind, fails with io and is
  /// dropped.
  void cut_power(u64 nth);
  /// Forgets all orders and counts from 1 again.
  void restart();

  /// How many calls of this kind have come, failed ones included.
  u64 count(Op op) const;

  /// A sector, or the part of one, that one write brought and no flush has made safe.
  struct Piece {
    u64 write;   ///< number of the write it belongs to
    u64 offset;  ///< where it goes, never across a multiple of kSector
    std::vector<std::byte> bytes;
  };
  /// The pieces since the last good flush, in the order in which they were written.
  std::vector<Piece> unflushed() const;

  /// What a loss of power leaves when exactly these of the unflushed() pieces, by index, reach the medium in
  /// this order; each index at most once.
  std::vector<std::byte> after_power_loss(std::span<const std::size_t> pieces) const;

  /// A choice for after_power_loss: about half of `count` pieces, in no particular order; the same for the
  /// same seed.
  static std::vector<std::size_t> choose(std::size_t count, u64 seed);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

/// What goes wrong with host::allocate, while this object lives; at most one at a time.
class AllocationPlan {
 public:
  AllocationPlan();
  ~AllocationPlan();
  AllocationPlan(const AllocationPlan&) = delete;
  AllocationPlan& operator=(const AllocationPlan&) = delete;

  /// The `nth` allocation from now, counted from 1, is refused; forever: and so are all after it.
  void fail(u64 nth, Times times = Times::once);
  /// Allocations of more than `bytes` are refused.
  void refuse_above(u64 bytes);
  /// Allocations asked for since construction.
  u64 count() const;
};

}  // namespace rump::host::fault
