// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Times as text.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "vfs/vnode.hpp"

namespace fsu {

/// Appends the time by a format of strftime(3), in the C locale and the user's time zone; besides, as date(1)
/// has them, %N (nanoseconds, %3N: their first three digits) and %:z. False, and nothing appended, where the
/// year does not fit a calendar.
bool append_time(std::string& out, std::string_view format, const rump::Time& time);

/// "2026-11-25T03:35:30.123456789Z"; years outside 0 to 9999 as ISO 8601 extends them, with a sign.
void append_iso_utc(std::string& out, const rump::Time& time);

/// How `ls -l` shows times: one format for those of the last half year, another for the rest.
struct TimeStyle {
  std::string recent, old;
  bool is_plain = true;  ///< the C locale's own, which is made without strftime

  /// The style that --time-style and TIME_STYLE call by this word: full-iso, long-iso, iso, locale, or
  /// +FORMAT, or two formats with a newline between them. Throws UsageError, which begins with `option`.
  static TimeStyle parse(std::string_view option, std::string_view word);
};

/// A column of times.
class TimeColumn {
 public:
  TimeColumn(TimeStyle style, const rump::Time& now);

  /// The time as text, valid until the next call; a number of seconds where it has no calendar year.
  std::string_view text(const rump::Time& time);
  /// Columns that the style's times take; something else in their place is put to the right of these.
  std::size_t width() const { return width_; }

 private:
  bool is_recent(const rump::Time& time) const;
  void make_text(const rump::Time& time);

  const TimeStyle style_;
  const rump::Time now_;
  std::size_t width_ = 12;
  bool used_ = false;
  rump::Time time_{};  ///< of the last call: neighbours often share their time
  std::string text_;
};

}  // namespace fsu
