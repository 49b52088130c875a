// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Slices of long names, written and put together again.
#include "fs/fat/long_name.hpp"

#include <algorithm>

#include "fs/fat/disk.hpp"

namespace rump::fat {
namespace {

constexpr char16_t kEnd = 0, kPadding = 0xFFFF;

/// Calls `visit(unit of the slice, field, element)` for the units of a long entry, which lie in three fields.
void for_each_unit(auto visit) {
  for (std::size_t i = 0; i < kLongPartUnits; ++i) {
    if (i < 5) {
      visit(i, LongRecord::part_1, i);
    } else if (i < 11) {
      visit(i, LongRecord::part_2, i - 5);
    } else {
      visit(i, LongRecord::part_3, i - 11);
    }
  }
}

/// Whether the units can be a name for the VFS.
bool is_presentable(std::u16string_view name) {
  return !name.empty() && name.size() <= kLongNameUnitsMax && name.find(u'/') == name.npos && name != u"." &&
         name != u"..";
}

}  // namespace

void write_slice(std::u16string_view name, std::size_t order, u8 checksum, std::span<std::byte> entry) {
  invariant(order >= 1 && order <= slices_of(name), "a slice of no name");
  const auto record = *Record<LongRecord, LittleEndian, std::byte>::at(entry, 0);
  std::ranges::fill(entry.first(LongRecord::size), std::byte{0});
  const bool is_last = order == slices_of(name);
  record.set(LongRecord::sequence, static_cast<u8>(order | (is_last ? kSequenceLast : 0)));
  record.set(LongRecord::attributes, kAttrLong);
  record.set(LongRecord::checksum, checksum);
  const std::size_t start = (order - 1) * kLongPartUnits;
  for_each_unit([&](std::size_t unit, auto field, std::size_t element) {
    const std::size_t at = start + unit;
    record.set(field, at < name.size() ? name[at] : at == name.size() ? kEnd : kPadding, element);
  });
}

void SliceRun::add(std::span<const std::byte> entry) {
  const auto record = *Record<LongRecord, LittleEndian>::at(entry, 0);
  const u8 order = record.get(LongRecord::sequence);
  const std::size_t number = order & ~kSequenceLast;
  if (order & kSequenceLast) {
    clear();
    if (number == 0 || number > kLongRecordsMax) return;
    length_ = number * kLongPartUnits;
    checksum_ = record.get(LongRecord::checksum);
  } else if (expected_ == 0 || number != expected_ || record.get(LongRecord::checksum) != checksum_) {
    return clear();
  }
  expected_ = number - 1;
  ++slices_;
  const std::size_t start = expected_ * kLongPartUnits;
  for_each_unit([&](std::size_t unit, auto field, std::size_t element) {
    units_[start + unit] = static_cast<char16_t>(record.get(field, element));
  });
}

std::u16string_view SliceRun::name_for(const ShortName& short_name) const {
  if (slices_ == 0 || expected_ != 0 || short_name.checksum() != checksum_) return {};
  const std::u16string_view all(units_.data(), length_);
  const std::u16string_view name = all.substr(0, all.find(kEnd));
  return is_presentable(name) ? name : std::u16string_view{};
}

}  // namespace rump::fat
