// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Ranges in one sorted array.
#include "vfs/range_set.hpp"

#include <algorithm>

namespace rump {

void RangeSet::add(Range range) {
  if (range.length == 0) return;
  // Everything from `first` up to `last` overlaps the range or touches it.
  const auto first = std::ranges::lower_bound(ranges_, range.offset, {}, &Range::end);
  auto last = first;
  u64 end = range.end();
  while (last != ranges_.end() && last->offset <= range.end()) end = std::max(end, (last++)->end());
  if (first == last) {
    ranges_.insert(first, range);
    return;
  }
  const u64 offset = std::min(first->offset, range.offset);
  *first = {offset, end - offset};
  ranges_.erase(first + 1, last);
}

void RangeSet::add(const RangeSet& other) {
  for (const Range& range : other.ranges_) add(range);
}

void RangeSet::remove(Range range) {
  if (range.length == 0) return;
  // Ranges from `first` up to `last` overlap it.
  const auto first = std::ranges::upper_bound(ranges_, range.offset, {}, &Range::end);
  const auto last = std::ranges::lower_bound(first, ranges_.end(), range.end(), {}, &Range::offset);
  if (first == last) return;
  const Range before{first->offset, range.offset - std::min(first->offset, range.offset)};
  const u64 old_end = (last - 1)->end();
  const Range after{range.end(), old_end - std::min(old_end, range.end())};
  const auto gap = ranges_.erase(first, last);
  const auto at = after.length > 0 ? ranges_.insert(gap, after) : gap;
  if (before.length > 0) ranges_.insert(at, before);
}

Range RangeSet::find(u64 offset, u64 length) const {
  const u64 end = length > ~offset ? ~u64{0} : offset + length;
  const auto found = std::ranges::upper_bound(ranges_, offset, {}, &Range::end);
  if (found == ranges_.end() || found->offset >= end) return {};
  const u64 from = std::max(offset, found->offset);
  return {from, std::min(end, found->end()) - from};
}

}  // namespace rump
