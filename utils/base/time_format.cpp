// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file strftime(3) with nanoseconds; dates of listings by hand, because there are many of them.
#include "utils/base/time_format.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "utils/base/message.hpp"
#include "utils/base/utf8.hpp"
#include "utils/base/words.hpp"

namespace fsu {
namespace {

void append_number(std::string& out, std::int64_t number, std::size_t digits = 1, char fill = '0') {
  std::array<char, 20> text;
  const auto length = static_cast<std::size_t>(
      std::to_chars(text.data(), text.data() + text.size(), number).ptr - text.data());
  if (length < digits) out.append(digits - length, fill);
  out.append(text.data(), length);
}

/// What follows a '%': flags, width, colons, modifier, letter.
struct Directive {
  std::string_view whole;  ///< from '%' to the letter
  std::string_view flags;
  std::size_t width = 0;
  std::size_t colons = 0;
  char letter = 0;  ///< 0: the format ends too early
};

Directive take_directive(std::string_view& format) {
  Directive directive;
  std::size_t at = 1;
  while (at < format.size() && std::string_view("_-0^#+").contains(format[at])) ++at;
  directive.flags = format.substr(1, at - 1);
  constexpr std::size_t kWidthMax = 1024;
  for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at)
    directive.width = std::min(kWidthMax, directive.width * 10 + static_cast<std::size_t>(format[at] - '0'));
  for (; at < format.size() && format[at] == ':'; ++at) ++directive.colons;
  if (at < format.size() && (format[at] == 'E' || format[at] == 'O')) ++at;
  if (at < format.size()) directive.letter = format[at++];
  directive.whole = format.substr(0, at);
  format.remove_prefix(at);
  return directive;
}

void append_nanoseconds(std::string& out, std::uint32_t nanoseconds, const Directive& directive) {
  std::string digits;
  append_number(digits, nanoseconds, 9);
  digits.resize(directive.width == 0 ? 9 : directive.width, '0');
  if (directive.flags.contains('-'))
    while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  out += digits;
}

void append_zone(std::string& out, long offset, std::size_t colons) {
  const long seconds = offset < 0 ? -offset : offset;
  out += offset < 0 ? '-' : '+';
  append_number(out, seconds / 3600, 2);
  out += ':';
  append_number(out, seconds / 60 % 60, 2);
  if (colons < 2) return;
  out += ':';
  append_number(out, seconds % 60, 2);
}

/// Lets strftime do one directive. An empty result cannot be told from one that does not fit, so a letter in
/// front of it makes sure that none is empty.
void append_by_strftime(std::string& out, const Directive& directive, const std::tm& local) {
  const std::string format = std::string("x").append(directive.whole);
  std::string room(256 + directive.width, '\0');
  const std::size_t length = std::strftime(room.data(), room.size(), format.c_str(), &local);
  if (length > 0) out.append(room, 1, length - 1);
}

}  // namespace

bool append_time(std::string& out, std::string_view format, const rump::Time& time) {
  const std::time_t seconds = time.seconds;
  std::tm local;
  if (!::localtime_r(&seconds, &local)) return false;
  while (!format.empty()) {
    const std::size_t plain = std::min(format.find('%'), format.size());
    out += format.substr(0, plain);
    format.remove_prefix(plain);
    if (format.empty()) break;
    const Directive directive = take_directive(format);
    if (directive.letter == 'N') {
      append_nanoseconds(out, time.nanoseconds, directive);
    } else if (directive.letter == 'z' && directive.colons > 0) {
      append_zone(out, local.tm_gmtoff, directive.colons);
    } else if (directive.letter == 's') {
      append_number(out, time.seconds, std::max<std::size_t>(directive.width, 1),
                    directive.flags.contains('_') ? ' ' : '0');
    } else if (directive.letter == 0 || directive.colons > 0) {
      out += directive.whole;
    } else {
      append_by_strftime(out, directive, local);
    }
  }
  return true;
}

