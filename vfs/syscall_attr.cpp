// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The system calls on attributes, plain and extended.
#include "vfs/access.hpp"
#include "vfs/open_file.hpp"
#include "vfs/transact.hpp"

namespace rump {
namespace {

constexpr std::size_t kXattrMax = 65536;

bool is_acl(Name name) { return name == kAccessAcl || name == kDefaultAcl; }

/// Whether the file system knows of such attributes.
Result<> check_kept(const Vnode& vnode, Name name) {
  if (is_acl(name) && !vnode.mount().keeps_acls())
    return fail(Errc::not_supported, "the file system keeps no ACLs");
  return {};
}

/// [X] Sets plain attributes in a transaction of their own.
Result<> set_attributes(Vnode& vnode, const AttrChange& change) {
  return transact(vnode, [&](Txn& txn) { return vnode.setattr(change, txn); });
}

Result<> check_changeable(const Vnode& vnode) {
  if (vnode.mount().read_only()) return fail(Errc::read_only, "the file system is read-only");
  return {};
}

/// [X] Runs operation(txn) on an extended attribute and sets plain ones together with it.
template <class Operation>
Result<> change_xattr(Vnode& vnode, const AttrChange& change, Operation operation) {
  return transact(vnode, [&](Txn& txn) -> Result<> {
    TRY(operation(txn));
    const Result<> set = vnode.setattr(change, txn);
    if (!set && txn.open()) txn.abort("the attributes of a changed file could not be set");
    return set;
  });
}

/// [X] Keeps an ACL, or none where `value` is empty, together with plain attributes.
Result<> put_acl(Vnode& vnode, const AttrChange& change, Name name, std::span<const std::byte> value) {
  return change_xattr(vnode, change, [&](Txn& txn) -> Result<> {
    if (!value.empty()) return vnode.set_xattr(name, value, txn);
    const Result<> removed = vnode.remove_xattr(name, txn);
    if (!removed && removed.error().code != Errc::no_data) return removed;
    return {};
  });
}

/// [X] Sets an access or default ACL; the mode shows what the access ACL says.
Result<> set_acl(Vnode& vnode, const Attr& attr, Name name, std::span<const std::byte> value,
                 const Caller& caller) {
  AttrChange change{.change = caller.now};
  if (Acl::absent(value)) return put_acl(vnode, change, name, {});
  const Acl acl = TRY(Acl::parse(value));
  std::vector<std::byte> kept;
  const bool is_access = name == kAccessAcl;
  if (is_access) change.mode = mode_after_chmod(attr, (attr.mode & ~0777u) | acl.mode_bits(), caller.cred);
  if (!is_access || !acl.minimal()) acl.encode(kept);
  return put_acl(vnode, change, name, kept);
}

/// [S] Whether the mode of setting allows it.
Result<> check_mode(Vnode& vnode, Name name, XattrMode mode) {
  if (mode == XattrMode::set) return {};
  const Result<std::size_t> length = vnode.get_xattr(name, {});
  if (!length && length.error().code != Errc::no_data) return std::unexpected(length.error());
  if (length && mode == XattrMode::create) return fail(Errc::exists, "the attribute exists already");
  if (!length && mode == XattrMode::replace) return fail(Errc::no_data, "no such attribute");
  return {};
}

}  // namespace

Result<Attr> Process::stat(Fd at, std::string_view path, Follow follow) {
  return read_attr(*TRY(find(at, path, follow)));
}

Result<Attr> Process::fstat(Fd fd) { return read_attr(*TRY(file(fd))->vnode); }

Result<std::size_t> Process::readlink(Fd at, std::string_view path, std::span<char> room) {
  if (room.empty()) return fail(Errc::invalid, "no room for the target");
  const VnodeRef vnode = TRY(find(at, path, Follow::no));
  std::array<char, kPathMax> target;
  std::size_t length = 0;
  {
    SharedLock lock(vnode->lock());
    length = TRY(vnode->readlink(target));
  }
  note_access(kernel_, *vnode);
  return std::string_view(target.data(), length).copy(room.data(), room.size());
}

Result<> Process::access(Fd at, std::string_view path, u32 access) {
  const VnodeRef vnode = TRY(find(at, path, Follow::yes));
  const bool on_disk = vnode->type() == FileType::file || vnode->type() == FileType::dir;
  if ((access & kMayWrite) && on_disk) TRY(check_changeable(*vnode));
  SharedLock lock(vnode->lock());
  const Attr attr = TRY(vnode->getattr());
  if (access & kMayWrite) TRY(check_flags(attr, Change::append));
  return check_access(*vnode, attr, cred_, access);
}

Result<FsStat> Process::statfs(Fd at, std::string_view path) {
  return TRY(find(at, path, Follow::yes))->mount().statfs();
}

Result<> Process::chdir(Fd at, std::string_view path) {
  return change_directory(TRY(find(at, path, Follow::yes)));
}

Result<> Process::fchdir(Fd fd) { return change_directory(TRY(file(fd))->vnode); }

Result<> Process::change_directory(VnodeRef directory) {
  if (directory->type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
  TRY(check_search(*directory));
  ExclusiveLock lock(lock_);
  std::swap(cwd_, directory);  // the old one is let go behind the lock
  return {};
}

Result<> Process::change_mode(Vnode& vnode, u32 mode) {
  TRY(check_changeable(vnode));
  ExclusiveLock lock(vnode.lock());
  const Attr attr = TRY(vnode.getattr());
  TRY(may_chmod(attr, cred_));
  const AttrChange change{.mode = mode_after_chmod(attr, mode, cred_), .change = kernel_.now()};
  if (!attr.has_acl) return set_attributes(vnode, change);
  std::optional<Acl> acl = TRY(read_acl(vnode, kAccessAcl));
  if (!acl) return set_attributes(vnode, change);
  acl->set_mode(*change.mode);
  std::vector<std::byte> value;
  acl->encode(value);
  return put_acl(vnode, change, kAccessAcl, value);
}

Result<> Process::chmod(Fd at, std::string_view path, Follow follow, u32 mode) {
  return change_mode(*TRY(find(at, path, follow)), mode);
}

Result<> Process::fchmod(Fd fd, u32 mode) { return change_mode(*TRY(file(fd))->vnode, mode); }

Result<> Process::change_owner(Vnode& vnode, std::optional<u32> uid, std::optional<u32> gid) {
  TRY(check_changeable(vnode));
  ExclusiveLock lock(vnode.lock());
  AttrChange change = TRY(change_for_chown(TRY(vnode.getattr()), cred_, uid, gid));
  change.change = kernel_.now();
  return set_attributes(vnode, change);
}

Result<> Process::chown(Fd at, std::string_view path, Follow follow, std::optional<u32> uid,
                        std::optional<u32> gid) {
  return change_owner(*TRY(find(at, path, follow)), uid, gid);
}

Result<> Process::fchown(Fd fd, std::optional<u32> uid, std::optional<u32> gid) {
  return change_owner(*TRY(file(fd))->vnode, uid, gid);
}

Result<> Process::change_times(Vnode& vnode, TimeChange access, TimeChange modify) {
  TRY(check_changeable(vnode));
  ExclusiveLock lock(vnode.lock());
  const Attr attr = TRY(vnode.getattr());
  const Result<> may_write = check_access(vnode, attr, cred_, kMayWrite);
  const AttrChange change = TRY(change_for_utimens(attr, cred_, access, modify, kernel_.now(), may_write));
  return change.change ? set_attributes(vnode, change) : Result<>();
}

Result<> Process::utimens(Fd at, std::string_view path, Follow follow, TimeChange access, TimeChange modify) {
  return change_times(*TRY(find(at, path, follow)), access, modify);
}

Result<> Process::futimens(Fd fd, TimeChange access, TimeChange modify) {
  return change_times(*TRY(file(fd))->vnode, access, modify);
}

Result<> Process::chflags(Fd at, std::string_view path, Follow follow, u32 flags) {
  const VnodeRef vnode = TRY(find(at, path, follow));
  TRY(check_changeable(*vnode));
  ExclusiveLock lock(vnode->lock());
  AttrChange change = TRY(change_for_chflags(TRY(vnode->getattr()), cred_, flags));
  change.change = kernel_.now();
  return set_attributes(*vnode, change);
}

Result<std::size_t> Process::get_xattr_of(Vnode& vnode, Name name, std::span<std::byte> room) {
  TRY(check_kept(vnode, name));
  SharedLock lock(vnode.lock());
  const Attr attr = TRY(vnode.getattr());
  const u32 needed = TRY(access_for_xattr(name, attr, cred_, XattrUse::read));
  if (needed != 0) TRY(check_access(vnode, attr, cred_, needed));
  return vnode.get_xattr(name, room);
}

Result<> Process::list_xattr_of(Vnode& vnode, NameSink& sink) {
  VisibleNames visible(cred_, sink);
  SharedLock lock(vnode.lock());
  return vnode.list_xattr(visible);
}

Result<> Process::set_xattr_of(Vnode& vnode, Name name, std::span<const std::byte> value, XattrMode mode) {
  TRY(check_changeable(vnode));
  TRY(check_kept(vnode, name));
  if (value.size() > kXattrMax) return fail(Errc::too_big, "the attribute's value is too long");
  ExclusiveLock lock(vnode.lock());
  const Attr attr = TRY(vnode.getattr());
  const u32 needed = TRY(access_for_xattr(name, attr, cred_, XattrUse::write));
  if (needed != 0) TRY(check_access(vnode, attr, cred_, needed));
  // As Linux: an ACL is there or not, and setting it is the same either way.
  if (is_acl(name)) return set_acl(vnode, attr, name, value, caller());
  TRY(check_mode(vnode, name, mode));
  return change_xattr(vnode, {.change = kernel_.now()},
                      [&](Txn& txn) { return vnode.set_xattr(name, value, txn); });
}

Result<> Process::remove_xattr_of(Vnode& vnode, Name name) {
  TRY(check_changeable(vnode));
  TRY(check_kept(vnode, name));
  ExclusiveLock lock(vnode.lock());
  const Attr attr = TRY(vnode.getattr());
  const u32 needed = TRY(access_for_xattr(name, attr, cred_, XattrUse::remove));
  if (needed != 0) TRY(check_access(vnode, attr, cred_, needed));
  if (is_acl(name)) return put_acl(vnode, {.change = kernel_.now()}, name, {});
  return change_xattr(vnode, {.change = kernel_.now()},
                      [&](Txn& txn) { return vnode.remove_xattr(name, txn); });
}

Result<std::size_t> Process::get_xattr(Fd at, std::string_view path, Follow follow, Name name,
                                       std::span<std::byte> room) {
  return get_xattr_of(*TRY(find(at, path, follow)), name, room);
}

Result<> Process::list_xattr(Fd at, std::string_view path, Follow follow, NameSink& sink) {
  return list_xattr_of(*TRY(find(at, path, follow)), sink);
}

Result<> Process::set_xattr(Fd at, std::string_view path, Follow follow, Name name,
                            std::span<const std::byte> value, XattrMode mode) {
  return set_xattr_of(*TRY(find(at, path, follow)), name, value, mode);
}

Result<> Process::remove_xattr(Fd at, std::string_view path, Follow follow, Name name) {
  return remove_xattr_of(*TRY(find(at, path, follow)), name);
}

Result<std::size_t> Process::fget_xattr(Fd fd, Name name, std::span<std::byte> room) {
  return get_xattr_of(*TRY(file(fd))->vnode, name, room);
}

Result<> Process::flist_xattr(Fd fd, NameSink& sink) { return list_xattr_of(*TRY(file(fd))->vnode, sink); }

Result<> Process::fset_xattr(Fd fd, Name name, std::span<const std::byte> value, XattrMode mode) {
  return set_xattr_of(*TRY(file(fd))->vnode, name, value, mode);
}

Result<> Process::fremove_xattr(Fd fd, Name name) { return remove_xattr_of(*TRY(file(fd))->vnode, name); }

}  // namespace rump
