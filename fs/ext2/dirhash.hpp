// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How names are hashed for the index of a directory ("Hash Tree Directories").
#pragma once

#include <array>
#include <optional>

#include "fs/ext2/super.hpp"
#include "vfs/vnode.hpp"

namespace rump::ext2 {

/// The on-disk number, raised by 3 where characters count as unsigned.
enum class HashVersion : u8 { legacy, half_md4, tea, legacy_unsigned, half_md4_unsigned, tea_unsigned };

/// The version that the on-disk number means in this volume; nothing for one that is not computed from a
/// name.
std::optional<HashVersion> hash_version(const Geometry& geometry, u8 number);

/// A name's hash. An index is ordered by `major`, whose lowest bit is always clear.
struct DirHash {
  u32 major = 0, minor = 0;
  bool operator==(const DirHash&) const = default;
};

/// A seed of all zeroes means the built-in one.
DirHash hash_name(HashVersion version, Name name, const std::array<u32, 4>& seed);

}  // namespace rump::ext2
