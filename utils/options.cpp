// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The command line in plain form, then CLI11.
#include "utils/options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "utils/completion.hpp"
#include "utils/manual.hpp"
#include "utils/message.hpp"
#include "utils/output.hpp"
#include "utils/quote.hpp"

namespace fsu {
namespace {

enum class Takes : std::uint8_t { nothing, value, optional_value };

Takes takes(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return Takes::nothing;
  return option.get_items_expected_min() == 0 ? Takes::optional_value : Takes::value;
}

/// Splits the command line into operands and what CLI11 gets: "--name", "--name" "value" or, where the value
/// is optional, "--name=value".
class PlainForm {
 public:
  explicit PlainForm(const CLI::App& app) : options_(app.get_options()) {}

  void read(std::span<char* const> arguments) {
    for (rest_ = arguments; !rest_.empty();) {
      const std::string_view argument = take();
      if (argument == "--") {
        for (; !rest_.empty(); rest_ = rest_.subspan(1)) operands.emplace_back(rest_.front());
      } else if (argument.starts_with("--")) {
        long_option(argument.substr(2));
      } else if (argument.starts_with('-') && argument.size() > 1) {
        short_options(argument.substr(1));
      } else {
        operands.emplace_back(argument);
      }
    }
  }

  std::vector<std::string> operands;
  std::vector<std::string> tokens;

 private:
  std::string_view take() {
    const std::string_view argument = rest_.front();
    rest_ = rest_.subspan(1);
    return argument;
  }

  struct Match {
    const CLI::Option* option;
    std::string name;
  };

  /// The option of this long name, or of the only ones that begin so.
  Match find_long(std::string_view name) const {
    std::vector<Match> matches;
    for (const CLI::Option* option : options_) {
      for (const std::string& candidate : option->get_lnames()) {
        if (candidate == name) return {option, candidate};
        if (!name.empty() && candidate.starts_with(name)) matches.push_back({option, candidate});
      }
    }
    if (matches.empty()) throw UsageError("unrecognized option " + quote("--" + std::string(name)));
    for (const Match& match : matches) {
      if (match.option == matches.front().option) continue;
      std::string list;
      for (const Match& one : matches) list += " --" + one.name;
      throw UsageError("option " + quote("--" + std::string(name)) + " is ambiguous:" + list);
    }
    return matches.front();
  }

  void long_option(std::string_view text) {
    const std::size_t equals = text.find('=');
    const Match match = find_long(text.substr(0, equals));
    std::string token = "--" + match.name;
    const bool given = equals != text.npos;
    const std::string_view value = given ? text.substr(equals + 1) : std::string_view{};
    switch (takes(*match.option)) {
      case Takes::nothing:
        if (given) throw UsageError("option " + token + " takes no value");
        tokens.push_back(std::move(token));
        break;
      case Takes::optional_value:
        if (given) token.append("=").append(value);
        tokens.push_back(std::move(token));
        break;
      case Takes::value:
        if (!given && rest_.empty()) throw UsageError("option " + token + " needs a value");
        tokens.push_back(std::move(token));
        tokens.emplace_back(given ? value : take());
        break;
    }
  }

  void short_options(std::string_view letters) {
    while (!letters.empty()) {
      const std::string name(letters.substr(0, 1));
      letters.remove_prefix(1);
      const auto found = std::find_if(options_.begin(), options_.end(),
                                      [&](const CLI::Option* option) { return option->check_sname(name); });
      if (found == options_.end()) throw UsageError("invalid option -- " + quote(name));
      tokens.push_back("-" + name);
      if (takes(**found) != Takes::value) continue;
      if (letters.empty() && rest_.empty()) throw UsageError("option -" + name + " needs a value");
      tokens.emplace_back(letters.empty() ? take() : letters);
      return;
    }
  }

  const std::vector<const CLI::Option*> options_;
  std::span<char* const> rest_;
};

/// "-a,--all" in its parts. Without a stream, as CLI11 does it: every run of a tool would pay for that.
std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> parts;
  for (std::size_t comma = names.find(','); comma != names.npos; comma = names.find(',')) {
    parts.emplace_back(names.substr(0, comma));
    names.remove_prefix(comma + 1);
  }
  parts.emplace_back(names);
  return parts;
}

}  // namespace

struct Options::Impl {
  explicit Impl(const ToolText& tool) : text(tool) {}

  /// Notes an option that CLI11 has taken, for those who tell of it.
  void note(const std::string& names, const std::string& placeholder, const std::string& help,
            OptionText::Value value) {
    options.push_back({split(names), placeholder, help, group, value});
  }

  /// All options as they are told of: --help and --version, which were first, come behind the tool's own.
  std::vector<OptionText> told() const {
    std::vector<OptionText> all = options;
    std::rotate(all.begin(), all.begin() + 2, all.end());
    return all;
  }

  ToolText text;
  CLI::App app;
  std::vector<OptionText> options;
  std::string group;
  bool help = false, version = false;
};

