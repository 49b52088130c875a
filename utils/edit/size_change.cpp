// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Sizes, set and changed.
#include "utils/edit/size_change.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace fsu {
namespace {

constexpr std::uint64_t kSizeMax = std::numeric_limits<std::int64_t>::max();

std::optional<std::uint64_t> product(std::uint64_t number, std::uint64_t factor) {
  if (factor != 0 && number > kSizeMax / factor) return std::nullopt;
  return number * factor;
}

/// What a suffix stands for.
std::optional<std::uint64_t> factor_of(std::string_view suffix) {
  if (suffix.empty()) return 1;
  constexpr std::string_view kLetters = "KMGTPE";
  const char letter = suffix.front() == 'k' ? 'K' : suffix.front();
  const std::size_t power = kLetters.find(letter);
  if (power == kLetters.npos) return std::nullopt;
  suffix.remove_prefix(1);
  if (!suffix.empty() && suffix != "B" && suffix != "iB") return std::nullopt;
  std::uint64_t factor = 1;
  for (std::size_t i = 0; i <= power; ++i) factor *= suffix == "B" ? 1000 : 1024;
  return factor;
}

SizeChange::Kind kind_of(char letter) {
  switch (letter) {
    case '+':
      return SizeChange::Kind::extend;
    case '-':
      return SizeChange::Kind::reduce;
    case '<':
      return SizeChange::Kind::at_most;
    case '>':
      return SizeChange::Kind::at_least;
    case '/':
      return SizeChange::Kind::round_down;
    case '%':
      return SizeChange::Kind::round_up;
    default:
      return SizeChange::Kind::set;
  }
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const auto factor = factor_of(text.substr(static_cast<std::size_t>(end - text.data())));
  if (!factor || number > kSizeMax) return std::nullopt;
  return product(number, *factor);
}

std::optional<SizeChange> SizeChange::parse(std::string_view text) {
  if (text.empty()) return std::nullopt;
  SizeChange change{.kind = kind_of(text.front())};
  if (change.kind != Kind::set) text.remove_prefix(1);
  const auto number = parse_size(text);
  if (!number) return std::nullopt;
  change.number = *number;
  if (change.number == 0 && (change.kind == Kind::round_down || change.kind == Kind::round_up))
    return std::nullopt;
  return change;
}

std::optional<std::uint64_t> SizeChange::apply(std::uint64_t size, std::uint64_t unit) const {
  const auto bytes = product(number, unit);
  const bool rounds = kind == Kind::round_down || kind == Kind::round_up;
  if (!bytes || (rounds && *bytes == 0)) return std::nullopt;
  std::uint64_t result = *bytes;
  switch (kind) {
    case Kind::set:
      break;
    case Kind::extend:
      result = size + *bytes;
      break;
    case Kind::reduce:
      result = size - std::min(size, *bytes);
      break;
    case Kind::at_most:
      result = std::min(size, *bytes);
      break;
    case Kind::at_least:
      result = std::max(size, *bytes);
      break;
    case Kind::round_down:
      result = size / *bytes * *bytes;
      break;
    case Kind::round_up:
      result = (size + *bytes - 1) / *bytes * *bytes;
      break;
  }
  if (result > kSizeMax) return std::nullopt;
  return result;
}

}  // namespace fsu
