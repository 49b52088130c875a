// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The commands of scripts: each is the edit of a tool, with the tool's options.
#include "utils/edit/edit_script.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "utils/base/quote.hpp"
#include "utils/base/shell_words.hpp"
#include "utils/copy/source.hpp"
#include "utils/edit/edit_options.hpp"
#include "utils/list/listing.hpp"

namespace fsu {
namespace {

using Edit = EditScript::Edit;
using Words = std::vector<std::string>;

/// What a line may need while it is parsed.
struct Context {
  const rump::Time& now;
  std::vector<HostFd>& sources;
};

/// Parses the options of a line; its operands.
Words parse(Options& options, Words& words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  auto operands = options.parse(std::span(arguments).subspan(1));
  if (!operands) throw UsageError("scripts do not ask for help");
  return *std::move(operands);
}

void check_path(const std::string& path) {
  if (!path.starts_with('/'))
    throw UsageError(quote(path) + " does not begin with '/', as paths in images do");
}

/// The operands, which are paths in the image, at least one.
Words image_paths(Words operands) {
  if (operands.empty()) throw UsageError("missing operand");
  for (const std::string& path : operands) check_path(path);
  return operands;
}

/// Takes the first operand, which is called so.
std::string take_first(Words& operands, const char* what) {
  if (operands.empty()) throw UsageError(std::string("missing ").append(what));
  std::string first = std::move(operands.front());
  operands.erase(operands.begin());
  return first;
}

/// The two operands that there must be.
std::array<std::string, 2> take_two(Words operands) {
  if (operands.size() != 2) throw UsageError("two operands are wanted");
  return {std::move(operands[0]), std::move(operands[1])};
}

/// The edit that does the step to each path, and logs what fails.
template <class Step>
Edit on_each(Words paths, const Step& step) {
  return [paths = std::move(paths), step](rump::Process& process, EditLog& log) {
    for (const std::string& path : paths)
      if (const rump::Result<> done = step(process, path); !done) log.error(path, done.error());
  };
}

Edit mkdir_line(Options& options, Words& words, Context&) {
  MkdirOptions mkdir;
  add_options(options, mkdir);
  return [paths = image_paths(parse(options, words)), mkdir](rump::Process& process, EditLog& log) {
    for (const std::string& path : paths) make_directory(process, path, mkdir, log);
  };
}

Edit rmdir_line(Options& options, Words& words, Context&) {
  RmdirOptions rmdir;
  add_options(options, rmdir);
  return [paths = image_paths(parse(options, words)), rmdir](rump::Process& process, EditLog& log) {
    for (const std::string& path : paths) remove_directory(process, path, rmdir, log);
  };
}

Edit rm_line(Options& options, Words& words, Context&) {
  RmOptions rm;
  add_options(options, rm);
  Words paths = image_paths(parse(options, words));
  if (rm.asks != Asks::never) throw UsageError("scripts do not ask: -i and -I have no meaning");
  return [paths = std::move(paths), rm](rump::Process& process, EditLog& log) {
    TreeRemover remover(process, rm.remove, log);
    for (const std::string& path : paths) remover.remove(path);
  };
}

Edit mv_line(Options& options, Words& words, Context&) {
  MvOptions mv;
  add_options(options, mv);
  Words paths = image_paths(parse(options, words));
  const std::string target = take_target(mv, paths);
  check_path(target);
  if (mv.move.existing == MoveOptions::Existing::ask)
    throw UsageError("scripts do not ask: -i has no meaning");
  return [paths = std::move(paths), target, move = mv.move](rump::Process& process, EditLog& log) {
    std::vector<NamedPath> files;
    for (const std::string& path : paths) files.push_back({path, log.shown(path)});
    move_files(process, files, {target, log.shown(target)}, move, log);
  };
}

Edit ln_line(Options& options, Words& words, Context&) {
  LinkOptions link;
  add_options(options, link);
  auto [target, path] = take_two(parse(options, words));
  if (!link.symbolic) check_path(target);
  check_path(path);
  return on_each({path}, [target, link](rump::Process& process, const std::string& name) {
    return link_file(process, target, name, link);
  });
}

Edit chmod_line(Options& options, Words& words, Context&) {
  Words paths = parse(options, words);
  const std::string text = take_first(paths, "mode");
  const auto change = ModeChange::parse(text);
  if (!change) throw UsageError(quote(text) + " is not a mode");
  return on_each(image_paths(std::move(paths)),
                 [change = *change](rump::Process& process, const std::string& path) {
                   return change_mode(process, path, change);
                 });
}

/// Numbers of a user, a group or both: "0", "0:0", ":0".
struct Owner {
  std::optional<rump::u32> user, group;
};

std::optional<rump::u32> take_number(std::string_view text, const std::string& whole) {
  if (text.empty()) return std::nullopt;
  rump::u32 number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    throw UsageError(quote(whole) + " is not UID, UID:GID or :GID, in numbers");
  return number;
}

Owner parse_owner(const std::string& text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view group = std::string_view(text).substr(std::min(colon + 1, text.size()));
  const Owner owner{.user = take_number(std::string_view(text).substr(0, colon), text),
                    .group = take_number(group, text)};
  if (group.empty() && (colon < text.size() || !owner.user))
    throw UsageError(quote(text) + " is not UID, UID:GID or :GID, in numbers");
  return owner;
}

Edit chown_line(Options& options, Words& words, Context&) {
  auto follow = rump::Follow::yes;
  options.flag("-h,--no-dereference", "a symbolic link itself, not what it leads to",
               [&follow] { follow = rump::Follow::no; });
  Words paths = parse(options, words);
  const Owner owner = parse_owner(take_first(paths, "owner"));
  return on_each(image_paths(std::move(paths)),
                 [owner, follow](rump::Process& process, const std::string& path) {
                   return process.chown(rump::kCwd, path, follow, owner.user, owner.group);
                 });
}

Edit touch_line(Options& options, Words& words, Context& context) {
  TouchArguments touch;
  add_options(options, touch);
  Words paths = image_paths(parse(options, words));
  touch.settle(context.now);
  if (touch.reference) check_path(*touch.reference);
  return on_each(
      std::move(paths), [touch](rump::Process& process, const std::string& path) -> rump::Result<> {
        TouchOptions changed = touch.touch;
        if (touch.reference) {
          const rump::Attr attr = TRY(process.stat(rump::kCwd, *touch.reference, rump::Follow::yes));
          changed.times = {attr.access, attr.modify};
        }
        return touch_file(process, path, changed);
      });
}

Edit truncate_line(Options& options, Words& words, Context&) {
  TruncateArguments truncate;
  add_options(options, truncate);
  Words paths = image_paths(parse(options, words));
  truncate.settle();
  if (truncate.reference) check_path(*truncate.reference);
  return on_each(
      std::move(paths), [truncate](rump::Process& process, const std::string& path) -> rump::Result<> {
        TruncateOptions changed = truncate.truncate;
        if (truncate.reference)
          changed.reference = TRY(process.stat(rump::kCwd, *truncate.reference, rump::Follow::yes)).size;
        return truncate_file(process, path, changed);
      });
}

Edit write_line(Options& options, Words& words, Context&) {
  WriteOptions write;
  bool no_newline = false;
  add_options(options, write);
  options.flag("-n", "no line end behind the text", no_newline);
  Words texts = parse(options, words);
  check_options(write);
  const std::string path = take_first(texts, "operand");
  check_path(path);
  std::string text;
  for (const std::string& word : texts) text.append(text.empty() ? "" : " ").append(word);
  if (!no_newline && !texts.empty()) text += '\n';
  return on_each({path}, [write, text](rump::Process& process, const std::string& name) {
    return write_text(process, name, text, write);
  });
}

Edit put_line(Options& options, Words& words, Context& context) {
  std::optional<ModeChange> mode;
  options.value("-m,--mode", "MODE", "permission bits instead of those of the host's file less the umask",
                [&mode](const std::string& text) {
                  mode = ModeChange::parse(text);
                  if (!mode) throw UsageError("-m: " + quote(text) + " is not a mode");
                });
  auto [from, to] = take_two(parse(options, words));
  check_path(to);
  HostFd file(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) throw UsageError(quote(from) + ": " + errno_text(errno));
  HostSource source;
  try {
    source = HostSource::of(file.get());
  } catch (const HostError& error) {
    throw UsageError(quote(from) + ": " + error.what());
  }
  context.sources.push_back(std::move(file));
  return [from = std::move(from), path = to, source, mode](rump::Process& process, EditLog& log) {
    std::string name = path;
    if (const auto attr = process.stat(rump::kCwd, path, rump::Follow::yes);
        attr && attr->type == rump::FileType::dir)
      name = join_path(path, std::string_view(from).substr(from.rfind('/') + 1));
    try {
      const auto written = write_source(process, name, source, {.mode = source.mode}, [](rump::u64) {});
      if (!written) return log.error(name, written.error());
    } catch (const SourceError& error) {
      return log.host_error(from, error.what());
    }
    if (!mode) return;
    if (const auto changed = change_mode(process, name, *mode); !changed) log.error(name, changed.error());
  };
}

struct Command {
  std::string_view name;
  Edit (*compile)(Options& options, Words& words, Context& context);
};

constexpr std::array kCommands = {
    Command{"chmod", chmod_line}, Command{"chown", chown_line},
    Command{"ln", ln_line},       Command{"mkdir", mkdir_line},
    Command{"mv", mv_line},       Command{"put", put_line},
    Command{"rm", rm_line},       Command{"rmdir", rmdir_line},
    Command{"touch", touch_line}, Command{"truncate", truncate_line},
    Command{"write", write_line},
};

Edit compile(Words& words, Context& context) {
  const auto* command = std::ranges::find(kCommands, words.front(), &Command::name);
  if (command == kCommands.end()) throw UsageError(quote(words.front()) + " is no edit");
  try {
    Options options({.name = command->name, .usage = "", .summary = "", .examples = ""});
    return command->compile(options, words, context);
  } catch (const UsageError& error) {
    throw UsageError(words.front() + ": " + error.what());
  }
}

}  // namespace

EditScript::EditScript(const std::string& name, std::string_view text, const rump::Time& now,
                       Reporter& report) {
  Context context{now, sources_};
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string place = name + ":" + std::to_string(number);
    try {
      Words words = split_shell_words(text.substr(0, end));
      if (!words.empty()) lines_.push_back({place, compile(words, context)});
    } catch (const UsageError& error) {
      report.not_opened(place, error.what());
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace fsu
