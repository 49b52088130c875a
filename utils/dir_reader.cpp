// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directory entries into rows.
#include "utils/dir_reader.hpp"

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
  listing.add(name, attr, wants_.time);
  if (attr.type == rump::FileType::symlink) {
    if (wants_.targets || wants_.referents) add_link(place, path, name, listing);
  } else if (attr.type == rump::FileType::dir) {
    if (wants_.default_acls && has_xattr(place, path, "system.posix_acl_default"))
      listing.rows().back().has_acl = true;
  } else if (attr.type == rump::FileType::file) {
    if (wants_.capabilities) listing.rows().back().privileged = has_xattr(place, path, "security.capability");
  }
  if (wants_.details) listing.set_details(attr);
}

void EntryReader::add_link(const EntryPlace& place, std::string_view path, std::string_view name,
                           Listing& listing) {
  std::array<char, rump::kPathMax> room;
  const auto length = process_.readlink(place.fd, path, room);
  if (!length) return report_.error(place.shown_entry(name), length.error());
  if (wants_.targets) listing.set_target({room.data(), *length});
  if (!wants_.referents) return;
  if (const auto referent = process_.stat(place.fd, path, rump::Follow::yes))
    listing.rows().back().referent_mode =
        static_cast<std::uint16_t>(mode_number(referent->type, referent->mode));
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
  for (const rump::DirEntry& entry : batch_.entries())
    if (filter_.wants(entry.name)) add(directory, entry, listing);
  return !batch_.entries().empty();
}

void DirReader::add(const EntryPlace& directory, const rump::DirEntry& entry, Listing& listing) {
  if (!wants_.attributes) return listing.add(entry.name, entry.ino, entry.type, Row::Known::name);
  if (entry.attr && wants_.follow && entry.attr->type == rump::FileType::symlink)
    return add_known(directory, entry, process_.stat(directory.fd, entry.name, rump::Follow::yes), listing);
  add_known(directory, entry, entry.attr, listing);
}

void DirReader::add_known(const EntryPlace& directory, const rump::DirEntry& entry,
                          const rump::Result<rump::Attr>& attr, Listing& listing) {
  if (attr) return entries_.add(directory, entry.name, entry.name, *attr, listing);
  report_.error(directory.shown_entry(entry.name), attr.error());
  listing.add(entry.name, entry.ino, entry.type, Row::Known::failed);
}

}  // namespace fsu
