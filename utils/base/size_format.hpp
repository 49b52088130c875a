// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Numbers of bytes as listings show them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fsu {

/// In which unit sizes are shown. What is not a whole number of units is rounded up.
struct SizeFormat {
  std::uint64_t unit = 1;   ///< bytes
  std::uint64_t scale = 0;  ///< 1024 or 1000: with the unit that suits each number, "999", "1.5K", "12M"
  std::string suffix = {};  ///< behind each number of units

  /// Whether sizes are just numbers of bytes.
  bool is_plain() const { return unit == 1 && scale == 0; }
  std::string text(std::uint64_t bytes) const;

  /// The format that --block-size calls by this word: "4096", "K", "2MB", "human-readable", "si". A unit
  /// without a number shows behind the numbers. Throws UsageError, which begins with `option`.
  static SizeFormat parse(std::string_view option, std::string_view word);
};

/// A number of bytes with the unit that suits it (powers of 1024): "999", "1.5K", "12M".
inline std::string human_bytes(std::uint64_t bytes) { return SizeFormat{.scale = 1024}.text(bytes); }

}  // namespace fsu
