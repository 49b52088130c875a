// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Permission by ACL or mode.
#include "vfs/access.hpp"

#include "vfs/transact.hpp"

namespace rump {

Result<Attr> read_attr(Vnode& vnode) {
  SharedLock lock(vnode.lock());
  return vnode.getattr();
}

void note_access(const Kernel& kernel, Vnode& vnode) {
  if (!vnode.mount().updates_access_times()) return;
  ExclusiveLock lock(vnode.lock());
  (void)transact(vnode, [&](Txn& txn) { return vnode.setattr({.access = kernel.now()}, txn); });
}

Result<> check_access(Vnode& vnode, const Attr& attr, const Cred& cred, u32 access) {
  if (attr.has_acl && !cred.privileged())
    if (const std::optional<Acl> acl = TRY(read_acl(vnode, kAccessAcl)))
      return acl->check(attr, cred, access);
  return check_access(attr, cred, access);
}

Result<std::optional<Acl>> read_acl(Vnode& vnode, Name name) {
  const Result<std::size_t> length = vnode.get_xattr(name, {});
  const bool none =
      !length && (length.error().code == Errc::no_data || length.error().code == Errc::not_supported);
  if (none) return std::nullopt;
  if (!length) return std::unexpected(length.error());
  Array<std::byte> value = TRY(Array<std::byte>::make(*length));
  if (!value.empty()) static_cast<void>(TRY(vnode.get_xattr(name, value.span())));
  if (Acl::absent(value.span())) return std::nullopt;
  Result<Acl> acl = Acl::parse(value.span());
  if (!acl && acl.error().code == Errc::no_memory) return std::unexpected(acl.error());
  if (!acl) return fail(Errc::corrupt, "an access control list is damaged");
  return *std::move(acl);
}

}  // namespace rump
