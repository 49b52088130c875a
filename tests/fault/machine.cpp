// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The disk, the kernel and the process.
#include "tests/fault/machine.hpp"

#include "images/raw.hpp"
#include "vfs/kernel.hpp"

namespace rump::test {

Image new_image(u64 bytes, const logfs::FormatOptions& options) {
  const host::memory::Disk disk = host::memory::Disk::zeroed(bytes, bytes);
  const auto device = images::open_raw(disk.handle(), true).value();
  const Result<> formatted = logfs::format(*device, options);
  invariant(formatted.has_value(), "logfs cannot be made");
  return {disk.contents().begin(), disk.contents().end()};
}

std::string MountAs::text() const {
  if (type != &logfs::kFsType) return "";
  std::string text = log ? "log" : "nolog";
  if (broken == logfs::Broken::flush) text += ",broken=flush";
  if (broken == logfs::Broken::revoke) text += ",broken=revoke";
  if (broken == logfs::Broken::commit) text += ",broken=commit";
  if (broken == logfs::Broken::barrier) text += ",broken=barrier";
  return text;
}

Machine::Machine(const Image& image)
    : disk_(host::memory::Disk::copy_of(image, image.size())),
      plan_(disk_),
      device_(images::open_raw(disk_.handle(), true).value()) {}

Machine::~Machine() { die(); }

Result<> Machine::mount(const MountAs& setup) {
  kernel_ = std::make_unique<Kernel>();
  MountOptions options;
  options.read_only = setup.read_only;
  options.discard = setup.discard;
  options.strict_barriers = setup.strict_barriers;
  options.cache_bytes = setup.cache_bytes;
  const std::string text = setup.text();
  options.text = text;
  mount_ = TRY(kernel_->mount(*setup.type, *device_, options));
  process_ = std::make_unique<Process>(*kernel_, TRY(kernel_->root_of(*mount_)));
  return {};
}

Result<> Machine::unmount() {
  process_.reset();
  return kernel_->unmount(*mount_);
}

void Machine::die() {
  plan_.cut_power(plan_.count(host::fault::Op::write) + 1);
  process_.reset();
  kernel_.reset();
}

Image Machine::image() const { return {disk_.contents().begin(), disk_.contents().end()}; }

}  // namespace rump::test
