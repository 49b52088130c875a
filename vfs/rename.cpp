// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Rename: genealogy, locks in order, the rules, and then the driver.
#include <algorithm>

#include "vfs/access.hpp"
#include "vfs/attributes.hpp"
#include "vfs/name_change.hpp"
#include "vfs/reaper.hpp"
#include "vfs/transact.hpp"

namespace rump {
namespace {

/// Deeper than any tree that somebody made: a longer way up is a cycle.
constexpr u32 kDepthMax = 100'000;

/// The child of `ancestor` through which `descendant` is reached, perhaps itself; empty: it lies elsewhere.
/// No lock is held but the mount's rename lock, which keeps the answer true.
Result<VnodeRef> way_down(Kernel& kernel, const VnodeRef& ancestor, const VnodeRef& descendant) {
  VnodeRef at = descendant;
  for (u32 depth = 0; depth < kDepthMax; ++depth) {
    if (at->key() == at->mount().root()) return VnodeRef();
    Key parent = 0;
    {
      SharedLock lock(at->lock());
      if (at->unlinked()) return fail(Errc::not_found, "the directory was removed");
      parent = TRY(at->lookup(".."));
    }
    if (parent == ancestor->key()) return at;
    at = TRY(kernel.vnodes().get(at->mount(), parent));
    if (at->type() != FileType::dir)
      return fail(Errc::corrupt, "the parent of a directory is not a directory");
  }
  return fail(Errc::corrupt, "the parents of a directory form a cycle");
}

/// Two locks, which may be one, held exclusively.
class LockPair {
 public:
  LockPair(RwLock& first, RwLock& second) : first_(first), second_(second) {
    first_.lock();
    if (&first_ != &second_) second_.lock();
  }
  ~LockPair() {
    if (&first_ != &second_) second_.unlock();
    first_.unlock();
  }
  LockPair(const LockPair&) = delete;
  LockPair& operator=(const LockPair&) = delete;

 private:
  RwLock &first_, &second_;
};

/// One rename.
class Move {
 public:
  Move(Kernel& kernel, const NameAt& from, const NameAt& to, u32 flags, const Caller& caller)
      : kernel_(kernel), from_(from), to_(to), flags_(flags), caller_(caller) {}

  Result<> run();

 private:
  bool exchange() const { return flags_ & kRenameExchange; }
  bool same_directory() const { return from_.directory == to_.directory; }
  Result<> between_directories();
  Result<> inside_one_directory();
  Result<> with_directories_locked();
  Result<> find();
  Result<> check_kinds() const;
  Result<> check_kinship() const;
  Result<bool> same_file();
  Result<> check_rights() const;
  Result<> check_victim(const Attr& to_dir) const;
  Result<> change();
  void remember(const Renamed& keys, bool from_is_cached);

