// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file UTF-8 and UTF-16, and case folding by utf8proc.
#include "fs/fat/utf16.hpp"

#include <utf8proc.h>

#include <array>

namespace rump::fat {
namespace {

constexpr bool is_high(char32_t c) { return c >= 0xD800 && c < 0xDC00; }
constexpr bool is_low(char32_t c) { return c >= 0xDC00 && c < 0xE000; }
constexpr char32_t kFirstOfPairs = 0x10000;

/// A code point of a name and how much of the name it takes.
struct Step {
  char32_t point;
  std::size_t length;
};

/// The first code point of text that is not empty. A surrogate without its other half is one by itself.
Step next(std::u16string_view units) {
  const char32_t first = units[0];
  if (!is_high(first) || units.size() < 2 || !is_low(units[1])) return {first, 1};
  return {kFirstOfPairs + ((first - 0xD800) << 10) + (units[1] - char32_t{0xDC00}), 2};
}

/// Writes the code point; the number of units.
std::size_t put(char32_t point, char16_t* to) {
  if (point < kFirstOfPairs) {
    *to = static_cast<char16_t>(point);
    return 1;
  }
  to[0] = static_cast<char16_t>(0xD800 + ((point - kFirstOfPairs) >> 10));
  to[1] = static_cast<char16_t>(0xDC00 + ((point - kFirstOfPairs) & 0x3FF));
  return 2;
}

Result<Step> next(Name text) {
  const auto byte = [&](std::size_t i) { return static_cast<u8>(text[i]); };
  if (byte(0) < 0x80) return Step{byte(0), 1};
  const bool is_surrogate =
      text.size() >= 3 && byte(0) == 0xED && byte(1) >= 0xA0 && byte(1) < 0xC0 && (byte(2) & 0xC0) == 0x80;
  if (is_surrogate) return Step{0xD000 + ((byte(1) & 0x3FU) << 6) + (byte(2) & 0x3FU), 3};
  utf8proc_int32_t point = 0;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &point);
  if (length <= 0) return fail(Errc::invalid, "the name is not UTF-8");
  return Step{static_cast<char32_t>(point), static_cast<std::size_t>(length)};
}

char32_t fold_point(char32_t point) {
  if (point < 0x80) return point >= 'A' && point <= 'Z' ? point - 'A' + 'a' : point;
  constexpr char32_t kDottedCapitalI = 0x130;  // folds to two characters only, though it has a lower case
  if (point == kDottedCapitalI) return point;
  std::array<utf8proc_int32_t, 4> folded;
  int boundary = 0;
  const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(point), folded.data(),
                                             folded.size(), UTF8PROC_CASEFOLD, &boundary);
  // What folds to several characters has another single one at most where it has a lower case.
  return static_cast<char32_t>(count == 1 ? folded[0]
                                          : utf8proc_tolower(static_cast<utf8proc_int32_t>(point)));
}

}  // namespace

Result<std::u16string_view> to_utf16(Name name, std::span<char16_t> room) {
  std::size_t length = 0;
  bool may_pair = false;  // the last unit was a high surrogate by itself
  while (!name.empty()) {
    const Step step = TRY(next(name));
    if (may_pair && is_low(step.point)) return fail(Errc::invalid, "the name is not UTF-8");
    may_pair = is_high(step.point);
    if (room.size() - length < (step.point < kFirstOfPairs ? 1 : 2))
      return fail(Errc::name_too_long, "the name is too long");
    length += put(step.point, room.data() + length);
    name.remove_prefix(step.length);
  }
  return std::u16string_view(room.data(), length);
}

Name to_utf8(std::u16string_view units, std::span<char> room) {
  invariant(units.size() * 3 <= room.size(), "no room for a name in UTF-8");
  char* to = room.data();
  const auto put_byte = [&](char32_t byte) { *to++ = static_cast<char>(byte); };
  while (!units.empty()) {
    const auto [point, length] = next(units);
    units.remove_prefix(length);
    if (point < 0x80) {
      put_byte(point);
      continue;
    }
    if (point < 0x800) {
      put_byte(0xC0 | point >> 6);
    } else {
      if (point < kFirstOfPairs) {
        put_byte(0xE0 | point >> 12);
      } else {
        put_byte(0xF0 | point >> 18);
        put_byte(0x80 | (point >> 12 & 0x3F));
      }
      put_byte(0x80 | (point >> 6 & 0x3F));
    }
    put_byte(0x80 | (point & 0x3F));
  }
  return {room.data(), to};
}

void fold(std::span<char16_t> units) {
  for (std::size_t i = 0; i < units.size();) {
    const auto [point, length] = next({units.data() + i, units.size() - i});
    put(fold_point(point), units.data() + i);
    i += length;
  }
}

bool equals_folded(std::u16string_view stored, std::u16string_view folded) {
  if (stored.size() != folded.size()) return false;
  while (!stored.empty()) {
    const auto [point, length] = next(stored);
    std::array<char16_t, 2> units;
    const std::u16string_view expected(units.data(), put(fold_point(point), units.data()));
    if (!folded.starts_with(expected)) return false;
    stored.remove_prefix(length);
    folded.remove_prefix(length);
  }
  return true;
}

u64 hash_folded(std::u16string_view stored) {
  // FNV-1a, by units.
  u64 hash = 0xCBF29CE484222325;
  while (!stored.empty()) {
    const auto [point, length] = next(stored);
    hash = (hash ^ fold_point(point)) * 0x100000001B3;
    stored.remove_prefix(length);
  }
  return hash;
}

}  // namespace rump::fat
