// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Block I/O of the fault host: the disks in memory, unless a plan says otherwise.
#include "hypercall/fault/plan.hpp"

namespace rump::host {
namespace {

/// Whether a read of this disk may go ahead.
Status admit_read(Handle handle) {
  fault::Plan::State* plan = fault::plan_of(handle);
  if (!plan) return Status::ok;
  const std::lock_guard hold(plan->lock);
  return plan->admit(fault::Op::read).status;
}

Status write(Handle handle, u64 offset, const IoPart* parts, u32 count, u64* arrived) {
  if (fault::Plan::State* plan = fault::plan_of(handle)) return plan->write(offset, parts, count, arrived);
  const Status status = memory::write(handle, offset, parts, count);
  *arrived = 0;
  if (status == Status::ok)
    for (u32 i = 0; i < count; ++i) *arrived += parts[i].length;
  return status;
}

}  // namespace

Status io_size(Handle handle, u64* bytes) { return memory::size(handle, bytes); }

Status io_read(Handle handle, u64 offset, const IoPart* parts, u32 count) {
  if (const Status status = admit_read(handle); status != Status::ok) return status;
  return memory::read(handle, offset, parts, count);
}

Status io_write(Handle handle, u64 offset, const IoPart* parts, u32 count) {
  u64 arrived = 0;
  return write(handle, offset, parts, count, &arrived);
}

Status io_flush(Handle handle) {
  if (fault::Plan::State* plan = fault::plan_of(handle)) return plan->flush();
  u64 bytes = 0;
  return memory::size(handle, &bytes);
}

Status io_discard(Handle handle, u64 offset, u64 length) {
  if (fault::Plan::State* plan = fault::plan_of(handle)) return plan->discard(offset, length);
  return memory::discard(handle, offset, length);
}

Status io_move(Handle from, u64 from_offset, Handle to, u64 to_offset, u64 length, u64* moved) {
  *moved = 0;
  if (const Status status = admit_read(from); status != Status::ok) return status;
  std::span<std::byte> bytes;
  if (const Status status = memory::view(from, from_offset, length, &bytes); status != Status::ok)
    return status;
  const IoPart part{bytes.data(), bytes.size()};
  if (const Status status = write(to, to_offset, &part, 1, moved); status != Status::ok) return status;
  return bytes.size() < length ? Status::end : Status::ok;
}

// Disks in memory have no names, so nothing lies beside them.
Status io_open_sibling(Handle, const char*, u32, Handle*) { return Status::denied; }

Status io_close(Handle) { return Status::invalid; }

}  // namespace rump::host
