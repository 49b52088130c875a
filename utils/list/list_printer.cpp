// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Formatting of listings, by hand: ten thousand lines are to take a few milliseconds.
#include "utils/list/list_printer.hpp"

#include <algorithm>
#include <charconv>

#include "utils/base/utf8.hpp"

namespace fsu {
namespace {

/// A number as text, on the stack.
class Digits {
 public:
  explicit Digits(std::uint64_t number)
      : length_(static_cast<std::size_t>(
            std::to_chars(text_.data(), text_.data() + text_.size(), number).ptr - text_.data())) {}
  std::string_view view() const { return {text_.data(), length_}; }

 private:
  std::array<char, 20> text_;
  std::size_t length_;
};

std::size_t digits_of(std::uint64_t number) { return Digits(number).view().size(); }

void append_right(std::string& line, std::string_view text, std::size_t width) {
  if (text.size() < width) line.append(width - text.size(), ' ');
  line += text;
}

void append_left(std::string& line, std::string_view text, std::size_t width) {
  line += text;
  if (text.size() < width) line.append(width - text.size(), ' ');
}

void grow(std::size_t& width, std::size_t needed) { width = std::max(width, needed); }

/// The character behind a name; 0: none.
char indicator_of(Indicator style, std::uint32_t mode, bool mode_known) {
  if (style == Indicator::none) return 0;
  switch (mode & 0170000) {
    case 0100000:
      return style == Indicator::classify && mode_known && (mode & 0111) != 0 ? '*' : '\0';
    case 0040000:
      return '/';
    case 0120000:
      return style == Indicator::slash ? '\0' : '@';
    case 0010000:
      return style == Indicator::slash ? '\0' : '|';
    case 0140000:
      return style == Indicator::slash ? '\0' : '=';
    default:
      return 0;
  }
}

char indicator_of(Indicator style, const Row& row) {
  return indicator_of(style, mode_number(row.type, row.mode), row.has_attr());
}

bool in_columns(const ListStyle& style) {
  return (style.arrangement == Arrangement::columns || style.arrangement == Arrangement::across) &&
         style.screen.width != 0;
}

}  // namespace

ListPrinter::ListPrinter(Output& out, ListStyle style, const rump::Time& now)
    : out_(out), style_(std::move(style)), times_(style_.times, now) {}

void ListPrinter::measure(const Listing& listing, IdNames& names) {
  widths_ = {};
  const bool aligns = style_.names.aligns() && (style_.long_lines || in_columns(style_));
  for (const Row& row : listing.rows()) {
    if (aligns && !widths_.some_quoted)
      widths_.some_quoted = style_.names.shown(listing.name(row), room_).size() != row.name_length;
    if (style_.inode) grow(widths_.inode, row.known == Row::Known::failed ? 1 : digits_of(row.ino));
    if (style_.blocks)
      grow(widths_.blocks, row.has_attr() ? style_.block_sizes.text(row.allocated).size() : 1);
    if (style_.long_lines) measure_long(row, names);
  }
}

void ListPrinter::measure_long(const Row& row, IdNames& names) {
  if (!row.has_attr()) {
    for (std::size_t* width : {&widths_.nlink, &widths_.user, &widths_.group, &widths_.size}) grow(*width, 1);
    return;
  }
  const auto id_width = [this](std::string_view name, std::uint32_t id) {
    return name.empty() || style_.numeric ? digits_of(id) : name.size();
  };
  widths_.some_acl |= row.has_acl;
  grow(widths_.nlink, digits_of(row.nlink));
  if (style_.owner) grow(widths_.user, id_width(style_.numeric ? "" : names.user(row.uid), row.uid));
  if (style_.group) grow(widths_.group, id_width(style_.numeric ? "" : names.group(row.gid), row.gid));
  if (row.is_device()) {
    grow(widths_.major, digits_of(row.major()));
    grow(widths_.minor, digits_of(row.minor()));
    grow(widths_.size, widths_.major + 2 + widths_.minor);
  } else {
    grow(widths_.size, style_.sizes.is_plain() ? digits_of(row.size) : style_.sizes.text(row.size).size());
  }
}

void ListPrinter::header(std::string_view name) {
  if (used_) out_.put('\n');
  used_ = true;
  out_.put(style_.names.shown(name, room_));
  out_.put(":\n");
}

void ListPrinter::total(const Listing& listing) {
  if (!style_.long_lines && !style_.blocks) return;
  std::uint64_t bytes = 0;
  for (const Row& row : listing.rows()) bytes += row.has_attr() ? row.allocated : 0;
  out_.put("total ");
  out_.put(style_.block_sizes.text(bytes));
  out_.put(style_.line_end);
}

void ListPrinter::print(const Listing& listing, const ListSource& source) {
  used_ = true;
  if (listing.rows().empty()) return;
  measure(listing, source.names);
  if (!style_.long_lines && style_.arrangement != Arrangement::one_a_line) return arranged(listing);
  for (const Row& row : listing.rows()) {
    if (style_.long_lines) {
      append_long(listing, row, source.names);
    } else {
      append_entry(listing, row, true, 0);
    }
    put_line();
  }
}

void ListPrinter::finish() {
  if (style_.colours) out_.put(style_.colours->last());
}

void ListPrinter::put_line() {
  line_ += style_.line_end;
  out_.put(line_);
  line_.clear();
}

void ListPrinter::arranged(const Listing& listing) {
  const bool aligned = style_.arrangement != Arrangement::commas;
  const auto width = [&](std::size_t i) { return entry_width(listing, listing.rows()[i], aligned); };
  const auto put = [&](std::size_t i, std::size_t column) {
    append_entry(listing, listing.rows()[i], aligned, column);
    out_.put(line_);
    line_.clear();
  };
  arrange(style_.arrangement, style_.screen, listing.rows().size(), width, put, out_, style_.line_end);
}

/// Inode and blocks. Not in line with others where entries follow each other with commas.
void ListPrinter::append_front(const Row& row, bool aligned) {
  if (style_.inode) {
    const Digits ino(row.ino);
    append_right(line_, row.known == Row::Known::failed ? "?" : ino.view(), aligned ? widths_.inode : 0);
    line_ += ' ';
  }
  if (style_.blocks) {
    append_right(line_, row.has_attr() ? style_.block_sizes.text(row.allocated) : "?",
                 aligned ? widths_.blocks : 0);
    line_ += ' ';
  }
}

std::size_t ListPrinter::entry_width(const Listing& listing, const Row& row, bool aligned) {
  append_front(row, aligned);
  const std::string_view shown = style_.names.shown(listing.name(row), room_);
  const std::size_t width = line_.size() + display_width(shown) +
                            (widths_.some_quoted && shown.size() == row.name_length ? 1 : 0) +
                            (indicator_of(style_.indicator, row) != 0 ? 1 : 0);
  line_.clear();
  return width;
}

void ListPrinter::append_entry(const Listing& listing, const Row& row, bool aligned, std::size_t column) {
  if (style_.colours) style_.colours->normal(line_);
  append_front(row, aligned);
  append_name(row, listing.name(row), column);
  if (const char indicator = indicator_of(style_.indicator, row)) line_ += indicator;
}

/// Appends a name; the bytes that it takes. `column`: how far the line had come.
std::size_t ListPrinter::append_name(const Row& row, std::string_view name, std::size_t column) {
  const std::string_view shown = style_.names.shown(name, room_);
  // Where some names are in quotes the others move to the right, so that the names stand in line.
  const bool pad = widths_.some_quoted && shown.size() == name.size();
  if (pad) line_ += ' ';
  const std::string* colour = style_.colours ? style_.colours->of(row, name) : nullptr;
  return append_coloured(shown, colour, column) + (pad ? 1 : 0);
}

std::size_t ListPrinter::append_coloured(std::string_view shown, const std::string* colour,
                                         std::size_t column) {
  if (!style_.colours) {
    line_ += shown;
    return shown.size();
  }
  style_.colours->begin(line_, colour);
  line_ += shown;
  const std::size_t width = style_.screen.width;
  const bool wraps = width != 0 && column / width != (column + shown.size() - 1) / width;
  style_.colours->end(line_, colour, wraps);
  return shown.size();
}

void ListPrinter::append_target(const Row& row, std::string_view target, std::size_t column) {
  line_ += " -> ";
  const std::string* colour = style_.colours ? style_.colours->of_target(row, target) : nullptr;
  append_coloured(style_.names.shown(target, room_), colour, column);
  if (const char indicator = indicator_of(style_.indicator, row.referent_mode, true)) line_ += indicator;
}

void ListPrinter::append_long(const Listing& listing, const Row& row, IdNames& names) {
  if (style_.colours) style_.colours->normal(line_);
  const std::size_t start = line_.size();
  append_front(row, true);
  auto mode = mode_text(row.type, row.mode);
  if (!row.has_attr()) std::fill(mode.begin() + 1, mode.end(), '?');
  line_.append(mode.data(), mode.size());
  if (widths_.some_acl) line_ += row.has_acl ? '+' : ' ';
  line_ += ' ';
  const Digits nlink(row.nlink);
  append_right(line_, row.has_attr() ? nlink.view() : "?", widths_.nlink);
  line_ += ' ';
  const bool named = row.has_attr() && !style_.numeric;
  if (style_.owner) append_owner(row, named ? names.user(row.uid) : "", row.uid, widths_.user);
  if (style_.group) append_owner(row, named ? names.group(row.gid) : "", row.gid, widths_.group);
  append_size(row);
  append_time(row);
  const std::size_t column = line_.size() - start;
  const std::size_t width = append_name(row, listing.name(row), column);
  if (row.type != rump::FileType::symlink) {
    if (const char indicator = indicator_of(style_.indicator, row)) line_ += indicator;
  } else if (row.target_length != 0) {
    append_target(row, listing.target(row), column + width + 4);
  }
}

/// A user's or group's column: a name to the left, a number to the right, as ls does.
void ListPrinter::append_owner(const Row& row, std::string_view name, std::uint32_t id, std::size_t width) {
  if (!row.has_attr()) {
    append_left(line_, "?", width);
  } else if (!name.empty()) {
    append_left(line_, name, width);
  } else {
    append_right(line_, Digits(id).view(), width);
  }
  line_ += ' ';
}

void ListPrinter::append_size(const Row& row) {
  if (!row.has_attr()) {
    append_right(line_, "?", widths_.size);
  } else if (row.is_device()) {
    append_right(line_, Digits(row.major()).view(), widths_.size - 2 - widths_.minor);
    line_ += ", ";
    append_right(line_, Digits(row.minor()).view(), widths_.minor);
  } else if (style_.sizes.is_plain()) {
    append_right(line_, Digits(row.size).view(), widths_.size);
  } else {
    append_right(line_, style_.sizes.text(row.size), widths_.size);
  }
  line_ += ' ';
}

void ListPrinter::append_time(const Row& row) {
  if (row.has_attr() && row.has_time) {
    line_ += times_.text(row.time());
  } else {
    append_right(line_, "?", times_.width());
  }
  line_ += ' ';
}

void ListJson::print(const Listing& listing, const ListSource& source) {
  for (const Row& row : listing.rows()) {
    const std::string_view name = listing.name(row);
    put_name(json_, source.image,
             source.directory.empty() ? std::string(name) : join_path(source.directory, name));
    if (row.has_attr()) {
      put_attributes(json_, listing.attr_of(row), source.names);
    } else {
      json_.text("type", type_word(row.type));
      json_.number("ino", row.ino);
    }
    if (row.target_length != 0) json_.text("target", listing.target(row));
    json_.end();
  }
}

}  // namespace fsu
