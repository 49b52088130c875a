// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How names are written in listings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fsu {

enum class Quoting : std::uint8_t {
  literal,       ///< the bytes as they are
  escape,        ///< a\ b, a\nb
  c,             ///< "a b"
  shell_escape,  ///< quote()
  shell_always,  ///< quote_always()
};

/// The style that `--quoting-style` and QUOTING_STYLE call by this word; throws UsageError, which begins with
/// `option`.
Quoting parse_quoting(std::string_view option, std::string_view word);

/// A style of names.
struct NameStyle {
  Quoting quoting = Quoting::literal;
  bool hide_controls = false;     ///< literal: '?' for what a terminal would not show
  std::string_view special = {};  ///< characters to be quoted besides the usual ones

  /// The text in this style: itself where nothing of it changes, else in `room`.
  std::string_view shown(std::string_view text, std::string& room) const;
  /// Whether names that need no quotes move to the right beside one that has them, so that they stand in
  /// line.
  bool aligns() const { return quoting == Quoting::shell_escape; }
};

}  // namespace fsu
