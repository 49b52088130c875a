// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Destinations on the host and in images.
#include "utils/copy/cp_destination.hpp"

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"
#include "utils/list/listing.hpp"

namespace fsu {
namespace {

/// The path's parent, "" or with a slash at the end, and its last component.
std::pair<std::string, std::string> split_path(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const std::size_t parent = slash == path.npos ? 0 : slash + 1;
  return {std::string(path.substr(0, parent)), std::string(path.substr(parent))};
}

std::string with_slash(const std::string& path) { return path.ends_with('/') ? path : path + "/"; }

Destination::Named open_parent(DestinationSide& side, const std::string& path) {
  auto [parent, name] = split_path(path);
  return {side.open_directory(parent.empty() ? "." : parent), std::move(name)};
}

/// A name in the directory that exists, for a copy that gets this very name.
Destination name_destination(DestinationSide& side, const DestinationWish& wish) {
  Destination destination;
  destination.directory_only = wish.path.ends_with('/');
  Destination::Named named = open_parent(side, wish.path);
  destination.base = std::move(named.directory);
  destination.shown = wish.prefix + split_path(wish.path).first;
  destination.name = std::move(named.name);
  if (const auto behind = side.behind(wish.path)) destination.behind = open_parent(side, *behind);
  return destination;
}

}  // namespace

bool HostDestination::is_directory(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

TargetDir HostDestination::open_directory(const std::string& path) {
  HostFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw UsageError(quote(path) + ": " + errno_text(errno));
  return existing_directory(adopt(tree_, std::move(directory)), {});
}

std::optional<std::string> HostDestination::behind(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return std::nullopt;
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), std::free);
  if (!real) return std::nullopt;
  return real.get();
}

bool ImageDestination::is_directory(const std::string& path) {
  const auto node = tree_.stat(FileTree::kOperand, path, rump::Follow::yes);
  return node && node->attr.type == rump::FileType::dir;
}

TargetDir ImageDestination::open_directory(const std::string& path) {
  auto directory = tree_.open_directory(FileTree::kOperand, path, rump::Follow::yes);
  if (!directory) throw UsageError(quote(path) + ": " + directory.error().reason);
  return existing_directory(std::move(*directory), {});
}

std::optional<std::string> ImageDestination::behind(const std::string& path) {
  constexpr int kLinksMax = 40;
  std::string at = path;
  for (int links = 0; links < kLinksMax; ++links) {
    const auto node = tree_.stat(FileTree::kOperand, at, rump::Follow::no);
    if (!node) return std::nullopt;
    if (node->attr.type != rump::FileType::symlink) return links > 0 ? std::optional(at) : std::nullopt;
    const auto target = tree_.read_link(FileTree::kOperand, at);
    if (!target) return std::nullopt;
    at = target->starts_with('/') ? *target : split_path(at).first + *target;
  }
  return std::nullopt;
}

Destination find_destination(DestinationSide& side, const DestinationWish& wish) {
  if (wish.path.empty()) throw UsageError("the destination is an empty name");
  const bool is_directory = side.is_directory(wish.path);
  if (!is_directory && wish.directory)
    throw UsageError("the target " + quote(wish.prefix + wish.path) + " is not a directory");
  if (!is_directory) return name_destination(side, wish);
  Destination destination;
  destination.base = side.open_directory(wish.path);
  destination.shown = wish.prefix + with_slash(wish.path);
  if (wish.as_name) destination.name.emplace(".");
  return destination;
}

}  // namespace fsu
