// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The boot sector and the first entries of the FAT in words.
#include "fs/fat/info.hpp"

#include "fs/fat/super.hpp"

namespace rump::fat {

Result<> describe(BlockDevice& device, DetailSink& sink) {
  const Geometry g = TRY(read_geometry(device, WhichBoot::primary));
  sink.text("type", "vfat");
  sink.bytes("size", g.bytes);
  return {};
}

}  // namespace rump::fat
