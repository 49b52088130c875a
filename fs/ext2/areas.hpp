// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where the fixed metadata lies: superblock copies, descriptors, bitmaps, inode tables.
#pragma once

#include <array>

#include "vfs/memory.hpp"

namespace rump::ext2 {

/// The blocks that belong to no file. Built once at mount, then only asked.
class FixedAreas {
 public:
  /// Areas of one kind mostly follow each other, so each kind grows a run of its own.
  enum class Kind : u8 { super, block_bitmap, inode_bitmap, inode_table };

  /// Adds blocks [first, first + count), which lie inside the volume.
  Result<> add(Kind kind, u64 first, u64 count);
  /// Call once after the last add(); corrupt when two areas overlap.
  Result<> seal();
  /// corrupt when one of the blocks lies in a fixed area.
  Result<> check_free(u64 first, u64 count) const;
  /// How many blocks the areas hold.
  u64 blocks() const { return blocks_; }

 private:
  struct Area {
    u64 first, end;
  };
  Result<> push(Area area);

  std::array<Area, 4> open_{};  ///< by Kind: the run that still grows
  Array<Area> areas_;           ///< the first count_ are in use; sorted after seal()
  std::size_t count_ = 0;
  u64 blocks_ = 0;
};

}  // namespace rump::ext2
