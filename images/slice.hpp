// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A window into another device: a partition, or an offset the user gave.
#pragma once

#include <memory>

#include "vfs/block_device.hpp"

namespace rump::images {

/// Bytes [offset, offset + length) of `parent`, which must outlive the slice. range when they do not lie
/// inside.
Result<std::unique_ptr<BlockDevice>> open_slice(BlockDevice& parent, u64 offset, u64 length);

}  // namespace rump::images