  Kernel& kernel_;
  const NameAt &from_, &to_;
  const u32 flags_;
  const Caller& caller_;
  VnodeRef moved_, victim_;
  /// Between two directories: how one lies below the other.
  VnodeRef to_below_from_, from_below_to_;
};

Result<> Move::run() {
  if ((flags_ & kRenameNoReplace) && exchange()) return fail(Errc::invalid, "the flags exclude each other");
  Mount& mount = from_.directory->mount();
  if (&mount != &to_.directory->mount())
    return fail(Errc::cross_device, "a file cannot be moved to another file system");
  if (mount.read_only()) return fail(Errc::read_only, "the file system is read-only");
  if (!same_directory()) {
    MutexLock hold(mount.rename_lock());
    return between_directories();
  }
  return inside_one_directory();
}

/// Directories are locked below directories only under the rename lock, so that not even a damaged tree makes
/// two threads wait for each other; files need not wait for renames elsewhere.
Result<> Move::inside_one_directory() {
  for (bool serial = exchange();; serial = true) {
    std::optional<MutexLock> hold;
    if (serial) hold.emplace(from_.directory->mount().rename_lock());
    ExclusiveLock lock(from_.directory->lock());
    TRY(find());
    const bool has_directory =
        moved_->type() == FileType::dir || (victim_ && victim_->type() == FileType::dir);
    if (serial || !has_directory) return with_directories_locked();
  }
}

/// Looks where the two directories lie and locks the ancestor first, else the lower key.
Result<> Move::between_directories() {
  to_below_from_ = TRY(way_down(kernel_, from_.directory, to_.directory));
  from_below_to_ = TRY(way_down(kernel_, to_.directory, from_.directory));
  const bool from_first = to_below_from_   ? true
                          : from_below_to_ ? false
                                           : from_.directory->key() < to_.directory->key();
  Vnode& first = from_first ? *from_.directory : *to_.directory;
  Vnode& second = from_first ? *to_.directory : *from_.directory;
  LockPair locks(first.lock(), second.lock());
  TRY(find());
  return with_directories_locked();
}

Result<> Move::with_directories_locked() {
  TRY(check_kinds());
  TRY(check_kinship());
  if (TRY(same_file())) return {};
  // Directories before files, for a file may have another name in that directory; else by key, since neither
  // lies below the other.
  Vnode* other = victim_ ? victim_.get() : moved_.get();
  const auto rank = [](const Vnode& vnode) {
    return std::pair(vnode.type() == FileType::dir ? 0 : 1, vnode.key());
  };
  const bool moved_first = rank(*moved_) < rank(*other);
  LockPair locks((moved_first ? moved_.get() : other)->lock(), (moved_first ? other : moved_.get())->lock());
  TRY(check_rights());
  return change();
}

/// What the two names stand for.
Result<> Move::find() {
  victim_.reset();
  moved_ = TRY(lookup_child_locked(kernel_, *from_.directory, from_.name));
  Result<VnodeRef> victim = lookup_child_locked(kernel_, *to_.directory, to_.name);
  if (!victim && victim.error().code != Errc::not_found) return std::unexpected(victim.error());
  if (!victim && exchange()) return std::unexpected(victim.error());
  if (victim && (flags_ & kRenameNoReplace)) return fail(Errc::exists, "the new name exists already");
  if (victim) victim_ = *std::move(victim);
  return {};
}

/// Trailing slashes.
Result<> Move::check_kinds() const {
  const bool moved_is_dir = moved_->type() == FileType::dir;
  const bool lands_as_dir = exchange() ? victim_->type() == FileType::dir : moved_is_dir;
  if ((from_.slash && !moved_is_dir) || (to_.slash && !lands_as_dir))
    return fail(Errc::not_dir, "not a directory");
  return {};
}

/// No directory moves into itself or replaces what holds it.
Result<> Move::check_kinship() const {
  if (to_below_from_ && to_below_from_ == moved_)
    return fail(Errc::invalid, "a directory cannot be moved into itself");
  if (from_below_to_ && from_below_to_ == victim_)
    return fail(exchange() ? Errc::invalid : Errc::not_empty, "the directory holds what is to be moved");
  // What is left of these cases has parents that do not agree with its names.
  for (const VnodeRef& directory : {from_.directory, to_.directory})
    if (moved_ == directory || victim_ == directory) return fail(Errc::corrupt, "a directory holds itself");
  return {};
}

/// Whether both names are the same file already, so that nothing is to be done. Another spelling of one entry
/// is something to do.
Result<bool> Move::same_file() {
  if (moved_ != victim_) return false;
  if (!same_directory() || from_.name == to_.name) return true;
  std::array<char, kNameMax> one, other;
  return TRY(from_.directory->fold(from_.name, one)) != TRY(to_.directory->fold(to_.name, other));
}

Result<> Move::check_rights() const {
  const Attr from_dir = TRY(check_directory(*from_.directory, Change::remove_entry, caller_));
  const Attr to_dir = TRY(check_directory(*to_.directory, Change::add_entry, caller_));
  if (moved_->unlinked() || (victim_ && victim_->unlinked()))
    return fail(Errc::corrupt, "a name leads to a removed file");
  const Attr moved = TRY(moved_->getattr());
  TRY(may_remove(from_dir, moved, caller_.cred));
  if (victim_ && victim_ != moved_) TRY(check_victim(to_dir));
  // A directory's ".." changes with its parent.
  if (!same_directory() && moved.type == FileType::dir)
    TRY(check_access(*moved_, moved, caller_.cred, kMayWrite));
  if (moved_->covered() || (victim_ && victim_->covered()))
    return fail(Errc::busy, "a file system is mounted here");
  return {};
}

Result<> Move::check_victim(const Attr& to_dir) const {
  const Attr victim = TRY(victim_->getattr());
  TRY(may_remove(to_dir, victim, caller_.cred));
  const bool victim_is_dir = victim.type == FileType::dir, moved_is_dir = moved_->type() == FileType::dir;
  if (exchange()) {
    if (victim_is_dir && !same_directory()) TRY(check_access(*victim_, victim, caller_.cred, kMayWrite));
    return {};
  }
  if (moved_is_dir && !victim_is_dir) return fail(Errc::not_dir, "a directory replaces directories only");
  if (!moved_is_dir && victim_is_dir) return fail(Errc::is_dir, "a directory is in the way");
  return {};
}

Result<> Move::change() {
  const Rename rename{.from_dir = *from_.directory,
                      .from = from_.name,
                      .moved = *moved_,
                      .to_dir = *to_.directory,
                      .to = to_.name,
                      .victim = victim_.get(),
                      .exchange = exchange()};
  Vnode* other = victim_ ? victim_.get() : moved_.get();
  const bool from_is_cached = from_.directory->caches_name(from_.name);
  const Renamed keys = TRY(transact({from_.directory.get(), to_.directory.get(), moved_.get(), other},
                                    [&](Txn& txn) -> Result<Renamed> {
                                      txn.follow(*moved_);
                                      txn.follow(*other);
                                      const Result<Renamed> renamed = moved_->mount().rename(rename, txn);
                                      if (!renamed) return renamed;
                                      TRY(stamp_directory(rename.from_dir, caller_.now, txn));
                                      if (!same_directory())
                                        TRY(stamp_directory(rename.to_dir, caller_.now, txn));
                                      TRY(stamp_file(*moved_, caller_.now, txn));
                                      if (other != moved_.get()) TRY(stamp_file(*other, caller_.now, txn));
                                      return renamed;
                                    }));
  remember(keys, from_is_cached);
  return {};
}

/// The tables learn what has changed. A victim gives its key up last, so that at no moment its place is found
/// and no vnode.
void Move::remember(const Renamed& keys, bool from_is_cached) {
  const bool replaced = victim_ && victim_ != moved_;
  if (exchange() && keys.moved != moved_->key()) {
    for (const Key stale : {keys.moved, keys.victim})
      kernel_.names().remove_directory(moved_->mount(), stale);
    kernel_.vnodes().exchange_keys(*moved_, *victim_);
  }
  rekey(*moved_, keys.moved);
  if (exchange())
    enter_name(kernel_, *from_.directory, from_.name, {true, victim_->key()});
  else
    forget_name(kernel_, *from_.directory, from_.name, from_is_cached);
  enter_name(kernel_, *to_.directory, to_.name, {true, moved_->key()});
  if (replaced && !exchange()) note_links(*victim_);
}

}  // namespace

Result<> rename_child(Kernel& kernel, const NameAt& from, const NameAt& to, u32 flags, const Caller& caller) {
  return Move(kernel, from, to, flags, caller).run();
}

}  // namespace rump
