// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Parsing and expanding formats.
#include "utils/list/stat_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"

namespace fsu {
namespace {

constexpr std::size_t kWidthMax = 65536;

/// A decimal number off the front of `text`; nullopt where there is none.
std::optional<std::size_t> take_number(std::string_view& text) {
  std::optional<std::size_t> number;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1))
    number = std::min(kWidthMax, number.value_or(0) * 10 + static_cast<std::size_t>(text[0] - '0'));
  return number;
}

/// The value of a digit in this base; `base` where it is none.
int digit_of(char c, int base) {
  const char lower = static_cast<char>(c | 040);
  const int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : base;
  return std::min(digit, base);
}

/// A character of up to `digits_max` digits off the front of `text`.
char take_code(std::string_view& text, int base, int digits_max) {
  int code = 0;
  for (; digits_max > 0 && !text.empty() && digit_of(text[0], base) < base; --digits_max) {
    code = code * base + digit_of(text[0], base);
    text.remove_prefix(1);
  }
  return static_cast<char>(code);
}

std::string digits_of(std::uint64_t number, int base) {
  std::array<char, 24> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number, base).ptr};
}

}  // namespace

StatFormat::StatFormat(std::string_view format, bool escapes) {
  pieces_.emplace_back();
  while (!format.empty()) {
    const char c = format[0];
    if (c == '%') {
      take_directive(format);
    } else if (c == '\\' && escapes) {
      take_escape(format);
    } else {
      pieces_.back().text += c;
      format.remove_prefix(1);
    }
  }
}

void StatFormat::take_directive(std::string_view& rest) {
  const std::string_view whole = rest;
  rest.remove_prefix(1);
  Piece& piece = pieces_.back();
  const std::size_t flags = std::min(rest.find_first_not_of("'-+ #0I"), rest.size());
  piece.flags = rest.substr(0, flags);
  rest.remove_prefix(flags);
  piece.width = take_number(rest).value_or(0);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    // No digits mean 0, but 9 for seconds.
    piece.precision = take_number(rest).value_or(kWidthMax + 1);
  }
  if (rest.empty() || rest[0] == '%') {
    if (whole.size() - rest.size() > 1)
      throw UsageError(quote(whole.substr(0, whole.size() - rest.size() + 1)) + " is not a directive");
    if (!rest.empty()) rest.remove_prefix(1);
    piece.text += '%';
    return;
  }
  const bool half =
      (rest[0] == 'H' || rest[0] == 'L') && rest.size() > 1 && (rest[1] == 'd' || rest[1] == 'r');
  piece.letters = rest.substr(0, half ? 2 : 1);
  rest.remove_prefix(piece.letters.size());
  pieces_.emplace_back();
}

void StatFormat::take_escape(std::string_view& rest) {
  constexpr std::string_view kLetters = "abefnrtv";
  constexpr std::string_view kMeanings = "\a\b\033\f\n\r\t\v";
  std::string& text = pieces_.back().text;
  rest.remove_prefix(1);
  if (rest.empty()) {
    text += '\\';
  } else if (digit_of(rest[0], 8) < 8) {
    text += take_code(rest, 8, 3);
  } else if (rest[0] == 'x' && rest.size() > 1 && digit_of(rest[1], 16) < 16) {
    rest.remove_prefix(1);
    text += take_code(rest, 16, 2);
  } else {
    const std::size_t at = kLetters.find(rest[0]);
    text += at == kLetters.npos ? rest[0] : kMeanings[at];
    rest.remove_prefix(1);
  }
}

std::string StatFormat::expand(const std::function<std::optional<StatValue>(std::string_view)>& value) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    out += piece.text;
    if (piece.letters.empty()) continue;
    const std::optional<StatValue> found = value(piece.letters);
    if (!found) {
      out += '?';
    } else if (found->kind == StatValue::Kind::text) {
      append_text(out, piece, found->text);
    } else if (found->kind == StatValue::Kind::time) {
      append_seconds(out, piece, found->time);
    } else {
      append_number(out, piece, *found);
    }
  }
  return out;
}

void StatFormat::append_padded(std::string& out, const Piece& piece, std::string_view sign,
                               std::string_view body, bool zeroes) {
  const std::size_t used = sign.size() + body.size();
  const std::size_t missing = piece.width > used ? piece.width - used : 0;
  const bool left = piece.has('-');
  if (!left && !zeroes) out.append(missing, ' ');
  out += sign;
  if (!left && zeroes) out.append(missing, '0');
  out += body;
  if (left) out.append(missing, ' ');
}

void StatFormat::append_text(std::string& out, const Piece& piece, std::string_view text) {
  if (piece.precision) text = text.substr(0, *piece.precision > kWidthMax ? 0 : *piece.precision);
  append_padded(out, piece, "", text, false);
}

void StatFormat::append_number(std::string& out, const Piece& piece, const StatValue& value) {
  const int base = value.kind == StatValue::Kind::octal ? 8 : value.kind == StatValue::Kind::hex ? 16 : 10;
  std::string digits = digits_of(value.number, base);
  if (piece.precision) {
    const std::size_t least = *piece.precision > kWidthMax ? 0 : *piece.precision;
    if (value.number == 0) digits.clear();
    if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  }
  std::string_view sign;
  if (value.kind == StatValue::Kind::with_sign) sign = piece.has('+') ? "+" : piece.has(' ') ? " " : "";
  if (piece.has('#') && base == 8 && !digits.starts_with('0')) digits.insert(0, 1, '0');
  if (piece.has('#') && base == 16 && value.number != 0) sign = "0x";
  append_padded(out, piece, sign, digits, piece.has('0') && !piece.precision);
}

void StatFormat::append_seconds(std::string& out, const Piece& piece, const rump::Time& time) {
  std::string fraction;
  std::int64_t seconds = time.seconds;
  std::uint64_t nanoseconds = time.nanoseconds;
  bool negative = seconds < 0;
  if (piece.precision) {
    const std::size_t precision = *piece.precision > kWidthMax ? 9 : *piece.precision;
    std::uint64_t unit = 1;
    for (std::size_t digits = precision; digits < 9; ++digits) unit *= 10;
    std::uint64_t units = nanoseconds / unit;
    if (negative && nanoseconds != 0) {  // -1.5 is -2 and half a second
      units = 1'000'000'000 / unit - units - (nanoseconds % unit != 0 ? 1 : 0);
      seconds += units != 0 ? 1 : 0;
    }
    if (precision > 0) {
      fraction = digits_of(units, 10);
      fraction.insert(0, std::min<std::size_t>(precision, 9) - fraction.size(), '0');
      fraction.resize(precision, '0');
      fraction.insert(0, 1, '.');
    }
  }
  const auto value = static_cast<std::uint64_t>(seconds);
  const std::string body = digits_of(negative ? 0 - value : value, 10) + fraction;
  const std::string_view sign = negative ? "-" : piece.has('+') ? "+" : piece.has(' ') ? " " : "";
  append_padded(out, piece, sign, body, piece.has('0'));
}

}  // namespace fsu
