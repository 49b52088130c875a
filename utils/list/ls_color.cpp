// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file LS_COLORS.
#include "utils/list/ls_color.hpp"

#include <fnmatch.h>
#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <ranges>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"

namespace fsu {
namespace {

/// The terminals that dircolors(1) knows to have colours.
constexpr const char* kColourTerminals[] = {
    "Eterm", "ansi",    "*color*", "con[0-9]*x[0-9]*", "cons25", "console", "cygwin",  "*direct*", "dtterm",
    "gnome", "hurd",    "jfbterm", "konsole",          "kterm",  "linux",   "linux-c", "mlterm",   "putty",
    "rxvt*", "screen*", "st",      "terminator",       "tmux*",  "vt100",   "xterm*"};

/// A word of LS_COLORS up to ':', '=' (where `equals_ends`) or the end, with its escapes resolved.
class ColourText {
 public:
  explicit ColourText(std::string_view text) : text_(text) {}

  bool empty() const { return text_.empty(); }
  /// Whether the next character is `c`, which is then taken.
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string_view take_text(std::size_t count) {
    const std::string_view taken = text_.substr(0, count);
    text_.remove_prefix(taken.size());
    return taken;
  }

  /// Nullopt: an escape is not one.
  std::optional<std::string> word(bool equals_ends) {
    std::string out;
    while (!text_.empty() && text_[0] != ':' && (!equals_ends || text_[0] != '=')) {
      const char c = take_text(1)[0];
      if (c == '\\') {
        if (text_.empty() || !escape(out)) return std::nullopt;
      } else if (c == '^') {
        if (text_.empty()) return std::nullopt;
        const char control = take_text(1)[0];
        if (control >= '@' && control <= '~') {
          out += static_cast<char>(control & 037);
        } else if (control == '?') {
          out += '\177';
        } else {
          return std::nullopt;
        }
      } else {
        out += c;
      }
    }
    return out;
  }

 private:
  bool escape(std::string& out) {
    constexpr std::string_view kLetters = "abefnrtv?_";
    constexpr std::string_view kMeanings = "\a\b\033\f\n\r\t\v\177 ";
    const char c = take_text(1)[0];
    if (c >= '0' && c <= '7') {
      out += static_cast<char>(number(c - '0', 8));
    } else if (c == 'x' || c == 'X') {
      out += static_cast<char>(number(0, 16));
    } else if (const std::size_t at = kLetters.find(c); at != kLetters.npos) {
      out += kMeanings[at];
    } else {
      out += c;
    }
    return true;
  }

  int number(int value, int base) {
    for (; !text_.empty(); take_text(1)) {
      const char c = static_cast<char>(text_[0] | 040);
      const int digit = text_[0] >= '0' && text_[0] <= '9' ? text_[0] - '0'
                        : c >= 'a' && c <= 'f'             ? c - 'a' + 10
                                                           : base;
      if (digit >= base) break;
      value = (value * base + digit) & 0xff;
    }
    return value;
  }

