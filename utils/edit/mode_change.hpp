// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file File modes as chmod(1) has them: 755, u+rwX,go-w.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace fsu {

/// A change of permission bits, as it was written.
class ModeChange {
 public:
  /// Nullopt where the text is none.
  static std::optional<ModeChange> parse(std::string_view text);

  /// The permission bits that become of `mode`. `umask` takes part where a symbolic change names nobody
  /// ("+w"). As chmod does, an octal number of up to four digits leaves a directory its setuid and setgid
  /// bits, unless it sets them.
  std::uint32_t apply(std::uint32_t mode, bool is_directory, std::uint32_t umask) const;

 private:
  /// What one operator does.
  struct Step {
    std::uint32_t who = 0;   ///< all bits of those who are named; 0: nobody is
    char operation = '=';    ///< + - =
    std::uint32_t bits = 0;  ///< of all three classes, and of setuid, setgid, sticky
    char copied_from = 0;    ///< u, g or o: their bits instead
    bool conditional_x = false;
  };
  static bool parse_clause(std::string_view& text, std::vector<Step>& steps);
  static std::uint32_t apply_step(const Step& step, std::uint32_t mode, bool is_directory,
                                  std::uint32_t umask);

  std::optional<std::uint32_t> number_;
  bool keeps_directory_bits_ = false;
  std::vector<Step> steps_;
};

}  // namespace fsu
