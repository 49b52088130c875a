// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extents, file sections and interleaving.
#include "fs/iso9660/bmap.hpp"

#include <algorithm>

namespace rump::iso9660 {
namespace {

Section section_of(const DirEntry& entry, u32 shift, u64 offset) {
  Section section{.offset = offset, .bytes = entry.bytes, .device = entry.data_block() << shift};
  if (entry.unit_blocks == 0 || entry.gap_blocks == 0) return section;
  section.unit_bytes = u64{entry.unit_blocks} << shift;
  section.pitch_bytes = section.unit_bytes + (u64{entry.gap_blocks} << shift);
  // The extended attributes have the first unit to themselves.
  if (entry.xar_blocks != 0) section.device = (u64{entry.extent} << shift) + section.pitch_bytes;
  return section;
}

bool join(Section& section, const Section& next) {
  if (section.unit_bytes != 0 || next.unit_bytes != 0 || section.device + section.bytes != next.device)
    return false;
  section.bytes += next.bytes;
  return true;
}

}  // namespace

Result<FileMap> FileMap::read(const IsoMount& mount, u64 position) {
  FileMap map;
  const u32 shift = mount.volume().block_shift;
  // A file in pieces is rare: it is gone through once more for its pieces.
  std::size_t count = 0;
  for (const bool fills : {false, true}) {
    if (fills) map.several_ = TRY(Array<Section>::make(count));
    std::size_t done = 0;
    u64 offset = 0;
    Section last{};
    ExtentCursor cursor(mount, position);
    DirEntry entry;
    while (TRY(cursor.next(entry))) {
      const Section section = section_of(entry, shift, offset);
      offset += section.bytes;
      if (done == 0 || !join(last, section)) {
        last = section;
        ++done;
      }
      if (fills && done <= count) map.several_[done - 1] = last;
    }
    if (done <= 1) {
      map.first_ = last;
      map.several_ = {};
    }
    map.bytes_ = offset;
    count = done;
    if (count <= 1) break;
  }
  return map;
}

Result<FileMap::Run> FileMap::find(u64 offset, u64 length, u64 device_bytes) const {
  const auto all = sections();
  auto after = std::ranges::upper_bound(all, offset, {}, &Section::offset);
  if (offset >= bytes_ || after == all.begin()) return fail(Errc::corrupt, "the file ends before its size");
  const Section& section = *(after - 1);
  u64 into = offset - section.offset;
  Run run{section.device + into, section.bytes - into};
  if (section.unit_bytes != 0) {
    const u64 unit = into / section.unit_bytes;
    into %= section.unit_bytes;
    run.device = section.device + unit * section.pitch_bytes + into;
    run.bytes = std::min(run.bytes, section.unit_bytes - into);
  }
  if (run.device >= device_bytes)
    return fail(Errc::corrupt, "the file's data lies behind the end of the image");
  run.bytes = std::min({run.bytes, length, device_bytes - run.device});
  return run;
}

Result<> FileMap::read_stored(BlockDevice& device, u64 offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const Run run = TRY(find(offset, bytes.size(), device.size()));
    TRY(device.read(run.device, bytes.first(run.bytes)));
    bytes = bytes.subspan(run.bytes);
    offset += run.bytes;
  }
  return {};
}

}  // namespace rump::iso9660
