// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where a file's blocks lie: the one entry for both kinds of maps, and the indirect one.
#pragma once

#include "fs/ext2/mount.hpp"

namespace rump::ext2 {

/// A run of logical blocks, as long as it really is up to what was asked for; never empty.
struct Run {
  Extent::Kind kind;
  u64 physical;  ///< first block on the volume; data and unwritten only
  u64 blocks;
};

/// The run at `logical`, at most `want` (at least 1) blocks. Blocks of data are checked to be ones a file may
/// own; else corrupt. The vnode's lock is held, or the inode
/// is still unshared.
Result<Run> map_run(const Ext2Mount& mount, const Inode& inode, u64 logical, u64 want);

/// The first bytes of a small file that belongs to the metadata (a symlink's target, an attribute's value),
/// block by block; holes are zeroes. Errors as map_run() and the device's.
Result<> read_content(const Ext2Mount& mount, const Inode& inode, std::span<std::byte> bytes);

}  // namespace rump::ext2
