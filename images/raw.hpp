// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Raw images and block devices: every byte lies in the host file where it lies on the device.
#pragma once

#include <memory>

#include "vfs/block_device.hpp"

namespace rump::images {

/// Whether a flush of the device brings its writes to stable storage, or leaves that to the host: for runs
/// whose result can be made again.
enum class Flushes : u8 { yes, no };

/// The device over the host file or block device that the host side opened; it does not close the handle.
Result<std::unique_ptr<BlockDevice>> open_raw(host::Handle handle, bool writable,
                                              Flushes flushes = Flushes::yes);

}  // namespace rump::images
