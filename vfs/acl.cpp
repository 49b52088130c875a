// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Access control lists: their bytes, the check, and inheritance.
#include "vfs/acl.hpp"

#include <algorithm>

#include "vfs/disk.hpp"

namespace rump {
namespace {

struct Header : Layout<Header, 4> {
  static constexpr At<u32, 0> version{};
};
struct WireEntry : Layout<WireEntry, 8> {
  static constexpr At<u16, 0> tag{};
  static constexpr At<u16, 2> access{};
  static constexpr At<u32, 4> id{};
};

constexpr u32 kVersion = 2;
constexpr u32 kAllAccess = kMayRead | kMayWrite | kMayExecute;

constexpr u32 kNoId = ~u32{0};  // of entries that name nobody

/// Tags of entries.
constexpr u16 kOwner = 1, kUser = 2, kGroup = 4, kNamedGroup = 8, kMask = 16, kOthers = 32;

/// The record at `offset` of bytes that were made to hold it.
template <class L>
auto record_at(std::span<std::byte> bytes, std::size_t offset) {
  const auto record = Record<L, LittleEndian, std::byte>::at(bytes, offset);
  invariant(record.has_value(), "an ACL outgrew its bytes");
  return *record;
}

Result<> granted(bool yes) {
  if (yes) return {};
  return fail(Errc::denied, "permission denied");
}

std::unexpected<Error> not_an_acl() { return fail(Errc::invalid, "not a valid access control list"); }

}  // namespace

/// Takes the entries one by one, and knows which may follow which.
class Acl::Reader {
 public:
  explicit Reader(Acl& acl) : acl_(acl) {}

  /// False: no such entry may come here.
  bool take(u16 tag, u32 access, u32 id) {
    if (access & ~kAllAccess) return false;
    switch (tag) {
      case kOwner:
        acl_.owner_ = access;
        return step(Place::start, Place::users);
      case kUser:
        return name(Place::users, {false, access, id});
      case kGroup:
        acl_.group_ = access;
        return step(Place::users, Place::groups);
      case kNamedGroup:
        return name(Place::groups, {true, access, id});
      case kMask:
        acl_.mask_ = access;
        return step(Place::groups, Place::masked);
      case kOthers:
        acl_.others_ = access;
        // Named entries are nothing without a mask.
        return step(Place::masked, Place::complete) ||
               (acl_.count_ == 0 && step(Place::groups, Place::complete));
      default:
        return false;
    }
  }
  /// Whether the ACL may end here.
  bool done() const { return place_ == Place::complete; }

 private:
  enum class Place : u8 { start, users, groups, masked, complete };
  bool step(Place from, Place to) {
    if (place_ != from) return false;
    place_ = to;
    return true;
  }
  bool name(Place among, const Named& entry) {
    if (place_ != among || entry.id == kNoId) return false;
    acl_.entries_[acl_.count_++] = entry;
    return true;
  }

  Acl& acl_;
  Place place_ = Place::start;
};

bool Acl::absent(std::span<const std::byte> value) {
  if (value.empty()) return true;
  const auto header = Record<Header, LittleEndian>::at(value, 0);
  return header && value.size() == Header::size && header->get(Header::version) == kVersion;
}

Result<Acl> Acl::parse(std::span<const std::byte> value) {
  if (value.size() < Header::size || value.size() > kBytesMax) return not_an_acl();
  const auto header = TRY((Record<Header, LittleEndian>::at(value, 0)));
  if (header.get(Header::version) != kVersion)
    return fail(Errc::not_supported, "unknown version of access control lists");
  const std::span<const std::byte> entries = value.subspan(Header::size);
  if (entries.size() % WireEntry::size != 0) return not_an_acl();
  Acl acl;
  acl.entries_ = TRY(Array<Named>::make(entries.size() / WireEntry::size));
  Reader reader(acl);
  for (std::size_t offset = 0; offset < entries.size(); offset += WireEntry::size) {
    const auto entry = TRY((Record<WireEntry, LittleEndian>::at(entries, offset)));
    if (!reader.take(entry.get(WireEntry::tag), entry.get(WireEntry::access), entry.get(WireEntry::id)))
      return not_an_acl();
  }
  if (!reader.done()) return not_an_acl();
  return acl;
}

void Acl::encode(std::vector<std::byte>& value) const {
  const std::size_t entries = 3 + (mask_ ? 1 : 0) + count_;
  value.assign(Header::size + entries * WireEntry::size, std::byte{0});
  std::size_t offset = Header::size;
  const auto add = [&](u16 tag, u32 access, u32 id = kNoId) {
    const auto entry = record_at<WireEntry>(value, offset);
    entry.set(WireEntry::tag, tag);
    entry.set(WireEntry::access, static_cast<u16>(access));
    entry.set(WireEntry::id, id);
    offset += WireEntry::size;
  };
  record_at<Header>(value, 0).set(Header::version, kVersion);
  add(kOwner, owner_);
  for (const Named& entry : names())
    if (!entry.group) add(kUser, entry.access, entry.id);
  add(kGroup, group_);
  for (const Named& entry : names())
    if (entry.group) add(kNamedGroup, entry.access, entry.id);
  if (mask_) add(kMask, *mask_);
  add(kOthers, others_);
}

Result<> Acl::check(const Attr& attr, const Cred& cred, u32 access) const {
  if (cred.privileged() || cred.uid == attr.uid || !(attr.mode & 0070))
    return check_access(attr, cred, access);
  const auto grants = [&](u32 bits) { return (bits & access) == access; };
  const u32 limit = mask_.value_or(kAllAccess);
  for (const Named& entry : names())
    if (!entry.group && entry.id == cred.uid) return granted(grants(entry.access & limit));
  // One entry must grant all that is asked for: two halves make no whole.
  bool member = cred.in_group(attr.gid);
  bool by_group = member && grants(group_ & limit);
  for (const Named& entry : names()) {
    if (!entry.group || !cred.in_group(entry.id)) continue;
    member = true;
    by_group = by_group || grants(entry.access & limit);
  }
  return granted(member ? by_group : grants(others_));
}

u32 Acl::mode_bits() const { return owner_ << 6 | group_bits() << 3 | others_; }

bool Acl::minimal() const { return count_ == 0 && !mask_; }

void Acl::set_mode(u32 mode) {
  owner_ = mode >> 6 & kAllAccess;
  (mask_ ? *mask_ : group_) = mode >> 3 & kAllAccess;
  others_ = mode & kAllAccess;
}

Result<InheritedAcl> Acl::inherit(u32 mode) const {
  InheritedAcl made{mode & (mode_bits() | ~u32{0777}), std::nullopt};
  if (minimal()) return made;
  Acl access;
  access.entries_ = TRY(Array<Named>::make(count_));
  std::ranges::copy(names(), access.entries_.begin());
  access.count_ = count_;
  access.group_ = group_;
  access.mask_ = mask_;
  access.set_mode(made.mode);
  made.access = std::move(access);
  return made;
}

}  // namespace rump
