// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The permission check on a file: its ACL where it has one, else its mode bits.
#pragma once

#include "vfs/acl.hpp"

namespace rump {

/// The file's attributes; takes its lock shared.
Result<Attr> read_attr(Vnode& vnode);

/// [S] denied unless the file grants every access asked for (Access bits). `attr` are its attributes.
Result<> check_access(Vnode& vnode, const Attr& attr, const Cred& cred, u32 access);

/// [S] The ACL in the extended attribute (kAccessAcl or kDefaultAcl); nullopt: the file has none.
Result<std::optional<Acl>> read_acl(Vnode& vnode, Name name);

}  // namespace rump
