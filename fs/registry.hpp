// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The table of all file-system drivers.
#pragma once

#include <span>

#include "vfs/mount.hpp"

namespace rump {

/// Every driver, in the order in which they are probed.
std::span<const FsType* const> fs_types();

}  // namespace rump
