// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The permission check on a file: its ACL where it has one, else its mode bits.
#pragma once

#include "vfs/acl.hpp"
#include "vfs/kernel.hpp"

namespace rump {

/// The file's attributes; takes its lock shared.
Result<Attr> read_attr(Vnode& vnode);

/// The file was read: sets its access time where the mount wants that. Takes its lock; an error is not worth
/// telling.
void note_access(const Kernel& kernel, Vnode& vnode);

/// [S] denied unless the file grants every access asked for (Access bits). `attr` are its attributes.
Result<> check_access(Vnode& vnode, const Attr& attr, const Cred& cred, u32 access);

/// [S] The ACL in the extended attribute (kAccessAcl or kDefaultAcl); nullopt: the file has none.
Result<std::optional<Acl>> read_acl(Vnode& vnode, Name name);

}  // namespace rump
