// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Calendar dates to seconds.
#include "fs/iso9660/times.hpp"

namespace rump::iso9660 {
namespace {

/// A date as it is stored, with the zone in quarters of an hour east of Greenwich.
struct Date {
  u32 year, month, day, hour, minute, second;
  std::byte zone;
};

/// Days from 1970-01-01 in the Gregorian calendar; the year counted from March, so that the leap day is last.
i64 days_since_1970(u32 year, u32 month, u32 day) {
  const i64 y = i64{year} - (month <= 2);
  const i64 months = (month + 9) % 12;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * months + 2) / 5 + day - 719469;
}

constexpr u32 kYearMax = 9999;

Time time_of(const Date& date, u32 nanoseconds) {
  if (date.year > kYearMax || date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31 ||
      date.hour > 23 || date.minute > 59 || date.second > 60)
    return {};
  constexpr i64 kZoneMax = 52;
  const auto zone = static_cast<signed char>(date.zone);
  i64 seconds = days_since_1970(date.year, date.month, date.day) * 86400 + i64{date.hour} * 3600 +
                i64{date.minute} * 60 + date.second;
  if (zone >= -kZoneMax && zone <= kZoneMax) seconds -= i64{zone} * 15 * 60;
  return {seconds, nanoseconds};
}

constexpr u32 kNoNumber = ~u32{0};

/// The number that some digits say.
u32 number_of(std::span<const std::byte> digits) {
  u32 value = 0;
  for (const std::byte digit : digits) {
    const u32 d = static_cast<u32>(digit) - '0';
    if (d > 9) return kNoNumber;
    value = value * 10 + d;
  }
  return value;
}

}  // namespace

Time short_time(std::span<const std::byte, kShortTimeBytes> stamp) {
  const auto at = [&](std::size_t i) { return static_cast<u32>(stamp[i]); };
  return time_of({1900 + at(0), at(1), at(2), at(3), at(4), at(5), stamp[6]}, 0);
}

Time long_time(std::span<const std::byte, kLongTimeBytes> stamp) {
  const auto at = [&](std::size_t first, std::size_t count) {
    return number_of(stamp.subspan(first, count));
  };
  const u32 hundredths = at(14, 2);
  return time_of({at(0, 4), at(4, 2), at(6, 2), at(8, 2), at(10, 2), at(12, 2), stamp[16]},
                 hundredths < 100 ? hundredths * 10'000'000 : 0);
}

}  // namespace rump::iso9660
