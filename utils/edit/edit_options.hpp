// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The options of edits, for the tools and for the lines of fs-apply alike. Their values are set while
/// the command line is parsed, and must live until then.
#pragma once

#include "utils/base/options.hpp"
#include "utils/edit/edits.hpp"
#include "utils/edit/tree_remover.hpp"
#include "utils/edit/write_data.hpp"

namespace fsu {

void add_options(Options& options, MkdirOptions& mkdir);
void add_options(Options& options, RmdirOptions& rmdir);

/// When fs-rm asks.
enum class Asks : std::uint8_t { never, once, always };
struct RmOptions {
  RemoveOptions remove;
  Asks asks = Asks::never;
};
void add_options(Options& options, RmOptions& rm);

struct MvOptions {
  MoveOptions move;
  std::optional<std::string> target_directory = {};
};
void add_options(Options& options, MvOptions& mv);
/// The target of a move: that of -t, or the last operand, which is taken away. Throws UsageError.
std::string take_target(const MvOptions& mv, std::vector<std::string>& operands);

void add_options(Options& options, LinkOptions& link);

struct TouchArguments {
  TouchOptions touch;
  bool only_access = false, only_modify = false;
  std::optional<std::string> stamp = {}, reference = {};

  /// Once the options are parsed: what they mean together. `now` is for stamps without a year. Throws
  /// UsageError.
  void settle(const rump::Time& now);
};
void add_options(Options& options, TouchArguments& touch);

struct TruncateArguments {
  TruncateOptions truncate;
  std::optional<std::string> reference = {};

  /// Once the options are parsed. Throws UsageError.
  void settle() const;
};
void add_options(Options& options, TruncateArguments& truncate);

void add_options(Options& options, WriteOptions& write);
/// Once the options are parsed. Throws UsageError.
void check_options(const WriteOptions& write);

}  // namespace fsu
