// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The FAT driver's one export.
#pragma once

#include "vfs/mount.hpp"

namespace rump::fat {

extern const FsType kFsType;

}  // namespace rump::fat
