// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The tmpfs driver's one export.
#pragma once

#include "vfs/mount.hpp"

namespace rump::tmpfs {

extern const FsType kFsType;

}  // namespace rump::tmpfs
