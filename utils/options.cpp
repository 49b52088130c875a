// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The command line in plain form, then CLI11.
#include "utils/options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>

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

}  // namespace

struct Options::Impl {
  explicit Impl(const ToolText& tool) : text(tool) {}
  ToolText text;
  CLI::App app;
  bool help = false, version = false;
};

Options::Options(const ToolText& text) : impl_(std::make_unique<Impl>(text)) {
  impl_->app.set_help_flag();  // CLI11's own would end the parsing in its way
  flag("--help", "show this help and exit", impl_->help);
  flag("--version", "show the version and exit", impl_->version);
}

Options::~Options() = default;

void Options::flag(const std::string& names, const std::string& help, std::function<void()> set) {
  impl_->app.add_flag_callback(names, std::move(set), help)->trigger_on_parse();
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
  impl_->app.add_option(names, callback, help)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->trigger_on_parse()
      ->type_name(placeholder);
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
  impl_->app.add_option(names, callback, help)
      ->expected(0, 1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->trigger_on_parse()
      ->type_name(placeholder);
}

std::optional<std::vector<std::string>> Options::parse(std::span<char* const> arguments) {
  PlainForm plain(impl_->app);
  plain.read(arguments);
  try {
    std::reverse(plain.tokens.begin(), plain.tokens.end());  // as CLI11 wants them
    impl_->app.parse(std::move(plain.tokens));
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  const ToolText& text = impl_->text;
  if (!impl_->help && !impl_->version) return std::move(plain.operands);
  Output out(STDOUT_FILENO);
  if (impl_->help) {
    out.put("Usage: ");
    out.put(text.name);
    out.put(" ");
    out.put(text.usage);
    out.put("\n");
    out.put(text.summary);
    out.put("\n");
    out.put(CLI::Formatter().make_groups(&impl_->app, CLI::AppFormatMode::Normal));
    out.put("\nExample:\n");
    out.put(text.examples);
  } else {
    out.put(text.name);
    out.put(" (fs-utils) " FSU_VERSION "\n");
  }
  out.flush();
  return std::nullopt;
}

}  // namespace fsu
