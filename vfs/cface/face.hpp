// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The one kernel behind the C face: what rump_init makes.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "vfs/cface/host_file.hpp"
#include "vfs/kernel.hpp"
#include "vfs/syscall.hpp"

/// A process that a C program made, as its handle.
struct lwp {  // NOLINT(readability-identifier-naming): the historical API's name
  rump::Process process;
};

namespace rump::cface {

/// What to mount; as rump_sys_mount.
struct MountRequest {
  std::string_view type, path, fspec;
  u64 size;
  MountOptions options;
};

/// A running kernel with its mounts, keys and processes. Safe from any thread, but for stop() and the
/// destructor.
class Face {
 public:
  /// A kernel with a tmpfs as "/". Errors: of mounting it.
  static Result<std::unique_ptr<Face>> start();
  ~Face();
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;

  /// As rump_fini, but the destructor unmounts: ends the first process and flushes everything. busy, and
  /// nothing has happened, while a process of the program's exists.
  Result<> stop();

  /// The calling thread's process.
  Process& process();
  /// A new process in "/".
  lwp* make_process(const Cred& cred);
  void end_process(lwp* process);

  /// As rump_pub_etfs_register_withsize and rump_pub_etfs_remove.
  int add_key(std::string_view key, const char* path, u64 begin, u64 size);
  int remove_key(std::string_view key);

  Result<> mount(const MountRequest& request);
  Result<> unmount(std::string_view path, Kernel::Unsaved unsaved);

  /// The vnode at the end of the path, for the calling thread's process.
  Result<VnodeRef> find(Fd at, std::string_view path, Follow follow);

  Kernel& kernel() { return kernel_; }
  const VnodeRef& root() const { return root_; }

 private:
  /// One mount and the device below it: one of the two.
  struct Mounted {
    std::unique_ptr<HostDevice> image;
    std::unique_ptr<BlockDevice> memory;
    Mount* mount = nullptr;
    BlockDevice& device() { return image ? image->device() : *memory; }
  };

  Face() = default;
  Result<> start_on(std::unique_ptr<BlockDevice> memory);
  Result<Mounted> open_device(const MountRequest& request);

  std::mutex lock_;  ///< guards files_ and mounts_; taken before any lock of the kernel's
  HostFiles files_;
  std::vector<Mounted> mounts_;  ///< in the order of mounting; the first is "/"
  Kernel kernel_;
  VnodeRef root_;
  std::unique_ptr<Process> first_;
  std::atomic<unsigned> processes_{0};  ///< that the program has made
};

/// The running kernel's face, or nullptr.
std::atomic<Face*>& running();

/// The calling thread's own process, or nullptr.
lwp*& current_lwp();

}  // namespace rump::cface
