// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Fuzz target: any bytes as a FAT volume, read in the ways that differ, or written to. What the judge
/// finds in order before that must be in order afterwards.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "fs/fat/fat.hpp"
#include "hypercall/memory/disks.hpp"
#include "images/raw.hpp"
#include "tests/fuzz/image_change.hpp"
#include "tests/fuzz/image_walk.hpp"
#include "utils/check/check_fat.hpp"

namespace {

/// How large the volume is by its own word, within bounds: images may be shorter, and what is missing is
/// zeroes. FAT16 has 4085 clusters at least.
rump::u64 volume_bytes(std::span<const std::byte> image) {
  constexpr rump::u64 kBytesMax = 2200 << 10;
  if (image.size() < 512) return 0;
  const auto number = [&](std::size_t at, std::size_t length) {
    rump::u64 value = 0;
    while (length-- > 0) value = value << 8 | std::to_integer<rump::u64>(image[at + length]);
    return value;
  };
  const rump::u64 sectors = number(19, 2) != 0 ? number(19, 2) : number(32, 4);
  return std::min(kBytesMax, sectors * number(11, 2));
}

bool is_damaged(std::span<const std::byte> image, std::string& text) {
  const auto disk = rump::host::memory::Disk::over(image);
  const auto device = rump::images::open_raw(disk.handle(), false);
  fsu::Findings findings;
  fsu::check_fat(**device, findings);
  text = findings.text();
  return findings.count(fsu::Severity::damage) > 0;
}

void write_to(std::span<const std::byte> image, rump::u32 seed) {
  static std::vector<std::byte> volume;  // the memory is used again
  volume.assign(image.begin(), image.end());
  volume.resize(std::max<rump::u64>(volume_bytes(image), image.size()));
  std::string text;
  const bool was_damaged = is_damaged(volume, text);
  const fuzz::Order order = was_damaged ? fuzz::Order::unknown : fuzz::Order::good;
  if (!fuzz::change_image(rump::fat::kFsType, volume, seed, order)) return;
  if (was_damaged || !is_damaged(volume, text)) return;
  std::fputs(text.c_str(), stderr);
  rump::host::panic("a volume that was in order is damaged");
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                             std::size_t size) {
  static constexpr std::string_view kOptions[] = {"", "codepage=850,tz=60", "codepage=1252,umask=077",
                                                  "sb=backup"};
  // The name of the system that made the volume means nothing, so it is free to choose the way.
  constexpr std::size_t kWayAt = 3, kSeedAt = 4, kWaysToWrite = 2;
  const auto image = std::as_bytes(std::span(data, size));
  const std::size_t way = size > kWayAt ? data[kWayAt] % (std::size(kOptions) + kWaysToWrite) : 0;
  if (way < std::size(kOptions)) {
    fuzz::use_image(rump::fat::kFsType, image, kOptions[way]);
  } else if (size > kSeedAt + sizeof(rump::u32)) {
    rump::u32 seed = 0;
    std::memcpy(&seed, data + kSeedAt, sizeof seed);
    write_to(image, seed);
  }
  return 0;
}
