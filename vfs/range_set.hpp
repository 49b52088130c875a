// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A set of numbers, kept as disjoint ranges in order.
#pragma once

#include <span>
#include <vector>

#include "vfs/error.hpp"

namespace rump {

/// [offset, offset + length).
struct Range {
  u64 offset = 0;
  u64 length = 0;
  u64 end() const { return offset + length; }
  bool operator==(const Range&) const = default;
};

/// Finding takes logarithmic time; adding out of order moves what lies behind, so its owner bounds the number
/// of ranges. Not locked.
class RangeSet {
 public:
  /// Adds the range; neighbours and overlaps become one.
  void add(Range range);
  /// Adds all of another set.
  void add(const RangeSet& other);
  /// Takes the range away.
  void remove(Range range);
  /// The first range that meets [offset, offset + length), cut to it; length 0: none.
  Range find(u64 offset, u64 length) const;
  bool contains(u64 number) const { return find(number, 1).length > 0; }
  void clear() { ranges_.clear(); }

  bool empty() const { return ranges_.empty(); }
  std::size_t size() const { return ranges_.size(); }
  std::span<const Range> ranges() const { return ranges_; }

 private:
  std::vector<Range> ranges_;
};

}  // namespace rump
