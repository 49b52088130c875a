// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The options of fs-cp.
#pragma once

#include <optional>
#include <string>

#include "utils/options.hpp"
#include "utils/target.hpp"
#include "utils/tree_copier.hpp"

namespace fsu {

/// What the command line of fs-cp says.
struct CpOptions {
  CopyOptions copy;
  TargetPolicy policy;
  bool no_target_directory = false;
  bool strip_slashes = false;
  std::optional<std::string> target_directory;
  std::optional<std::string> save_meta;

  /// Registers all options; parsing them fills this.
  void add_to(Options& options);
  /// After parsing: decides what several options decide together. Throws UsageError.
  void settle();

 private:
  enum class Follow : std::uint8_t { as_recursive, never, operands, always };
  void add_what(Options& options);
  void add_where(Options& options);
  void keep(unsigned bits) { copy.keep.kept |= bits; }

  Follow follow_ = Follow::as_recursive;
};

}  // namespace fsu
