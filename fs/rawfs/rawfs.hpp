// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The rawfs driver's one export.
#pragma once

#include "vfs/mount.hpp"

namespace rump::rawfs {

/// What the one file is called.
inline constexpr Name kFileName = "data";

extern const FsType kFsType;

}  // namespace rump::rawfs
