// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How a listing looks: long lines, columns, one name a line, or JSON.
#pragma once

#include <optional>

#include "utils/base/output.hpp"
#include "utils/base/size_format.hpp"
#include "utils/base/time_format.hpp"
#include "utils/list/columns.hpp"
#include "utils/list/ls_color.hpp"
#include "utils/list/name_style.hpp"

namespace fsu {

/// What is behind names to tell their types.
enum class Indicator : std::uint8_t {
  none,
  slash,      ///< '/' of directories
  file_type,  ///< one of "/=@|"
  classify,   ///< and '*' of executables
};

/// What is asked of a listing's looks.
struct ListStyle {
  bool long_lines = false;
  Arrangement arrangement = Arrangement::one_a_line;  ///< unless long_lines
  bool inode = false, blocks = false;                 ///< in front of each entry
  bool owner = true, group = true, numeric = false;   ///< of long lines
  Indicator indicator = Indicator::none;
  SizeFormat sizes;                      ///< of files
  SizeFormat block_sizes{.unit = 1024};  ///< of the space that they take
  TimeStyle times;
  NameStyle names;
  Screen screen;
  std::optional<LsColors> colours;
  char line_end = '\n';
};

/// Where a listing comes from.
struct ListSource {
  IdNames& names;
  std::string_view image;      ///< as the user wrote it
  std::string_view directory;  ///< its path in the image; empty: the rows are operands
};

/// Writes listings in one form.
class ListWriter {
 public:
  virtual ~ListWriter() = default;
  /// A directory is about to be listed; its name.
  virtual void header(std::string_view name) = 0;
  /// The space that the directory's entries take.
  virtual void total(const Listing& listing) = 0;
  virtual void print(const Listing& listing, const ListSource& source) = 0;
  /// After the last listing.
  virtual void finish() = 0;
};

/// Listings as ls(1) prints them.
class ListPrinter final : public ListWriter {
 public:
  /// `now` decides which times are recent.
  ListPrinter(Output& out, ListStyle style, const rump::Time& now);

  /// A line with the name, behind an empty one where anything was printed.
  void header(std::string_view name) override;
  /// The "total" line.
  void total(const Listing& listing) override;
  void print(const Listing& listing, const ListSource& source) override;
  void finish() override;

 private:
  void measure(const Listing& listing, IdNames& names);
  void measure_long(const Row& row, IdNames& names);
  void append_front(const Row& row, bool aligned);
  std::size_t append_name(const Row& row, std::string_view name, std::size_t column);
  void append_target(const Row& row, std::string_view target, std::size_t column);
  std::size_t append_coloured(std::string_view shown, const std::string* colour, std::size_t column);
  void append_entry(const Listing& listing, const Row& row, bool aligned, std::size_t column);
  void append_long(const Listing& listing, const Row& row, IdNames& names);
  void append_owner(const Row& row, std::string_view name, std::uint32_t id, std::size_t width);
  void append_size(const Row& row);
  void append_time(const Row& row);
  std::size_t entry_width(const Listing& listing, const Row& row, bool aligned);
  void arranged(const Listing& listing);
  void put_line();

  /// How wide each column of a listing is.
  struct ColumnWidths {
    std::size_t inode = 0, blocks = 0, nlink = 0, user = 0, group = 0, size = 0, major = 0, minor = 0;
    bool some_quoted = false;  ///< names without quotes stand one column to the right
    bool some_acl = false;     ///< modes have an eleventh letter
  };

  Output& out_;
  ListStyle style_;
  TimeColumn times_;
  ColumnWidths widths_;
  std::string line_, room_;
  bool used_ = false;  ///< something was printed
};

/// A listing as lines of JSON.
class ListJson final : public ListWriter {
 public:
  explicit ListJson(Output& out) : json_(out) {}
  void header(std::string_view) override {}
  void total(const Listing&) override {}
  void print(const Listing& listing, const ListSource& source) override;
  void finish() override {}

 private:
  JsonLine json_;
};

}  // namespace fsu
