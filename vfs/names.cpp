// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Create, link and unlink.
#include "vfs/names.hpp"

#include "vfs/access.hpp"
#include "vfs/attributes.hpp"
#include "vfs/name_change.hpp"
#include "vfs/reaper.hpp"
#include "vfs/transact.hpp"

namespace rump {

Result<Attr> check_directory(Vnode& directory, Change change, const Caller& caller) {
  if (directory.type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
  if (directory.mount().read_only()) return fail(Errc::read_only, "the file system is read-only");
  if (directory.unlinked()) return fail(Errc::not_found, "the directory was removed");
  Attr attr = TRY(directory.getattr());
  TRY(check_access(directory, attr, caller.cred, kMayWrite | kMayExecute));
  TRY(check_flags(attr, change));
  return attr;
}

namespace {

/// Sets times after a change that has been made already.
Result<> stamp(Vnode& vnode, const AttrChange& change, Txn& txn) {
  const Result<> stamped = vnode.setattr(change, txn);
  if (!stamped && txn.open()) txn.abort("the times of a changed file could not be set");
  return stamped;
}

/// [X] Whether the directory has the name. The name's own errors come before those of the directory.
Result<bool> has_name(Kernel& kernel, Vnode& directory, Name name) {
  const Result<VnodeRef> child = lookup_child_locked(kernel, directory, name);
  if (child) return true;
  if (child.error().code == Errc::not_found) return false;
  return std::unexpected(child.error());
}

/// An ACL as the value of an extended attribute; empty: none.
using AclBytes = std::vector<std::byte>;

/// [X] The node to create, but for what hangs on `acl` and `default_acl`, which the caller keeps.
Result<NewNode> new_node(Vnode& directory, const Attr& attr, const NodeRequest& request, const Caller& caller,
                         AclBytes& acl, AclBytes& default_acl) {
  const bool is_device = request.type == FileType::block || request.type == FileType::chr;
  if (is_device && !caller.cred.privileged())
    return fail(Errc::not_permitted, "only the superuser makes devices");
  const std::optional<Acl> inherited = TRY(read_acl(directory, kDefaultAcl));
  const Acl* default_of_dir = inherited ? &*inherited : nullptr;
  const NewRights rights =
      TRY(rights_of_new(attr, default_of_dir, caller.cred, request.type, request.mode, request.umask));
  if (rights.access) rights.access->encode(acl);
  if (inherited && request.type == FileType::dir) inherited->encode(default_acl);
  return NewNode{.type = request.type,
                 .mode = rights.mode,
                 .uid = caller.cred.uid,
                 .gid = rights.gid,
                 .device = request.device,
                 .target = request.target,
                 .time = caller.now,
                 .access_acl = acl,
                 .default_acl = default_acl};
}

}  // namespace

Result<> stamp_directory(Vnode& directory, Time now, Txn& txn) {
  return stamp(directory, {.modify = now, .change = now}, txn);
}

Result<> stamp_file(Vnode& file, Time now, Txn& txn) { return stamp(file, {.change = now}, txn); }

void note_links(Vnode& file) {
  const Result<Attr> attr = file.getattr();
  if (!attr || attr->nlink != 0) return;
  rekey(file, file.mount().unlinked_key(file));
  Reaper::unlinked(file);
}

void rekey(Vnode& vnode, Key key) {
  const Key before = vnode.key();
  if (before == key) return;
  Kernel& kernel = vnode.mount().kernel();
  if (vnode.type() == FileType::dir)
    for (const Key stale : {before, key}) kernel.names().remove_directory(vnode.mount(), stale);
  kernel.vnodes().rekey(vnode, key);
}

void enter_name(Kernel& kernel, Vnode& directory, Name name, NameCache::Answer answer) {
  if (!directory.caches_name(name)) return;
  std::array<char, kNameMax> room;
  const Result<Name> folded = directory.fold(name, room);
  if (folded) kernel.names().enter(directory.mount(), directory.key(), *folded, answer);
}

void forget_name(Kernel& kernel, Vnode& directory, Name name, bool is_cached) {
  if (!is_cached) kernel.names().remove_directory(directory.mount(), directory.key());
  enter_name(kernel, directory, name, {false, 0});
}

Result<VnodeRef> create_child(Kernel& kernel, const VnodeRef& directory, Name name,
                              const NodeRequest& request, const Caller& caller) {
  ExclusiveLock lock(directory->lock());
  if (TRY(has_name(kernel, *directory, name))) return fail(Errc::exists, "the name exists already");
  const Attr attr = TRY(check_directory(*directory, Change::add_entry, caller));
  AclBytes acl, default_acl;
  const NewNode node = TRY(new_node(*directory, attr, request, caller, acl, default_acl));
  const Key key = TRY(transact(*directory, [&](Txn& txn) -> Result<Key> {
    const Result<Key> created = directory->create(name, node, txn);
    if (created) TRY(stamp_directory(*directory, caller.now, txn));
    return created;
  }));
  enter_name(kernel, *directory, name, {true, key});
  VnodeRef child = TRY(kernel.vnodes().get(directory->mount(), key));
  child->note_tid(directory->last_tid());
  return child;
}

Result<> link_child(Kernel& kernel, const VnodeRef& directory, Name name, const VnodeRef& target,
                    const Caller& caller) {
  if (&directory->mount() != &target->mount())
    return fail(Errc::cross_device, "a hard link cannot lead to another file system");
  ExclusiveLock lock(directory->lock());
  if (TRY(has_name(kernel, *directory, name))) return fail(Errc::exists, "the name exists already");
  if (target->type() == FileType::dir) return fail(Errc::not_permitted, "a directory has one name only");
  TRY(check_directory(*directory, Change::add_entry, caller));
  ExclusiveLock target_lock(target->lock());
  if (target->unlinked()) return fail(Errc::not_found, "the file was removed");
  TRY(check_flags(TRY(target->getattr()), Change::name));
  TRY(transact({directory.get(), target.get()}, [&](Txn& txn) -> Result<> {
    txn.follow(*target);
    TRY(directory->link(name, *target, txn));
    TRY(stamp_directory(*directory, caller.now, txn));
    return stamp_file(*target, caller.now, txn);
  }));
  enter_name(kernel, *directory, name, {true, target->key()});
  return {};
}

Result<> unlink_child(Kernel& kernel, const VnodeRef& directory, Name name, Unlink kind,
                      const Caller& caller) {
  VnodeRef victim;  // let go after the locks
  // As in rename: a directory is locked below another one only under this lock.
  std::optional<MutexLock> hold;
  if (kind == Unlink::directory) hold.emplace(directory->mount().rename_lock());
  std::optional<ExclusiveLock> lock(directory->lock());
  if (directory->mount().read_only()) return fail(Errc::read_only, "the file system is read-only");
  victim = TRY(lookup_child_locked(kernel, *directory, name));
  const Attr attr = TRY(check_directory(*directory, Change::remove_entry, caller));
  if (victim == directory) return fail(Errc::corrupt, "a directory holds itself");
  const bool is_dir = victim->type() == FileType::dir;
  if (is_dir && kind == Unlink::file) {
    lock.reset();
    TRY(may_remove(attr, TRY(read_attr(*victim)), caller.cred));
    return fail(Errc::is_dir, "is a directory");
  }
  ExclusiveLock victim_lock(victim->lock());
  if (victim->unlinked()) return fail(Errc::corrupt, "a name leads to a removed file");
  TRY(may_remove(attr, TRY(victim->getattr()), caller.cred));
  if (!is_dir && kind == Unlink::directory) return fail(Errc::not_dir, "not a directory");
  if (victim->covered()) return fail(Errc::busy, "a file system is mounted here");
  const bool is_cached = directory->caches_name(name);
  TRY(transact({directory.get(), victim.get()}, [&](Txn& txn) -> Result<> {
    txn.follow(*victim);
    TRY(directory->unlink(name, *victim, txn));
    TRY(stamp_directory(*directory, caller.now, txn));
    return stamp_file(*victim, caller.now, txn);
  }));
  forget_name(kernel, *directory, name, is_cached);
  note_links(*victim);
  return {};
}

}  // namespace rump
