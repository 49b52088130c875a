// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What the options of ls(1) mean, alone and together.
#include "utils/list/ls_options.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

#include "utils/base/words.hpp"

namespace fsu {
namespace {

std::size_t parse_columns(std::string_view option, std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    throw UsageError(
        std::string(option).append(": ").append(quote(text)).append(" is not a number of columns"));
  return number;
}

std::string_view variable(const char* name) {
  const char* const text = std::getenv(name);
  return text ? text : "";
}

/// The terminal's width; else what COLUMNS says, else 80.
std::size_t screen_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const std::string_view text = variable("COLUMNS");
  return text.empty() ? 80 : parse_columns("COLUMNS", text);
}

constexpr Word<TimeKind> kTimes[] = {
    {"atime", TimeKind::access},   {"access", TimeKind::access}, {"use", TimeKind::access},
    {"ctime", TimeKind::change},   {"status", TimeKind::change}, {"birth", TimeKind::birth},
    {"creation", TimeKind::birth}, {"mtime", TimeKind::modify},  {"modification", TimeKind::modify}};

constexpr Word<SortKey> kSorts[] = {{"none", SortKey::none},       {"time", SortKey::time},
                                    {"size", SortKey::size},       {"extension", SortKey::extension},
                                    {"version", SortKey::version}, {"width", SortKey::width},
                                    {"name", SortKey::name}};

constexpr Word<Indicator> kIndicators[] = {{"none", Indicator::none},
                                           {"slash", Indicator::slash},
                                           {"file-type", Indicator::file_type},
                                           {"classify", Indicator::classify}};

}  // namespace

LsCommandLine::LsCommandLine(Options& options) : terminal_(::isatty(STDOUT_FILENO) == 1) {
  add_names(options);
  add_forms(options);
  add_columns(options);
  add_order(options);
  add_looks(options);
}

void LsCommandLine::add_names(Options& options) {
  using Hidden = NameFilter::Hidden;
  NameFilter& filter = ls_.filter;
  options.flag("-a,--all", "names that begin with '.' too", [&filter] { filter.hidden = Hidden::all; });
  options.flag("-A,--almost-all", "as -a, but without . and ..",
               [&filter] { filter.hidden = Hidden::almost_all; });
  options.flag("-B,--ignore-backups", "no names that end with ~",
               [&filter] { filter.ignore.insert(filter.ignore.end(), {"*~", ".*~"}); });
  options.value("-I,--ignore", "PATTERN", "no names that match the shell pattern",
                [&filter](const std::string& pattern) { filter.ignore.push_back(pattern); });
  options.value("--hide", "PATTERN", "the same, but not with -a or -A",
                [&filter](const std::string& pattern) { filter.hide.push_back(pattern); });
  options.flag("-R,--recursive", "directories below, too", ls_.recursive);
  options.flag("-d,--directory", "directories themselves, not what is in them", ls_.directories_too);
  options.flag("-L,--dereference", "show what symbolic links lead to",
               [this] { ls_.dereference = Dereference::all; });
  options.flag("-H,--dereference-command-line", "the same for operands only",
               [this] { ls_.dereference = Dereference::operands; });
  options.flag("--dereference-command-line-symlink-to-dir", "the same for operands that lead to directories",
               [this] { ls_.dereference = Dereference::directory_operands; });
}

void LsCommandLine::add_forms(Options& options) {
  options.flag("-l", "long lines: mode, links, owner, group, size, date", [this] { set_long(); });
  options.flag("-1", "one name a line", [this] { set_single(); });
  options.flag("-C", "columns", [this] { format_ = Format::columns; });
  options.flag("-x", "columns, filled line by line", [this] { format_ = Format::across; });
  options.flag("-m", "names with commas between them", [this] { format_ = Format::commas; });
  options.value("--format", "WORD", "across, commas, long, single-column, vertical",
                [this](const std::string& word) { format_ = parse_format(word); });
  options.flag("-f", "as they lie in the directory, all of them: -aU, without -l, -s and --color",
               [this] { set_f(); });
  options.value("-w,--width", "COLUMNS", "of the screen (0: without limit)",
                [this](const std::string& text) { width_ = parse_columns("--width", text); });
  options.value("-T,--tabsize", "COLUMNS", "between tab stops, instead of 8 (0: no tabs)",
                [this](const std::string& text) { tab_ = parse_columns("--tabsize", text); });
  options.flag("--zero", "lines end with NUL, names are not quoted", [this] { set_zero(); });
  options.flag("--json", "a JSON object for each entry, on a line of its own", ls_.json);
}

