// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Thin wrappers of system calls.
#include "utils/confine/host_calls.hpp"

#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cstdint>
#include <string>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

HostFd open_path(int directory, const char* path, int flags, mode_t mode, std::uint64_t resolve) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = resolve;
  return HostFd(static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof how)));
}

}  // namespace

void fail_with(std::string_view what, int error) {
  throw HostError(std::string(what).append(": ").append(errno_text(error)));
}

HostFd open_beneath(int directory, const char* path, int flags, mode_t mode) {
  return open_path(directory, path, flags, mode, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

HostFd open_anywhere(int directory, const char* path, int flags) {
  return open_path(directory, path, flags, 0, RESOLVE_NO_MAGICLINKS);
}

bool stat_descriptor(int fd, struct stat& status) {
  return ::fstatat(fd, kEmptyPath, &status, AT_EMPTY_PATH) == 0;
}

bool stat_beneath(int directory, const char* path, struct stat& status) {
  const HostFd node = open_beneath(directory, path, O_PATH | O_NOFOLLOW);
  return node && stat_descriptor(node.get(), status);
}

int chown_node(int fd, uid_t uid, gid_t gid) { return ::fchownat(fd, kEmptyPath, uid, gid, AT_EMPTY_PATH); }

int set_node_times(int fd, const std::array<timespec, 2>& times) {
  return ::utimensat(fd, kEmptyPath, times.data(), AT_EMPTY_PATH);
}

}  // namespace fsu
