// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Landlock by system call: there is no library for it.
#include "utils/confine/landlock.hpp"

#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace fsu {
namespace {

/// struct landlock_ruleset_attr as of version 6. The headers of Debian 12 stop at version 2.
struct Ruleset {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scopes;
};
constexpr std::uint64_t kTruncate = 1 << 14;
constexpr std::uint64_t kIoctlDevice = 1 << 15;
constexpr std::uint64_t kAllOfNetwork = 3;  // bind and connect, of TCP
constexpr std::uint64_t kAllScopes = 3;     // abstract Unix sockets and signals

constexpr std::uint64_t kAllOfVersion1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

/// What rules may leave of a file, and of a directory.
constexpr std::uint64_t kWriteFile = LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;
constexpr std::uint64_t kFillDirectory = kWriteFile | LANDLOCK_ACCESS_FS_READ_DIR |
                                         LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                         LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SYM |
                                         LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_REFER;
constexpr std::uint64_t kMakeDevices = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

/// All that this version of Landlock can take away.
Ruleset all_of_version(long version) {
  Ruleset all{.files = kAllOfVersion1, .network = 0, .scopes = 0};
  if (version >= 2) all.files |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) all.files |= kTruncate;
  if (version >= 4) all.network = kAllOfNetwork;
  if (version >= 5) all.files |= kIoctlDevice;
  if (version >= 6) all.scopes = kAllScopes;
  return all;
}

/// How much of a Ruleset the version knows.
std::size_t size_in_version(long version) {
  if (version < 4) return offsetof(Ruleset, network);
  return version < 6 ? offsetof(Ruleset, scopes) : sizeof(Ruleset);
}

bool add_rule(int ruleset, int beneath, std::uint64_t allowed) {
  const landlock_path_beneath_attr rule{.allowed_access = allowed, .parent_fd = beneath};
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

bool add_writable(int ruleset, int beneath, std::uint64_t handled, bool devices) {
  struct stat status;
  if (::fstat(beneath, &status) != 0) return false;
  std::uint64_t allowed = kWriteFile;
  if (S_ISDIR(status.st_mode)) allowed = kFillDirectory | (devices ? kMakeDevices : 0);
  return add_rule(ruleset, beneath, allowed & handled);
}

/// Adds the rules and puts them into force.
bool enforce(int ruleset, const PathRules& rules, std::uint64_t handled) {
  for (const int beneath : rules.writable)
    if (!add_writable(ruleset, beneath, handled, rules.devices)) return false;
  for (const int beneath : rules.readable)
    if (!add_rule(ruleset, beneath, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)) return false;
  return ::syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}

}  // namespace

int restrict_paths(const PathRules& rules) {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 0) return ENOSYS;  // built without it, switched off, or refused by a container's own filter
  // Version 1 knows no rule that lets a file be linked from one directory into another.
  if (version < 2 && !rules.writable.empty()) return ENOSYS;
  const Ruleset all = all_of_version(version);
  const int ruleset =
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all, size_in_version(version), 0));
  if (ruleset < 0) return errno;
  const int error = enforce(ruleset, rules, all.files) ? 0 : errno;
  ::close(ruleset);
  return error;
}

}  // namespace fsu
