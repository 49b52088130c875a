// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Owner, extended attributes, ACLs, mode and times.
#include "utils/keep.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "utils/quote.hpp"

namespace fsu {
namespace {

/// Collects the names of extended attributes, as many as the host could take.
class XattrNames : public rump::NameSink {
 public:
  bool add(rump::Name name) override {
    if (bytes_ + name.size() + 1 > kListMax) return false;
    bytes_ += name.size() + 1;
    names.emplace_back(name);
    return true;
  }
  std::vector<std::string> names;

 private:
  static constexpr std::size_t kListMax = 65536;
  std::size_t bytes_ = 0;
};

std::array<timespec, 2> times_of(const rump::Attr& attr) {
  const auto convert = [](const rump::Time& time) {
    return timespec{.tv_sec = static_cast<time_t>(time.seconds),
                    .tv_nsec = static_cast<long>(time.nanoseconds)};
  };
  return {convert(attr.access), convert(attr.modify)};
}

/// The value, or nothing where it is more than any host takes. Throws SourceError.
std::optional<std::vector<std::byte>> read_value(const SourceFd& from, rump::Name name, std::size_t size) {
  constexpr std::size_t kValueMax = std::size_t{1} << 16;
  if (size > kValueMax) return std::nullopt;
  std::vector<std::byte> value(size);
  if (size > 0) or_throw(from.process().fget_xattr(from.get(), name, value));
  return value;
}

}  // namespace

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

void Keeper::keep(const SourceFd& from, const rump::Attr& attr, int to, const CopyNames& names) {
  bool owned = false;
  if (keeps(kKeepOwner)) attempt(report_, names, [&] { owned = keep_owner(attr, names, ::fchown, to); });
  if (keeps(kKeepXattrs)) attempt(report_, names, [&] { keep_xattrs(from, to, names); });
  if (keeps(kKeepAcls)) {
    attempt(report_, names, [&] { keep_acl(from, kAccessAcl, to, names); });
    if (attr.type == rump::FileType::dir)
      attempt(report_, names, [&] { keep_acl(from, kDefaultAcl, to, names); });
  }
  if (keeps(kKeepMode))
    attempt(report_, names, [&] {
      if (::fchmod(to, kept_mode(attr, owned, names)) != 0) fail_with("cannot set the mode", errno);
    });
  if (keeps(kKeepTimes))
    attempt(report_, names, [&] {
      if (::futimens(to, times_of(attr).data()) != 0) fail_with("cannot set the times", errno);
    });
}

void Keeper::keep_node(const rump::Attr& attr, int to, const CopyNames& names) {
  if (keeps(kKeepOwner)) attempt(report_, names, [&] { keep_owner(attr, names, chown_node, to); });
  if (keeps(kKeepTimes) && set_node_times(to, times_of(attr)) != 0) fail_with("cannot set the times", errno);
}

/// Gives the copy away. False: only root may do that, and it is left as it is, as cp does.
bool Keeper::keep_owner(const rump::Attr& attr, const CopyNames& names, int (*change)(int, uid_t, gid_t),
                        int to) {
  if (change(to, attr.uid, attr.gid) == 0) return true;
  if ((errno != EPERM && errno != EINVAL) || ::geteuid() == 0) fail_with("cannot set the owner", errno);
  // The group alone may be one of ours; if not, nothing is lost.
  static_cast<void>(change(to, static_cast<uid_t>(-1), attr.gid) == 0);
  if ((options_.named & kKeepOwner) != 0) leave_out(LeftOut::refused_owner, names, kKeepOwner);
  return false;
}

/// The mode that a copy keeps: setuid and setgid of an image are another system's privilege here, as they
/// would be on a copy that has another owner. On directories setgid gives no privilege.
mode_t Keeper::kept_mode(const rump::Attr& attr, bool owned, const CopyNames& names) {
  constexpr mode_t kSetIds = S_ISUID | S_ISGID;
  mode_t mode = attr.mode;
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

void Keeper::keep_xattrs(const SourceFd& from, int to, const CopyNames& names) {
  XattrNames sink;
  const auto listed = from.process().flist_xattr(from.get(), sink);
  if (!listed && listed.error().code == rump::Errc::not_supported) return;  // the file system has none
  or_throw(listed);
  for (const std::string& name : sink.names)
    if (wants_xattr(name, names)) attempt(report_, names, [&] { keep_xattr(from, name, to, names); });
}

void Keeper::keep_xattr(const SourceFd& from, const std::string& name, int to, const CopyNames& names) {
  const std::size_t size = or_throw(from.process().fget_xattr(from.get(), name, std::span<std::byte>()));
  const auto value = read_value(from, name, size);
  if (!value || ::fsetxattr(to, name.c_str(), value->data(), value->size(), 0) != 0)
    leave_out(LeftOut::refused_attribute, names, kKeepXattrs);
}

/// Gives the copy the source's ACL of this name, or takes away one that was there or was inherited.
void Keeper::keep_acl(const SourceFd& from, const char* name, int to, const CopyNames& names) {
  const auto size = from.process().fget_xattr(from.get(), name, std::span<std::byte>());
  if (size) {
    const auto value = read_value(from, name, *size);
    if (!value || ::fsetxattr(to, name, value->data(), value->size(), 0) != 0)
      leave_out(LeftOut::refused_acl, names, kKeepAcls);
    return;
  }
  if (size.error().code != rump::Errc::no_data && size.error().code != rump::Errc::not_supported)
    or_throw(size);
  const TargetDir& directory = names.place.directory;
  if (directory.fresh && !directory.hands_on_an_acl) return;
  if (::fremovexattr(to, name) != 0 && errno != ENODATA && errno != EOPNOTSUPP)
    fail_with("cannot remove the ACL", errno);
}

}  // namespace fsu
