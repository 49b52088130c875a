// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Rows: small, because a directory may have millions.
#include "utils/list/listing.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace fsu {
namespace {

/// What set_details() keeps, without the holes that four rump::Time have.
struct Details {
  std::array<std::int64_t, 4> seconds;
  std::array<std::uint32_t, 4> nanoseconds;
  std::uint32_t flags;
};
constexpr std::size_t kDetailBytes = offsetof(Details, flags) + sizeof(Details::flags);

constexpr std::uint16_t short_length(std::size_t length) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(length, 0xffff));
}

}  // namespace

void Listing::clear() {
  rows_.clear();
  text_.clear();
}

void Listing::reserve(std::uint64_t directory_bytes) {
  // Room that nothing is put into takes no memory; but an image may claim any size.
  constexpr std::uint64_t kBytesMax = std::uint64_t{4} << 20, kEntryBytes = 24;
  const auto bytes = static_cast<std::size_t>(std::min(directory_bytes, kBytesMax));
  rows_.reserve(bytes / kEntryBytes);
  text_.reserve(bytes);
}

Row& Listing::append(std::string_view name) {
  Row row{};
  row.name_at = text_.size();
  row.name_length = short_length(name.size());
  text_.insert(text_.end(), name.begin(), name.begin() + row.name_length);
  return rows_.emplace_back(row);
}

void Listing::add(std::string_view name, const rump::Attr& attr, TimeKind time) {
  set_attr(append(name), attr, time);
}

void Listing::set_attr(Row& row, const rump::Attr& attr, TimeKind time) {
  row.known = Row::Known::all;
  row.ino = attr.ino;
  row.type = attr.type;
  row.mode = static_cast<std::uint16_t>(attr.mode);
  row.size = row.is_device() ? std::uint64_t{attr.device.major} << 32 | attr.device.minor : attr.size;
  row.allocated = attr.allocated;
  row.seconds = time_of(attr, time).seconds;
  row.nanoseconds = time_of(attr, time).nanoseconds;
  row.has_time = time != TimeKind::birth || has_birth(attr);
  row.nlink = attr.nlink;
  row.uid = attr.uid;
  row.gid = attr.gid;
  row.has_acl = attr.has_acl;
}

void Listing::add(std::string_view name, std::uint64_t ino, rump::FileType type, Row::Known known) {
  Row& row = append(name);
  row.known = known;
  row.ino = ino;
  row.type = type;
}

/// What is added to a row's text follows it; few rows get anything.
void Listing::move_text_to_end(Row& row) {
  const std::size_t length = std::size_t{row.name_length} + row.target_length;
  if (row.name_at + length == text_.size()) return;
  const std::size_t at = text_.size();
  text_.resize(at + length);
  std::memcpy(text_.data() + at, text_.data() + row.name_at, length);
  row.name_at = at;
}

void Listing::set_target(Row& row, std::string_view target) {
  move_text_to_end(row);
  row.target_length = short_length(target.size());
  text_.insert(text_.end(), target.begin(), target.begin() + row.target_length);
}

void Listing::set_details(Row& row, const rump::Attr& attr) {
  move_text_to_end(row);
  const Details details = {
      .seconds = {attr.modify.seconds, attr.access.seconds, attr.change.seconds, attr.birth.seconds},
      .nanoseconds = {attr.modify.nanoseconds, attr.access.nanoseconds, attr.change.nanoseconds,
                      attr.birth.nanoseconds},
      .flags = attr.flags};
  const std::size_t at = text_.size();
  text_.resize(at + kDetailBytes);
  std::memcpy(text_.data() + at, &details, kDetailBytes);
}

rump::Attr Listing::attr_of(const Row& row) const {
  Details details{};
  std::memcpy(&details, text_.data() + row.name_at + row.name_length + row.target_length, kDetailBytes);
  const auto time = [&](std::size_t i) { return rump::Time{details.seconds[i], details.nanoseconds[i]}; };
  rump::Attr attr;
  attr.type = row.type;
  attr.ino = row.ino;
  attr.allocated = row.allocated;
  if (row.is_device()) {
    attr.device = {row.major(), row.minor()};
  } else {
    attr.size = row.size;
  }
  attr.mode = row.mode;
  attr.nlink = row.nlink;
  attr.uid = row.uid;
  attr.gid = row.gid;
  attr.flags = details.flags;
  attr.modify = time(0);
  attr.access = time(1);
  attr.change = time(2);
  attr.birth = time(3);
  return attr;
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path;
  path.reserve(directory.size() + 1 + name.size());
  path.append(directory);
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

}  // namespace fsu
