// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The ISO 9660 driver's one export.
#pragma once

#include "vfs/mount.hpp"

namespace rump::iso9660 {

extern const FsType kFsType;

}  // namespace rump::iso9660
