// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file SHA-256 (FIPS 180-4), by which Linux shortens long names of encrypted directories.
#pragma once

#include <array>
#include <span>

#include "vfs/error.hpp"

namespace rump::ext2 {

using Sha256 = std::array<std::byte, 32>;

/// The digest of all the bytes at once.
Sha256 sha256(std::span<const std::byte> bytes);

}  // namespace rump::ext2
