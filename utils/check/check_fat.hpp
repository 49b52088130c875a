// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The judge of FAT12, FAT16 and FAT32.
#pragma once

#include "utils/check/check.hpp"
#include "vfs/block_device.hpp"

namespace fsu {

/// Checks the whole volume that the device holds and writes nothing: boot sector and its copy, FSInfo, all
/// FATs, every directory and the chain of every file. Time and memory are bounded by the size of the device.
/// Throws ImageError where the device cannot be read.
void check_fat(rump::BlockDevice& device, Findings& findings);

}  // namespace fsu
