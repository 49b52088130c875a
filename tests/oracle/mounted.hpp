// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file An image mounted in a rump kernel of its own, over the posix host.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/fixtures/host_files.hpp"
#include "vfs/syscall.hpp"

namespace oracle {

class Mounted {
 public:
  /// Opens, probes and mounts. Errors: the kernel's own; invalid when no driver knows the image.
  static rump::Result<std::unique_ptr<Mounted>> open(const std::string& image,
                                                     const rump::KernelOptions& kernel = {},
                                                     const rump::MountOptions& options = {});
  /// As open(), but throws on an error.
  static std::unique_ptr<Mounted> must(const std::string& image, const rump::KernelOptions& kernel = {},
                                       const rump::MountOptions& options = {});

  /// Ends the use of the mount and the process.
  rump::Result<> unmount();

  rump::Kernel& kernel() { return kernel_; }
  rump::Mount& mount() { return *mount_; }
  rump::Process& process() { return *process_; }

 private:
  Mounted(const std::string& image, const rump::KernelOptions& kernel, bool writable);
  rump::Result<> try_mount(const rump::MountOptions& options);

  rump::test::Descriptor file_;
  std::unique_ptr<rump::BlockDevice> device_;
  rump::Kernel kernel_;
  rump::Mount* mount_ = nullptr;
  std::unique_ptr<rump::Process> process_;
};

/// The blocks in which a mount's device and a host file of the same size differ.
std::vector<rump::u64> differing_blocks(rump::BlockDevice& device, const std::string& file,
                                        std::size_t block_bytes);

}  // namespace oracle
