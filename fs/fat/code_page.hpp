// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Code pages: what bytes of short names and labels mean.
#pragma once

#include <array>
#include <optional>

#include "vfs/error.hpp"

namespace rump::fat {

/// A code page of one byte a character. ASCII is itself in all of them.
class CodePage {
 public:
  /// The characters of bytes 80 to FF.
  using UpperHalf = std::array<char16_t, 128>;

  /// 437 (United States), 850 (Western Europe) or 1252 (Windows); nullptr for others.
  static const CodePage* find(u32 number);
  /// The code page of those who choose none: 437.
  static const CodePage& standard();

  u32 number() const { return number_; }
  char16_t decode(u8 byte) const { return byte < 0x80 ? byte : upper_half_[byte - 0x80]; }
  /// Nothing where the page has no such character.
  std::optional<u8> encode(char16_t unit) const;
  /// The character in upper case, as short names need it; nothing where the page has none.
  std::optional<u8> encode_upper(char16_t unit) const;

  constexpr CodePage(u32 number, const UpperHalf& upper_half) : number_(number), upper_half_(upper_half) {}

 private:
  u32 number_;
  const UpperHalf& upper_half_;
};

}  // namespace rump::fat
