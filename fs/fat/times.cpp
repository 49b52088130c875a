// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file DOS times: days of the calendar, and fields of bits.
#include "fs/fat/times.hpp"

#include <algorithm>

namespace rump::fat {
namespace {

constexpr i64 kDaySeconds = 86400;
constexpr u32 kHundredth = 10'000'000;  ///< nanoseconds
constexpr i64 kFirstYear = 1980, kLastYear = 2107;

/// A day of the Gregorian calendar.
struct Day {
  i64 year, month, day;
};

/// Days since 1970-01-01. Counted in years that begin in March, so that the leap day is the last.
constexpr i64 days_of(const Day& day) {
  const i64 year = day.year - (day.month < 3);
  const i64 month = (day.month + 9) % 12;
  return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day.day - 1 - 719468;
}

/// The day for a number of them, of a year that DOS knows.
constexpr Day day_of(i64 days) {
  i64 year = kFirstYear + (days - days_of({kFirstYear, 1, 1})) / 366;
  while (days_of({year + 1, 1, 1}) <= days) ++year;
  i64 month = 1;
  while (month < 12 && days_of({year, month + 1, 1}) <= days) ++month;
  return {year, month, days - days_of({year, month, 1}) + 1};
}

constexpr i64 kFirst = days_of({kFirstYear, 1, 1}) * kDaySeconds;
constexpr i64 kEnd = days_of({kLastYear + 1, 1, 1}) * kDaySeconds;

}  // namespace

DosTime to_dos(Time time, i32 minutes_east) {
  const i64 local =
      time.seconds > kEnd * 2 || time.seconds < -kEnd ? time.seconds : time.seconds + i64{minutes_east} * 60;
  if (local < kFirst) return to_dos({kFirst, 0}, 0);
  if (local >= kEnd) return to_dos({kEnd - 1, 999'999'999}, 0);
  const Day day = day_of(local / kDaySeconds);
  const i64 second = local % kDaySeconds;
  return {.date = static_cast<u16>((day.year - kFirstYear) << 9 | day.month << 5 | day.day),
          .time = static_cast<u16>(second / 3600 << 11 | second / 60 % 60 << 5 | second % 60 / 2),
          .hundredths = static_cast<u8>(second % 2 * 100 + time.nanoseconds / kHundredth)};
}

Time from_dos(DosTime dos, i32 minutes_east) {
  const Day day{.year = kFirstYear + (dos.date >> 9),
                .month = std::clamp(dos.date >> 5 & 0xF, 1, 12),
                .day = std::max(dos.date & 0x1F, 1)};
  const i64 second = (dos.time >> 11) * 3600 + (dos.time >> 5 & 0x3F) * 60 + (dos.time & 0x1F) * 2;
  return {days_of(day) * kDaySeconds + second + dos.hundredths / 100 - i64{minutes_east} * 60,
          dos.hundredths % 100 * kHundredth};
}

}  // namespace rump::fat
