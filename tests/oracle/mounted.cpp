// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From a host file to a process inside the image.
#include "tests/oracle/mounted.hpp"

#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "fs/registry.hpp"
#include "images/raw.hpp"

namespace oracle {

Mounted::Mounted(const std::string& image, const rump::KernelOptions& kernel, bool writable)
    : file_(::open(image.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC)), kernel_(kernel) {
  if (file_.number() < 0) throw std::runtime_error("cannot open " + image);
}

rump::Result<> Mounted::try_mount(const rump::MountOptions& options) {
  device_ = TRY(rump::images::open_raw(file_.handle(), !options.read_only));
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
  std::unique_ptr<Mounted> mounted(new Mounted(image, kernel, !options.read_only));
  TRY(mounted->try_mount(options));
  return mounted;
}

std::unique_ptr<Mounted> Mounted::must(const std::string& image, const rump::KernelOptions& kernel,
                                       const rump::MountOptions& options) {
  auto mounted = open(image, kernel, options);
  if (!mounted) throw std::runtime_error(image + ": " + mounted.error().reason);
  return *std::move(mounted);
}

rump::Result<> Mounted::unmount() {
  process_.reset();
  return kernel_.unmount(*std::exchange(mount_, nullptr));
}

std::vector<rump::u64> differing_blocks(rump::BlockDevice& device, const std::string& file,
                                        std::size_t block_bytes) {
  std::ifstream in(file, std::ios::binary);
  std::vector<rump::u64> result;
  std::vector<char> theirs(block_bytes);
  std::vector<std::byte> ours(block_bytes);
  for (rump::u64 at = 0; at < device.size(); at += block_bytes) {
    in.read(theirs.data(), static_cast<std::streamsize>(block_bytes));
    if (!in || !device.read(at, ours)) throw std::runtime_error("cannot compare with " + file);
    if (std::memcmp(ours.data(), theirs.data(), block_bytes) != 0) result.push_back(at / block_bytes);
  }
  return result;
}

}  // namespace oracle
