// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The group descriptors, checked: the only reader of the raw ones.
#pragma once

#include "fs/ext2/areas.hpp"
#include "fs/ext2/super.hpp"

namespace rump::ext2 {

/// What a reader needs of all groups.
struct Groups {
  Array<u64> inode_tables;  ///< by group: first block of its inode table
  FixedAreas areas;
  /// What the descriptors count. Those of the superblock are brought up to date only when it is unmounted.
  u64 clusters_free = 0, inodes_free = 0;
};

/// Reads the whole descriptor table in large pieces and checks it: checksums, areas inside the volume and
/// disjoint.
Result<Groups> read_groups(BlockDevice& device, const Geometry& geometry);

}  // namespace rump::ext2
