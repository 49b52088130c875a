// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A device in the kernel's own memory that takes only as much of it as was written.
#pragma once

#include <memory>

#include "vfs/block_device.hpp"

namespace rump::images {

/// A device of `size` bytes that read as zeroes until they are written; memory comes from the host, piece by
/// piece, when a piece is first written, and goes back when it is discarded. no_memory when the host has none
/// left. Any thread may read and write; calls on the same bytes are ordered by the caller.
Result<std::unique_ptr<BlockDevice>> make_memory(u64 size);

}  // namespace rump::images
