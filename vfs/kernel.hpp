// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The kernel object: the vnode table, the name cache and the mounts. There is nothing global beside
/// it.
#pragma once

#include <memory>
#include <vector>

#include "vfs/mount.hpp"
#include "vfs/name_cache.hpp"
#include "vfs/vnode_table.hpp"

namespace rump {

struct KernelOptions {
  u32 vnode_limit = 4096;  ///< vnodes kept beyond those in use
  u32 name_limit = 8192;   ///< names kept
  /// The time of all changes, for images that come out the same each time (SOURCE_DATE_EPOCH); else the
  /// clock's.
  std::optional<Time> fixed_time{};
};

/// One rump kernel; a program may have several. Safe from any thread.
class Kernel {
 public:
  explicit Kernel(const KernelOptions& options = {});
  /// Everything of this kernel (processes, references) is gone by now; what is still mounted is unmounted.
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  /// Mounts the device, which must outlive the mount; it is in no name space yet. busy: the same bytes of the
  /// same host file are mounted already. Else as FsType::mount.
  Result<Mount*> mount(const FsType& type, BlockDevice& device, const MountOptions& options);
  /// Lets path lookup continue in `mount` where it meets the directory. busy: something is mounted there, or
  /// the mount is attached already.
  Result<> attach(Mount& mount, const VnodeRef& directory);
  /// Brings every change to stable storage and takes the mount away; busy while a vnode of it is in use or
  /// something is attached inside it. After an error of the device's the mount is still there: try again, or
  /// give up what could not be written (Unsaved::discard).
  enum class Unsaved : u8 { keep, discard };
  Result<> unmount(Mount& mount, Unsaved unsaved = Unsaved::keep);
  /// Brings the changes of all mounts to stable storage; the first error, after all were tried.
  Result<> sync();

  /// The time for changes that are made now.
  Time now() const;

  /// The mount's root directory; corrupt when it is not a directory.
  Result<VnodeRef> root_of(Mount& mount);
  /// Crosses into whatever is mounted on the directory, however deep.
  Result<VnodeRef> cross_down(VnodeRef directory);
  /// The directory that the mount of `root` covers, or empty when it is attached nowhere.
  VnodeRef covered_by(const Vnode& root);

  VnodeTable& vnodes() { return vnodes_; }
  NameCache& names() { return names_; }

 private:
  Result<> finish_orphans(Mount& mount);

  const std::optional<Time> fixed_time_;
  Mutex mounts_lock_{Rank::mount_table};  ///< guards mounts_ and Mount::covered_
  VnodeTable vnodes_;
  NameCache names_;
  std::vector<std::unique_ptr<Mount>> mounts_;
};

}  // namespace rump
