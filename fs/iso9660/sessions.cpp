// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Finding sessions.
#include "fs/iso9660/sessions.hpp"

namespace rump::iso9660 {

Result<Sessions> find_sessions(BlockDevice&) {
  Sessions sessions;
  sessions.sectors[sessions.count++] = kDescriptorSector;
  return sessions;
}

Result<u64> find_session(BlockDevice& device, std::optional<u32> number) {
  const Sessions sessions = TRY(find_sessions(device));
  if (number && *number > sessions.count) return fail(Errc::not_found, "the volume has no such session");
  return sessions.sectors[number.value_or(sessions.count) - 1];
}

}  // namespace rump::iso9660
