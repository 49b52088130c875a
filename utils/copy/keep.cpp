// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Owner, extended attributes, ACLs, mode and times.
#include "utils/copy/keep.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "utils/base/quote.hpp"
#include "utils/confine/host_calls.hpp"

namespace fsu {
namespace {}  // namespace

unsigned parse_keep(std::string_view list) {
  struct Word {
    std::string_view name;
    unsigned bits;
  };
  constexpr std::array kWords = {Word{"mode", kKeepMode | kKeepAcls},
                                 Word{"ownership", kKeepOwner},
                                 Word{"timestamps", kKeepTimes},
                                 Word{"links", kKeepLinks},
                                 Word{"xattr", kKeepXattrs},
                                 Word{"acl", kKeepAcls},
                                 Word{"all", kKeepAll}};
  unsigned bits = 0;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    const std::string_view name = list.substr(at, comma - at);
    const auto* const word = std::ranges::find(kWords, name, &Word::name);
    if (word == kWords.end())
      throw UsageError(quote(name) +
                       " cannot be preserved; what can: mode, ownership, timestamps, links, xattr, acl, all");
    bits |= word->bits;
    at = comma + 1;
  }
  return bits;
}

void Keeper::leave_out(LeftOut what, const CopyNames& names, unsigned kind) {
  left_out_.add(what, names.source.text(), (options_.named & kind) != 0);
}

void Keeper::keep(const TreeFd& from, const rump::Attr& attr, const TreeFd& to, const CopyNames& names) {
  FileTree& tree = to.tree();
  bool owned = false;
  if (sets_owner())
    attempt(report_, names, [&] {
      owned = keep_owner(attr, names, [&](std::optional<rump::u32> uid, rump::u32 gid) {
        return tree.set_owner(to.get(), uid, gid);
      });
    });
  if (keeps(kKeepXattrs)) attempt(report_, names, [&] { keep_xattrs(from, to, names); });
  if (keeps(kKeepAcls)) {
    attempt(report_, names, [&] { keep_acl(from, kAccessAcl, to, names); });
    if (attr.type == rump::FileType::dir)
      attempt(report_, names, [&] { keep_acl(from, kDefaultAcl, to, names); });
  }
  if (keeps(kKeepMode)) attempt(report_, names, [&] { keep_mode(attr, owned, to, names); });
  if (keeps(kKeepTimes))
    attempt(report_, names, [&] {
      target_or_throw(tree.set_times(to.get(), {attr.access, attr.modify}), "cannot set the times");
    });
}

void Keeper::keep_node(const rump::Attr& attr, const CopyNames& names) {
  FileTree& tree = names.target.tree();
  const int directory = names.place.directory.fd.get();
  const std::string name(names.place.name);
  if (sets_owner())
    attempt(report_, names, [&] {
      keep_owner(attr, names, [&](std::optional<rump::u32> uid, rump::u32 gid) {
        return tree.set_node_owner(directory, name, uid, gid);
      });
    });
  if (keeps(kKeepTimes))
    target_or_throw(tree.set_node_times(directory, name, {attr.access, attr.modify}), "cannot set the times");
}

/// Gives the copy away. False: that cannot be done, and it is left as it is, as cp does.
template <class Change>
bool Keeper::keep_owner(const rump::Attr& attr, const CopyNames& names, Change change) {
  const auto owner = options_.owner.value_or(KeepOptions::Owner{attr.uid, attr.gid});
  const Step<> changed = change(owner.uid, owner.gid);
  if (changed) return true;
  const rump::Errc code = changed.error().code;
  const bool refused = code == rump::Errc::not_permitted || code == rump::Errc::invalid;
  if (!names.target.tree().is_host()) {
    if (!refused && code != rump::Errc::not_supported) fail_target("cannot set the owner", changed.error());
    leave_out(LeftOut::owner, names, kKeepOwner);
    return false;
  }
  if (!refused || ::geteuid() == 0) fail_target("cannot set the owner", changed.error());
  // The group alone may be one of ours; if not, nothing is lost.
  static_cast<void>(change(std::nullopt, owner.gid).has_value());
  if ((options_.named & kKeepOwner) != 0) leave_out(LeftOut::refused_owner, names, kKeepOwner);
  return false;
}

