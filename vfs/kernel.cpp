// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mounting, attaching and unmounting.
#include "vfs/kernel.hpp"

#include "vfs/reaper.hpp"
#include "vfs/transact.hpp"

namespace rump {
namespace {

/// Whether two devices show bytes of the same host file.
Result<bool> overlap(BlockDevice& one, BlockDevice& other) {
  if (&one == &other) return true;
  const HostRange a = TRY(one.host_range(0, one.size(), MapFor::read));
  const HostRange b = TRY(other.host_range(0, other.size(), MapFor::read));
  return a.length > 0 && b.length > 0 && a.handle == b.handle && a.offset < b.offset + b.length &&
         b.offset < a.offset + a.length;
}

/// Keeps a bounded number of keys.
class OrphanKeys final : public KeySink {
 public:
  static constexpr std::size_t kMax = 1024;
  void add(Key key) override {
    if (keys_.size() < kMax) keys_.push_back(key);
  }
  std::span<const Key> keys() const { return keys_; }

 private:
  std::vector<Key> keys_;
};

/// Ends what an earlier mount has begun: a file without links is freed when the reference goes, another one
/// is shortened to its size.
Result<> finish_orphan(Vnode& vnode) {
  ExclusiveLock lock(vnode.lock());
  const Attr attr = TRY(vnode.getattr());
  if (attr.nlink == 0) {
    Reaper::unlinked(vnode);
    return {};
  }
  bool done = false;
  while (!done) done = TRY(transact(vnode, [&](Txn& txn) { return vnode.shrink_step(attr.size, txn); }));
  return {};
}

/// What a mount's last writer does. All that a clean mark vouches for is on the device before it.
Result<> close_mount(Mount& mount) {
  TRY(mount.health());
  if (mount.read_only()) return {};
  TRY(mount.epochs().settle());
  TRY(mount.sync(true));
  return mount.epochs().settle();
}

}  // namespace

Kernel::Kernel(const KernelOptions& options)
    : fixed_time_(options.fixed_time), vnodes_(options.vnode_limit), names_(options.name_limit) {}

Kernel::~Kernel() {
  // Inner mounts keep the outer ones busy, so take away what can go until nothing is left.
  while (!mounts_.empty()) {
    bool gone = false;
    for (std::size_t i = mounts_.size(); i > 0; --i)
      gone |= unmount(*mounts_[i - 1], Unsaved::discard).has_value();
    invariant(gone, "a file is still in use when its kernel goes");
  }
}

Result<Mount*> Kernel::mount(const FsType& type, BlockDevice& device, const MountOptions& options) {
  MutexLock hold(mounts_lock_);
  for (const auto& other : mounts_)
    if (TRY(overlap(other->device(), device))) return fail(Errc::busy, "this image is mounted already");
  std::unique_ptr<Mount> mount = TRY(type.mount(device, options));
  mount->kernel_ = this;
  Result<VnodeRef> root = root_of(*mount);
  if (!root) {
    invariant(vnodes_.remove_all(*mount).has_value(), "a failed mount is in use");
    return std::unexpected(root.error());
  }
  root->reset();
  if (const Result<> finished = finish_orphans(*mount); !finished) {
    invariant(vnodes_.remove_all(*mount).has_value(), "a failed mount is in use");
    return std::unexpected(finished.error());
  }
  mounts_.push_back(std::move(mount));
  return mounts_.back().get();
}

/// Ends what an earlier mount has begun, some at a time.
Result<> Kernel::finish_orphans(Mount& mount) {
  if (mount.read_only()) return {};
  std::optional<Key> first;
  while (true) {
    OrphanKeys orphans;
    TRY(mount.orphans(orphans));
    if (orphans.keys().empty()) return {};
    if (first == orphans.keys().front()) return fail(Errc::corrupt, "an orphan cannot be freed");
    first = orphans.keys().front();
    for (const Key key : orphans.keys()) {
      const VnodeRef vnode = TRY(vnodes_.get(mount, key));
      TRY(finish_orphan(*vnode));
    }
  }
}

Result<> Kernel::attach(Mount& mount, const VnodeRef& directory) {
  if (directory->type() != FileType::dir) return fail(Errc::not_dir, "the mount point is not a directory");
  MutexLock hold(mounts_lock_);
  if (mount.covered_ || directory->mounted_here_)
    return fail(Errc::busy, "something is mounted here already");
  for (const Mount* outer = &directory->mount(); outer;
       outer = outer->covered_ ? &outer->covered_->mount() : nullptr)
    if (outer == &mount) return fail(Errc::loop, "a file system cannot be mounted inside itself");
  // Against its removal.
  ExclusiveLock lock(directory->lock());
  if (directory->unlinked()) return fail(Errc::not_found, "the directory was removed");
  directory->mounted_here_.store(&mount, std::memory_order_release);
  mount.covered_ = directory;
  return {};
}

Result<> Kernel::unmount(Mount& mount, Unsaved unsaved) {
  MutexLock hold(mounts_lock_);
  // A lookup that meets the mount point meanwhile waits for the lock before it enters.
  TRY(vnodes_.remove_all(mount));
  if (const Result<> closed = close_mount(mount); !closed) {
    if (unsaved == Unsaved::keep) return closed;
    tell("changes are given up at unmount:");
    tell(closed.error().reason);
  }
  if (mount.covered_) mount.covered_->mounted_here_.store(nullptr, std::memory_order_release);
  names_.remove_all(mount);
  std::erase_if(mounts_, [&](const auto& other) { return other.get() == &mount; });
  return {};
}

Result<> Kernel::sync() {
  // A root keeps its mount, so that the lock is not held meanwhile.
  std::vector<VnodeRef> roots;
  Result<> result;
  {
    MutexLock hold(mounts_lock_);
    for (const auto& mount : mounts_) {
      Result<VnodeRef> root = root_of(*mount);
      if (root)
        roots.push_back(*std::move(root));
      else if (result)
        result = std::unexpected(root.error());
    }
  }
  for (const VnodeRef& root : roots) {
    const Result<> synced = root->mount().sync_all();
    if (!synced && result) result = synced;
  }
  return result;
}

Time Kernel::now() const {
  if (fixed_time_) return *fixed_time_;
  Time now{};
  host::clock_realtime(&now.seconds, &now.nanoseconds);
  return now;
}

Result<VnodeRef> Kernel::root_of(Mount& mount) {
  VnodeRef root = TRY(vnodes_.get(mount, mount.root()));
  if (root->type() != FileType::dir) return fail(Errc::corrupt, "the root is not a directory");
  return root;
}

Result<VnodeRef> Kernel::cross_down(VnodeRef directory) {
  if (!directory->mounted_here_.load(std::memory_order_acquire)) return directory;
  MutexLock hold(mounts_lock_);
  while (Mount* mount = directory->mounted_here_.load(std::memory_order_acquire))
    directory = TRY(root_of(*mount));
  return directory;
}

VnodeRef Kernel::covered_by(const Vnode& root) {
  MutexLock hold(mounts_lock_);
  return root.mount().covered_;
}

}  // namespace rump
