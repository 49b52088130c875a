// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The volume as it will be after its journal is recovered: a device over the mount's own.
#pragma once

#include "vfs/block_device.hpp"
#include "vfs/memory.hpp"

namespace rump::ext2 {

/// A block of the volume whose content lies in the log.
struct Replacement {
  u64 block;
  u64 source;    ///< the device's block that holds the content
  bool escaped;  ///< its first four bytes are the journal's magic, and the log keeps zeroes in their place
};

/// Reads replaced blocks from where the log holds them, and everything else from where it lies. Nothing is
/// written, and nothing is read in advance.
class Overlay final : public BlockDevice {
 public:
  /// `table` is sorted by block, without doubles; its sources lie inside `parent`, which outlives this.
  Overlay(BlockDevice& parent, u32 block_shift, Array<Replacement> table)
      : parent_(parent), shift_(block_shift), table_(std::move(table)) {}

  u64 size() const override { return parent_.size(); }
  Result<> read(u64 offset, std::span<const host::IoPart> parts) override;
  Result<HostRange> host_range(u64 offset, u64 length, MapFor purpose) override;
  using BlockDevice::read;

 private:
  /// Bytes that are read in one go.
  struct Run {
    u64 from;  ///< where they lie on the parent; kMagic: they are the journal's magic, from byte `skip` on
    u64 length;
    u32 skip = 0;
  };
  static constexpr u64 kMagic = ~u64{0};
  /// The longest run at `offset`, at most `length` bytes.
  Run run(u64 offset, u64 length) const;
  Run replaced_run(const Replacement* at, u64 offset, u64 length) const;

  BlockDevice& parent_;
  const u32 shift_;
  const Array<Replacement> table_;
};

}  // namespace rump::ext2
