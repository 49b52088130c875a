// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Decoding and measuring UTF-8.
#include "utils/base/utf8.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace fsu {

std::size_t decode_utf8(std::string_view text, std::uint32_t& point) {
  const auto first = static_cast<unsigned char>(text[0]);
  point = first;
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  point = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return 0;
    point = point << 6 | (next & 0x3f);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kSmallest[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::uint32_t point;
    const std::size_t length = decode_utf8(text, point);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char byte : bytes) {
    out += kDigits[static_cast<unsigned char>(byte) >> 4];
    out += kDigits[static_cast<unsigned char>(byte) & 15];
  }
}

bool acts_on_terminal(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x61c || point == 0x200e ||
         point == 0x200f || (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) ||
         point == 0xfeff;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    std::uint32_t point;
    const std::size_t length = decode_utf8(text, point);
    if (length == 0) {
      ++width;
    } else if (length == 1) {
      width += point >= 0x20 && point != 0x7f ? 1 : 0;
    } else {
      width += static_cast<std::size_t>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(point)));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return width;
}

}  // namespace fsu
