// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The block device interface that images/ implements and that mounts read from.
#pragma once

#include <span>

#include "vfs/error.hpp"

namespace rump {

/// What a host range is wanted for.
enum class MapFor : u8 { read, write };

/// Bytes that lie in a host file as they are.
struct HostRange {
  host::Handle handle;
  u64 offset;
  u64 length;  ///< 0: nowhere
};

/// A byte-addressed device. Devices stack: a partition over a qcow2 over a file. Safe from any thread; no
/// method takes a lock of the kernel's that is outside its own.
class BlockDevice {
 public:
  BlockDevice() = default;
  BlockDevice(const BlockDevice&) = delete;
  BlockDevice& operator=(const BlockDevice&) = delete;
  virtual ~BlockDevice() = default;

  /// Size in bytes.
  virtual u64 size() const = 0;

  /// Reads the bytes from `offset` into the parts in order. All or an error: io when the host fails or the
  /// file is shorter than it was, corrupt when the range runs past size() (an image chose it).
  virtual Result<> read(u64 offset, std::span<const host::IoPart> parts) = 0;

  /// Reads one piece.
  Result<> read(u64 offset, std::span<std::byte> bytes) {
    const host::IoPart part{bytes.data(), bytes.size()};
    return read(offset, std::span(&part, 1));
  }

  /// Writes the parts at `offset` in order. Default: read_only.
  virtual Result<> write(u64 offset, std::span<const host::IoPart> parts);

  /// All writes before are on stable storage on return. Default: nothing to do.
  virtual Result<> flush();

  /// The range's content no longer matters. Default: nothing to do.
  virtual Result<> discard(u64 offset, u64 length);

  /// Where [offset, offset + length) lies in a host file; the answer may be shorter, and its length 0 where
  /// the bytes are nowhere as they are. MapFor::write: only where overwriting in place is right. Default:
  /// nowhere.
  virtual Result<HostRange> host_range(u64 offset, u64 length, MapFor purpose);
};

}  // namespace rump
