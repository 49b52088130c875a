// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Shell quoting.
#include "utils/quote.hpp"

#include <cstdint>

namespace fsu {
namespace {

/// Length of the valid UTF-8 sequence at the start of `text` (RFC 3629), 0 where there is none; its value in
/// `point`.
std::size_t decode(std::string_view text, std::uint32_t& point) {
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

/// Whether a terminal would act on the character instead of showing it.
bool acts_on_terminal(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x61c || point == 0x200e ||
         point == 0x200f || (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) ||
         point == 0xfeff;
}

/// What quoting the text needs.
struct Needs {
  bool quotes = false;         ///< a shell would not read it as one plain word
  bool escapes = false;        ///< something in it must be written as \…
  bool single_quote = false;   ///< it holds '
  bool beyond_double = false;  ///< it holds something that "…" does not protect
};

Needs needs_of(std::string_view text) {
  Needs needs;
  needs.quotes = text.empty() || text == "{" || text == "}" || text[0] == '#' || text[0] == '~';
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t point;
    const std::size_t length = decode(text.substr(i), point);
    if (length == 0 || acts_on_terminal(point)) {
      needs.escapes = true;
    } else if (point == '\'') {
      needs.single_quote = true;
    } else if (length == 1 && std::string_view(" !\"$&()*;<=>?[\\^`|").contains(text[i])) {
      needs.quotes = true;
      needs.beyond_double |= std::string_view("!\"$\\`").contains(text[i]);
    }
    i += length == 0 ? 1 : length;
  }
  return needs;
}

void append_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view kNamed = "\a\b\t\n\v\f\r";
  constexpr std::string_view kLetters = "abtnvfr";
  out += '\\';
  if (const auto at = kNamed.find(static_cast<char>(byte)); at != kNamed.npos) {
    out += kLetters[at];
    return;
  }
  for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + (byte >> shift & 7));
}

}  // namespace

std::string quote(std::string_view text) {
  const Needs needs = needs_of(text);
  if (!needs.quotes && !needs.escapes && !needs.single_quote) return std::string(text);
  std::string out;
  if (needs.single_quote && !needs.beyond_double && !needs.escapes) {
    out.append("\"").append(text).append("\"");
    return out;
  }
  out = "'";
  bool escaping = false;
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t point;
    const std::size_t length = decode(text.substr(i), point);
    const bool escape = length == 0 || acts_on_terminal(point);
    if (escape && !escaping) out += "'$'";
    if (!escape && escaping) out += "''";
    escaping = escape;
    const std::string_view bytes = text.substr(i, length == 0 ? 1 : length);
    if (escape) {
      for (const char byte : bytes) append_escape(out, static_cast<unsigned char>(byte));
    } else if (point == '\'') {
      out += "'\\''";
    } else {
      out += bytes;
    }
    i += bytes.size();
  }
  out += '\'';
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (const char byte : text) width += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
  return width;
}

}  // namespace fsu
