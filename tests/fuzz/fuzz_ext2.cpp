// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Fuzz target: any bytes as an ext2, ext3 or ext4 image, mounted in the ways that read it differently.
#include <cstdint>
#include <iterator>
#include <string_view>

#include "fs/ext2/ext2.hpp"
#include "tests/fuzz/image_walk.hpp"

extern "C" __attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                             std::size_t size) {
  static constexpr std::string_view kOptions[] = {"", "verify=off", "journal=skip",
                                                  "verify=off,journal=skip"};
  // The first byte belongs to a boot loader, so it is free to choose the way.
  const std::size_t way = size > 0 ? data[0] % std::size(kOptions) : 0;
  fuzz::use_image(rump::ext2::kFsType, std::as_bytes(std::span(data, size)), kOptions[way]);
  return 0;
}
