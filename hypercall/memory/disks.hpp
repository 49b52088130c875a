// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Disks in memory: what the handles of the memory and fault hosts stand for.
#pragma once

#include <memory>
#include <span>

#include "hypercall/host.hpp"

namespace rump::host::memory {

/// A file in memory. The kernel reaches it by handle(); the test or fuzz target keeps the Disk, and destroys
/// it only when nobody uses the handle any more. The handle of a destroyed disk is never given out again
/// soon: using it is Status::invalid.
///
/// Any thread may read and write; like a real disk it does not order calls on the same bytes, that is the
/// caller's duty. A write to kStream appends, one at a time. Reading takes no lock. At most kDisksMax disks
/// at once.
class Disk {
 public:
  static constexpr std::size_t kDisksMax = 4096;
  /// How far a disk may grow if nothing else is said. Only pages that hold something take memory.
  static constexpr u64 kRoom = u64{1} << 30;

  /// A disk of `bytes` zero bytes that writes may grow to `room` bytes; beyond is no_space.
  static Disk zeroed(u64 bytes, u64 room = kRoom);
  /// A disk that starts with a copy of `contents`, and may grow to `room` bytes.
  static Disk copy_of(std::span<const std::byte> contents, u64 room = kRoom);
  /// A disk over the caller's own bytes, which must outlive it: no copy, no growth; writes are denied.
  static Disk over(std::span<const std::byte> bytes);
  /// Likewise, written in place; a write beyond the end is no_space.
  static Disk over_writable(std::span<std::byte> bytes);

  Disk(Disk&& other) noexcept;
  Disk& operator=(Disk&& other) noexcept;
  ~Disk();

  Handle handle() const;
  /// What the disk holds now; valid until the disk is destroyed or made shorter.
  std::span<const std::byte> contents() const;
  /// Cuts the disk or fills it up with zeroes, within its room. Not for disks over the caller's bytes.
  void resize(u64 bytes);

  struct State;

 private:
  explicit Disk(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The hypercalls of the same names, on disks in memory; both hosts are built on them.
Status size(Handle handle, u64* bytes);
Status read(Handle handle, u64 offset, const IoPart* parts, u32 count);
Status write(Handle handle, u64 offset, const IoPart* parts, u32 count);
Status discard(Handle handle, u64 offset, u64 length);

/// The bytes [offset, offset + length) of the disk in place, cut at its end; end when `offset` lies beyond
/// it.
Status view(Handle handle, u64 offset, u64 length, std::span<std::byte>* bytes);

}  // namespace rump::host::memory
