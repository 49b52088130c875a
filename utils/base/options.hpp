// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A tool's command line: CLI11 behind a front that takes operands verbatim.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fsu {

/// What --help and the manual page say of a tool around its options.
struct ToolText {
  std::string_view name;              ///< "fs-ls"
  std::string_view usage;             ///< "[OPTION]... IMAGE:/PATH..."
  std::string_view summary;           ///< what it does, in a sentence or two
  std::string_view examples;          ///< lines, each ending with a newline
  std::string_view description = {};  ///< what only the manual page says; an empty line ends a paragraph
};

/// What --help, the manual page and the completion say of one option.
struct OptionText {
  enum class Value : std::uint8_t { none, needed, optional };
  std::vector<std::string> names;  ///< with their dashes, as they were registered
  std::string placeholder;         ///< of the value; "always|never" lists all that there are
  std::string help;
  std::string group;  ///< empty: the tool's own
  Value value = Value::none;
};

/// The titles of the options' groups, the tool's own (empty) first.
std::vector<std::string> groups_of(std::span<const OptionText> options);

/// As a tool's only argument: it prints its manual page, or what the completion must know of it.
inline constexpr std::string_view kManualArgument = "--print-manual-page";
inline constexpr std::string_view kCompletionArgument = "--print-completion";

/// The options of one tool. Callbacks run in the order of the command line, so the last of two that exclude
/// each other wins.
///
/// CLI11 sees neither operands nor abbreviations: parse() first brings the command line into a plain form
/// (whole long names, each value apart), because CLI11 splits operands like "[a,b]", takes an operand for the
/// value of an option whose value is optional, and knows no prefixes.
class Options {
 public:
  explicit Options(const ToolText& text);
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  /// Options that are registered from now on stand under this title in --help and in the manual; empty: among
  /// the tool's own, which come first.
  void group(std::string_view title);
  /// An option without a value; `names` as CLI11 writes them: "-l", "-R,--recursive".
  void flag(const std::string& names, const std::string& help, std::function<void()> set);
  void flag(const std::string& names, const std::string& help, bool& set);
  /// An option with a value, which `--help` calls `placeholder`.
  void value(const std::string& names, const std::string& placeholder, const std::string& help,
             std::function<void(const std::string&)> set);
  void value(const std::string& names, const std::string& placeholder, const std::string& help,
             std::string& set);
  /// An option whose value may be left out and follows an '=' only; without one, `set` gets nullopt.
  void optional_value(const std::string& names, const std::string& placeholder, const std::string& help,
                      std::function<void(std::optional<std::string>)> set);

  /// Runs the callbacks and returns the operands in order; nullopt after --help, --version or one of the
  /// arguments above, which have been answered on standard output. `--` ends the options; options and
  /// operands may be mixed. Throws UsageError.
  std::optional<std::vector<std::string>> parse(std::span<char* const> arguments);

 private:
  bool answer_request(std::string_view argument) const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fsu
