// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extended attributes, in the inode and in a block of their own.
#pragma once

#include "fs/ext2/mount.hpp"
#include "vfs/memory.hpp"

namespace rump::ext2 {

/// As Vnode::get_xattr. ACLs come in the form that Linux shows to users.
Result<std::size_t> xattr_get(const Ext2Mount& mount, const Inode& inode, Name name,
                              std::span<std::byte> room);

/// As Vnode::list_xattr. Names of name spaces that Linux does not show are left out.
Result<> xattr_list(const Ext2Mount& mount, const Inode& inode, NameSink& sink);

/// The content of a file, symlink or directory whose inode is_inline(): the inode's block area, then the
/// value of its hidden attribute ("Inline Data").
Result<Array<std::byte>> inline_content(const Ext2Mount& mount, const Inode& inode);

}  // namespace rump::ext2
