// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Case folding: ASCII here, the rest by utf8proc.
#include "vfs/unicode.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstring>

namespace rump {
namespace {

bool is_ascii(Name name) {
  return std::ranges::all_of(name, [](char c) { return static_cast<signed char>(c) >= 0; });
}

char fold_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

Result<Name> fold_unicode(Name name, std::span<char> room) {
  if (is_ascii(name)) {
    if (name.size() > room.size()) return fail(Errc::name_too_long, "the folded name is too long");
    std::ranges::transform(name, room.begin(), fold_ascii);
    return Name(room.data(), name.size());
  }
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                                                           UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  // No code point of a name decomposes into more than four. File systems whose names fold so have shorter
  // ones than kNameMax.
  std::array<utf8proc_int32_t, std::size_t{4} * kNameMaxUsual> points;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(name.data());
  const auto count = utf8proc_decompose(bytes, static_cast<utf8proc_ssize_t>(name.size()), points.data(),
                                        points.size(), kOptions);
  if (count < 0) return fail(Errc::invalid, "the name is not UTF-8");
  if (static_cast<std::size_t>(count) >= points.size())
    return fail(Errc::name_too_long, "the folded name is too long");
  const auto length = utf8proc_reencode(points.data(), count, kOptions);
  if (length < 0) return fail(Errc::invalid, "the name is not UTF-8");
  if (static_cast<std::size_t>(length) > room.size())
    return fail(Errc::name_too_long, "the folded name is too long");
  std::memcpy(room.data(), points.data(), static_cast<std::size_t>(length));
  return Name(room.data(), static_cast<std::size_t>(length));
}

}  // namespace rump
