// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Loop devices by what /sys and they themselves say.
#include "utils/image/loop_device.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <memory>
#include <string_view>

#include "utils/confine/host_calls.hpp"

namespace fsu {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

/// The path by which the file behind the loop device was named, or nothing where there is none.
std::optional<std::string> backing_path(const std::string& device) {
  const std::string path = "/sys/block/" + device + "/loop/backing_file";
  const HostFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::array<char, PATH_MAX> text;
  const ssize_t length = ::read(file.get(), text.data(), text.size());
  if (length <= 0) return std::nullopt;
  std::string_view name(text.data(), static_cast<std::size_t>(length));
  if (name.ends_with('\n')) name.remove_suffix(1);
  return std::string(name);
}

/// Whether the device itself, for those who may open it, says that it lies on the file.
bool says_so(const std::string& device, const struct stat& file) {
  const HostFd opened(::open(("/dev/" + device).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  loop_info64 info{};
  return opened && ::ioctl(opened.get(), LOOP_GET_STATUS64, &info) == 0 && info.lo_inode == file.st_ino &&
         info.lo_device == file.st_dev;
}

bool lies_on(const std::string& device, const struct stat& file) {
  const auto path = backing_path(device);
  if (!path) return false;
  struct stat backing;
  const bool same_name =
      ::stat(path->c_str(), &backing) == 0 && backing.st_ino == file.st_ino && backing.st_dev == file.st_dev;
  return same_name || says_so(device, file);
}

}  // namespace

std::optional<std::string> loop_device_of(const struct stat& file) {
  const std::unique_ptr<DIR, CloseDirectory> disks(::opendir("/sys/block"));
  if (!disks) return std::nullopt;
  while (const dirent* entry = ::readdir(disks.get())) {
    const std::string device = entry->d_name;
    if (device.starts_with("loop") && lies_on(device, file)) return "/dev/" + device;
  }
  return std::nullopt;
}

}  // namespace fsu
