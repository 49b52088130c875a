// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Sizes as truncate(1) has them: 10K, +1M, %4096.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fsu {

/// Bytes for a number with one of truncate's suffixes: K, M, G, T, P, E (or KiB …) are powers of 1024, KB, MB
/// … powers of 1000. Nullopt where it is none, or does not fit a file's size.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// A size to give to a file, as it was written.
struct SizeChange {
  enum class Kind : std::uint8_t {
    set,
    extend,      ///< +
    reduce,      ///< -
    at_most,     ///< <
    at_least,    ///< >
    round_down,  ///< /
    round_up,    ///< %
  };
  Kind kind = Kind::set;
  std::uint64_t number = 0;

  /// Nullopt where the text is none; multiples of 0 are none.
  static std::optional<SizeChange> parse(std::string_view text);
  /// The size that becomes of `size`, in which the number counts units of so many bytes. Nullopt where it
  /// does not fit.
  std::optional<std::uint64_t> apply(std::uint64_t size, std::uint64_t unit) const;
};

}  // namespace fsu
