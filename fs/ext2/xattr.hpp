// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extended attributes, in the inode and in a block of their own.
#pragma once

#include "fs/ext2/mount.hpp"

namespace rump::ext2 {

/// As Vnode::get_xattr. ACLs come in the form that Linux shows to users.
Result<std::size_t> xattr_get(Ext2Mount& mount, const Inode& inode, Name name, std::span<std::byte> room);

/// As Vnode::list_xattr. Names of name spaces that Linux does not show are left out.
Result<> xattr_list(Ext2Mount& mount, const Inode& inode, NameSink& sink);

}  // namespace rump::ext2