void append_iso_utc(std::string& out, const rump::Time& time) {
  const std::time_t seconds = time.seconds;
  std::tm utc{};
  if (!::gmtime_r(&seconds, &utc)) return append_number(out, time.seconds);
  const std::int64_t year = std::int64_t{1900} + utc.tm_year;
  if (year < 0 || year > 9999) out += year < 0 ? '-' : '+';
  append_number(out, year < 0 ? -year : year, 4);
  out += '-';
  append_number(out, utc.tm_mon + 1, 2);
  out += '-';
  append_number(out, utc.tm_mday, 2);
  out += 'T';
  append_number(out, utc.tm_hour, 2);
  out += ':';
  append_number(out, utc.tm_min, 2);
  out += ':';
  append_number(out, utc.tm_sec, 2);
  out += '.';
  append_number(out, time.nanoseconds, 9);
  out += 'Z';
}

TimeStyle TimeStyle::parse(std::string_view option, std::string_view word) {
  const auto both = [](std::string_view format) {
    return TimeStyle{.recent = std::string(format), .old = std::string(format), .is_plain = false};
  };
  if (word.starts_with('+')) {
    const std::string_view format = word.substr(1);
    const std::size_t line = format.find('\n');
    if (line == format.npos) return both(format);
    if (format.find('\n', line + 1) != format.npos)
      throw UsageError(std::string(option) + ": more than two formats");
    return {.recent = std::string(format.substr(line + 1)),
            .old = std::string(format.substr(0, line)),
            .is_plain = false};
  }
  // In the C locale, which is ours, "posix-STYLE" means the locale's own.
  if (word.starts_with("posix-")) return {};
  enum class Name : std::uint8_t { full_iso, long_iso, iso, locale };
  static constexpr Word<Name> kNames[] = {{"full-iso", Name::full_iso},
                                          {"long-iso", Name::long_iso},
                                          {"iso", Name::iso},
                                          {"locale", Name::locale}};
  switch (find_word<Name>(option, word, kNames)) {
    case Name::full_iso:
      return both("%Y-%m-%d %H:%M:%S.%N %z");
    case Name::long_iso:
      return both("%Y-%m-%d %H:%M");
    case Name::iso:
      return {.recent = "%m-%d %H:%M", .old = "%Y-%m-%d ", .is_plain = false};
    case Name::locale:
      break;
  }
  return {};
}

TimeColumn::TimeColumn(TimeStyle style, const rump::Time& now) : style_(std::move(style)), now_(now) {
  if (style_.is_plain) return;
  std::string epoch;
  if (append_time(epoch, style_.old, {})) width_ = display_width(epoch);
}

bool TimeColumn::is_recent(const rump::Time& time) const {
  constexpr std::int64_t kHalfYear = 31556952 / 2;  // of a mean Gregorian year, as ls counts
  const auto before = [](const rump::Time& a, const rump::Time& b) {
    return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanoseconds < b.nanoseconds;
  };
  return before({now_.seconds - kHalfYear, now_.nanoseconds}, time) && before(time, now_);
}

std::string_view TimeColumn::text(const rump::Time& time) {
  if (!used_ || time != time_) make_text(time);
  used_ = true;
  time_ = time;
  return text_;
}

void TimeColumn::make_text(const rump::Time& time) {
  text_.clear();
  const bool recent = is_recent(time);
  const std::time_t seconds = time.seconds;
  std::tm local;
  if (!style_.is_plain) {
    if (append_time(text_, recent ? style_.recent : style_.old, time)) return;
  } else if (::localtime_r(&seconds, &local)) {
    text_ += std::string_view("JanFebMarAprMayJunJulAugSepOctNovDec")
                 .substr(3 * static_cast<std::size_t>(local.tm_mon), 3);
    text_ += ' ';
    append_number(text_, local.tm_mday, 2, ' ');
    text_ += ' ';
    if (recent) {
      append_number(text_, local.tm_hour, 2);
      text_ += ':';
      append_number(text_, local.tm_min, 2);
    } else {
      text_ += ' ';
      append_number(text_, std::int64_t{1900} + local.tm_year);
    }
    return;
  }
  append_number(text_, time.seconds, width_, ' ');
}

}  // namespace fsu