  std::string_view text_;
};

}  // namespace

constinit const std::array<std::string_view, LsColors::kKinds> LsColors::kNames = {
    "lc", "rc", "ec", "rs", "no", "fi", "di", "ln", "pi", "so", "bd", "cd",
    "mi", "or", "ex", "do", "su", "sg", "st", "ow", "tw", "ca", "mh", "cl"};

std::optional<LsColors> LsColors::from_environment() {
  const auto variable = [](const char* name) {
    const char* const text = std::getenv(name);
    return std::string_view(text ? text : "");
  };
  if (const std::string_view text = variable("LS_COLORS"); !text.empty()) return LsColors(text);
  const std::string terminal(variable("TERM"));
  const bool known = std::ranges::any_of(
      kColourTerminals, [&](const char* pattern) { return ::fnmatch(pattern, terminal.c_str(), 0) == 0; });
  if (!known && variable("COLORTERM").empty()) return std::nullopt;
  return LsColors("");
}

LsColors::LsColors(std::string_view text)
    : codes_{"\033[", "m",     {},      "0",     {},      {},      "01;34", "01;36",
             "33",    "01;35", "01;33", "01;33", {},      {},      "01;32", "01;35",
             "37;41", "30;43", "37;44", "34;42", "30;42", "30;41", {},      "\033[K"} {
  parse(text);
}

void LsColors::parse(std::string_view text) {
  const auto wrong = [&] {
    return UsageError("the variable LS_COLORS cannot be understood: " + quote(text));
  };
  for (ColourText rest(text); !rest.empty();) {
    if (rest.take(':')) continue;
    if (rest.take('*')) {
      const auto suffix = rest.word(true);
      if (!suffix || !rest.take('=')) throw wrong();
      const auto colour = rest.word(false);
      if (!colour) throw wrong();
      suffixes_.push_back({*suffix, *colour});
      continue;
    }
    const std::string_view label = rest.take_text(2);
    if (label.size() < 2 || !rest.take('=')) throw wrong();
    const auto colour = rest.word(false);
    const auto known = std::ranges::find(kNames, label);
    if (!colour || known == kNames.end()) throw wrong();
    codes_[static_cast<std::size_t>(known - kNames.begin())] = *colour;
  }
}

bool LsColors::is_coloured(Kind kind) const {
  const std::string_view colour = text(kind);
  return !colour.empty() && colour != "0" && colour != "00";
}

bool LsColors::needs_referents(bool long_lines) const {
  return is_coloured(Kind::orphan) || (is_coloured(Kind::exec) && follows_links()) ||
         (is_coloured(Kind::missing) && long_lines);
}

LsColors::Kind LsColors::kind_of_file(std::uint32_t mode, const Row& row) const {
  if ((mode & 04000) != 0 && is_coloured(Kind::setuid)) return Kind::setuid;
  if ((mode & 02000) != 0 && is_coloured(Kind::setgid)) return Kind::setgid;
  if (row.privileged && is_coloured(Kind::capability)) return Kind::capability;
  if ((mode & 0111) != 0 && is_coloured(Kind::exec)) return Kind::exec;
  if (row.nlink > 1 && is_coloured(Kind::hard_links)) return Kind::hard_links;
  return Kind::file;
}

LsColors::Kind LsColors::kind_of_directory(std::uint32_t mode) const {
  const bool sticky = (mode & 01000) != 0, writable = (mode & 0002) != 0;
  if (sticky && writable && is_coloured(Kind::sticky_other_writable)) return Kind::sticky_other_writable;
  if (writable && is_coloured(Kind::other_writable)) return Kind::other_writable;
  if (sticky && is_coloured(Kind::sticky)) return Kind::sticky;
  return Kind::dir;
}

LsColors::Kind LsColors::kind_of(std::uint32_t mode, const Row& row) const {
  switch (mode & 0170000) {
    case 0100000:
      return kind_of_file(mode, row);
    case 0040000:
      return kind_of_directory(mode);
    case 0120000:
      return Kind::link;
    case 0010000:
      return Kind::fifo;
    case 0140000:
      return Kind::socket;
    case 0060000:
      return Kind::block;
    case 0020000:
      return Kind::chr;
    default:
      return Kind::orphan;
  }
}

const std::string* LsColors::of(const Row& row, std::string_view name) const {
  const std::uint32_t mode = follows_links() && row.referent_mode != 0
                                 ? row.referent_mode
                                 : mode_number(row.type, row.has_attr() ? row.mode : 0);
  const Kind kind = kind_of(mode, row);
  const bool orphaned =
      kind == Kind::link && row.referent_mode == 0 && (follows_links() || is_coloured(Kind::orphan));
  return colour_of(orphaned ? Kind::orphan : kind, name);
}

const std::string* LsColors::of_target(const Row& row, std::string_view target) const {
  if (row.referent_mode == 0 && is_coloured(Kind::missing)) return colour_of(Kind::missing, target);
  return colour_of(kind_of(row.referent_mode, row), target);
}

const std::string* LsColors::colour_of(Kind kind, std::string_view name) const {
  if (kind == Kind::file)
    for (const Suffix& suffix : std::views::reverse(suffixes_)) {
      const std::size_t length = suffix.text.size();
      if (length <= name.size() &&
          ::strncasecmp(name.data() + name.size() - length, suffix.text.data(), length) == 0)
        return &suffix.colour;
    }
  return code(kind);
}

void LsColors::put_end(std::string& out) const {
  if (const std::string* const end = code(Kind::end)) {
    out += *end;
  } else {
    out.append(text(Kind::left)).append(text(Kind::reset)).append(text(Kind::right));
  }
}

void LsColors::put(std::string& out, std::string_view sequence) {
  if (!used_) {
    used_ = true;
    put_end(out);
  }
  out += sequence;
}

void LsColors::normal(std::string& out) {
  if (!is_coloured(Kind::normal)) return;
  for (const Kind kind : {Kind::left, Kind::normal, Kind::right}) put(out, text(kind));
}

void LsColors::begin(std::string& out, const std::string* colour) {
  if (!colour) return;
  if (is_coloured(Kind::normal))
    for (const Kind kind : {Kind::left, Kind::right}) put(out, text(kind));
  put(out, text(Kind::left));
  put(out, *colour);
  put(out, text(Kind::right));
}

void LsColors::end(std::string& out, const std::string* colour, bool wraps) {
  if (!colour && !is_coloured(Kind::normal)) return;
  put_end(out);
  if (wraps) put(out, text(Kind::clear));
}

std::string LsColors::last() const {
  if (!used_ || (text(Kind::left) == "\033[" && text(Kind::right) == "m")) return {};
  return std::string(text(Kind::left)).append(text(Kind::right));
}

}  // namespace fsu