namespace {

/// "  -t, --target=DIRECTORY" and, from a column of its own on, what it does.
void print_option(const OptionText& option, Output& out) {
  constexpr std::size_t kColumn = 30;
  std::string left = "  ";
  for (const std::string& name : option.names) left.append(left.size() > 2 ? ", " : "").append(name);
  const bool is_long = option.names.back().starts_with("--");
  if (option.value == OptionText::Value::needed)
    left.append(is_long ? "=" : " ").append(option.placeholder);
  else if (option.value == OptionText::Value::optional)
    left.append("[=").append(option.placeholder).append("]");
  out.put(left);
  std::size_t used = left.size();
  for (std::string_view help = option.help; !help.empty();) {
    if (used + 2 > kColumn) {
      out.put('\n');
      used = 0;
    }
    const std::size_t end = std::min(help.find('\n'), help.size());
    out.pad(kColumn - used);
    out.put(help.substr(0, end));
    help.remove_prefix(std::min(end + 1, help.size()));
    used = kColumn;
  }
  out.put('\n');
}

void print_help(const ToolText& text, std::span<const OptionText> options, Output& out) {
  out.put("Usage: ");
  out.put(text.name);
  out.put(" ");
  out.put(text.usage);
  out.put("\n");
  out.put(text.summary);
  out.put("\n");
  for (const std::string& group : groups_of(options)) {
    out.put("\n");
    out.put(group.empty() ? "Options" : group);
    out.put(":\n");
    for (const OptionText& option : options)
      if (option.group == group) print_option(option, out);
  }
  out.put("\nExample:\n");
  out.put(text.examples);
  out.put("\nThe manual: man ");
  out.put(text.name);
  out.put("; how images and their partitions are named: man 7 fs-utils\n");
}

}  // namespace

std::vector<std::string> groups_of(std::span<const OptionText> options) {
  std::vector<std::string> groups = {""};
  for (const OptionText& option : options)
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  return groups;
}

Options::Options(const ToolText& text) : impl_(std::make_unique<Impl>(text)) {
  impl_->app.set_help_flag();  // CLI11's own would end the parsing in its way
  flag("--help", "show this help and exit", impl_->help);
  flag("--version", "show the version and exit", impl_->version);
}

Options::~Options() = default;

void Options::group(std::string_view title) { impl_->group = title; }

void Options::flag(const std::string& names, const std::string& help, std::function<void()> set) {
  impl_->app.add_flag_callback(names, std::move(set))->trigger_on_parse();
  impl_->note(names, "", help, OptionText::Value::none);
}

void Options::flag(const std::string& names, const std::string& help, bool& set) {
  flag(names, help, [&set] { set = true; });
}

void Options::value(const std::string& names, const std::string& placeholder, const std::string& help,
                    std::function<void(const std::string&)> set) {
  const CLI::callback_t callback = [set = std::move(set)](const CLI::results_t& results) {
    set(results.back());
    return true;
  };
  impl_->app.add_option(names, callback)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->trigger_on_parse();
  impl_->note(names, placeholder, help, OptionText::Value::needed);
}

void Options::value(const std::string& names, const std::string& placeholder, const std::string& help,
                    std::string& set) {
  value(names, placeholder, help, [&set](const std::string& given) { set = given; });
}

void Options::optional_value(const std::string& names, const std::string& placeholder,
                             const std::string& help, std::function<void(std::optional<std::string>)> set) {
  const CLI::callback_t callback = [set = std::move(set)](const CLI::results_t& results) {
    set(results.empty() || results.back().empty() ? std::nullopt : std::optional(results.back()));
    return true;
  };
  impl_->app.add_option(names, callback)
      ->expected(0, 1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->trigger_on_parse();
  impl_->note(names, placeholder, help, OptionText::Value::optional);
}

bool Options::answer_request(std::string_view argument) const {
  if (argument != kManualArgument && argument != kCompletionArgument) return false;
  const auto options = impl_->told();
  Output out(STDOUT_FILENO);
  out.put(argument == kManualArgument ? manual_page(impl_->text, options)
                                      : completion_of(impl_->text, options));
  out.flush();
  return true;
}

std::optional<std::vector<std::string>> Options::parse(std::span<char* const> arguments) {
  if (arguments.size() == 1 && answer_request(arguments[0])) return std::nullopt;
  PlainForm plain(impl_->app);
  plain.read(arguments);
  try {
    std::reverse(plain.tokens.begin(), plain.tokens.end());  // as CLI11 wants them
    impl_->app.parse(std::move(plain.tokens));
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  if (!impl_->help && !impl_->version) return std::move(plain.operands);
  Output out(STDOUT_FILENO);
  if (impl_->help) {
    print_help(impl_->text, impl_->told(), out);
  } else {
    out.put(impl_->text.name);
    out.put(" (fs-utils) " FSU_VERSION "\n");
  }
  out.flush();
  return std::nullopt;
}

}  // namespace fsu
