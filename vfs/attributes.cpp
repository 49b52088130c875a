// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The rules of attributes.
#include "vfs/attributes.hpp"

namespace rump {
namespace {

constexpr u32 kGroupExecute = 0010;
constexpr u32 kModeBits = 07777;
constexpr u32 kSecond = 1'000'000'000;
constexpr u32 kNoId = ~u32{0};

constexpr Name kUserSpace = "user.", kTrustedSpace = "trusted.", kSecuritySpace = "security.",
               kHurdSpace = "gnu.";

std::unexpected<Error> not_the_owner() { return fail(Errc::not_permitted, "only the owner may do this"); }
std::unexpected<Error> only_user_0() { return fail(Errc::not_permitted, "only user 0 may do this"); }
std::unexpected<Error> flag_forbids() { return fail(Errc::not_permitted, "a flag of the file forbids this"); }

/// Whether the caller may leave a file of this group setgid.
bool may_keep_setgid(u32 gid, const Cred& cred) { return cred.privileged() || cred.in_group(gid); }

/// The mode without the bits that lend the owner's rights. Setgid without group-execute lends nothing (it
/// once meant mandatory locks), so a member of the group keeps it.
u32 without_lent_rights(const Attr& attr, const Cred& cred) {
  u32 mode = attr.mode & ~kSetUid;
  if ((mode & kGroupExecute) || !may_keep_setgid(attr.gid, cred)) mode &= ~kSetGid;
  return mode;
}

bool valid(const TimeChange& change) {
  return change.kind != TimeChange::Kind::set || change.time.nanoseconds < kSecond;
}

std::optional<Time> time_of(const TimeChange& change, Time now) {
  switch (change.kind) {
    case TimeChange::Kind::omit:
      return std::nullopt;
    case TimeChange::Kind::now:
      return now;
    case TimeChange::Kind::set:
      return change.time;
  }
  return std::nullopt;
}

Result<u32> access_for_user_xattr(const Attr& attr, const Cred& cred, XattrUse use) {
  if (attr.type != FileType::file && attr.type != FileType::dir) {
    if (use == XattrUse::read) return fail(Errc::no_data, "no such attribute");
    return fail(Errc::not_permitted, "only files and directories have attributes of users");
  }
  if (use == XattrUse::read) return u32{kMayRead};
  const bool shared = attr.type == FileType::dir && (attr.mode & kSticky);
  if (shared && !acts_as_owner(attr, cred)) return not_the_owner();
  return u32{kMayWrite};
}

Result<> may_use_acl(Name name, const Attr& attr, const Cred& cred, XattrUse use) {
  if (attr.type == FileType::symlink)
    return fail(Errc::not_supported, "symbolic links have no access control lists");
  if (use == XattrUse::read) return {};
  if (name == kDefaultAcl && attr.type != FileType::dir && use == XattrUse::write)
    return fail(Errc::denied, "only directories have default access control lists");
  if (!acts_as_owner(attr, cred)) return not_the_owner();
  return {};
}

}  // namespace

Result<> check_flags(const Attr& attr, Change change) {
  const bool bytes = change == Change::write || change == Change::append;
  if (attr.flags & kFlagImmutable) return flag_forbids();
  if ((attr.flags & kFlagVerity) && bytes) return flag_forbids();
  const bool adds = change == Change::append || change == Change::touch || change == Change::add_entry;
  if ((attr.flags & kFlagAppend) && !adds) return flag_forbids();
  return {};
}

bool acts_as_owner(const Attr& attr, const Cred& cred) { return cred.privileged() || cred.uid == attr.uid; }

Result<> may_chmod(const Attr& attr, const Cred& cred) {
  TRY(check_flags(attr, Change::attributes));
  if (attr.type == FileType::symlink)
    return fail(Errc::not_supported, "the mode of a symbolic link is fixed");
  if (!acts_as_owner(attr, cred)) return not_the_owner();
  return {};
}

u32 mode_after_chmod(const Attr& attr, u32 mode, const Cred& cred) {
  mode &= kModeBits;
  return may_keep_setgid(attr.gid, cred) ? mode : mode & ~kSetGid;
}

Result<AttrChange> change_for_chown(const Attr& attr, const Cred& cred, std::optional<u32> uid,
                                    std::optional<u32> gid) {
  if (uid == kNoId || gid == kNoId) return fail(Errc::invalid, "no such user or group number");
  AttrChange change;
  change.uid = uid;
  change.gid = gid;
  if (attr.type != FileType::dir) {
    const u32 mode = without_lent_rights(attr, cred);
    if (mode != attr.mode) change.mode = mode;
  }
  if (uid || gid || change.mode) {
    TRY(check_flags(attr, Change::attributes));
    if (!acts_as_owner(attr, cred)) return not_the_owner();
  }
  if (cred.privileged()) return change;
  if (uid && *uid != attr.uid) return only_user_0();
  if (gid && *gid != attr.gid && !cred.in_group(*gid))
    return fail(Errc::not_permitted, "not a member of that group");
  return change;
}

Result<AttrChange> change_for_utimens(const Attr& attr, const Cred& cred, TimeChange access,
                                      TimeChange modify, Time now, const Result<>& may_write) {
  using Kind = TimeChange::Kind;
  if (!valid(access) || !valid(modify)) return fail(Errc::invalid, "nanoseconds beyond a second");
  AttrChange change;
  if (access.kind == Kind::omit && modify.kind == Kind::omit) return change;
  const bool touch = access.kind == Kind::now && modify.kind == Kind::now;
  TRY(check_flags(attr, touch ? Change::touch : Change::attributes));
  if (!acts_as_owner(attr, cred)) {
    if (!touch) return not_the_owner();
    TRY(may_write);
  }
  change.access = time_of(access, now);
  change.modify = time_of(modify, now);
  change.change = now;
  return change;
}

Result<AttrChange> change_for_chflags(const Attr& attr, const Cred& cred, u32 flags) {
  constexpr u32 kGuards = kFlagImmutable | kFlagAppend;
  constexpr u32 kSettable = kGuards | kFlagNoDump;
  if (!acts_as_owner(attr, cred)) return not_the_owner();
  if (((flags ^ attr.flags) & kGuards) && !cred.privileged()) return only_user_0();
  AttrChange change;
  change.flags = (attr.flags & ~kSettable) | (flags & kSettable);
  return change;
}

u32 mode_after_write(const Attr& attr, const Cred& cred) {
  if (attr.type != FileType::file || cred.privileged()) return attr.mode;
  return without_lent_rights(attr, cred);
}

Result<> may_remove(const Attr& directory, const Attr& victim, const Cred& cred) {
  TRY(check_flags(directory, Change::remove_entry));
  const bool guarded = directory.mode & kSticky;
  if (guarded && !acts_as_owner(directory, cred) && !acts_as_owner(victim, cred))
    return fail(Errc::not_permitted, "the directory is sticky, and another user's");
  return check_flags(victim, Change::name);
}

Result<NewRights> rights_of_new(const Attr& directory, const Acl* default_acl, const Cred& cred,
                                FileType type, u32 mode, u32 umask) {
  const bool shares_group = directory.mode & kSetGid;
  NewRights rights{mode & kModeBits, shares_group ? directory.gid : cred.gid, std::nullopt};
  if (type == FileType::symlink) {
    rights.mode = 0777;
    return rights;
  }
  constexpr u32 kLends = kSetGid | kGroupExecute;
  if (type == FileType::dir) rights.mode = (rights.mode & (kSticky | 0777)) | (directory.mode & kSetGid);
  // Before the umask or the ACL: what they leave of group-execute must not matter.
  else if (shares_group && (mode & kLends) == kLends && !may_keep_setgid(directory.gid, cred))
    rights.mode &= ~kSetGid;
  if (!default_acl) {
    rights.mode &= ~(umask & 0777);
    return rights;
  }
  InheritedAcl inherited = TRY(default_acl->inherit(rights.mode));
  rights.mode = inherited.mode;
  rights.access = std::move(inherited.access);
  return rights;
}

Result<u32> access_for_xattr(Name name, const Attr& attr, const Cred& cred, XattrUse use) {
  const bool changes = use != XattrUse::read;
  if (name.empty() || name.size() > kXattrNameMax)
    return fail(Errc::range, "the name of the attribute is empty or too long");
  if (name == kUserSpace || name == kTrustedSpace || name == kSecuritySpace)
    return fail(Errc::invalid, "the name of the attribute ends after its name space");
  if (changes) TRY(check_flags(attr, Change::attributes));
  if (name.starts_with(kUserSpace)) return access_for_user_xattr(attr, cred, use);
  if (name == kAccessAcl || name == kDefaultAcl) {
    TRY(may_use_acl(name, attr, cred, use));
    return 0;
  }
  if (name.starts_with(kHurdSpace) && !changes) return kMayRead;
  const bool trusted = name.starts_with(kTrustedSpace);
  if (!trusted && !name.starts_with(kSecuritySpace))
    return fail(Errc::not_supported, "no such name space of attributes");
  if (cred.privileged()) return 0;
  if (changes) return only_user_0();
  if (trusted) return fail(Errc::no_data, "no such attribute");
  return 0;
}

bool VisibleNames::add(Name name) {
  return (!cred_.privileged() && name.starts_with(kTrustedSpace)) || sink_.add(name);
}

}  // namespace rump
