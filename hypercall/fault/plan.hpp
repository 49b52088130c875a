// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The inside of a Plan, as the fault host's block I/O sees it.
#pragma once

#include <array>
#include <mutex>

#include "hypercall/fault/fault.hpp"

namespace rump::host::fault {

/// Orders, counts and the write log of one disk.
struct Plan::State {
  explicit State(const memory::Disk& disk);

  /// What is to become of a call.
  struct Verdict {
    Status status = Status::ok;
    u64 arriving = ~u64{0};  ///< of a write, the bytes that arrive whatever the status
  };
  /// Counts a call and decides.
  Verdict admit(Op op);
  /// As host::io_write; `*arrived` is how many bytes reached the disk.
  Status write(u64 offset, const IoPart* parts, u32 count, u64* arrived);
  Status flush();
  Status discard(u64 offset, u64 length);

  struct Order {
    Op op;
    u64 first, last;  ///< calls it applies to
    Verdict verdict;
  };
  u64& counter(Op op) { return counts[static_cast<std::size_t>(op)]; }
  /// Passes a write on to the disk and logs what came of it.
  Status pass_on(u64 offset, const IoPart* parts, u32 count);

  mutable std::mutex lock;  ///< held through every call on the disk
  const Handle handle;
  std::array<u64, 3> counts{};
  std::vector<Order> orders;
  bool powerless = false;
  u64 power_cut_at = 0;           ///< number of the write; 0: never
  std::vector<std::byte> stable;  ///< the medium as of the last good flush
  std::vector<Piece> log;         ///< what arrived since
};

/// The plan for the disk behind the handle, or nullptr.
Plan::State* plan_of(Handle handle);

}  // namespace rump::host::fault
