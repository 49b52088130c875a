// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extent trees.
#pragma once

#include "fs/ext2/bmap.hpp"

namespace rump::ext2 {

/// The run at `logical` of a file with an extent tree; it may be longer than `want`. Use map_run().
Result<Run> extent_run(const Ext2Mount& mount, const Inode& inode, u64 logical, u64 want);

}  // namespace rump::ext2
