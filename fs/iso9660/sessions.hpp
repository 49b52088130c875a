// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The sessions of a volume that was written in several goes.
#pragma once

#include "fs/iso9660/super.hpp"

namespace rump::iso9660 {

inline constexpr u32 kSessionsMax = 99;

/// Sectors of the first descriptors of all sessions, the oldest first.
struct Sessions {
  std::array<u64, kSessionsMax> sectors{};
  u32 count = 0;
};

/// The sessions that an image holds. An image has no table of contents that would name them, so they are
/// looked for where writers put them.
Result<Sessions> find_sessions(BlockDevice& device);

/// The sector of the first descriptor of session `number`, from 1, or of the last one; not_found.
Result<u64> find_session(BlockDevice& device, std::optional<u32> number);

}  // namespace rump::iso9660
