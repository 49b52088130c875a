// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Features that nobody knows, named as e2fsprogs names them.
#pragma once

#include "vfs/error.hpp"

namespace rump::ext2 {

/// A sentence that names the lowest of these bits of s_feature_incompat ("FEATURE_I20"); one is set.
const char* unknown_incompat(u32 bits);

}  // namespace rump::ext2
