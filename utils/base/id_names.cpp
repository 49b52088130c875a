// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file passwd(5) and group(5) as text.
#include "utils/base/id_names.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace fsu {
namespace {

constexpr std::size_t kNameLengthMax = 64;

/// Whether the name can stand in a listing's column.
bool is_plain(std::string_view name) {
  return !name.empty() && name.size() <= kNameLengthMax &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f; });
}

/// Cuts the next field off the front of `line`.
std::string_view take_field(std::string_view& line) {
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view field = line.substr(0, colon);
  line.remove_prefix(std::min(colon + 1, line.size()));
  return field;
}

/// At most kBytesMax bytes that `read(buffer, bytes)` delivers; it returns 0 or less at the end.
template <class Read>
std::string read_bounded(Read read) {
  constexpr std::size_t kStep = 4096;
  std::string text;
  while (text.size() < IdTable::kBytesMax) {
    const std::size_t used = text.size();
    text.resize(used + kStep);
    const auto got = read(text.data() + used, kStep);
    text.resize(used + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got <= 0) break;
  }
  return text;
}

std::string read_image_file(rump::Process& image, const char* path) {
  // Only a regular file: the path may lead anywhere in the image.
  const auto attr = image.stat(rump::kCwd, path, rump::Follow::yes);
  if (!attr || attr->type != rump::FileType::file) return {};
  const auto fd = image.open(rump::kCwd, path, rump::kOpenRead);
  if (!fd) return {};
  std::string text = read_bounded([&](char* buffer, std::size_t bytes) {
    const auto got = image.read(*fd, std::as_writable_bytes(std::span(buffer, bytes)));
    return got ? static_cast<ssize_t>(*got) : ssize_t{-1};
  });
  // Closing a descriptor just used cannot fail, and nothing hangs on it.
  static_cast<void>(image.close(*fd));
  return text;
}

std::string read_host_file(const char* path) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string text = read_bounded([&](char* buffer, std::size_t bytes) { return ::read(fd, buffer, bytes); });
  ::close(fd);
  return text;
}

}  // namespace

IdTable::IdTable(std::string text) : text_(std::move(text)) {
  for (std::size_t at = 0; at < text_.size();) {
    const std::size_t end = std::min(text_.find('\n', at), text_.size());
    std::string_view line(text_.data() + at, end - at);
    const std::string_view name = take_field(line);
    take_field(line);
    const std::string_view number = take_field(line);
    std::uint32_t id = 0;
    const auto [rest, error] = std::from_chars(number.data(), number.data() + number.size(), id);
    if (is_plain(name) && error == std::errc{} && rest == number.data() + number.size())
      entries_.push_back({id, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(name.size())});
    at = end + 1;
  }
  std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::tuple(entry.id, entry.at); });
}

std::string_view IdTable::find(std::uint32_t id) const {
  const auto entry = std::ranges::lower_bound(entries_, id, {}, &Entry::id);
  if (entry == entries_.end() || entry->id != id) return {};
  return std::string_view(text_).substr(entry->at, entry->length);
}

HostIds HostIds::read() {
  return {.users = read_host_file("/etc/passwd"), .groups = read_host_file("/etc/group")};
}

std::string_view IdNames::Lazy::look_up(rump::Process& image, std::uint32_t id) {
  if (!loaded) {
    loaded = true;
    table = IdTable(read_image_file(image, path));
    if (table.empty()) table = IdTable(fallback);
  }
  last_id = id;
  return last_name = table.find(id);
}

}  // namespace fsu
