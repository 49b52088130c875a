// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Formatting of listings, by hand: ten thousand lines are to take a few milliseconds.
#include "utils/list_printer.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "utils/quote.hpp"

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

void put_right(Output& out, std::string_view text, std::size_t width) {
  if (text.size() < width) out.pad(width - text.size());
  out.put(text);
}

void put_left(Output& out, std::string_view text, std::size_t width) {
  out.put(text);
  if (text.size() < width) out.pad(width - text.size());
}

bool is_device(const Row& row) {
  return row.has_attr && (row.type == rump::FileType::block || row.type == rump::FileType::chr);
}

char type_letter(rump::FileType type) {
  switch (type) {
    case rump::FileType::file:
      return '-';
    case rump::FileType::dir:
      return 'd';
    case rump::FileType::symlink:
      return 'l';
    case rump::FileType::block:
      return 'b';
    case rump::FileType::chr:
      return 'c';
    case rump::FileType::fifo:
      return 'p';
    case rump::FileType::socket:
      return 's';
    case rump::FileType::unknown:
      break;
  }
  return '?';
}

std::array<char, 10> mode_text(const Row& row) {
  std::array<char, 10> text;
  text.fill('?');
  text[0] = type_letter(row.type);
  if (!row.has_attr) return text;
  for (std::size_t i = 0; i < 9; ++i) text[i + 1] = (row.mode >> (8 - i) & 1) != 0 ? "rwxrwxrwx"[i] : '-';
  struct Special {
    std::uint16_t bit;
    std::size_t at;
    char letter;
  };
  for (const auto& [bit, at, letter] :
       {Special{04000, 3, 's'}, Special{02000, 6, 's'}, Special{01000, 9, 't'}})
    if ((row.mode & bit) != 0) text[at] = text[at] == 'x' ? letter : static_cast<char>(letter - 'a' + 'A');
  return text;
}

/// A user's or group's column: a name to the left, a number to the right, as ls does.
void put_id(Output& out, const Row& row, std::string_view name, std::uint32_t id, std::size_t width) {
  if (!row.has_attr) {
    put_left(out, "?", width);
  } else if (!name.empty()) {
    put_left(out, name, width);
  } else {
    put_right(out, Digits(id).view(), width);
  }
  out.put(' ');
}

char* put_two(char* to, int number, char fill) {
  *to++ = number < 10 ? fill : static_cast<char>('0' + number / 10);
  *to++ = static_cast<char>('0' + number % 10);
  return to;
}

constexpr std::size_t kDateWidth = 12;

}  // namespace

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes);
  constexpr std::string_view kUnits = "KMGTPE";
  std::size_t unit = 0;
  std::uint64_t scale = 1024;
  const auto rounded_up = [&] { return bytes / scale + (bytes % scale != 0 ? 1 : 0); };
  while (unit + 1 < kUnits.size() && rounded_up() >= 1024) {
    scale *= 1024;
    ++unit;
  }
  const std::uint64_t rest = bytes % scale * 10;  // fits: the largest scale is 2⁶⁰
  const std::uint64_t tenths = bytes / scale * 10 + rest / scale + (rest % scale != 0 ? 1 : 0);
  std::string text;
  if (tenths < 100) {
    text = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
  } else {
    text = std::to_string(rounded_up());
  }
  return text + kUnits[unit];
}

std::string_view DateColumn::text(std::int64_t seconds) {
  if (used_ && seconds == seconds_) return {text_.data(), length_};
  used_ = true;
  seconds_ = seconds;
  char* const end = text_.data() + text_.size();
  char* to = text_.data();
  const std::time_t time = seconds;
  std::tm local;
  if (!::localtime_r(&time, &local)) {
    to = std::to_chars(to, end, seconds).ptr;
    length_ = static_cast<std::size_t>(to - text_.data());
    return {text_.data(), length_};
  }
  constexpr std::int64_t kHalfYear = 31556952 / 2;  // of a mean Gregorian year, as ls counts
  const bool recent = seconds > now_ - kHalfYear && seconds <= now_;
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  to += kMonths.copy(to, 3, static_cast<std::size_t>(3 * local.tm_mon));
  *to++ = ' ';
  to = put_two(to, local.tm_mday, ' ');
  *to++ = ' ';
  if (recent) {
    to = put_two(to, local.tm_hour, '0');
    *to++ = ':';
    to = put_two(to, local.tm_min, '0');
  } else {
    *to++ = ' ';
    to = std::to_chars(to, end, std::int64_t{1900} + local.tm_year).ptr;
  }
  length_ = static_cast<std::size_t>(to - text_.data());
  return {text_.data(), length_};
}

/// How wide each column of a listing is.
struct ListPrinter::Widths {
  std::size_t inode = 0, nlink = 0, user = 0, group = 0, size = 0, major = 0, minor = 0;
  bool some_quoted = false;
};

ListPrinter::Widths ListPrinter::widths_of(const Listing& listing, IdNames& names) const {
  Widths widths;
  const auto id_width = [](std::string_view name, std::uint32_t id) {
    return name.empty() ? digits_of(id) : name.size();
  };
  const auto grow = [](std::size_t& width, std::size_t needed) { width = std::max(width, needed); };
  // Neighbours mostly share their owners.
  std::uint32_t uid = 0, gid = 0;
  bool any = false;
  for (const Row& row : listing.rows()) {
    if (style_.quoted) widths.some_quoted |= quote(listing.name(row)).size() != row.name_length;
    if (style_.inode) grow(widths.inode, digits_of(row.ino));
    if (!style_.long_lines) continue;
    if (!row.has_attr) {
      for (std::size_t* width : {&widths.nlink, &widths.user, &widths.group, &widths.size}) grow(*width, 1);
      continue;
    }
    grow(widths.nlink, digits_of(row.nlink));
    if (!any || row.uid != uid) grow(widths.user, id_width(names.user(row.uid), row.uid));
    if (!any || row.gid != gid) grow(widths.group, id_width(names.group(row.gid), row.gid));
    any = true;
    uid = row.uid;
    gid = row.gid;
    if (is_device(row)) {
      grow(widths.major, digits_of(row.device.major));
      grow(widths.minor, digits_of(row.device.minor));
      grow(widths.size, widths.major + 2 + widths.minor);
    } else {
      grow(widths.size, style_.human ? human_bytes(row.size).size() : digits_of(row.size));
    }
  }
  return widths;
}

