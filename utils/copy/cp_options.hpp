// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The options of fs-cp.
#pragma once

#include <optional>
#include <string>

#include "utils/base/options.hpp"
#include "utils/copy/target.hpp"
#include "utils/copy/tree_copier.hpp"

namespace fsu {

/// What the command line of fs-cp says.
struct CpOptions {
  CopyOptions copy;
  TargetPolicy policy;
  bool no_target_directory = false;
  bool strip_slashes = false;
  std::optional<std::string> target_directory;
  std::optional<std::string> save_meta, load_meta;
  std::optional<std::string> to_tar;    ///< the archive that is written instead of files
  std::optional<std::string> from_tar;  ///< the archive that is read instead of files

  /// Registers all options; parsing them fills this.
  void add_to(Options& options);
  /// After parsing: decides what several options decide together. Throws UsageError.
  void settle();
  /// The Keep bits of what comes out of an archive: all that was not excluded.
  unsigned kept_of_archive() const { return kKeepAll & ~not_kept_; }

 private:
  enum class Follow : std::uint8_t { as_recursive, never, operands, always };
  void add_what(Options& options);
  void add_where(Options& options);
  void check_to_tar() const;
  void check_from_tar() const;
  void check_archive(std::string_view option) const;
  void keep(unsigned bits) { copy.keep.kept |= bits; }

  Follow follow_ = Follow::as_recursive;
  unsigned not_kept_ = 0;  ///< Keep bits of --no-preserve
};

}  // namespace fsu
