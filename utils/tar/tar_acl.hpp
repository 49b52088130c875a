// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Access control lists between extended attributes and entries of archives.
#pragma once

#include <archive_entry.h>

#include <cstddef>
#include <span>
#include <vector>

#include "vfs/error.hpp"

namespace fsu {

/// Which of a file's ACLs is meant.
enum class AclKind : unsigned char { access, standard };

/// Gives the entry the ACL that the value of rump::kAccessAcl or rump::kDefaultAcl says. As libarchive has
/// it, the mode of an entry with an access ACL then shows what the owning group may do, not the mask. Errors
/// as Acl::parse().
rump::Result<> add_acl(archive_entry* entry, AclKind kind, std::span<const std::byte> value);

/// The value of the attribute for the entry's ACL; empty where it has none, or names somebody without a
/// number.
std::vector<std::byte> acl_value(archive_entry* entry, AclKind kind);

}  // namespace fsu