void LsCommandLine::add_columns(Options& options) {
  ListStyle& style = ls_.style;
  options.flag("-i,--inode", "inode numbers in front", style.inode);
  options.flag("-s,--size", "the space that each file takes in front", style.blocks);
  options.flag("-n,--numeric-uid-gid", "as -l, with numbers for owners", [this] {
    ls_.style.numeric = true;
    set_long();
  });
  options.flag("-g", "as -l, without owners", [this] {
    ls_.style.owner = false;
    set_long();
  });
  options.flag("-o", "as -l, without groups", [this] {
    ls_.style.group = false;
    set_long();
  });
  options.flag("-G,--no-group", "no groups in long lines", [&style] { style.group = false; });
  options.flag("-h,--human-readable", "sizes like 1.5K and 12M", [this] { block_size_ = "human-readable"; });
  options.flag("--si", "the same in powers of 1000", [this] { block_size_ = "si"; });
  options.value("--block-size", "SIZE", "the unit of sizes: 4096, K, MB, human-readable ...",
                [this](const std::string& text) { block_size_ = text; });
  options.flag("-k,--kibibytes", "space in units of 1024 bytes", kibibytes_);
  options.value("--time", "WORD", "the time to show and sort by: atime, ctime, birth, mtime",
                [this](const std::string& word) { time_ = find_word<TimeKind>("--time", word, kTimes); });
  options.flag("-c", "the time of the last change of attributes", [this] { time_ = TimeKind::change; });
  options.flag("-u", "the time of the last access", [this] { time_ = TimeKind::access; });
  options.value("--time-style", "STYLE", "full-iso, long-iso, iso, locale, or +FORMAT as date(1) has it",
                [this](const std::string& text) { time_style_ = text; });
  options.flag("--full-time", "as -l --time-style=full-iso", [this] {
    time_style_ = "full-iso";
    set_long();
  });
}

void LsCommandLine::add_order(Options& options) {
  const auto key = [&](const char* names, const char* help, SortKey sort) {
    options.flag(names, help, [this, sort] { sort_ = sort; });
  };
  key("-t", "newest first", SortKey::time);
  key("-S", "largest first", SortKey::size);
  key("-X", "by what follows the last '.'", SortKey::extension);
  key("-v", "numbers in names by their value", SortKey::version);
  key("-U", "as they lie in the directory", SortKey::none);
  options.value("--sort", "WORD", "none, time, size, extension, version, width, name",
                [this](const std::string& word) { sort_ = find_word<SortKey>("--sort", word, kSorts); });
  options.flag("-r,--reverse", "the other way round", ls_.order.reverse);
  options.flag("--group-directories-first", "directories before files", ls_.order.directories_first);
}

void LsCommandLine::add_looks(Options& options) {
  Indicator& indicator = ls_.style.indicator;
  options.flag("-F", "one of */=@| behind names", [&indicator] { indicator = Indicator::classify; });
  options.optional_value("--classify", "WHEN", "the same: always (default), auto, never",
                         [&indicator](const std::optional<std::string>& when) {
                           if (is_wanted(parse_when("--classify", when))) indicator = Indicator::classify;
                         });
  options.flag("--file-type", "the same without '*'", [&indicator] { indicator = Indicator::file_type; });
  options.flag("-p", "/ behind directories", [&indicator] { indicator = Indicator::slash; });
  options.value("--indicator-style", "WORD", "none, slash, file-type, classify",
                [&indicator](const std::string& word) {
                  indicator = find_word<Indicator>("--indicator-style", word, kIndicators);
                });
  options.optional_value(
      "--color", "WHEN", "colours by LS_COLORS: always (default), auto, never",
      [this](const std::optional<std::string>& when) { colour_ = parse_when("--color", when); });
  options.flag("-Q,--quote-name", "names in double quotes", [this] { quoting_ = Quoting::c; });
  options.flag("-b,--escape", "escapes as C has them in names", [this] { quoting_ = Quoting::escape; });
  options.flag("-N,--literal", "names without quotes", [this] { quoting_ = Quoting::literal; });
  options.flag("-q,--hide-control-chars", "? for what a terminal does not show",
               [this] { hide_controls_ = true; });
  options.flag("--show-control-chars", "names as they are, even where a terminal acts on them",
               [this] { hide_controls_ = false; });
  options.value("--quoting-style", "WORD", "literal, escape, c, shell-escape, shell-escape-always",
                [this](const std::string& word) { quoting_ = parse_quoting("--quoting-style", word); });
}

void LsCommandLine::set_single() {
  if (format_ != Format::long_lines) format_ = Format::one_a_line;
}

void LsCommandLine::set_zero() {
  set_single();
  ls_.style.line_end = '\0';
  hide_controls_ = false;
  colour_ = When::never;
  quoting_ = Quoting::literal;
}

void LsCommandLine::set_f() {
  ls_.filter.hidden = NameFilter::Hidden::all;
  sort_ = SortKey::none;
  if (format_ == Format::long_lines) format_ = Format::usual;
  ls_.style.blocks = false;
  colour_ = When::never;
}

LsCommandLine::Format LsCommandLine::parse_format(std::string_view word) {
  static constexpr Word<Format> kFormats[] = {
      {"across", Format::across},   {"horizontal", Format::across},  {"commas", Format::commas},
      {"long", Format::long_lines}, {"verbose", Format::long_lines}, {"single-column", Format::one_a_line},
      {"vertical", Format::columns}};
  return find_word<Format>("--format", word, kFormats);
}

