// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What the descriptors say about a volume, for people.
#pragma once

#include "vfs/block_device.hpp"
#include "vfs/detail.hpp"

namespace rump::iso9660 {

/// As FsType::describe. Reads descriptors and the root's own record, and trusts none of their numbers.
Result<> describe(BlockDevice& device, DetailSink& sink);

}  // namespace rump::iso9660