void ListPrinter::header(std::string_view name) {
  if (used_) out_.put('\n');
  used_ = true;
  put_name(name, false);
  out_.put(":\n");
}

void ListPrinter::total(const Listing& listing) {
  std::uint64_t bytes = 0;
  for (const Row& row : listing.rows()) bytes += row.has_attr ? row.allocated : 0;
  out_.put("total ");
  out_.put(style_.human ? human_bytes(bytes) : std::to_string(bytes / 1024 + (bytes % 1024 != 0 ? 1 : 0)));
  out_.put('\n');
}

void ListPrinter::print(const Listing& listing, IdNames& names) {
  used_ = true;
  const Widths widths = widths_of(listing, names);
  if (style_.long_lines) {
    for (const Row& row : listing.rows()) long_line(listing, row, widths, names);
  } else if (!style_.one_a_line) {
    columns(listing, widths.inode, widths.some_quoted);
  } else {
    for (const Row& row : listing.rows()) {
      if (style_.inode) {
        put_right(out_, Digits(row.ino).view(), widths.inode);
        out_.put(' ');
      }
      put_name(listing.name(row), false);
      out_.put('\n');
    }
  }
}

void ListPrinter::size_column(const Row& row, const Widths& widths) {
  if (!row.has_attr) {
    put_right(out_, "?", widths.size);
  } else if (is_device(row)) {
    put_right(out_, Digits(row.device.major).view(), widths.size - 2 - widths.minor);
    out_.put(", ");
    put_right(out_, Digits(row.device.minor).view(), widths.minor);
  } else if (style_.human) {
    put_right(out_, human_bytes(row.size), widths.size);
  } else {
    put_right(out_, Digits(row.size).view(), widths.size);
  }
  out_.put(' ');
}

void ListPrinter::long_line(const Listing& listing, const Row& row, const Widths& widths, IdNames& names) {
  if (style_.inode) {
    put_right(out_, Digits(row.ino).view(), widths.inode);
    out_.put(' ');
  }
  const auto mode = mode_text(row);
  out_.put({mode.data(), mode.size()});
  out_.put(' ');
  put_right(out_, row.has_attr ? Digits(row.nlink).view() : "?", widths.nlink);
  out_.put(' ');
  put_id(out_, row, row.has_attr ? names.user(row.uid) : "", row.uid, widths.user);
  put_id(out_, row, row.has_attr ? names.group(row.gid) : "", row.gid, widths.group);
  size_column(row, widths);
  put_right(out_, row.has_attr ? dates_.text(row.modified) : "?", kDateWidth);
  out_.put(' ');
  put_name(listing.name(row), widths.some_quoted);
  if (row.target_length != 0) {
    out_.put(" -> ");
    put_name(listing.target(row), false);
  }
  out_.put('\n');
}

std::string ListPrinter::shown_name(std::string_view text, bool some_quoted) const {
  std::string shown = quote(text);
  // Where some names are in quotes the others move to the right, so that the names stand in line.
  if (some_quoted && shown.size() == text.size()) return std::string(1, ' ').append(shown);
  return shown;
}

void ListPrinter::put_name(std::string_view text, bool some_quoted) {
  if (style_.quoted) {
    out_.put(shown_name(text, some_quoted));
  } else {
    out_.put(text);
  }
}

void ListPrinter::columns(const Listing& listing, std::size_t inode_width, bool some_quoted) {
  constexpr std::size_t kGap = 2;
  const std::vector<Row>& rows = listing.rows();
  std::vector<std::string> cells;
  std::vector<std::size_t> cell_widths;
  for (const Row& row : rows) {
    std::string cell;
    if (style_.inode) {
      const Digits ino(row.ino);
      cell.append(inode_width - ino.view().size(), ' ').append(ino.view()).append(" ");
    }
    cell += style_.quoted ? shown_name(listing.name(row), some_quoted) : std::string(listing.name(row));
    cell_widths.push_back(display_width(cell));
    cells.push_back(std::move(cell));
  }
  // The most columns that fit, filled downwards.
  const std::size_t count = cells.size();
  std::vector<std::size_t> column_widths;
  std::size_t lines = count;
  for (std::size_t tried = std::min(count, style_.width / 3 + 1); tried > 0; --tried) {
    const std::size_t tried_lines = (count + tried - 1) / tried;
    const std::size_t used = (count + tried_lines - 1) / tried_lines;
    column_widths.assign(used, 0);
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t& width = column_widths[i / tried_lines];
      width = std::max(width, cell_widths[i] + (i / tried_lines + 1 < used ? kGap : 0));
    }
    std::size_t sum = 0;
    for (const std::size_t width : column_widths) sum += width;
    lines = tried_lines;
    if (sum < style_.width) break;
  }
  for (std::size_t line = 0; line < lines; ++line) {
    for (std::size_t i = line, column = 0; i < count; i += lines, ++column) {
      out_.put(cells[i]);
      if (i + lines < count) out_.pad(column_widths[column] - cell_widths[i]);
    }
    out_.put('\n');
  }
}

}  // namespace fsu
