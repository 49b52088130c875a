// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names by hash.
#include "fs/iso9660/index.hpp"

#include <algorithm>

namespace rump::iso9660 {

NameIndex::~NameIndex() { clear(); }

void NameIndex::clear() {
  if (mount_) mount_->give_index_memory(entries_.size() * sizeof(Entry));
  entries_ = {};
  count_ = 0;
}

bool NameIndex::add(const IsoMount& mount, const Entry& entry) {
  constexpr std::size_t kFirst = 256;
  if (count_ == entries_.size()) {
    mount_ = &mount;
    const std::size_t more = std::max(kFirst, entries_.size());
    if (!mount.take_index_memory(more * sizeof(Entry))) {
      clear();
      return false;
    }
    auto grown = Array<Entry>::make(entries_.size() + more);
    if (!grown) {
      mount.give_index_memory(more * sizeof(Entry));
      clear();
      return false;
    }
    std::ranges::copy(entries_, grown->begin());
    entries_ = std::move(*grown);
  }
  entries_[count_++] = entry;
  return true;
}

void NameIndex::finish() { std::ranges::sort(entries_.span().first(count_)); }

std::span<const NameIndex::Entry> NameIndex::find(u32 hash) const {
  const auto [first, last] = std::ranges::equal_range(entries_.span().first(count_), hash, {}, &Entry::hash);
  return {first, last};
}

}  // namespace rump::iso9660
