// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a superblock says about its file system, for people.
#pragma once

#include "vfs/block_device.hpp"
#include "vfs/detail.hpp"

namespace rump::ext2 {

/// As FsType::describe. `type` is ext2, ext3, ext4, or jbd for an external journal; `features` are called
/// what e2fsprogs calls them. Nothing but the superblock is read, and none of its numbers is trusted.
Result<> describe(BlockDevice& device, DetailSink& sink);

}  // namespace rump::ext2
