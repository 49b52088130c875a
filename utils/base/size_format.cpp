// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Sizes in units.
#include "utils/base/size_format.hpp"

#include <charconv>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"

namespace fsu {
namespace {

constexpr std::string_view kUnits = "KMGTPE";

std::uint64_t divided_up(std::uint64_t bytes, std::uint64_t unit) {
  return bytes / unit + (bytes % unit != 0 ? 1 : 0);
}

std::string scaled(std::uint64_t bytes, std::uint64_t base) {
  if (bytes < base) return std::to_string(bytes);
  std::size_t unit = 0;
  std::uint64_t scale = base;
  while (unit + 1 < kUnits.size() && divided_up(bytes, scale) >= base) {
    scale *= base;
    ++unit;
  }
  const std::uint64_t rest = bytes % scale * 10;  // fits: the largest scale is 2⁶⁰
  const std::uint64_t tenths = bytes / scale * 10 + divided_up(rest, scale);
  std::string text = tenths < 100 ? std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)
                                  : std::to_string(divided_up(bytes, scale));
  return text += base == 1000 && unit == 0 ? 'k' : kUnits[unit];
}

}  // namespace

std::string SizeFormat::text(std::uint64_t bytes) const {
  if (scale != 0) return scaled(bytes, scale);
  return std::to_string(divided_up(bytes, unit)) + suffix;
}

SizeFormat SizeFormat::parse(std::string_view option, std::string_view word) {
  if (word == "human-readable") return {.scale = 1024};
  if (word == "si") return {.scale = 1000};
  const auto wrong = [&] {
    return UsageError(std::string(option).append(": ").append(quote(word)).append(" is not a size"));
  };
  SizeFormat format;
  const auto number = std::from_chars(word.data(), word.data() + word.size(), format.unit);
  const bool counted = number.ptr != word.data();
  const std::string_view letters = word.substr(static_cast<std::size_t>(number.ptr - word.data()));
  if (number.ec == std::errc::result_out_of_range || format.unit == 0) throw wrong();
  if (letters.empty()) {
    if (!counted) throw wrong();
    return format;
  }
  const char letter = letters[0] == 'k' ? 'K' : letters[0];
  const std::string_view rest = letters.substr(1);
  const std::size_t power = kUnits.find(letter);
  if (power == kUnits.npos || (!rest.empty() && rest != "B" && rest != "iB")) throw wrong();
  const std::uint64_t base = rest == "B" ? 1000 : 1024;
  for (std::size_t i = 0; i <= power; ++i)
    if (__builtin_mul_overflow(format.unit, base, &format.unit)) throw wrong();
  if (!counted) {
    format.suffix = base == 1000 && power == 0 ? 'k' : letter;
    format.suffix += rest;
  }
  return format;
}

}  // namespace fsu
