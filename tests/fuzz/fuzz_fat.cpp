// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Fuzz target: any bytes as a FAT volume, read in the ways that differ, or written to. What the judge
/// finds in order before that must be in order afterwards, and what was clean must be clean.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <optional>
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

fsu::Findings judged(std::span<const std::byte> image) {
  const auto disk = rump::host::memory::Disk::over(image);
  const auto device = rump::images::open_raw(disk.handle(), false);
  fsu::Findings findings;
  fsu::check_fat(**device, findings);
  return findings;
}

/// What the judge says of an image before it is changed, found out when it is asked.
class Before {
 public:
  explicit Before(std::span<const std::byte> image) : image_(image.begin(), image.end()) {}
  const fsu::Findings& findings() {
    if (!findings_) findings_.emplace(judged(image_));
    return *findings_;
  }
  bool is_damaged() { return findings().count(fsu::Severity::damage) > 0; }

 private:
  const std::vector<std::byte> image_;
  std::optional<fsu::Findings> findings_;
};

[[noreturn]] void complain(const fsu::Findings& findings, const char* what) {
  std::fputs(findings.text().c_str(), stderr);
  rump::host::panic(what);
}

void write_to(std::span<const std::byte> image, rump::u32 seed) {
  static std::vector<std::byte> volume;  // the memory is used again
  volume.assign(image.begin(), image.end());
  volume.resize(std::max<rump::u64>(volume_bytes(image), image.size()));
  Before before(volume);
  const fuzz::Changed changed =
      fuzz::change_image(rump::fat::kFsType, volume, seed, [&] { return !before.is_damaged(); });
  if (changed == fuzz::Changed::not_mounted) return;
  const fsu::Findings after = judged(volume);
  if (after.count(fsu::Severity::damage) > 0 && !before.is_damaged())
    complain(after, "a volume that was in order is damaged");
  if (changed == fuzz::Changed::written && !after.is_clean() && before.findings().is_clean())
    complain(after, "a volume that was clean is not");
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
