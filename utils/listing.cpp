// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Reading a directory for fs-ls.
#include "utils/listing.hpp"

#include <algorithm>
#include <array>

namespace fsu {

void Listing::clear() {
  rows_.clear();
  text_.clear();
}

Row& Listing::append(std::string_view name) {
  Row row{};
  row.name_at = text_.size();
  row.name_length = static_cast<std::uint16_t>(std::min<std::size_t>(name.size(), 0xffff));
  text_.insert(text_.end(), name.begin(), name.begin() + row.name_length);
  return rows_.emplace_back(row);
}

void Listing::add(std::string_view name, const rump::Attr& attr) {
  Row& row = append(name);
  row.ino = attr.ino;
  row.size = attr.size;
  row.allocated = attr.allocated;
  row.modified = attr.modify.seconds;
  row.nlink = attr.nlink;
  row.uid = attr.uid;
  row.gid = attr.gid;
  row.device = attr.device;
  row.mode = static_cast<std::uint16_t>(attr.mode);
  row.type = attr.type;
  row.has_attr = true;
}

void Listing::add(std::string_view name, std::uint64_t ino, rump::FileType type) {
  Row& row = append(name);
  row.ino = ino;
  row.type = type;
}

void Listing::set_target(std::string_view target) {
  Row& row = rows_.back();
  row.target_length = static_cast<std::uint16_t>(std::min<std::size_t>(target.size(), 0xffff));
  text_.insert(text_.end(), target.begin(), target.begin() + row.target_length);
}

void Listing::sort() {
  std::ranges::sort(rows_, {}, [this](const Row& row) { return name(row); });
}

void DirReader::read(rump::Fd directory, std::string_view shown, Listing& listing) {
  for (;;) {
    if (const auto done = process_.read_dir(directory, batch_); !done)
      return report_.error(shown, done.error());
    if (batch_.entries().empty()) return;
    for (const rump::DirEntry& entry : batch_.entries()) add(directory, shown, entry, listing);
  }
}

void DirReader::add(rump::Fd directory, std::string_view shown, const rump::DirEntry& entry,
                    Listing& listing) {
  if (hidden_ != Hidden::all) {
    if (entry.name.starts_with('.') && (hidden_ == Hidden::skip || entry.name == "." || entry.name == ".."))
      return;
  }
  if (attrs_ == rump::DirBatch::Attrs::no) return listing.add(entry.name, entry.ino, entry.type);
  if (!entry.attr) {
    report_.error(join_path(shown, entry.name), entry.attr.error());
    return listing.add(entry.name, entry.ino, entry.type);
  }
  listing.add(entry.name, *entry.attr);
  if (entry.attr->type == rump::FileType::symlink)
    add_target(process_, directory, entry.name, join_path(shown, entry.name), report_, listing);
}

void add_target(rump::Process& process, rump::Fd at, std::string_view path, std::string_view shown,
                Reporter& report, Listing& listing) {
  std::array<char, rump::kPathMax> room;
  const auto length = process.readlink(at, path, room);
  if (!length) return report.error(shown, length.error());
  listing.set_target({room.data(), *length});
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path;
  path.reserve(directory.size() + 1 + name.size());
  path.append(directory);
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

}  // namespace fsu
