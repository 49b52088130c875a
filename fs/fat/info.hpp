// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a FAT volume says about itself, for people.
#pragma once

#include "vfs/block_device.hpp"
#include "vfs/detail.hpp"

namespace rump::fat {

/// As FsType::describe. `type` is what blkid and mount call all of them, vfat; `version` is FAT12, FAT16 or
/// FAT32; `uuid` is the serial number.
Result<> describe(BlockDevice& device, DetailSink& sink);

}  // namespace rump::fat
