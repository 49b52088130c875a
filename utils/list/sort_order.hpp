// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The order of a listing.
#pragma once

#include <string_view>

#include "utils/list/listing.hpp"
#include "utils/list/name_style.hpp"

namespace fsu {

enum class SortKey : std::uint8_t {
  name,       ///< byte by byte
  none,       ///< as they lie in the directory
  time,       ///< newest first
  size,       ///< largest first
  extension,  ///< by what follows the last '.'
  version,    ///< numbers in names by their value
  width,      ///< of the name on a terminal, shortest first
};

/// An order of rows. Rows that the key does not tell apart are in the order of their names.
struct SortOrder {
  SortKey key = SortKey::name;
  bool reverse = false;
  bool directories_first = false;  ///< and symlinks to them; whatever `reverse` says

  bool keeps_directory_order() const { return key == SortKey::none; }
};

/// Sorts the rows of a listing; `names` is for SortKey::width.
void sort_rows(Listing& listing, const SortOrder& order, const NameStyle& names);

/// Negative, zero, positive: how the names compare as GNU ls -v compares them.
int compare_versions(std::string_view a, std::string_view b);

/// One row as an order sees it, where the rows are not of one listing.
struct SortItem {
  const Row* row;
  std::string_view name;
};
/// Negative, zero, positive: how the key alone compares the rows; directories are no matter here.
int compare_by_key(const SortItem& a, const SortItem& b, SortKey key, const NameStyle& names);

}  // namespace fsu
