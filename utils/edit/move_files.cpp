// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Moving by rename, with the questions that mv(1) asks first.
#include "utils/base/quote.hpp"
#include "utils/edit/edits.hpp"
#include "utils/list/listing.hpp"

namespace fsu {
namespace {

/// The parent of what the path names, and the name.
struct Place {
  std::string parent, name;
};
Place place_of(const std::string& path) {
  std::string_view text = path;
  while (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
  const std::size_t name = text.rfind('/') + 1;
  return {std::string(text.substr(0, name)), std::string(text.substr(name))};
}

bool is_older_or_same(const rump::Time& one, const rump::Time& other) {
  return one.seconds != other.seconds ? one.seconds < other.seconds : one.nanoseconds <= other.nanoseconds;
}

/// One file, on its way to one name.
class Move {
 public:
  Move(rump::Process& process, const NamedPath& from, const NamedPath& to, const MoveOptions& options)
      : process_(process), from_(from), to_(to), options_(options) {}

  /// False: nothing was moved, as it was wanted.
  rump::Result<bool> run() {
    const rump::Attr source = TRY(process_.stat(rump::kCwd, from_.path, rump::Follow::no));
    const auto target = process_.stat(rump::kCwd, to_.path, rump::Follow::no);
    if (target) {
      if (!may_replace(source, *target, to_, options_)) return false;
      if (source.ino == target->ino) return same_file(source);
    }
    TRY(process_.rename(rump::kCwd, from_.path, rump::kCwd, to_.path, 0));
    return true;
  }

 private:
  /// One file on both sides: under two names it stays as it is, as with mv; else its one name is perhaps
  /// spelt in another way.
  rump::Result<bool> same_file(const rump::Attr& source) {
    const Place from = place_of(from_.path), to = place_of(to_.path);
    const bool same_parent = TRY(process_.stat(rump::kCwd, from.parent, rump::Follow::yes)).ino ==
                             TRY(process_.stat(rump::kCwd, to.parent, rump::Follow::yes)).ino;
    const bool has_two_names = source.nlink > 1 && source.type != rump::FileType::dir;
    if (has_two_names || (same_parent && from.name == to.name))
      return rump::fail(rump::Errc::exists, "source and target are the same file");
    TRY(process_.rename(rump::kCwd, from_.path, rump::kCwd, to_.path, 0));
    return true;
  }

  rump::Process& process_;
  const NamedPath& from_;
  const NamedPath& to_;
  const MoveOptions& options_;
};

}  // namespace

bool goes_into(rump::Process& process, const NamedPath& target, const MoveOptions& options) {
  const auto attr = process.stat(rump::kCwd, target.path, rump::Follow::yes);
  return !options.no_target_directory && attr && attr->type == rump::FileType::dir;
}

NamedPath name_in(const NamedPath& directory, const NamedPath& file) {
  const std::string name = place_of(file.path).name;
  return {join_path(directory.path, name), join_path(directory.shown, name)};
}

bool may_replace(const rump::Attr& source, const rump::Attr& target, const NamedPath& shown,
                 const MoveOptions& options) {
  if (options.existing == MoveOptions::Existing::keep) return false;
  if (options.update && is_older_or_same(source.modify, target.modify)) return false;
  return options.existing != MoveOptions::Existing::ask ||
         options.ask("overwrite " + quote_always(shown.shown));
}

void move_files(rump::Process& process, const std::vector<NamedPath>& files, const NamedPath& target,
                const MoveOptions& options, EditLog& log) {
  const bool into = goes_into(process, target, options);
  if (!into && files.size() > 1) return log.error(target.path, errc_text(rump::Errc::not_dir));
  for (const NamedPath& file : files) {
    const NamedPath to = into ? name_in(target, file) : target;
    const auto moved = Move(process, file, to, options).run();
    if (!moved) log.error(file.path, moved.error());
    if (moved && *moved && options.verbose) log.tell_move("renamed", file.shown, to.shown);
  }
}

}  // namespace fsu
