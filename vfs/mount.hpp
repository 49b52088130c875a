// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A mounted file system, and the one export of a driver.
#pragma once

#include <memory>
#include <string_view>

#include "vfs/buffer_cache.hpp"
#include "vfs/vnode.hpp"

namespace rump {

class Kernel;

/// How to mount. `text` holds the driver's own options, comma-separated ("verify=off,journal=skip").
struct MountOptions {
  bool read_only = true;
  u64 cache_bytes = u64{4} << 20;  ///< limit of the mount's buffer cache
  std::string_view text;
};

/// One option of MountOptions::text. `value` is empty without '='.
struct MountOption {
  std::string_view name, value;
};
/// Cuts the next option off the front of `text`; false at the end. Empty options are skipped.
bool next_mount_option(std::string_view& text, MountOption& option);

/// Space and names of a file system, in units of `block_bytes` as statvfs(3) shows them.
struct FsStat {
  u32 block_bytes = 0;
  u64 blocks = 0, blocks_free = 0, blocks_available = 0;
  u64 files = 0, files_free = 0;
  u32 name_max = kNameMax;
  std::array<u8, 16> uuid{};
  std::array<char, 64> label{};  ///< zero-padded
};

/// One mounted file system; a driver derives from it. Methods are safe from any thread.
class Mount {
 public:
  Mount(BlockDevice& device, const MountOptions& options) : device_(device), read_only_(options.read_only) {}
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  virtual ~Mount() = default;

  /// The root directory's key.
  virtual Key root() const = 0;
  /// Reads the file behind the key. One at a time a key; takes no vnode lock. A free inode is corrupt.
  virtual Result<std::unique_ptr<Vnode>> load(Key key) = 0;
  virtual Result<FsStat> statfs() = 0;

  BlockDevice& device() const { return device_; }
  bool read_only() const { return read_only_; }
  /// The kernel this is mounted in; set by it before the first load().
  Kernel& kernel() const { return *kernel_; }

 private:
  friend class Kernel;
  BlockDevice& device_;
  bool read_only_;
  Kernel* kernel_ = nullptr;
  VnodeRef covered_;  ///< the directory this is attached to, if any; changed under the kernel's mount lock
};

/// A driver's one export, listed in fs/registry.cpp.
struct FsType {
  std::string_view name;
  /// Whether the device holds this file system: a strong signature, nothing more. Errors: the device's.
  Result<bool> (*probe)(BlockDevice& device);
  /// Checks the superblock and all fixed metadata; corrupt, not_supported (the feature named), unclean.
  Result<std::unique_ptr<Mount>> (*mount)(BlockDevice& device, const MountOptions& options);
};

}  // namespace rump
