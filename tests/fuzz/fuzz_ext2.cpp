// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Fuzz target: any bytes as an ext2, ext3 or ext4 image.
#include <cstdint>

#include "fs/ext2/ext2.hpp"
#include "tests/fuzz/image_walk.hpp"

extern "C" __attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                             std::size_t size) {
  fuzz::use_image(rump::ext2::kFsType, std::as_bytes(std::span(data, size)));
  return 0;
}
