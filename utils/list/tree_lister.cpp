// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Listing trees of directories.
#include "utils/list/tree_lister.hpp"

#include <algorithm>

namespace fsu {

TreeLister::TreeLister(rump::Process& process, IdNames& names, const LsOptions& options, ListWriter& writer,
                       Reporter& report)
    : process_(process),
      names_(names),
      options_(options),
      writer_(writer),
      report_(report),
      reader_(process, report, options.filter, options.wants, options.streams()),
      guard_(options.wants.follow) {}

void TreeLister::list(const Operand& operand, bool headers) {
  guard_.begin();
  headers_ = headers;
  image_ = operand.image_name;
  pending_.push_back({0, operand.path});
  while (!pending_.empty()) {
    const Pending next = std::move(pending_.back());
    pending_.pop_back();
    leave_to(next.depth);
    path_ = next.depth == 0 ? operand.shown() : join_path(levels_.back().path, next.name);
    enter(next);
  }
  leave_to(0);
}

void TreeLister::close(rump::Fd fd) {
  // Only a bug could make this fail, and the listing is printed already.
  static_cast<void>(process_.close(fd));
}

void TreeLister::leave_to(std::size_t depth) {
  for (; levels_.size() > depth; levels_.pop_back()) close(levels_.back().fd);
}

void TreeLister::enter(const Pending& directory) {
  const rump::Fd at = directory.depth == 0 ? rump::kCwd : levels_.back().fd;
  rump::u32 flags = rump::kOpenRead | rump::kOpenDirectory;
  if (directory.depth > 0 && !options_.wants.follow) flags |= rump::kOpenNoFollow;
  const auto fd = process_.open(at, directory.name, flags);
  if (!fd) return report_.error(path_, fd.error());
  if (!list_open(*fd, directory.depth)) close(*fd);
}

/// Lists the open directory; true when it became a level, because directories below it are pending.
bool TreeLister::list_open(rump::Fd fd, std::size_t depth) {
  const auto attr = process_.fstat(fd);
  if (!attr) {
    report_.error(path_, attr.error());
    return false;
  }
  if (const char* refused = guard_.enter(attr->ino, depth, path_)) {
    report_.error(path_, refused);
    return false;
  }
  const std::size_t before = pending_.size();
  if (options_.streams()) {
    list_in_steps(fd, depth);
  } else {
    list_whole(fd, depth, attr->size);
  }
  if (pending_.size() == before) return false;
  std::reverse(pending_.begin() + static_cast<std::ptrdiff_t>(before), pending_.end());
  levels_.push_back({fd, path_});
  return true;
}

void TreeLister::list_whole(rump::Fd fd, std::size_t depth, std::uint64_t bytes) {
  listing_.clear();
  listing_.reserve(bytes);
  reader_.read_whole({fd, path_}, listing_);
  sort_rows(listing_, options_.order, options_.style.names);
  if (headers_) writer_.header(path_);
  writer_.total(listing_);
  writer_.print(listing_, source());
  queue_directories(fd, depth + 1);
}

void TreeLister::list_in_steps(rump::Fd fd, std::size_t depth) {
  if (headers_) writer_.header(path_);
  for (bool more = true; more;) {
    listing_.clear();
    more = reader_.next({fd, path_}, listing_);
    writer_.print(listing_, source());
    queue_directories(fd, depth + 1);
  }
}

ListSource TreeLister::source() const {
  return {names_, image_, std::string_view(path_).substr(image_.size() + 1)};
}

void TreeLister::queue_directories(rump::Fd fd, std::size_t depth) {
  if (!options_.recursive) return;
  for (const Row& row : listing_.rows()) {
    const std::string_view name = listing_.name(row);
    if (name != "." && name != ".." && is_directory(fd, row)) pending_.push_back({depth, std::string(name)});
  }
}

/// Asks the inode where the directory does not keep types. What could not be read with attributes has been
/// said.
bool TreeLister::is_directory(rump::Fd fd, const Row& row) {
  if (row.type != rump::FileType::unknown || row.known != Row::Known::name)
    return row.type == rump::FileType::dir;
  const auto attr = process_.stat(fd, listing_.name(row), rump::Follow::no);
  if (!attr) report_.error(join_path(path_, listing_.name(row)), attr.error());
  return attr && attr->type == rump::FileType::dir;
}

}  // namespace fsu
