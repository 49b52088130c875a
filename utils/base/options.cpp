// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The command line in plain form, then CLI11.
#include "utils/base/options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <utility>

#include "utils/base/completion.hpp"
#include "utils/base/manual.hpp"
#include "utils/base/message.hpp"
#include "utils/base/output.hpp"
#include "utils/base/quote.hpp"

namespace fsu {
namespace {

using Value = OptionText::Value;

/// An option of ours. CLI11 gets it once the command line has it: registering fifty takes longer than most
/// runs.
struct Known {
  OptionText text;
  std::string names;  ///< as CLI11 writes them
  std::function<void(std::optional<std::string>)> set;
  bool is_used = false;

  void add_to(CLI::App& app) {
    if (std::exchange(is_used, true)) return;
    if (text.value == Value::none) {
      app.add_flag_callback(names, [this] { set(std::nullopt); })->trigger_on_parse();
      return;
    }
    const CLI::callback_t callback = [this](const CLI::results_t& results) {
      set(results.empty() ? std::nullopt : std::optional(results.back()));
      return true;
    };
    app.add_option(names, callback)
        ->expected(text.value == Value::needed ? 1 : 0, 1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->trigger_on_parse();
  }
};

/// Splits the command line into operands and what CLI11 gets: "--name", "--name" "value" or, where the value
/// is optional, "--name=value". What is used is registered with CLI11.
class PlainForm {
 public:
  PlainForm(std::deque<Known>& options, CLI::App& app) : options_(options), app_(app) {}

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
    Known* option;
    std::string name;  ///< with its dashes
  };

  /// The option of this long name, or of the only ones that begin so.
  Match find_long(std::string_view name) const {
    std::vector<Match> matches;
    for (Known& option : options_) {
      for (const std::string& candidate : option.text.names) {
        if (!candidate.starts_with("--")) continue;
        const std::string_view known = std::string_view(candidate).substr(2);
        if (known == name) return {&option, candidate};
        if (!name.empty() && known.starts_with(name)) matches.push_back({&option, candidate});
      }
    }
    if (matches.empty()) throw UsageError("unrecognized option " + quote("--" + std::string(name)));
    for (const Match& match : matches) {
      if (match.option == matches.front().option) continue;
      std::string list;
      for (const Match& one : matches) list += " " + one.name;
      throw UsageError("option " + quote("--" + std::string(name)) + " is ambiguous:" + list);
    }
    return matches.front();
  }

  void long_option(std::string_view text) {
    const std::size_t equals = text.find('=');
    Match match = find_long(text.substr(0, equals));
    match.option->add_to(app_);
    std::string token = std::move(match.name);
    const bool given = equals != text.npos;
    const std::string_view value = given ? text.substr(equals + 1) : std::string_view{};
    switch (match.option->text.value) {
      case Value::none:
        if (given) throw UsageError("option " + token + " takes no value");
        tokens.push_back(std::move(token));
        break;
      case Value::optional:
        if (given) token.append("=").append(value);
        tokens.push_back(std::move(token));
        break;
      case Value::needed:
        if (!given && rest_.empty()) throw UsageError("option " + token + " needs a value");
        tokens.push_back(std::move(token));
        tokens.emplace_back(given ? value : take());
        break;
    }
  }

  void short_options(std::string_view letters) {
    while (!letters.empty()) {
      const std::string name = std::string("-").append(letters.substr(0, 1));
      letters.remove_prefix(1);
      const auto found = std::ranges::find_if(options_, [&](const Known& option) {
        return std::ranges::find(option.text.names, name) != option.text.names.end();
      });
      if (found == options_.end()) throw UsageError("invalid option -- " + quote(name.substr(1)));
      found->add_to(app_);
      tokens.push_back(name);
      if (found->text.value != Value::needed) continue;
      if (letters.empty() && rest_.empty()) throw UsageError("option " + name + " needs a value");
      tokens.emplace_back(letters.empty() ? take() : letters);
      return;
    }
  }

  std::deque<Known>& options_;
  CLI::App& app_;
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

  void note(const std::string& names, const std::string& placeholder, const std::string& help, Value value,
            std::function<void(std::optional<std::string>)> set) {
    options.push_back({{split(names), placeholder, help, group, value}, names, std::move(set)});
  }

  /// All options as they are told of: --help and --version, which were first, come behind the tool's own.
  std::vector<OptionText> told() const {
    std::vector<OptionText> all;
    for (const Known& option : options) all.push_back(option.text);
    std::ranges::rotate(all, all.begin() + 2);
    return all;
  }

  ToolText text;
  CLI::App app;
  std::deque<Known> options;  ///< in place, since CLI11 keeps hold of those that are used
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
  impl_->note(names, "", help, Value::none, [set = std::move(set)](const auto&) { set(); });
}

void Options::flag(const std::string& names, const std::string& help, bool& set) {
  flag(names, help, [&set] { set = true; });
}

void Options::value(const std::string& names, const std::string& placeholder, const std::string& help,
                    std::function<void(const std::string&)> set) {
  impl_->note(names, placeholder, help, Value::needed,
              [set = std::move(set)](const auto& given) { set(given.value_or("")); });
}

void Options::value(const std::string& names, const std::string& placeholder, const std::string& help,
                    std::string& set) {
  value(names, placeholder, help, [&set](const std::string& given) { set = given; });
}

void Options::optional_value(const std::string& names, const std::string& placeholder,
                             const std::string& help, std::function<void(std::optional<std::string>)> set) {
  impl_->note(names, placeholder, help, Value::optional, [set = std::move(set)](const auto& given) {
    set(given && given->empty() ? std::nullopt : given);
  });
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
  PlainForm plain(impl_->options, impl_->app);
  plain.read(arguments);
  try {
    std::ranges::reverse(plain.tokens);  // as CLI11 wants them
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
