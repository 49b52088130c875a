// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Indexed directories: name hashes and the descent to a leaf.
#pragma once

#include "fs/ext2/dir.hpp"

namespace rump::ext2 {

/// How names are hashed; the on-disk number, raised by 3 where characters count as unsigned.
enum class HashVersion : u8 { legacy, half_md4, tea, legacy_unsigned, half_md4_unsigned, tea_unsigned };

/// The hash by which an index is ordered ("Hash Tree Directories"); its lowest bit is always clear. A seed of
/// all zeroes means the built-in one.
u32 hash_name(HashVersion version, Name name, const std::array<u32, 4>& seed);

/// The inode behind a name, by the directory's index. corrupt or not_supported: the index cannot be used.
Result<Key> index_lookup(const Ext2Mount& mount, const Inode& dir, const NameMatcher& name);

/// corrupt unless the checksum of an index block (the root where `logical` is 0) is right.
Result<> check_index_checksum(const Geometry& geometry, const Inode& dir, u64 logical,
                              std::span<const std::byte> block);

}  // namespace rump::ext2
