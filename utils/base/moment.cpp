// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Dates by the calendar alone.
#include "utils/base/moment.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace fsu {

std::string moment_text(Moment moment, std::string_view between, std::string_view end) {
  constexpr std::int64_t kYear10000 = 253402300800;
  if (moment.seconds < 0 || moment.seconds >= kYear10000) return "@" + std::to_string(moment.seconds);
  const std::chrono::sys_seconds time{std::chrono::seconds(moment.seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 32> text;
  const auto print = [&](const char* format, auto... numbers) {
    return std::string(text.data(),
                       static_cast<std::size_t>(std::snprintf(text.data(), text.size(), format, numbers...)));
  };
  std::string out = print("%04d-%02u-%02u", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  out.append(between).append(
      print("%02ld:%02ld:%02ld", clock.hours().count(), clock.minutes().count(), clock.seconds().count()));
  return out.append(end);
}

}  // namespace fsu
