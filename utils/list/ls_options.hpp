// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The command line of fs-ls.
#pragma once

#include "utils/base/options.hpp"
#include "utils/list/dir_reader.hpp"
#include "utils/list/list_printer.hpp"
#include "utils/list/sort_order.hpp"

namespace fsu {

/// Which symlinks are followed.
enum class Dereference : std::uint8_t {
  usual,  ///< directory_operands, or never with -d, -F and long lines
  never,
  directory_operands,  ///< operands that lead to directories
  operands,            ///< -H
  all,                 ///< -L
};

/// What fs-ls is asked to do.
struct LsOptions {
  ListStyle style;
  NameFilter filter;
  SortOrder order;
  EntryWants wants;
  Dereference dereference = Dereference::usual;
  bool recursive = false;
  bool directories_too = false;  ///< -d: directories themselves, not what is in them
  bool json = false;

  /// Whether entries can be printed as they are read: no order, no column depends on other entries.
  bool streams() const {
    return order.keeps_directory_order() &&
           (json || (!style.long_lines && style.arrangement == Arrangement::one_a_line && !style.inode &&
                     !style.blocks));
  }
};

/// Registers the options of fs-ls and, once the command line is parsed, says what they mean together.
class LsCommandLine {
 public:
  explicit LsCommandLine(Options& options);
  LsCommandLine(const LsCommandLine&) = delete;
  LsCommandLine& operator=(const LsCommandLine&) = delete;

  /// To be called once, after the parsing. Throws UsageError.
  LsOptions finish();

 private:
  enum class When : std::uint8_t { never, always, automatic };
  static When parse_when(std::string_view option, const std::optional<std::string>& word);
  static bool is_wanted(When when);

  void add_names(Options& options);
  void add_forms(Options& options);
  void add_columns(Options& options);
  void add_order(Options& options);
  void add_looks(Options& options);
  void set_long() { format_ = Format::long_lines; }
  void set_single();
  void set_zero();
  void set_f();
  void finish_format();
  void finish_screen();
  void finish_names();
  void finish_times();
  void finish_sizes();
  void finish_order();
  void finish_wants();

  enum class Format : std::uint8_t { usual, long_lines, one_a_line, columns, across, commas };
  static Format parse_format(std::string_view word);

  LsOptions ls_;
  Format format_ = Format::usual;
  std::optional<SortKey> sort_;
  std::optional<TimeKind> time_;
  std::optional<std::string> time_style_, block_size_;
  std::optional<Quoting> quoting_;
  std::optional<bool> hide_controls_;
  std::optional<std::size_t> width_, tab_;
  When colour_ = When::never;
  bool kibibytes_ = false;
  bool terminal_ = false;  ///< standard output is one
};

}  // namespace fsu
