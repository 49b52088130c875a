// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A line on the terminal that says how far long work has come.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fsu {

/// Shows nothing in pipes, and nothing of work that ends within a second; the line is gone when the work is
/// done. A call costs no system call unless the line is drawn, at most five times a second. For one thread.
class Progress {
 public:
  /// Draws on standard error, if that is a terminal and `wanted`; its width is asked for now and never again.
  explicit Progress(bool wanted);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  /// How many bytes there will be; without this only what is done is shown.
  void expect(std::uint64_t bytes) { total_ = bytes; }
  /// `bytes` more are done. True: the line is due, and the caller is asked to show() it.
  [[nodiscard]] bool advance(std::uint64_t bytes) {
    done_ += bytes;
    return shown_ && Clock::now() >= due_;
  }
  /// Draws the line; `name` is the file that is being worked on.
  void show(std::string_view name);
  /// Takes the line away, before anything else is written to the terminal; it comes back by itself.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_ = false;
  bool drawn_ = false;
  std::size_t columns_ = 80;
  std::uint64_t done_ = 0;
  std::optional<std::uint64_t> total_;
  Clock::time_point start_, due_;
};

}  // namespace fsu
