// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The host's kernel as an oracle of permissions: calls made as another user, and what they left
/// behind.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "vfs/cred.hpp"

namespace oracle {

/// Runs `call` with these credentials in a thread of its own; this process must be root. Returns 0, or the
/// errno of the call, which answers as system calls do.
template <class Call>
int errno_as(const rump::Cred& cred, Call&& call) {
  int result = 0;
  std::thread([&] {
    // The library's wrappers would change every thread.
    const bool changed = syscall(SYS_setgroups, cred.group_count, cred.groups.data()) == 0 &&
                         syscall(SYS_setresgid, cred.gid, cred.gid, cred.gid) == 0 &&
                         syscall(SYS_setresuid, cred.uid, cred.uid, cred.uid) == 0;
    if (!changed) std::abort();
    result = call() < 0 ? errno : 0;
  }).join();
  return result;
}

/// The file's attributes as the kernel side knows them; no flags.
inline rump::Attr attr_of(const std::string& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) std::abort();
  using rump::FileType;
  const FileType type = S_ISREG(status.st_mode)    ? FileType::file
                        : S_ISDIR(status.st_mode)  ? FileType::dir
                        : S_ISLNK(status.st_mode)  ? FileType::symlink
                        : S_ISFIFO(status.st_mode) ? FileType::fifo
                                                   : FileType::unknown;
  return {.type = type, .mode = status.st_mode & 07777, .uid = status.st_uid, .gid = status.st_gid};
}

/// The value of an extended attribute; empty where there is none.
inline std::vector<std::byte> xattr_of(const std::string& path, rump::Name name) {
  std::vector<std::byte> value(65536);
  const ssize_t length = lgetxattr(path.c_str(), std::string(name).c_str(), value.data(), value.size());
  value.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return value;
}

/// Sets an extended attribute; 0 or errno.
inline int set_xattr(const std::string& path, rump::Name name, const std::vector<std::byte>& value) {
  const int result = setxattr(path.c_str(), std::string(name).c_str(), value.data(), value.size(), 0);
  return result == 0 ? 0 : errno;
}

/// Random users, groups and numbers out of few, so that they meet; the same in every run.
class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  /// A number below `end`.
  rump::u32 below(rump::u32 end) { return static_cast<rump::u32>(engine_() % end); }
  bool once_in(rump::u32 n) { return below(n) == 0; }
  /// One of five users or groups; never 0.
  rump::u32 id() { return 1000 + below(5); }
  rump::Cred cred() {
    rump::Cred cred{.uid = once_in(8) ? 0 : id(), .gid = id()};
    for (rump::u32 count = below(3); count > 0; --count) cred.groups[cred.group_count++] = id();
    return cred;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace oracle
