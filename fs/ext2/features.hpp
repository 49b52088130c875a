// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Features by the names that e2fsprogs has for them.
#pragma once

#include "vfs/detail.hpp"
#include "vfs/error.hpp"

namespace rump::ext2 {

/// A sentence that names the lowest of these bits of s_feature_incompat ("FEATURE_I20"); one is set.
const char* unknown_incompat(u32 bits);

/// Tells the names of the bits of s_feature_compat, _incompat and _ro_compat, as items of `features`.
void tell_features(u32 compat, u32 incompat, u32 ro_compat, DetailSink& sink);

}  // namespace rump::ext2
