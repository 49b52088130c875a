// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The ext2/ext3/ext4 driver's one export.
#pragma once

#include "vfs/mount.hpp"

namespace rump::ext2 {

extern const FsType kFsType;

}  // namespace rump::ext2
