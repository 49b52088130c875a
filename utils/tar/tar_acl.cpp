// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file ACLs of Linux (posix_acl_xattr.h, version 2) and of libarchive.
#include "utils/tar/tar_acl.hpp"

#include <archive.h>

#include <algorithm>
#include <array>

#include "vfs/acl.hpp"
#include "vfs/disk.hpp"

namespace fsu {
namespace {

struct Header : rump::Layout<Header, 4> {
  static constexpr At<rump::u32, 0> version{};
};
struct WireEntry : rump::Layout<WireEntry, 8> {
  static constexpr At<rump::u16, 0> tag{};
  static constexpr At<rump::u16, 2> access{};
  static constexpr At<rump::u32, 4> id{};
};
constexpr std::size_t kHeaderBytes = 4, kEntryBytes = 8;
constexpr rump::u32 kVersion = 2, kNoId = ~rump::u32{0};

/// A kind of entry on both sides, in the order in which Linux wants them.
struct Tag {
  rump::u16 wire;
  int archive;
  bool named;
};
constexpr std::array kTags = {
    Tag{1, ARCHIVE_ENTRY_ACL_USER_OBJ, false},  Tag{2, ARCHIVE_ENTRY_ACL_USER, true},
    Tag{4, ARCHIVE_ENTRY_ACL_GROUP_OBJ, false}, Tag{8, ARCHIVE_ENTRY_ACL_GROUP, true},
    Tag{16, ARCHIVE_ENTRY_ACL_MASK, false},     Tag{32, ARCHIVE_ENTRY_ACL_OTHER, false}};

int archive_type(AclKind kind) {
  return kind == AclKind::access ? ARCHIVE_ENTRY_ACL_TYPE_ACCESS : ARCHIVE_ENTRY_ACL_TYPE_DEFAULT;
}

struct Entry {
  std::size_t rank;  ///< of the tag
  rump::u16 access;
  rump::u32 id;
};

/// The entries of the ACL, in order; none where one has a name and no number.
std::vector<Entry> entries_of(archive_entry* entry, AclKind kind) {
  std::vector<Entry> entries;
  archive_entry_acl_reset(entry, archive_type(kind));
  int type = 0, permissions = 0, tag = 0, id = 0;
  const char* name = nullptr;
  while (archive_entry_acl_next(entry, archive_type(kind), &type, &permissions, &tag, &id, &name) ==
         ARCHIVE_OK) {
    const auto* const found = std::ranges::find(kTags, tag, &Tag::archive);
    if (type != archive_type(kind) || found == kTags.end()) continue;
    entries.push_back({static_cast<std::size_t>(found - kTags.begin()),
                       static_cast<rump::u16>(permissions & 7),
                       found->named ? static_cast<rump::u32>(id) : kNoId});
  }
  const auto is_nobody = [](const Entry& found) { return kTags.at(found.rank).named && found.id == kNoId; };
  if (std::ranges::any_of(entries, is_nobody)) return {};
  std::ranges::stable_sort(entries, {}, &Entry::rank);
  return entries;
}

}  // namespace

rump::Result<> add_acl(archive_entry* entry, AclKind kind, std::span<const std::byte> value) {
  if (rump::Acl::absent(value)) return {};
  TRY(rump::Acl::parse(value));
  for (std::size_t at = kHeaderBytes; at < value.size(); at += kEntryBytes) {
    const auto record = TRY((rump::Record<WireEntry, rump::LittleEndian>::at(value, at)));
    const auto* const tag = std::ranges::find(kTags, record.get(WireEntry::tag), &Tag::wire);
    if (tag == kTags.end()) return rump::fail(rump::Errc::invalid, "not a valid access control list");
    const int id = tag->named ? static_cast<int>(record.get(WireEntry::id)) : -1;
    archive_entry_acl_add_entry(entry, archive_type(kind), record.get(WireEntry::access), tag->archive, id,
                                nullptr);
  }
  return {};
}

std::vector<std::byte> acl_value(archive_entry* entry, AclKind kind) {
  if (archive_entry_acl_count(entry, archive_type(kind)) == 0) return {};
  const std::vector<Entry> entries = entries_of(entry, kind);
  if (entries.empty()) return {};
  std::vector<std::byte> value(kHeaderBytes + entries.size() * kEntryBytes);
  const std::span<std::byte> bytes(value);
  auto header = rump::Record<Header, rump::LittleEndian, std::byte>::at(bytes, 0);
  header->set(Header::version, kVersion);
  std::size_t at = kHeaderBytes;
  for (const Entry& entry_of_acl : entries) {
    auto record = rump::Record<WireEntry, rump::LittleEndian, std::byte>::at(bytes, at);
    record->set(WireEntry::tag, kTags.at(entry_of_acl.rank).wire);
    record->set(WireEntry::access, entry_of_acl.access);
    record->set(WireEntry::id, entry_of_acl.id);
    at += kEntryBytes;
  }
  return value;
}

}  // namespace fsu
