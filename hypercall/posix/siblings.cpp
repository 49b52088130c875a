// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Opening siblings: which handles may, and where.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "hypercall/posix/posix.hpp"
#include "hypercall/posix/status.hpp"

namespace rump::host {
namespace {

/// Directories by the handles that may open files in them. Never holds a lock over a system call.
class Policy {
 public:
  void allow(Handle handle, int directory) {
    const std::lock_guard hold(lock_);
    directories_[handle] = directory;
  }
  void forbid(Handle handle) {
    const std::lock_guard hold(lock_);
    directories_.erase(handle);
  }
  std::optional<int> directory_of(Handle handle) {
    const std::lock_guard hold(lock_);
    const auto found = directories_.find(handle);
    return found == directories_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::mutex lock_;
  std::unordered_map<Handle, int> directories_;
};

/// The process's own policy: hypercalls are free functions, so it has no other home.
Policy& policy() {
  static Policy instance;
  return instance;
}

}  // namespace

void posix::allow_siblings(Handle handle, int directory) { policy().allow(handle, directory); }

void posix::forbid_siblings(Handle handle) { policy().forbid(handle); }

Status io_open_sibling(Handle handle, const char* name, u32 length, Handle* sibling) {
  const std::optional<int> directory = policy().directory_of(handle);
  if (!directory) return Status::denied;

  constexpr std::size_t kNameMax = 255;
  const std::string_view wanted(name, length);
  if (wanted.empty() || wanted == "." || wanted == ".." || length > kNameMax) return Status::denied;
  if (wanted.find('/') != wanted.npos || wanted.find('\0') != wanted.npos) return Status::denied;
  std::array<char, kNameMax + 1> terminated{};
  std::memcpy(terminated.data(), name, length);

  // O_NONBLOCK: opening a FIFO must not wait for a writer; regular files do not care.
  const int opened =
      openat(*directory, terminated.data(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (opened < 0) return posix::status_of(errno);
  struct stat info{};
  if (posix::descriptor_stat(opened, &info) != 0 || !S_ISREG(info.st_mode)) {
    close(opened);
    return Status::denied;
  }
  *sibling = posix::handle_of(opened);
  policy().allow(*sibling, *directory);
  return Status::ok;
}

Status io_close(Handle handle) {
  policy().forbid(handle);
  // After EINTR the descriptor is gone all the same.
  return close(static_cast<int>(handle)) == 0 || errno == EINTR ? Status::ok : posix::status_of(errno);
}

}  // namespace rump::host
