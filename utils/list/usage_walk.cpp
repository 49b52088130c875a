// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Counting trees.
#include "utils/list/usage_walk.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <tuple>

namespace fsu {
namespace {

/// Rows that are in memory at a time. A directory with more of them has its inode tables read once for each
/// so many.
constexpr std::size_t kRowsMax = std::size_t{1} << 17;

void add_up(std::uint64_t& sum, std::uint64_t more) {
  if (__builtin_add_overflow(sum, more, &sum)) sum = std::numeric_limits<std::uint64_t>::max();
}

Usage usage_of(const Row& row) {
  return {.allocated = row.allocated,
          .apparent = row.is_device() ? 0 : row.size,
          .files = 1,
          .latest = row.time()};
}

const NameFilter& all_names() {
  static const NameFilter filter{.hidden = NameFilter::Hidden::almost_all, .ignore = {}, .hide = {}};
  return filter;
}

}  // namespace

void Usage::add(const Usage& more) {
  add_up(allocated, more.allocated);
  add_up(apparent, more.apparent);
  add_up(files, more.files);
  const auto order = [](const rump::Time& time) { return std::tie(time.seconds, time.nanoseconds); };
  if (order(latest) < order(more.latest)) latest = more.latest;
}

UsageWalk::UsageWalk(rump::Process& process, const UsageOptions& options, Reporter& report, Show show)
    : process_(process),
      options_(options),
      report_(report),
      show_(std::move(show)),
      reader_(process, report, all_names(),
              {.attributes = true, .follow = options.follow, .time = options.time}, false),
      guard_(options.follow) {}

Usage UsageWalk::count(const Operand& operand) {
  guard_.begin();
  image_ = operand.image_name;
  sum_ = {};
  const bool follow = options_.follow || options_.follow_operands;
  const auto attr = process_.stat(rump::kCwd, operand.path, follow ? rump::Follow::yes : rump::Follow::no);
  if (!attr) {
    report_.error(operand.shown(), attr.error());
    return sum_;
  }
  if (is_excluded(operand.path) || !counts(attr->ino, attr->type, attr->nlink)) return sum_;
  listing_.clear();
  listing_.add(operand.path, *attr, options_.time);
  const Usage own = usage_of(listing_.rows().front());
  if (attr->type != rump::FileType::dir) {
    sum_ = own;
    show_({image_, operand.path, attr->type, own});
    return sum_;
  }
  enter({operand.path, own});
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.directories.empty()) {
      leave();
      continue;
    }
    const Pending next = std::move(level.directories.back());
    level.directories.pop_back();
    enter(next);
  }
  return sum_;
}

/// Whether a pattern matches the path, or what follows one of its slashes, as in GNU du.
bool UsageWalk::is_excluded(const std::string& path) const {
  return std::ranges::any_of(options_.excluded, [&path](const std::string& pattern) {
    bool matches = ::fnmatch(pattern.c_str(), path.c_str(), 0) == 0;
    for (std::size_t at = 0; !matches && (at = path.find('/', at)) != path.npos;) {
      ++at;
      matches = at < path.size() && path[at] != '/' && ::fnmatch(pattern.c_str(), path.c_str() + at, 0) == 0;
    }
    return matches;
  });
}

/// Whether the file is one that has not been counted.
bool UsageWalk::counts(std::uint64_t ino, rump::FileType type, std::uint32_t nlink) {
  if (options_.each_link) return true;
  if (!options_.each_once && (type == rump::FileType::dir || nlink < 2)) return true;
  return counted_.insert(ino);
}

/// Opens the directory, a name in the last level, and reads it. One that cannot be read counts itself.
void UsageWalk::enter(const Pending& directory) {
  const bool is_operand = levels_.empty();
  const std::string path = is_operand ? directory.name : join_path(levels_.back().path, directory.name);
  rump::u32 flags = rump::kOpenRead | rump::kOpenDirectory;
  if (!is_operand && !options_.follow) flags |= rump::kOpenNoFollow;
  const auto fd = process_.open(is_operand ? rump::kCwd : levels_.back().fd, directory.name, flags);
  const auto attr = fd ? process_.fstat(*fd) : std::unexpected(fd.error());
  if (!attr) {
    report_.error(shown(path), attr.error());
    if (fd) static_cast<void>(process_.close(*fd));
    return finish(path, directory.own, {});
  }
  if (const char* refused = guard_.enter(attr->ino, levels_.size(), path)) {
    report_.error(shown(path), refused);
    static_cast<void>(process_.close(*fd));
    return;
  }
  levels_.push_back({*fd, path, directory.own, {}, {}});
  read(levels_.back(), attr->size);
}

void UsageWalk::read(Level& level, std::uint64_t bytes) {
  const std::string name = shown(level.path);
  for (bool more = true; more;) {
    listing_.clear();
    listing_.reserve(bytes);
    more = reader_.read_rows({level.fd, name}, listing_, kRowsMax);
    for (const Row& row : listing_.rows())
      if (row.has_attr()) add_row(level, row);
  }
  std::ranges::reverse(level.directories);  // taken from the back
}

void UsageWalk::add_row(Level& level, const Row& row) {
  const std::string_view name = listing_.name(row);
  const bool is_directory = row.type == rump::FileType::dir;
  const bool is_shown = options_.files_too && !is_directory && levels_.size() <= options_.depth;
  std::string path;
  if (is_shown || !options_.excluded.empty()) path = join_path(level.path, name);
  if (is_excluded(path) || !counts(row.ino, row.type, row.nlink)) return;
  const Usage usage = usage_of(row);
  if (is_directory) {
    level.directories.push_back({std::string(name), usage});
    return;
  }
  level.here.add(usage);
  if (is_shown) show_({image_, path, row.type, usage});
}

void UsageWalk::leave() {
  const Level level = std::move(levels_.back());
  levels_.pop_back();
  // It was only read.
  static_cast<void>(process_.close(level.fd));
  finish(level.path, level.here, level.below);
}

/// Shows a directory that has been left, and adds it to the one that it is in.
void UsageWalk::finish(const std::string& path, const Usage& here, const Usage& below) {
  Usage all = here;
  all.add(below);
  (levels_.empty() ? sum_ : levels_.back().below).add(all);
  if (levels_.size() <= options_.depth)
    show_({image_, path, rump::FileType::dir, options_.separate ? here : all});
}

void UsageWalk::leave_to(std::size_t depth) {
  for (; levels_.size() > depth; levels_.pop_back()) static_cast<void>(process_.close(levels_.back().fd));
}

}  // namespace fsu
