// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From a host file to a process inside the image.
#include "tests/oracle/mounted.hpp"

#include <stdexcept>

#include "fs/registry.hpp"
#include "images/raw.hpp"

namespace oracle {

Mounted::Mounted(const std::string& image, const rump::KernelOptions& kernel)
    : file_(::open(image.c_str(), O_RDONLY | O_CLOEXEC)), kernel_(kernel) {
  if (file_.number() < 0) throw std::runtime_error("cannot open " + image);
}

rump::Result<> Mounted::try_mount(const rump::MountOptions& options) {
  device_ = TRY(rump::images::open_raw(file_.handle(), false));
  for (const rump::FsType* type : rump::fs_types()) {
    if (!TRY(type->probe(*device_))) continue;
    mount_ = TRY(kernel_.mount(*type, *device_, options));
    process_ = std::make_unique<rump::Process>(kernel_, TRY(kernel_.root_of(*mount_)));
    return {};
  }
  return rump::fail(rump::Errc::invalid, "no driver knows this image");
}

rump::Result<std::unique_ptr<Mounted>> Mounted::open(const std::string& image,
                                                     const rump::KernelOptions& kernel,
                                                     const rump::MountOptions& options) {
  std::unique_ptr<Mounted> mounted(new Mounted(image, kernel));
  TRY(mounted->try_mount(options));
  return mounted;
}

std::unique_ptr<Mounted> Mounted::must(const std::string& image, const rump::KernelOptions& kernel,
                                       const rump::MountOptions& options) {
  auto mounted = open(image, kernel, options);
  if (!mounted) throw std::runtime_error(image + ": " + mounted.error().reason);
  return *std::move(mounted);
}

}  // namespace oracle
