// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Long entries: the slices of a long name that stand before its short entry, the last slice first.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "fs/fat/short_name.hpp"
#include "fs/fat/utf16.hpp"

namespace rump::fat {

/// How many long entries the name takes.
constexpr std::size_t slices_of(std::u16string_view name) {
  return (name.size() + kLongPartUnits - 1) / kLongPartUnits;
}

/// Writes slice `order` (1 … slices_of(name); on disk the highest comes first) as a directory entry of 32
/// bytes. `checksum` is that of the short name.
void write_slice(std::u16string_view name, std::size_t order, u8 checksum, std::span<std::byte> entry);

/// Collects long entries as a reader meets them. What does not fit together is no name: the pieces of a name
/// whose other pieces or whose short entry were lost.
class SliceRun {
 public:
  /// Forgets the pieces, as after any entry that is no long one.
  void clear() { expected_ = 0, slices_ = 0; }
  /// Takes a long entry (32 bytes).
  void add(std::span<const std::byte> entry);
  /// The long name of the short entry that follows: empty where it has none, the pieces are not complete or
  /// belong to another short name, or no name can be made of them.
  std::u16string_view name_for(const ShortName& short_name) const;
  /// How many entries before this place belong together, whether complete or not.
  std::size_t slices() const { return slices_; }

 private:
  std::array<char16_t, std::size_t{kLongRecordsMax} * kLongPartUnits> units_;
  std::size_t length_ = 0;
  std::size_t expected_ = 0;  ///< order of the next slice; 0: complete, or nothing has begun
  std::size_t slices_ = 0;
  u8 checksum_ = 0;
};

}  // namespace rump::fat
