// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Drawing the line.
#include "utils/base/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "utils/base/output.hpp"
#include "utils/base/quote.hpp"

namespace fsu {
namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr std::chrono::milliseconds kInterval{200};

std::string bytes_text(double bytes) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  std::array<char, 32> text;
  const int length =
      std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
  return {text.data(), static_cast<std::size_t>(length)};
}

/// The text's beginning that fits into so many columns: a character beyond ASCII may need two.
std::string_view cut(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) == 0x80) continue;
    used += byte < 0x80 ? 1 : 2;
    if (used > columns) return text.substr(0, i);
  }
  return text;
}

}  // namespace

Progress::Progress(bool wanted)
    : shown_(wanted && ::isatty(STDERR_FILENO) == 1), start_(Clock::now()), due_(start_ + kPatience) {
  winsize size{};
  if (shown_ && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns_ = size.ws_col;
}

void Progress::show(std::string_view name) {
  const Clock::time_point now = Clock::now();
  due_ = now + kInterval;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::string line = bytes_text(static_cast<double>(done_));
  if (total_) {
    line.append(" of ").append(bytes_text(static_cast<double>(*total_)));
    const double part = static_cast<double>(done_) / static_cast<double>(std::max<std::uint64_t>(*total_, 1));
    line.append(", ").append(std::to_string(static_cast<int>(100 * std::min(part, 1.0)))).append("%");
  }
  line.append(", ")
      .append(bytes_text(static_cast<double>(done_) / seconds))
      .append("/s  ")
      .append(quote(name));
  // The last column stays free: some terminals would go to the next line.
  write_error_stream(std::string("\r").append(cut(line, columns_ - 1)).append("\033[K"));
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  write_error_stream("\r\033[K");
  drawn_ = false;
}

}  // namespace fsu
