// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How a listing looks: long lines, columns, one name a line.
#pragma once

#include <array>
#include <span>

#include "utils/id_names.hpp"
#include "utils/listing.hpp"
#include "utils/output.hpp"

namespace fsu {

/// A number of bytes with a unit (powers of 1024), rounded up: "999", "1.5K", "12M".
std::string human_bytes(std::uint64_t bytes);

/// Dates as `ls -l` shows them in the C locale: with the time of day when they lie in the last six months,
/// else with the year.
class DateColumn {
 public:
  /// `now`: seconds since 1970.
  explicit DateColumn(std::int64_t now) : now_(now) {}
  /// Valid until the next call.
  std::string_view text(std::int64_t seconds);

 private:
  const std::int64_t now_;
  bool used_ = false;
  std::int64_t seconds_ = 0;  ///< of the last call: neighbours often share their time
  std::array<char, 48> text_{};
  std::size_t length_ = 0;
};

/// What is asked of a listing's looks.
struct ListStyle {
  bool long_lines = false;
  bool one_a_line = false;  ///< else columns
  bool inode = false;
  bool human = false;
  bool quoted = false;     ///< the output is a terminal
  std::size_t width = 80;  ///< of the terminal, for columns
};

/// Prints listings in one style.
class ListPrinter {
 public:
  ListPrinter(Output& out, const ListStyle& style, std::int64_t now)
      : out_(out), style_(style), dates_(now) {}

  /// The line above the entries of a directory: its name, behind an empty line where anything was printed.
  void header(std::string_view name);
  /// The "total" line: the space that the listing's entries take.
  void total(const Listing& listing);
  /// All rows; `names` are those of the image that they come from.
  void print(const Listing& listing, IdNames& names);

 private:
  struct Widths;
  Widths widths_of(const Listing& listing, IdNames& names) const;
  void long_line(const Listing& listing, const Row& row, const Widths& widths, IdNames& names);
  void size_column(const Row& row, const Widths& widths);
  void columns(const Listing& listing, std::size_t inode_width, bool some_quoted);
  void put_name(std::string_view text, bool some_quoted);
  std::string shown_name(std::string_view text, bool some_quoted) const;

  Output& out_;
  const ListStyle style_;
  DateColumn dates_;
  bool used_ = false;  ///< something was printed
};

}  // namespace fsu
