// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A walk that removes what it meets, directories behind what is in them.
#include "utils/edit/tree_remover.hpp"

#include <algorithm>

#include "utils/base/file_facts.hpp"
#include "utils/base/quote.hpp"
#include "utils/image/interrupt.hpp"
#include "utils/list/listing.hpp"

namespace fsu {
namespace {

/// Whether the path ends in "." or "..", by which no directory is removed.
bool ends_in_dots(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  path.remove_prefix(path.rfind('/') + 1);
  return path == "." || path == "..";
}

}  // namespace

void TreeRemover::failed(const std::string& path, const rump::Error& error) {
  const bool nothing_there = error.code == rump::Errc::not_found || error.code == rump::Errc::not_dir;
  if (!options_.force || !nothing_there) log_.error(path, error);
}

void TreeRemover::remove(const std::string& path) {
  const auto attr = process_.stat(rump::kCwd, path, rump::Follow::no);
  if (!attr) return failed(path, attr.error());
  remove_operand(path, *attr);
  remove_tree();
}

void TreeRemover::remove_operand(const std::string& path, const rump::Attr& attr) {
  const Victim victim{rump::kCwd, path, path};
  if (attr.type != rump::FileType::dir) {
    remove_file(victim);
    return;
  }
  if (!options_.recursive && !options_.empty_directories)
    return log_.error(path, errc_text(rump::Errc::is_dir));
  if (ends_in_dots(path)) return log_.error(path, "'.' and '..' are not removed");
  if (options_.recursive && options_.preserve_root && is_root(attr))
    return log_.error(path, "this would remove everything in the file system (see --no-preserve-root)");
  if (!options_.recursive) {
    remove_empty(victim);
    return;
  }
  guard_.begin();
  enter(victim);
}

bool TreeRemover::is_root(const rump::Attr& attr) {
  const auto root = process_.stat(rump::kCwd, "/", rump::Follow::no);
  return root && root->ino == attr.ino;
}

/// Removes what is below the levels that are open, and them.
void TreeRemover::remove_tree() {
  while (!levels_.empty()) {
    if (Interrupts::arrived()) return levels_.clear();
    Level& level = levels_.back();
    if (level.entries.empty()) {
      leave();
      continue;
    }
    const Level::Entry entry = std::move(level.entries.back());
    level.entries.pop_back();
    remove_entry(level, entry);
  }
}

void TreeRemover::remove_entry(Level& level, const Level::Entry& entry) {
  const std::string path = join_path(level.path, entry.name);
  const Victim victim{level.directory.get(), entry.name, path};
  rump::FileType type = entry.type;
  if (type == rump::FileType::unknown) {
    const auto attr = process_.stat(victim.at, entry.name, rump::Follow::no);
    if (attr) type = attr->type;
  }
  if (type == rump::FileType::dir) return enter(victim);
  if (!remove_file(victim)) level.keeps_some = true;
}

/// Opens the directory and makes it the last level; or logs why not.
void TreeRemover::enter(const Victim& directory) {
  const auto opened = process_.open(directory.at, directory.name,
                                    rump::kOpenRead | rump::kOpenDirectory | rump::kOpenNoFollow);
  const std::size_t depth = levels_.size();
  rump::Result<> listed;
  if (opened)
    listed = list(levels_.emplace_back(process_, *opened, directory.path), depth);
  else
    listed = std::unexpected(opened.error());
  if (!listed) log_.error(directory.path, listed.error());
  if (listed && (levels_.back().entries.empty() || wants("descend into", directory))) return;
  if (opened) levels_.pop_back();
  if (!levels_.empty()) levels_.back().keeps_some = true;
}

/// Reads what is in the directory, which is at this depth below the operand.
rump::Result<> TreeRemover::list(Level& level, std::size_t depth) {
  const rump::Fd directory = level.directory.get();
  const rump::Attr attr = TRY(process_.fstat(directory));
  if (const char* reason = guard_.enter(attr.ino, depth, level.path))
    return rump::fail(rump::Errc::loop, reason);
  level.is_root = depth == 0 && is_root(attr);
  do {
    TRY(process_.read_dir(directory, batch_));
    for (const rump::DirEntry& entry : batch_.entries())
      if (entry.name != "." && entry.name != "..")
        level.entries.push_back({std::string(entry.name), entry.type});
  } while (!batch_.entries().empty());
  std::ranges::reverse(level.entries);
  return {};
}

/// Removes the last level's directory, unless something in it could not be removed.
void TreeRemover::leave() {
  const std::string path = std::move(levels_.back().path);
  const bool stays = levels_.back().is_root || levels_.back().keeps_some;
  levels_.pop_back();
  if (levels_.empty()) {
    if (!stays) remove_empty({rump::kCwd, path, path});
    return;
  }
  const std::string name = path.substr(path.rfind('/') + 1);
  if (stays || !remove_empty({levels_.back().directory.get(), name, path})) levels_.back().keeps_some = true;
}

bool TreeRemover::remove_file(const Victim& victim) {
  if (!wants("remove", victim)) return false;
  const auto removed = process_.unlink(victim.at, victim.name);
  if (!removed) failed(victim.path, removed.error());
  if (removed && options_.verbose) log_.tell("removed", victim.path);
  return removed.has_value();
}

bool TreeRemover::remove_empty(const Victim& victim) {
  if (!wants("remove", victim)) return false;
  const auto removed = process_.rmdir(victim.at, victim.name);
  if (!removed) failed(victim.path, removed.error());
  if (removed && options_.verbose) log_.tell("removed directory", victim.path);
  return removed.has_value();
}

/// Whether nobody is asked, or the answer is yes.
bool TreeRemover::wants(std::string_view step, const Victim& victim) const {
  if (!options_.ask) return true;
  return options_.ask(std::string(step)
                          .append(" ")
                          .append(kind_of(victim))
                          .append(" ")
                          .append(quote_always(log_.shown(victim.path))));
}

/// "regular empty file", "directory" …
std::string TreeRemover::kind_of(const Victim& victim) const {
  const auto attr = process_.stat(victim.at, victim.name, rump::Follow::no);
  return attr ? std::string(type_text(*attr)) : "file";
}

}  // namespace fsu
