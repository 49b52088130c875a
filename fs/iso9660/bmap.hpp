// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where a file's bytes lie.
#pragma once

#include "fs/iso9660/node.hpp"

namespace rump::iso9660 {

/// A run of a file's bytes. Interleaved ones lie in units with gaps between them (ECMA-119, 6.4.3).
struct Section {
  u64 offset;  ///< in the file
  u64 bytes;
  u64 device;           ///< where the first one lies
  u64 unit_bytes = 0;   ///< 0: in one piece
  u64 pitch_bytes = 0;  ///< from unit to unit
};

/// The extents of one file; those that lie one behind the other are one.
class FileMap {
 public:
  FileMap() = default;
  /// Of the file whose first record is at `position`.
  static Result<FileMap> read(const IsoMount& mount, u64 position);

  /// Bytes of all sections.
  u64 bytes() const { return bytes_; }
  /// The run at `offset`, below bytes(), at most `length`: where it lies and how long it is; corrupt where
  /// that is behind the end of a device of `device_bytes`.
  struct Run {
    u64 device, bytes;
  };
  Result<Run> find(u64 offset, u64 length, u64 device_bytes) const;
  /// Reads bytes of the file as they are stored; corrupt where they reach past its end.
  Result<> read_stored(BlockDevice& device, u64 offset, std::span<std::byte> bytes) const;

 private:
  std::span<const Section> sections() const {
    return several_.empty() ? std::span<const Section>(&first_, 1) : several_.span();
  }
  Section first_{};
  Array<Section> several_;  ///< in place of `first_`, in the order of the file
  u64 bytes_ = 0;
};

}  // namespace rump::iso9660
