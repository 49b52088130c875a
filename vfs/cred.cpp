// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The permission check by mode bits.
#include "vfs/cred.hpp"

#include <algorithm>

namespace rump {

bool Cred::in_group(u32 group) const {
  const std::span<const u32> extra(groups.data(), std::min<std::size_t>(group_count, groups.size()));
  return group == gid || std::ranges::find(extra, group) != extra.end();
}

Result<> check_access(const Attr& attr, const Cred& cred, u32 access) {
  if (cred.privileged()) {
    const bool executable = attr.type == FileType::dir || (attr.mode & 0111);
    if (!(access & kMayExecute) || executable) return {};
    return fail(Errc::denied, "permission denied");
  }
  const u32 shift = cred.uid == attr.uid ? 6 : cred.in_group(attr.gid) ? 3 : 0;
  if (((attr.mode >> shift) & access) == access) return {};
  return fail(Errc::denied, "permission denied");
}

}  // namespace rump
