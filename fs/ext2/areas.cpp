// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Sorted, merged areas of fixed metadata.
#include "fs/ext2/areas.hpp"

#include <algorithm>

namespace rump::ext2 {

Result<> FixedAreas::add(Kind kind, u64 first, u64 count) {
  Area& open = open_[static_cast<std::size_t>(kind)];
  blocks_ += count;
  if (open.end == first && open.end != open.first) {
    open.end += count;
    return {};
  }
  return push(std::exchange(open, {first, first + count}));
}

Result<> FixedAreas::push(Area area) {
  if (area.first == area.end) return {};
  if (count_ == areas_.size()) {
    auto larger = TRY(Array<Area>::make(std::max<u64>(64, 2 * count_)));
    std::ranges::copy(areas_, larger.begin());
    areas_ = std::move(larger);
  }
  areas_[count_++] = area;
  return {};
}

Result<> FixedAreas::seal() {
  for (const Area& open : open_) TRY(push(open));
  const auto used = areas_.span().first(count_);
  std::ranges::sort(used, {}, &Area::first);
  std::size_t kept = 0;
  for (const Area& area : used) {
    if (kept > 0 && used[kept - 1].end > area.first)
      return fail(Errc::corrupt, "areas of fixed metadata overlap");
    if (kept > 0 && used[kept - 1].end == area.first)
      used[kept - 1].end = area.end;
    else
      used[kept++] = area;
  }
  count_ = kept;
  return {};
}

Result<> FixedAreas::check_free(u64 first, u64 count) const {
  const auto used = areas_.span().first(count_);
  const auto behind = std::ranges::upper_bound(used, first, {}, &Area::end);
  if (behind != used.end() && behind->first < first + count)
    return fail(Errc::corrupt, "a block pointer leads into the file system's own metadata");
  return {};
}

}  // namespace rump::ext2
