// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Formats of stat(1).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vfs/vnode.hpp"

namespace fsu {

/// What a directive stands for, and how it is written unless the directive says more.
struct StatValue {
  enum class Kind : std::uint8_t {
    text,
    decimal,
    with_sign,  ///< decimal, which shows a sign on demand
    octal,
    hex,
    time,
  };
  Kind kind = Kind::text;
  std::string text = {};
  std::uint64_t number = 0;
  rump::Time time = {};  ///< written as seconds, "%.3X" with three digits more

  static StatValue of(std::string text) { return {.text = std::move(text)}; }
  static StatValue of(std::uint64_t number, Kind kind = Kind::decimal) {
    return {.kind = kind, .number = number};
  }
  static StatValue of(const rump::Time& time) { return {.kind = Kind::time, .time = time}; }
};

/// A format like "%n %-10s %.3Y": text and directives with flags, width and precision as printf(3) has them.
class StatFormat {
 public:
  /// With `escapes`, "\n" and the like are what they mean. Throws UsageError.
  StatFormat(std::string_view format, bool escapes);

  /// The text, `value` being asked for each directive by its letters ("s", "Hd"); nullopt: there is no such
  /// directive, and it reads "?".
  std::string expand(const std::function<std::optional<StatValue>(std::string_view)>& value) const;

 private:
  /// Text, or a directive behind it.
  struct Piece {
    std::string text;
    std::string flags;
    std::size_t width = 0;
    std::optional<std::size_t> precision;
    std::string letters;  ///< empty: no directive

    bool has(char flag) const { return flags.find(flag) != flags.npos; }
  };
  static void append_text(std::string& out, const Piece& piece, std::string_view text);
  static void append_number(std::string& out, const Piece& piece, const StatValue& value);
  static void append_seconds(std::string& out, const Piece& piece, const rump::Time& time);
  static void append_padded(std::string& out, const Piece& piece, std::string_view sign,
                            std::string_view body, bool zeroes);
  void take_directive(std::string_view& rest);
  void take_escape(std::string_view& rest);

  std::vector<Piece> pieces_;
};

}  // namespace fsu