/// Sets the mode; a format without modes keeps what it can of it.
void Keeper::keep_mode(const rump::Attr& attr, bool owned, const TreeFd& to, const CopyNames& names) {
  FileTree& tree = to.tree();
  const rump::u32 mode = kept_mode(attr, owned, names);
  const Step<> changed = tree.set_mode(to.get(), mode);
  if (tree.is_host()) return target_or_throw(changed, "cannot set the mode");
  const bool expected = changed || changed.error().code == rump::Errc::not_supported ||
                        changed.error().code == rump::Errc::not_permitted;
  if (!expected) fail_target("cannot set the mode", changed.error());
  const Step<Node> node = tree.fstat(to.get());
  if (!changed || !node || node->attr.mode != mode) leave_out(LeftOut::mode, names, kKeepMode);
}

/// The mode that a copy keeps: setuid and setgid of an image are another system's privilege here, as they
/// would be on a copy that has another owner. On directories setgid gives no privilege.
rump::u32 Keeper::kept_mode(const rump::Attr& attr, bool owned, const CopyNames& names) {
  constexpr rump::u32 kSetIds = S_ISUID | S_ISGID;
  rump::u32 mode = attr.mode;
  if (keeps(kKeepOwner) && !owned) mode &= ~kSetIds;
  if ((mode & kSetIds) == 0 || options_.trusted_image || attr.type == rump::FileType::dir) return mode;
  leave_out(LeftOut::setid, names);
  return mode & ~kSetIds;
}

/// Whether an attribute may leave the image; what may not is said once.
bool Keeper::wants_xattr(std::string_view name, const CopyNames& names) {
  if (name.starts_with("user.")) return true;
  if (name == kAccessAcl || name == kDefaultAcl) return false;  // they have their own turn
  LeftOut kind = LeftOut::other_attribute;
  if (name.starts_with("security.")) kind = LeftOut::security;
  if (name.starts_with("trusted.")) kind = LeftOut::trusted;
  if (kind != LeftOut::other_attribute && options_.trusted_image) return true;
  leave_out(kind, names);
  return false;
}

void Keeper::keep_xattrs(const TreeFd& from, const TreeFd& to, const CopyNames& names) {
  const auto listed = from.tree().xattr_names(from.get());
  if (!listed && listed.error().code == rump::Errc::not_supported) return;  // the file system has none
  for (const std::string& name : source_or_throw(listed))
    if (wants_xattr(name, names)) attempt(report_, names, [&] { keep_xattr(from, name, to, names); });
}

void Keeper::keep_xattr(const TreeFd& from, const std::string& name, const TreeFd& to,
                        const CopyNames& names) {
  const auto value = from.tree().xattr(from.get(), name);
  // More than any target takes is no fault of the source.
  if (!value && value.error().code != rump::Errc::too_big) source_or_throw(value);
  if (!value || !to.tree().set_xattr(to.get(), name, *value))
    leave_out(LeftOut::refused_attribute, names, kKeepXattrs);
}

/// Gives the copy the source's ACL of this name, or takes away one that was there or was inherited.
void Keeper::keep_acl(const TreeFd& from, const char* name, const TreeFd& to, const CopyNames& names) {
  const auto acl = from.tree().xattr(from.get(), name);
  const auto has_none = [](const Failure& failure) {
    return failure.code == rump::Errc::no_data || failure.code == rump::Errc::not_supported;
  };
  if (!acl && acl.error().code != rump::Errc::too_big && !has_none(acl.error())) source_or_throw(acl);
  if (acl || !has_none(acl.error())) {
    if (!acl || !to.tree().set_xattr(to.get(), name, *acl)) leave_out(LeftOut::refused_acl, names, kKeepAcls);
    return;
  }
  const TargetDir& directory = names.place.directory;
  if (directory.fresh && !directory.hands_on_an_acl) return;
  const Step<> removed = to.tree().remove_xattr(to.get(), name);
  if (!removed && !has_none(removed.error())) fail_target("cannot remove the ACL", removed.error());
}

}  // namespace fsu
