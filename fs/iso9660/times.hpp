// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The two forms of time stamps.
#pragma once

#include "fs/iso9660/disk.hpp"
#include "vfs/vnode.hpp"

namespace rump::iso9660 {

/// ECMA-119, 9.1.5: seven bytes, as in directory records. A stamp that is no date is 0.
Time short_time(std::span<const std::byte, kShortTimeBytes> stamp);

/// ECMA-119, 8.4.26.1: digits, as in descriptors. A stamp that is no date, or says that it is not set, is 0.
Time long_time(std::span<const std::byte, kLongTimeBytes> stamp);

}  // namespace rump::iso9660
