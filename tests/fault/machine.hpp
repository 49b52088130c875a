// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A disk that faults on order, with a file system on it, a logfs if nothing else is said, and a
/// process that uses it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hypercall/fault/fault.hpp"
#include "tests/fixtures/logfs/mount.hpp"
#include "vfs/syscall.hpp"

namespace rump::test {

using Image = std::vector<std::byte>;

/// How a Machine mounts.
struct MountAs {
  const FsType* type = &logfs::kFsType;
  bool log = true;
  bool strict_barriers = false;
  bool read_only = false;
  bool discard = false;
  u64 cache_bytes = u64{1} << 20;
  logfs::Broken broken = logfs::Broken::no;
  /// The options that the driver is given: none but for logfs.
  std::string text() const;
};

/// A new, empty file system of so many bytes.
Image new_image(u64 bytes, const logfs::FormatOptions& options = {});

/// A kernel with the image mounted, and one process. What happens to the disk is in plan().
class Machine {
 public:
  explicit Machine(const Image& image);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Result<> mount(const MountAs& setup);
  /// Ends the process and unmounts.
  Result<> unmount();
  /// The program dies: what the kernel has in memory is lost, and nothing more is written.
  void die();

  host::fault::Plan& plan() { return plan_; }
  Process& process() { return *process_; }
  Mount& mounted() { return *mount_; }
  BlockDevice& device() { return *device_; }
  /// What is on the disk now.
  Image image() const;

 private:
  host::memory::Disk disk_;
  host::fault::Plan plan_;
  std::unique_ptr<BlockDevice> device_;
  std::unique_ptr<Kernel> kernel_;
  Mount* mount_ = nullptr;
  std::unique_ptr<Process> process_;
};

}  // namespace rump::test
