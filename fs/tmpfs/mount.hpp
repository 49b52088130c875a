// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A mounted tmpfs.
#pragma once

#include "fs/tmpfs/alloc.hpp"
#include "fs/tmpfs/inode.hpp"
#include "vfs/mount.hpp"

namespace rump::tmpfs {

/// The file data is on the device, everything else here.
class TmpfsMount final : public Mount {
 public:
  static Result<std::unique_ptr<Mount>> make(BlockDevice& device, const MountOptions& options);

  Key root() const override { return root_; }
  Result<std::unique_ptr<Vnode>> load(Key key) override;
  Result<FsStat> statfs() override;
  Result<Renamed> rename(const Rename& move, Txn& txn) override;
  /// No metadata is on the device.
  u32 txn_blocks() const override { return 0; }
  bool keeps_acls() const override { return true; }

  InodeTable& inodes() { return inodes_; }
  Allocator& allocator() { return *allocator_; }

 private:
  TmpfsMount(BlockDevice& device, const MountOptions& options, u64 inode_limit, u64 seed);

  InodeTable inodes_;
  std::unique_ptr<Allocator> allocator_;
  Key root_ = 0;
};

}  // namespace rump::tmpfs
