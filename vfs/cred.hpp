// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Credentials, and the one place where permissions are checked.
#pragma once

#include <array>
#include <span>

#include "vfs/vnode.hpp"

namespace rump {

/// Who asks. User 0 may read, write and search everything, and execute what anybody may.
struct Cred {
  static constexpr std::size_t kGroupsMax = 32;
  u32 uid = 0, gid = 0;
  std::array<u32, kGroupsMax> groups{};  ///< supplementary groups
  u32 group_count = 0;

  bool privileged() const { return uid == 0; }
  bool in_group(u32 group) const;
};

/// Who makes a change, and when.
struct Caller {
  const Cred& cred;
  Time now;
};

/// What is asked for; combined by |.
enum Access : u32 { kMayExecute = 1, kMayWrite = 2, kMayRead = 4 };

/// denied unless the mode bits grant every access asked for (POSIX: the first class that matches decides).
Result<> check_access(const Attr& attr, const Cred& cred, u32 access);

}  // namespace rump
