// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Fuzz target: any bytes as an ISO 9660 image, mounted in the ways that read it differently, and its
/// boot catalog and partition table.
#include <cstdint>
#include <iterator>
#include <string_view>

#include "fs/iso9660/iso9660.hpp"
#include "hypercall/memory/disks.hpp"
#include "images/eltorito.hpp"
#include "images/raw.hpp"
#include "tests/fuzz/image_walk.hpp"

namespace {

/// A part lies in the image as far as it is said to.
template <class P>
void check_place(const P& part, rump::u64 size) {
  const bool inside = part.available == 0 || (part.offset < size && part.available <= size - part.offset);
  rump::invariant(inside && part.available <= part.length, "a part outside the image");
}

void read_tables(std::span<const std::byte> image) {
  const auto disk = rump::host::memory::Disk::over(image);
  const auto device = rump::images::open_raw(disk.handle(), false);
  if (!device) return;
  const auto catalog = rump::images::read_boot_catalog(**device);
  rump::invariant(catalog || catalog.error().code != rump::Errc::io,
                  "an image in memory cannot fail to be read");
  if (catalog)
    for (const auto& each : catalog->images) check_place(each, image.size());
  const auto table = rump::images::read_partitions(**device);
  rump::invariant(table || table.error().code != rump::Errc::io, "an image in memory cannot fail to be read");
  if (table)
    for (const auto& each : table->partitions) check_place(each, image.size());
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                             std::size_t size) {
  static constexpr std::string_view kOptions[] = {
      "", "norock", "norock,nojoliet", "norock,nojoliet,map=acorn", "norock,nojoliet,map=off", "session=1"};
  // The first byte belongs to a boot loader, so it is free to choose the way.
  const std::size_t way = size > 0 ? data[0] % (std::size(kOptions) + 1) : 0;
  const auto image = std::as_bytes(std::span(data, size));
  if (way == std::size(kOptions))
    read_tables(image);
  else
    fuzz::use_image(rump::iso9660::kFsType, image, kOptions[way]);
  return 0;
}
