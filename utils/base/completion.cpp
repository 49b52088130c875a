// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The script for bash: a table that the tools fill, and the functions that use it.
#include "utils/base/completion.hpp"

#include <unistd.h>

#include <algorithm>

#include "fs/registry.hpp"
#include "utils/base/message.hpp"
#include "utils/base/output.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr std::string_view kHead = R"(# bash completion for fs-utils. Made by `fs-utils completion`.
# _fs_utils_options[TOOL]: its options; a long one that needs a value ends with '='.
# _fs_utils_values[TOOL OPTION]: the words that its value can be, or <file>, <directory> or <any>. An option whose value
# may be left out has an '=' behind.
declare -gA _fs_utils_options=() _fs_utils_values=()
)";

constexpr std::string_view kFunctions = R"bash(
# What readline puts in place of the word's end: COMPREPLY without what stays, which ends at a break character.
_fs_utils_trim() {
  local same=${1//\\?/xx} i  # what a backslash protects breaks nothing
  local last=${same##*[$COMP_WORDBREAKS]}
  local kept=${1:0:${#1}-${#last}}
  for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$kept"}; done
}

# A path in an image: $1 is IMAGE:/PATH as it was typed.
_fs_utils_image_path() {
  local typed=$1 plain=${1//\\/} names name word
  [[ $typed != *[\"\']* ]] || return 0
  local image=${plain%%:/*} path=/${plain#*:/}
  local directory=${path%/*}/ start=${path##*/} all=()
  [[ $start != .* ]] || all=(-A)
  mapfile -t names < <(command fs-ls -1 "${all[@]}" -- "${image/#\~\//$HOME/}:$directory" 2>/dev/null </dev/null)
  COMPREPLY=()
  for name in "${names[@]}"; do
    printf -v word %q "$image:$directory$name"
    [[ $name == "$start"* && $word == "$typed"* ]] && COMPREPLY+=("$word")
  done
  compopt -o nospace
  # The only one: go into a directory, or be done with a file.
  if ((${#COMPREPLY[@]} == 1)); then
    word=${COMPREPLY[0]//\\/}
    if command fs-ls -d -- "${word/#\~\//$HOME/}/." >/dev/null 2>&1 </dev/null; then
      COMPREPLY[0]+=/
    else
      compopt +o nospace
    fi
  fi
  _fs_utils_trim "$typed"
}

# A host file, perhaps an image, behind which ":/" may follow.
_fs_utils_host_path() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen "$2" -- "$1")
  if ((${#COMPREPLY[@]} == 1)) && [[ -f ${COMPREPLY[0]} ]]; then compopt -o nospace; fi
}

# The value $3 of option $2 of tool $1; false where nothing is known about it.
_fs_utils_value() {
  local values=${_fs_utils_values[$1 $2]-}
  case $values in
    '') return 1 ;;
    '<file>') _fs_utils_host_path "$3" -f ;;
    '<directory>') _fs_utils_host_path "$3" -d ;;
    '<any>') ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$3") ;;
  esac
}

_fs_utils() {
  local cur prev words cword
  _get_comp_words_by_ref -n '=:@<>&' cur prev words cword
  local tool=${words[0]##*/} first=1 i
  if [[ $tool == fs-utils ]]; then
    if ((cword == 1)); then
      mapfile -t COMPREPLY < <(compgen -W "${!_fs_utils_options[*]} --help --version" -- "$cur")
      COMPREPLY=("${COMPREPLY[@]#fs-}")
      ((${#COMPREPLY[@]} > 0)) || mapfile -t COMPREPLY < <(compgen -W "${!_fs_utils_options[*]}" -- "fs-$cur")
      COMPREPLY=("${COMPREPLY[@]#fs-}")
      return
    fi
    tool=fs-${words[1]#fs-}
    first=2
  fi
  for ((i = first; i < cword; ++i)); do
    [[ ${words[i]} != -- ]] || break
  done
  if ((i == cword)); then
    if [[ $cur == --*=* ]]; then
      _fs_utils_value "$tool" "${cur%%=*}" "${cur#*=}" || _fs_utils_value "$tool" "${cur%%=*}=" "${cur#*=}"
      return
    fi
    if [[ $prev == -* ]] && _fs_utils_value "$tool" "$prev" "$cur"; then return; fi
    if [[ $cur == -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W "${_fs_utils_options[$tool]-}" -- "$cur")
      [[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace
      return
    fi
  fi
  if [[ $cur == *:/* && $cur != host:* ]]; then
    _fs_utils_image_path "$cur"
  else
    _fs_utils_host_path "${cur#host:}" -f
  fi
}
)bash";

/// The words that the value of an option can be, for the table.
std::string values_of(const OptionText& option) {
  std::string words = option.placeholder;
  // "wait[=SECONDS]": the word, and what comes behind it by hand.
  for (std::size_t at = words.find('['); at != words.npos; at = words.find('['))
    words.erase(at, words.find(']', at) - at + 1);
  if (words.contains('|')) {
    std::ranges::replace(words, '|', ' ');
    return words;
  }
  if (std::ranges::find(option.names, "--fstype") != option.names.end()) {
    words.clear();
    for (const rump::FsType* type : rump::fs_types())
      if (!type->scratch) words.append(words.empty() ? "" : " ").append(type->name);
    return words;
  }
  if (words == "FILE") return "<file>";
  return words.starts_with("DIR") ? "<directory>" : "<any>";
}

}  // namespace

std::string completion_of(const ToolText& text, std::span<const OptionText> options) {
  std::string words, values;
  for (const OptionText& option : options) {
    for (const std::string& name : option.names) {
      const bool needs = option.value == OptionText::Value::needed;
      words.append(words.empty() ? "" : " ").append(name).append(needs && name.starts_with("--") ? "=" : "");
      if (option.value == OptionText::Value::none) continue;
      values.append("_fs_utils_values['").append(text.name).append(" ").append(name);
      values.append(needs ? "']='" : "=']='").append(values_of(option)).append("'\n");
    }
  }
  return std::string("_fs_utils_options['").append(text.name).append("']='").append(words).append("'\n") +
         values;
}

int run_completion(std::span<char* const> arguments) {
  if (!arguments.empty()) throw UsageError("completion takes no operands");
  Output out(STDOUT_FILENO);
  out.put(kHead);
  out.flush();
  std::string argument(kCompletionArgument);
  char* const request = argument.data();
  for (const Tool& tool : tools()) tool.run({&request, 1});
  out.put(kFunctions);
  out.put("complete -F _fs_utils fs-utils");
  for (const Tool& tool : tools()) {
    out.put(" fs-");
    out.put(tool.name);
  }
  out.put("\n");
  out.flush();
  return kDone;
}

}  // namespace fsu
