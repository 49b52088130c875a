// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a check of a file system finds, whatever its format.
///
/// The judges (check_*.cpp) share the layouts of their formats with the drivers, and none of the drivers'
/// code, so that a mistake of a driver's is not theirs too.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace fsu {

/// How much a finding matters.
enum class Severity : std::uint8_t {
  untidy,  ///< a hint, a mark or a spare copy is wrong; nothing is lost
  leak,    ///< space that nobody uses is not free
  damage,  ///< names or data are wrong, or would be after the next change
};

/// One thing that is wrong.
struct Finding {
  Severity severity;
  std::string place;  ///< the path of a file, or a structure by its name ("boot sector")
  std::string what;
};

/// Takes findings, in the order in which they are made.
class Findings {
 public:
  /// More than these are only counted: an image can have any number of them.
  static constexpr std::size_t kKept = 1000;

  void add(Severity severity, std::string place, std::string what);
  const std::vector<Finding>& kept() const { return kept_; }
  /// How many there were of this severity.
  std::uint64_t count(Severity severity) const { return counts_[static_cast<std::size_t>(severity)]; }
  bool is_clean() const { return kept_.empty(); }
  /// One line each: "severity: place: what".
  std::string text() const;

 private:
  std::vector<Finding> kept_;
  std::array<std::uint64_t, 3> counts_{};
};

}  // namespace fsu
