// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The host's system calls as a confined copy may use them: openat2 below open directories, and the
/// rest on descriptors.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace fsu {

/// The empty path of calls on a descriptor (AT_EMPTY_PATH). One object with one address: a system call filter
/// cannot look into a string, but can compare where it lies.
inline constexpr char kEmptyPath[] = "";

/// The extended attributes that hold ACLs, as system calls want their names.
inline constexpr const char* kAccessAcl = "system.posix_acl_access";
inline constexpr const char* kDefaultAcl = "system.posix_acl_default";

/// The host refused a step; what() is the reason.
class HostError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws HostError: `what`, and the sentence for the errno value.
[[noreturn]] void fail_with(std::string_view what, int error);

/// An open descriptor of the host's, closed at the end.
class HostFd {
 public:
  HostFd() = default;
  explicit HostFd(int fd) : fd_(fd) {}
  HostFd(HostFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  HostFd& operator=(HostFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~HostFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  /// Hands it over to the caller.
  int release() { return std::exchange(fd_, -1); }
  /// Closes now. False and errno: what was written may be lost.
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_ = -1;
};

/// Opens `path`, which must not leave the open directory nor lead through a symlink, with O_CLOEXEC. The mode
/// is for O_CREAT. Empty and errno where that fails; ELOOP for a symlink, unless O_PATH and O_NOFOLLOW ask
/// for it.
HostFd open_beneath(int directory, const char* path, int flags, mode_t mode = 0);

/// Opens `path` from the open directory on, wherever its symlinks lead, with O_CLOEXEC.
HostFd open_anywhere(int directory, const char* path, int flags);

/// What is behind any descriptor, O_PATH too. False and errno where that fails.
bool stat_descriptor(int fd, struct stat& status);
/// What is at the path, by open_beneath(); a symlink itself. False and errno where that fails.
bool stat_beneath(int directory, const char* path, struct stat& status);

/// Sets the owner of what an O_PATH descriptor is, a symlink itself; as fchown(2).
int chown_node(int fd, uid_t uid, gid_t gid);
/// Sets access and modification time of the same; as futimens(3).
int set_node_times(int fd, const std::array<timespec, 2>& times);

}  // namespace fsu
