// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Text to roff.
#include "utils/base/manual.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "utils/base/manual_text.hpp"
#include "utils/base/message.hpp"
#include "utils/base/moment.hpp"
#include "utils/base/output.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

/// Text that roff shows as it is. `exact`: as something to type, where a hyphen is a minus sign.
std::string roff(std::string_view text, bool exact = false) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    line_start = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (exact && c == '-')
      out += "\\-";
    else if (exact && c == '\'')
      out += "\\(aq";
    else if (exact && c == '`')
      out += "\\(ga";
    else
      out += c;
  }
  return out;
}

/// The date of the page; SOURCE_DATE_EPOCH makes builds repeatable.
std::string page_date() {
  std::int64_t seconds = std::time(nullptr);
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH"))
    std::from_chars(epoch, epoch + std::strlen(epoch), seconds);
  const std::string text = moment_text({seconds}, " ", "");
  return text.substr(0, text.find(' '));
}

std::string head(std::string_view name, std::string_view section, std::string_view summary) {
  std::string upper(name);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::string page = ".\\\" Made by `fs-utils manual`: change the tool's own text instead.\n.TH ";
  page.append(upper).append(" ").append(section).append(" ").append(page_date());
  page.append(" \"fs-utils " FSU_VERSION "\" \"fs-utils\"\n.SH NAME\n");
  return page.append(roff(name, true)).append(" \\- ").append(roff(summary)).append("\n");
}

/// Calls `each` with each line.
template <class Each>
void for_lines(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    each(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void add_synopsis(const ToolText& text, std::string& page) {
  page += ".SH SYNOPSIS\n";
  bool first = true;
  for_lines(text.usage, [&](std::string_view line) {
    // Further forms are written "   or: fs-cp …" for --help.
    if (const std::size_t name = line.find(text.name); name != line.npos)
      line.remove_prefix(std::min(name + text.name.size() + 1, line.size()));
    page.append(first ? "" : ".br\n").append(".B ").append(roff(text.name, true)).append("\n");
    if (!line.empty()) page.append(roff(line, true)).append("\n");
    first = false;
  });
}

/// Paragraphs, which an empty line ends.
void add_paragraphs(std::string_view text, std::string& page) {
  for_lines(text,
            [&](std::string_view line) { page.append(line.empty() ? ".PP" : roff(line)).append("\n"); });
}

void add_option(const OptionText& option, std::string& page) {
  page += ".TP\n";
  for (const std::string& name : option.names) {
    if (&name != &option.names.front()) page += ", ";
    page.append("\\fB").append(roff(name, true)).append("\\fR");
    const bool is_long = name.starts_with("--");
    const std::string value = "\\fI" + roff(option.placeholder, true) + "\\fR";
    switch (option.value) {
      case OptionText::Value::none:
        break;
      case OptionText::Value::needed:
        page.append(is_long ? "=" : " ").append(value);
        break;
      case OptionText::Value::optional:
        if (is_long) page.append("[=").append(value).append("]");
        break;
    }
  }
  page.append("\n").append(roff(option.help)).append("\n");
}

void add_options(std::span<const OptionText> options, std::string& page) {
  page += ".SH OPTIONS\n";
  for (const std::string& group : groups_of(options)) {
    if (!group.empty()) page.append(".SS ").append(roff(group)).append("\n");
    for (const OptionText& option : options)
      if (option.group == group) add_option(option, page);
  }
}

void add_examples(std::string_view examples, std::string& page) {
  page += ".SH EXAMPLES\n.nf\n";
  for_lines(examples, [&](std::string_view line) { page.append(roff(line, true)).append("\n"); });
  page += ".fi\n";
}

void add_see_also(std::string_view but, std::string& page) {
  page += ".SH SEE ALSO\n";
  for (const Tool& tool : tools())
    if (!but.ends_with(tool.name) || but.size() != tool.name.size() + 3)
      page.append(".BR fs\\-").append(tool.name).append(" (1),\n");
  page += ".BR fs\\-utils (7)\n";
}

std::string_view summary_of(std::string_view name) {
  for (const Tool& tool : tools())
    if (name.substr(std::min<std::size_t>(3, name.size())) == tool.name) return tool.summary;
  return "a tool of fs-utils";
}

/// fs-utils(7).
std::string main_page() {
  std::string page = head("fs-utils", "7", "reads disk images without mounting them");
  page += kMainDescription;
  page += ".SH TOOLS\n";
  for (const Tool& tool : tools())
    page.append(".TP\n.BR fs\\-").append(tool.name).append(" (1)\n").append(roff(tool.summary)).append("\n");
  page += kOperandsInFull;
  page += kExitStatus;
  page += kEnvironment;
  page += ".SH SEE ALSO\n";
  for (const Tool& tool : tools())
    page.append(".BR fs\\-").append(tool.name).append(&tool == &tools().back() ? " (1)\n" : " (1),\n");
  return page;
}

}  // namespace

std::string manual_page(const ToolText& text, std::span<const OptionText> options) {
  std::string page = head(text.name, "1", summary_of(text.name));
  add_synopsis(text, page);
  page += ".SH DESCRIPTION\n";
  add_paragraphs(text.summary, page);
  if (!text.description.empty()) {
    page += ".PP\n";
    add_paragraphs(text.description, page);
  }
  add_options(options, page);
  page += kOperandsInShort;
  page += kExitStatus;
  page += kEnvironment;
  add_examples(text.examples, page);
  add_see_also(text.name, page);
  return page;
}

int run_manual(std::span<char* const> arguments) {
  if (arguments.size() != 1) throw UsageError("manual takes the name of one tool");
  std::string_view name = arguments[0];
  if (name.starts_with("fs-")) name.remove_prefix(3);
  if (name == "utils") {
    Output out(STDOUT_FILENO);
    out.put(main_page());
    out.flush();
    return kDone;
  }
  std::string argument(kManualArgument);
  char* const request = argument.data();
  for (const Tool& tool : tools())
    if (tool.name == name) return tool.run({&request, 1});
  throw UsageError("there is no such tool; fs-utils --help lists them");
}

}  // namespace fsu
