// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file DOS times. The numbers of seconds are those of `date -u -d … +%s`.
#include "fs/fat/times.hpp"

#include <gtest/gtest.h>

namespace rump::fat {
namespace {

constexpr u16 date(int year, int month, int day) {
  return static_cast<u16>((year - 1980) << 9 | month << 5 | day);
}
constexpr u16 clock(int hour, int minute, int second) {
  return static_cast<u16>(hour << 11 | minute << 5 | second / 2);
}

TEST(FatTimes, AreDatesAndTimes) {
  const struct {
    Time time;
    DosTime dos;
  } facts[] = {
      {{315532800, 0}, {date(1980, 1, 1), 0, 0}},
      {{951782399, 999'999'999}, {date(2000, 2, 28), clock(23, 59, 58), 199}},
      {{951782400, 0}, {date(2000, 2, 29), 0, 0}},
      {{951868800, 10'000'000}, {date(2000, 3, 1), 0, 1}},
      {{1709210096, 0}, {date(2024, 2, 29), clock(12, 34, 56), 0}},
      {{1709210097, 50'000'000}, {date(2024, 2, 29), clock(12, 34, 56), 105}},
      {{4107542400, 0}, {date(2100, 3, 1), 0, 0}},  // 2100 is no leap year
      {{4354819199, 990'000'000}, {date(2107, 12, 31), clock(23, 59, 58), 199}},
  };
  for (const auto& [time, dos] : facts) {
    EXPECT_EQ(to_dos(time, 0), dos) << time.seconds;
    const Time back = from_dos(dos, 0);
    EXPECT_EQ(back.seconds, time.seconds);
    EXPECT_EQ(back.nanoseconds, time.nanoseconds / 10'000'000 * 10'000'000);
  }
}

TEST(FatTimes, EveryDayComesBack) {
  u32 last = 0;
  for (i64 seconds = 315532800; seconds < 4354819200; seconds += 86400) {
    const DosTime dos = to_dos({seconds, 0}, 0);
    EXPECT_EQ(from_dos(dos, 0).seconds, seconds);
    EXPECT_GT(dos.date, last) << seconds;
    last = dos.date;
  }
}

TEST(FatTimes, AreLocal) {
  EXPECT_EQ(to_dos({1709210096, 0}, 90), (DosTime{date(2024, 2, 29), clock(14, 4, 56), 0}));
  EXPECT_EQ(to_dos({1709210096, 0}, -24 * 60), (DosTime{date(2024, 2, 28), clock(12, 34, 56), 0}));
  EXPECT_EQ(from_dos({date(2024, 2, 29), clock(14, 4, 56), 0}, 90).seconds, 1709210096);
  EXPECT_EQ(from_dos({date(1980, 1, 1), 0, 0}, 24 * 60).seconds, 315532800 - 86400);
}

TEST(FatTimes, OthersBecomeTheFirstOrTheLast) {
  constexpr DosTime kFirst{date(1980, 1, 1), 0, 0}, kLast{date(2107, 12, 31), clock(23, 59, 58), 199};
  for (const i64 seconds : {i64{315532799}, i64{0}, i64{-1}, INT64_MIN})
    EXPECT_EQ(to_dos({seconds, 5}, 0), kFirst);
  for (const i64 seconds : {i64{4354819200}, INT64_MAX}) EXPECT_EQ(to_dos({seconds, 5}, 0), kLast);
  EXPECT_EQ(to_dos({315532800, 0}, -1), kFirst);
  EXPECT_EQ(to_dos({4354819199, 0}, 1), kLast);
}

TEST(FatTimes, AnyFieldsAreATime) {
  EXPECT_EQ(from_dos({0, 0, 0}, 0).seconds, 315532800);
  EXPECT_EQ(from_dos({date(2024, 15, 1), 0, 0}, 0).seconds, 1733011200) << "a month beyond 12 is 12";
  EXPECT_EQ(from_dos({date(2023, 2, 30), 0, 0}, 0).seconds, 1677715200) << "the second of March";
  EXPECT_EQ(from_dos({date(1980, 1, 1), 0xFFFF, 255}, 0),
            (Time{315532800 + 31 * 3600 + 63 * 60 + 62 + 2, 550'000'000}));
  for (u32 i = 0; i <= 0xFFFF; ++i) {
    const Time time = from_dos({static_cast<u16>(i), static_cast<u16>(i), static_cast<u8>(i)}, 0);
    EXPECT_LT(time.nanoseconds, 1'000'000'000u);
    EXPECT_GE(time.seconds, 315532800);
  }
}

}  // namespace
}  // namespace rump::fat
