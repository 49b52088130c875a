// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System use entries: the one cursor over them, through continuation areas.
#pragma once

#include <optional>

#include "fs/iso9660/disk.hpp"
#include "vfs/buffer_cache.hpp"
#include "vfs/memory.hpp"

namespace rump::iso9660 {

/// A system use entry.
struct SuspField {
  u16 signature = 0;
  u8 version = 0;
  std::span<const std::byte> bytes;  ///< the whole entry; valid until the cursor moves
};

/// Walks the entries of a system use area and of the areas that continue it ("CE"). The chain of areas is
/// bounded, and one that comes back to an area it was in is corrupt.
class SuspCursor {
 public:
  /// The `cache` is that of the mount, in sectors.
  SuspCursor(BufferCache& cache, u32 block_shift, std::span<const std::byte> area)
      : cache_(cache), block_shift_(block_shift), area_(area) {}
  /// The next entry; false at the end. "CE", "ST" and "PD" are not shown. corrupt: a continuation lies
  /// outside the device, or there are too many.
  Result<bool> next(SuspField& field);

 private:
  struct Area {
    u64 start, bytes;
    bool operator==(const Area&) const = default;
  };
  Result<> note_continuation(std::span<const std::byte> entry);
  Result<bool> go_on();

  BufferCache& cache_;
  const u32 block_shift_;
  std::span<const std::byte> area_;
  std::size_t at_ = 0;  ///< the next entry
  std::optional<Area> next_area_;
  std::optional<ReadBuf> held_;  ///< of the area that is walked
  Array<std::byte> copy_;        ///< of an area that crosses sectors
  Area remembered_{};            ///< an earlier area, moved forward ever less often
  u32 areas_ = 0;
};

}  // namespace rump::iso9660
