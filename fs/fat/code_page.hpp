// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Code pages: what bytes of short names and labels mean.
#pragma once

#include <optional>
#include <string_view>

#include "vfs/error.hpp"

namespace rump::fat {

/// A code page of one byte a character. ASCII is itself in all of them.
class CodePage {
 public:
  /// 437 (United States), 850 (Western Europe) or 1252 (Windows); nullptr for others.
  static const CodePage* find(u32 number);
  /// The code page of those who choose none: 437.
  static const CodePage& standard();

  u32 number() const { return number_; }
  char16_t decode(u8 byte) const { return byte < 0x80 ? byte : upper_half_[byte - 0x80]; }
  /// Nothing where the page has no such character.
  std::optional<u8> encode(char16_t unit) const;
  /// The character as short names have it: in upper case, or as it is where the page has only that; nothing
  /// where it has neither.
  std::optional<u8> encode_upper(char16_t unit) const;

  /// `upper_half`: the characters of bytes 80 to FF.
  constexpr CodePage(u32 number, std::u16string_view upper_half) : number_(number), upper_half_(upper_half) {}

 private:
  u32 number_;
  std::u16string_view upper_half_;
};

}  // namespace rump::fat
