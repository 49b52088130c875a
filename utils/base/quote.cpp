// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Shell quoting.
#include "utils/base/quote.hpp"

#include <cstdint>

#include "utils/base/utf8.hpp"

namespace fsu {
namespace {

/// What quoting the text needs.
struct Needs {
  bool quotes = false;         ///< a shell would not read it as one plain word
  bool escapes = false;        ///< something in it must be written as \…
  bool single_quote = false;   ///< it holds '
  bool beyond_double = false;  ///< it holds something that "…" does not protect
};

Needs needs_of(std::string_view text, std::string_view special) {
  Needs needs;
  needs.quotes = text.empty() || text == "{" || text == "}" || text[0] == '#' || text[0] == '~';
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t point;
    const std::size_t length = decode_utf8(text.substr(i), point);
    if (length == 0 || acts_on_terminal(point)) {
      needs.escapes = true;
    } else if (point == '\'') {
      needs.single_quote = true;
    } else if (length == 1 && std::string_view(" !\"$&()*;<=>?[\\^`|").contains(text[i])) {
      needs.quotes = true;
      needs.beyond_double |= std::string_view("!\"$\\`").contains(text[i]);
    } else if (length == 1 && special.contains(text[i])) {
      needs.quotes = needs.beyond_double = true;
    }
    i += length == 0 ? 1 : length;
  }
  return needs;
}

/// The text in the quotes that suit it.
std::string in_quotes(std::string_view text, const Needs& needs) {
  std::string out;
  if (needs.single_quote && !needs.beyond_double && !needs.escapes) {
    out.append("\"").append(text).append("\"");
    return out;
  }
  out = "'";
  bool escaping = false;
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t point;
    const std::size_t length = decode_utf8(text.substr(i), point);
    const bool escape = length == 0 || acts_on_terminal(point);
    if (escape && !escaping) out += "'$'";
    if (!escape && escaping) out += "''";
    escaping = escape;
    const std::string_view bytes = text.substr(i, length == 0 ? 1 : length);
    if (escape) {
      for (const char byte : bytes) append_c_escape(out, static_cast<unsigned char>(byte));
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

}  // namespace

void append_c_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view kNamed = "\a\b\t\n\v\f\r";
  constexpr std::string_view kLetters = "abtnvfr";
  out += '\\';
  if (const auto at = kNamed.find(static_cast<char>(byte)); at != kNamed.npos) {
    out += kLetters[at];
    return;
  }
  for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + (byte >> shift & 7));
}

std::string quote(std::string_view text, std::string_view special) {
  const Needs needs = needs_of(text, special);
  if (!needs.quotes && !needs.escapes && !needs.single_quote) return std::string(text);
  return in_quotes(text, needs);
}

std::string quote_always(std::string_view text) { return in_quotes(text, needs_of(text, {})); }

}  // namespace fsu
