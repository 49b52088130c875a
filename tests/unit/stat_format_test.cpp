// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Formats of fs-stat, beside printf(3).
#include "utils/list/stat_format.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

std::string expand(std::string_view format, const StatValue& value, bool escapes = false) {
  return StatFormat(format, escapes).expand([&](std::string_view letters) {
    return letters == "X" || letters == "Hd" ? std::optional(value) : std::nullopt;
  });
}

TEST(StatFormat, NumbersAreThoseOfPrintf) {
  for (const std::uint64_t number : {0UL, 8UL, 511UL, ~0UL})
    for (const char* spec :
         {"", "5", "-5", "05", "#", "#08", ".4", "8.4", "-8.4", "08.4", ".", "#.3", "-#20"})
      for (const auto& [kind, letters] :
           {std::pair{StatValue::Kind::octal, "lo"}, std::pair{StatValue::Kind::hex, "lx"}}) {
        char expected[128];
        const std::string format = std::string("%") + spec + letters;
        std::snprintf(expected, sizeof expected, format.c_str(), number);
        EXPECT_EQ(expand(std::string("%") + spec + "X", StatValue::of(number, kind)), expected)
            << format << ' ' << number;
      }
  EXPECT_EQ(expand("%010X|%-4X|", StatValue::of(42)), "0000000042|42  |");
}

TEST(StatFormat, TextsAreCutAndPadded) {
  EXPECT_EQ(expand("%5X|%-5X|%.2X|%5.1X|%05X|%.X", StatValue::of("abc")), "  abc|abc  |ab|    a|  abc|");
}

TEST(StatFormat, SecondsHaveFractionsOnDemand) {
  const StatValue time = StatValue::of(rump::Time{1700000000, 123456789});
  EXPECT_EQ(expand("%X %.3X %.X %.0X %.11X", time),
            "1700000000 1700000000.123 1700000000.123456789 1700000000 1700000000.12345678900");
  EXPECT_EQ(expand("%16.1X|%-16.1X|%016.1X|%+.1X", time),
            "    1700000000.1|1700000000.1    |00001700000000.1|+1700000000.1");
  const StatValue before = StatValue::of(rump::Time{-2, 500000000});
  EXPECT_EQ(expand("%X %.1X %.3X", before), "-2 -1.5 -1.500");
  EXPECT_EQ(expand("%.1X %X", StatValue::of(rump::Time{-1, 900000000})), "-0.1 -1");
}

TEST(StatFormat, WhatIsNoDirective) {
  const StatValue value = StatValue::of("v");
  EXPECT_EQ(expand("%q %Hd %H %Hq %", value), "? v ? ?q %");
  EXPECT_EQ(expand("100%%", value), "100%");
  EXPECT_THROW(StatFormat("%5%", false), UsageError);
  EXPECT_THROW(StatFormat("%-", false), UsageError);
}

TEST(StatFormat, EscapesOnlyWhereTheyAreWanted) {
  const StatValue value = StatValue::of("v");
  EXPECT_EQ(expand("\\n\\x41\\101\\1012\\e\\q\\\\\\\"\\", value, true), "\nAAA2\033q\\\"\\");
  EXPECT_EQ(expand("\\n%X", value), "\\nv");
}

}  // namespace
}  // namespace fsu
