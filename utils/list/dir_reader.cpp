// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directory entries into rows.
#include "utils/list/dir_reader.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>

namespace fsu {

bool NameFilter::wants(std::string_view name) const {
  if (name.starts_with('.') && hidden != Hidden::all) {
    if (hidden == Hidden::skip || name == "." || name == "..") return false;
  }
  if (ignore.empty() && hide.empty()) return true;
  const std::string text(name);
  const auto matches = [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), text.c_str(), FNM_PERIOD) == 0;
  };
  return !std::ranges::any_of(ignore, matches) &&
         (hidden != Hidden::skip || !std::ranges::any_of(hide, matches));
}

void EntryReader::add(const EntryPlace& place, std::string_view path, std::string_view name,
                      const rump::Attr& attr, Listing& listing) {
  listing.add(name, attr.ino, attr.type, Row::Known::name);
  fill(place, path, attr, listing.rows().back(), listing);
}

void EntryReader::fill(const EntryPlace& place, std::string_view path, const rump::Attr& attr, Row& row,
                       Listing& listing) {
  listing.set_attr(row, attr, wants_.time);
  if (attr.type == rump::FileType::symlink) {
    if (wants_.targets || wants_.referents) add_link(place, std::string(path), row, listing);
  } else if (attr.type == rump::FileType::dir) {
    if (wants_.default_acls && has_xattr(place, path, "system.posix_acl_default")) row.has_acl = true;
  } else if (attr.type == rump::FileType::file) {
    if (wants_.capabilities) row.privileged = has_xattr(place, path, "security.capability");
  }
  if (wants_.details) listing.set_details(row, attr);
}

void EntryReader::add_link(const EntryPlace& place, const std::string& path, Row& row, Listing& listing) {
  std::array<char, rump::kPathMax> room;
  const auto length = process_.readlink(place.fd, path, room);
  if (!length) return report_.error(place.shown_entry(listing.name(row)), length.error());
  if (wants_.targets) listing.set_target(row, {room.data(), *length});
  if (!wants_.referents) return;
  if (const auto referent = process_.stat(place.fd, path, rump::Follow::yes))
    row.referent_mode = static_cast<std::uint16_t>(mode_number(referent->type, referent->mode));
}

bool EntryReader::has_xattr(const EntryPlace& place, std::string_view path, std::string_view attribute) {
  // Where attributes cannot be read, there is nothing to be marked; what the listing is about can be shown.
  return process_.get_xattr(place.fd, path, rump::Follow::no, attribute, {}).has_value();
}

bool DirReader::next(const EntryPlace& directory, Listing& listing) {
  if (const auto done = process_.read_dir(directory.fd, batch_); !done) {
    report_.error(directory.shown, done.error());
    return false;
  }
  for (const rump::DirEntry& entry : batch_.entries()) {
    if (!filter_.wants(entry.name)) continue;
    listing.add(entry.name, entry.ino, entry.type, Row::Known::name);
    // "." and ".." come with attributes; of the others that is so in steps.
    const bool comes_with_attributes = in_steps_ || entry.name == "." || entry.name == "..";
    if (wants_.attributes && comes_with_attributes)
      fill(directory, entry.attr, listing.rows().back(), listing);
  }
  return !batch_.entries().empty();
}

bool DirReader::read_rows(const EntryPlace& directory, Listing& listing, std::size_t rows) {
  bool more = true;
  while (more && listing.rows().size() < rows) more = next(directory, listing);
  if (wants_.attributes) look_behind(directory, listing);
  return more;
}

/// Reads the attributes that are missing yet.
void DirReader::look_behind(const EntryPlace& directory, Listing& listing) {
  std::vector<Row>& rows = listing.rows();
  struct Numbered {
    std::uint64_t ino;
    std::uint32_t row;
  };
  std::vector<Numbered> order;
  order.reserve(rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i)
    if (rows[i].known == Row::Known::name) order.push_back({rows[i].ino, i});
  std::ranges::sort(order, {}, &Numbered::ino);
  constexpr std::size_t kStep = 64;
  std::vector<rump::DirEntry> entries;
  for (std::span<const Numbered> rest(order); !rest.empty(); rest = rest.subspan(entries.size())) {
    entries.clear();
    for (const Numbered& next : rest.first(std::min(rest.size(), kStep)))
      entries.push_back(
          {{}, next.ino, next.ino, rump::FileType::unknown, 0, rump::fail(rump::Errc::no_data)});
    const auto looked = process_.stat_entries(directory.fd, entries);
    for (std::size_t i = 0; i < entries.size(); ++i)
      fill(directory, looked ? entries[i].attr : std::unexpected(looked.error()), rows[rest[i].row], listing);
  }
}

/// Gives the row what is known of its entry, or reports why it is not.
void DirReader::fill(const EntryPlace& directory, rump::Result<rump::Attr> attr, Row& row, Listing& listing) {
  const std::string_view name = listing.name(row);
  if (attr && wants_.follow && attr->type == rump::FileType::symlink)
    attr = process_.stat(directory.fd, name, rump::Follow::yes);
  if (attr) return entries_.fill(directory, name, *attr, row, listing);
  report_.error(directory.shown_entry(name), attr.error());
  row.known = Row::Known::failed;
}

}  // namespace fsu