LsCommandLine::When LsCommandLine::parse_when(std::string_view option,
                                              const std::optional<std::string>& word) {
  static constexpr Word<When> kWhens[] = {
      {"always", When::always},  {"yes", When::always},    {"force", When::always},
      {"never", When::never},    {"no", When::never},      {"none", When::never},
      {"auto", When::automatic}, {"tty", When::automatic}, {"if-tty", When::automatic}};
  return word ? find_word<When>(option, *word, kWhens) : When::always;
}

bool LsCommandLine::is_wanted(When when) {
  return when == When::always || (when == When::automatic && ::isatty(STDOUT_FILENO) == 1);
}

LsOptions LsCommandLine::finish() {
  if (ls_.json && ls_.style.line_end == '\0') throw UsageError("--json and --zero exclude each other");
  if (ls_.directories_too) ls_.recursive = false;
  finish_format();
  if (!ls_.json && is_wanted(colour_)) ls_.style.colours = LsColors::from_environment();
  finish_screen();
  finish_names();
  finish_times();
  finish_sizes();
  finish_order();
  finish_wants();
  return std::move(ls_);
}

void LsCommandLine::finish_format() {
  if (format_ == Format::usual) format_ = terminal_ ? Format::columns : Format::one_a_line;
  ls_.style.long_lines = format_ == Format::long_lines;
  ls_.style.arrangement = format_ == Format::columns  ? Arrangement::columns
                          : format_ == Format::across ? Arrangement::across
                          : format_ == Format::commas ? Arrangement::commas
                                                      : Arrangement::one_a_line;
  if (ls_.dereference == Dereference::usual)
    ls_.dereference =
        ls_.directories_too || ls_.style.indicator == Indicator::classify || ls_.style.long_lines
            ? Dereference::never
            : Dereference::directory_operands;
}

void LsCommandLine::finish_screen() {
  Screen& screen = ls_.style.screen;
  screen.width = width_ ? *width_ : screen_width();
  if (ls_.style.colours) {
    screen.tab = 0;  // some terminals confuse tabs and colours
  } else if (tab_) {
    screen.tab = *tab_;
  } else if (const std::string_view text = variable("TABSIZE"); !text.empty()) {
    screen.tab = parse_columns("TABSIZE", text);
  }
}

void LsCommandLine::finish_names() {
  NameStyle& names = ls_.style.names;
  if (!quoting_)
    if (const std::string_view word = variable("QUOTING_STYLE"); !word.empty())
      quoting_ = parse_quoting("QUOTING_STYLE", word);
  names.quoting = quoting_.value_or(terminal_ ? Quoting::shell_escape : Quoting::literal);
  names.hide_controls = hide_controls_.value_or(terminal_);
  if (ls_.style.indicator == Indicator::file_type) names.special = "*=>@|";
  if (ls_.style.indicator == Indicator::classify) names.special = "=>@|";
}

void LsCommandLine::finish_times() {
  if (!ls_.style.long_lines) return;
  if (time_style_) {
    ls_.style.times = TimeStyle::parse("--time-style", *time_style_);
  } else if (const std::string_view word = variable("TIME_STYLE"); !word.empty()) {
    ls_.style.times = TimeStyle::parse("TIME_STYLE", word);
  }
}

void LsCommandLine::finish_sizes() {
  if (block_size_) {
    ls_.style.sizes = ls_.style.block_sizes = SizeFormat::parse("--block-size", *block_size_);
  } else if (!kibibytes_) {
    if (std::getenv("POSIXLY_CORRECT")) ls_.style.block_sizes.unit = 512;
  }
}

void LsCommandLine::finish_order() {
  ls_.wants.time = time_.value_or(TimeKind::modify);
  // A time that is not shown is there to sort by.
  const bool by_time = !ls_.style.long_lines && ls_.wants.time != TimeKind::modify;
  ls_.order.key = sort_.value_or(by_time ? SortKey::time : SortKey::name);
}

void LsCommandLine::finish_wants() {
  const ListStyle& style = ls_.style;
  EntryWants& wants = ls_.wants;
  const bool by_directories = ls_.order.directories_first && !ls_.order.keeps_directory_order();
  wants.follow = ls_.dereference == Dereference::all;
  wants.attributes = style.long_lines || style.blocks || style.colours || ls_.json || wants.follow ||
                     style.indicator != Indicator::none || by_directories || ls_.order.key == SortKey::time ||
                     ls_.order.key == SortKey::size;
  wants.targets = style.long_lines || ls_.json;
  wants.referents = by_directories || (style.long_lines && style.indicator > Indicator::slash) ||
                    (style.colours && style.colours->needs_referents(style.long_lines));
  wants.default_acls = style.long_lines;
  wants.capabilities = style.colours && style.colours->needs_capabilities();
  wants.details = ls_.json;
}

}  // namespace fsu
