// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The System Use Sharing Protocol (IEEE P1281).
#include "fs/iso9660/susp.hpp"

#include <algorithm>

namespace rump::iso9660 {
namespace {

using EntryView = Record<SuspEntry, LittleEndian>;

/// Writers fill a sector before they begin another: this is more than the attributes and the longest name and
/// target of a file take.
constexpr u32 kAreasMax = 64;
/// An area lies in one sector by all writers known; the specification does not say so.
constexpr u64 kAreaBytesMax = u64{4} * kSectorBytes;

}  // namespace

Result<bool> SuspCursor::next(SuspField& field) {
  while (true) {
    const auto entry = EntryView::at(area_, at_);
    if (!entry) {
      if (!TRY(go_on())) return false;
      continue;
    }
    const std::size_t length = entry->get(SuspEntry::length);
    const u16 type = entry->get(SuspEntry::signature);
    // Padding, or something of another kind: there is nothing more here.
    if (length < SuspEntry::size || length > area_.size() - at_ || type == signature('S', 'T')) {
      at_ = area_.size();
      continue;
    }
    const auto bytes = area_.subspan(at_, length);
    at_ += length;
    if (type == signature('C', 'E')) {
      TRY(note_continuation(bytes));
    } else if (type != signature('P', 'D')) {
      field.signature = type;
      field.version = entry->get(SuspEntry::version);
      field.bytes = bytes;
      return true;
    }
  }
}

/// One a chain's link; the rest of the area comes before what it points to.
Result<> SuspCursor::note_continuation(std::span<const std::byte> entry) {
  const auto view = Record<SuspContinuation, LittleEndian>::at(entry, 0);
  if (!view || next_area_) return {};
  const u64 start =
      (u64{view->get(SuspContinuation::block)} << block_shift_) + view->get(SuspContinuation::offset);
  const u64 bytes = view->get(SuspContinuation::bytes);
  if (bytes > kAreaBytesMax) return fail(Errc::corrupt, "a continuation area is too long");
  next_area_ = Area{start, bytes};
  return {};
}

/// Enters the next area, if there is one.
Result<bool> SuspCursor::go_on() {
  if (!next_area_) return false;
  const Area area = *next_area_;
  next_area_.reset();
  if (area == remembered_ || ++areas_ > kAreasMax)
    return fail(Errc::corrupt, "the continuation areas of a record do not end");
  if (std::has_single_bit(areas_)) remembered_ = area;
  const u64 first = area.start >> kSectorShift, into = area.start % kSectorBytes;
  const u64 last = (area.start + std::max<u64>(area.bytes, 1) - 1) >> kSectorShift;
  if (first >= cache_.blocks() || last >= cache_.blocks())
    return fail(Errc::corrupt, "a continuation area lies outside the volume");
  held_.reset();
  at_ = 0;
  if (first == last) {
    held_.emplace(TRY(cache_.read(first)));
    area_ = held_->bytes().subspan(into, area.bytes);
    return true;
  }
  copy_ = TRY(Array<std::byte>::make((last - first + 1) << kSectorShift));
  for (u64 sector = first; sector <= last; ++sector) {
    const ReadBuf block = TRY(cache_.read(sector));
    std::ranges::copy(block.bytes(), copy_.begin() + ((sector - first) << kSectorShift));
  }
  area_ = std::span<const std::byte>(copy_.span()).subspan(into, area.bytes);
  return true;
}

}  // namespace rump::iso9660
