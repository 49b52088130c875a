// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Indexed directories: the descent to a leaf.
#pragma once

#include "fs/ext2/dir.hpp"

namespace rump::ext2 {

/// The inode behind a name, by the directory's index. corrupt or not_supported: the index cannot be used.
Result<Key> index_lookup(const Ext2Mount& mount, const Inode& dir, const NameMatcher& name);

/// The hash version in the root of the directory's index, as stored.
Result<u8> index_hash_version(const Ext2Mount& mount, const Inode& dir);

/// corrupt unless the checksum of an index block (the root where `logical` is 0) is right.
Result<> check_index_checksum(const Geometry& geometry, const Inode& dir, u64 logical,
                              std::span<const std::byte> block);

}  // namespace rump::ext2
