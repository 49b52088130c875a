// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Dates and stamps.
#include "utils/base/time_parse.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace fsu {
namespace {

/// Takes numbers and words off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool take(char letter) { return take(std::string_view(&letter, 1)); }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void skip_blanks() {
    while (take(' ')) continue;
  }
  /// A number of exactly so many digits, from `low` to `high`.
  std::optional<int> digits(std::size_t count, int low, int high) {
    int number = 0;
    const std::string_view text = rest_.substr(0, count);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.size() != count || error != std::errc{} || end != text.data() + count || text.front() == '-' ||
        number < low || number > high)
      return std::nullopt;
    rest_.remove_prefix(count);
    return number;
  }
  std::optional<rump::i64> integer() {
    rump::i64 number = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc{}) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return number;
  }
  /// Digits of a fraction, as nanoseconds; further ones are cut.
  std::optional<rump::u32> fraction() {
    rump::u32 nanoseconds = 0;
    std::size_t count = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1), ++count)
      if (count < 9) nanoseconds = nanoseconds * 10 + static_cast<rump::u32>(rest_.front() - '0');
    if (count == 0) return std::nullopt;
    for (; count < 9; ++count) nanoseconds *= 10;
    return nanoseconds;
  }

 private:
  std::string_view rest_;
};

/// Seconds since 1970 of a date that exists, in UTC or the user's time zone.
std::optional<rump::i64> seconds_of(std::tm date, bool in_utc) {
  const std::tm asked = date;
  date.tm_isdst = -1;
  const std::time_t seconds = in_utc ? ::timegm(&date) : ::mktime(&date);
  // The 31st of February becomes a day of March.
  if (date.tm_mday != asked.tm_mday || date.tm_mon != asked.tm_mon) return std::nullopt;
  return seconds;
}

/// "Z", "UTC", "+01:00": seconds east of Greenwich.
std::optional<rump::i64> take_zone(Scanner& text) {
  if (text.take('Z') || text.take("UTC")) return 0;
  const bool west = text.take('-');
  if (!west && !text.take('+')) return std::nullopt;
  const auto hours = text.digits(2, 0, 24);
  if (!hours) return std::nullopt;
  text.take(':');
  const auto minutes = text.at_end() ? std::optional(0) : text.digits(2, 0, 59);
  if (!minutes) return std::nullopt;
  const rump::i64 seconds = (rump::i64{*hours} * 60 + *minutes) * 60;
  return west ? -seconds : seconds;
}

/// "12:00[:00[.5]]"; false where it is none.
bool take_clock(Scanner& text, std::tm& date, rump::u32& nanoseconds) {
  const auto hours = text.digits(2, 0, 23);
  if (!hours || !text.take(':')) return false;
  const auto minutes = text.digits(2, 0, 59);
  if (!minutes) return false;
  date.tm_hour = *hours;
  date.tm_min = *minutes;
  if (!text.take(':')) return true;
  const auto seconds = text.digits(2, 0, 60);
  if (!seconds) return false;
  date.tm_sec = *seconds;
  if (!text.take('.') && !text.take(',')) return true;
  const auto fraction = text.fraction();
  nanoseconds = fraction.value_or(0);
  return fraction.has_value();
}

/// "SECONDS[.FRACTION]".
std::optional<rump::Time> parse_seconds(Scanner text) {
  const auto seconds = text.integer();
  if (!seconds) return std::nullopt;
  rump::Time time{.seconds = *seconds, .nanoseconds = 0};
  if (text.take('.')) {
    const auto fraction = text.fraction();
    if (!fraction) return std::nullopt;
    time.nanoseconds = *fraction;
  }
  if (!text.at_end()) return std::nullopt;
  return time;
}

/// The year of a stamp with so many digits in front of its seconds: CCYY, YY, or that of `now`.
bool take_year(Scanner& text, std::size_t digits, const rump::Time& now, std::tm& date) {
  constexpr int kFirstOfLastCentury = 69;
  if (digits == 8) {
    const std::time_t today = now.seconds;
    std::tm current{};
    if (!::localtime_r(&today, &current)) return false;
    date.tm_year = current.tm_year;
    return true;
  }
  if (digits == 12) {
    const auto year = text.digits(4, 0, 9999);
    if (year) date.tm_year = *year - 1900;
    return year.has_value();
  }
  const auto year = digits == 10 ? text.digits(2, 0, 99) : std::nullopt;
  if (year) date.tm_year = *year < kFirstOfLastCentury ? *year + 100 : *year;
  return year.has_value();
}

}  // namespace

std::optional<rump::Time> parse_date(std::string_view whole) {
  Scanner text(whole);
  if (text.take('@')) return parse_seconds(text);
  std::tm date{};
  const auto year = text.digits(4, 0, 9999);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.digits(2, 1, 12);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.digits(2, 1, 31);
  if (!day) return std::nullopt;
  date.tm_year = *year - 1900;
  date.tm_mon = *month - 1;
  date.tm_mday = *day;
  rump::Time time{};
  if (text.take('T') || text.take(' ')) {
    text.skip_blanks();
    if (!take_clock(text, date, time.nanoseconds)) return std::nullopt;
  }
  text.skip_blanks();
  const auto zone = text.at_end() ? std::nullopt : take_zone(text);
  const auto seconds = seconds_of(date, zone.has_value());
  if (!seconds || !text.at_end()) return std::nullopt;
  time.seconds = *seconds - zone.value_or(0);
  return time;
}

std::optional<rump::Time> parse_stamp(std::string_view whole, const rump::Time& now) {
  Scanner text(whole);
  std::tm date{};
  if (!take_year(text, std::min(whole.find('.'), whole.size()), now, date)) return std::nullopt;
  const auto month = text.digits(2, 1, 12);
  const auto day = month ? text.digits(2, 1, 31) : std::nullopt;
  const auto hours = day ? text.digits(2, 0, 23) : std::nullopt;
  const auto minutes = hours ? text.digits(2, 0, 59) : std::nullopt;
  if (!minutes) return std::nullopt;
  date.tm_mon = *month - 1;
  date.tm_mday = *day;
  date.tm_hour = *hours;
  date.tm_min = *minutes;
  if (text.take('.')) {
    const auto seconds = text.digits(2, 0, 60);
    if (!seconds) return std::nullopt;
    date.tm_sec = *seconds;
  }
  const auto seconds = seconds_of(date, false);
  if (!seconds || !text.at_end()) return std::nullopt;
  return rump::Time{.seconds = *seconds, .nanoseconds = 0};
}

}  // namespace fsu
