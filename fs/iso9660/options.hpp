// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The driver's own mount options, named as Linux names them.
#pragma once

#include <optional>

#include "vfs/mount.hpp"

namespace rump::iso9660 {

/// How plain names are shown.
enum class NameMap : u8 {
  normal,  ///< in lower case, without version numbers
  off,     ///< as they are stored
  acorn,   ///< normal, with the file types of Acorn's tools behind the names
};

/// What the README lists.
struct Options {
  bool rock_ridge = true, joliet = true, enhanced = true;
  NameMap map = NameMap::normal;
  std::optional<bool> relaxed;  ///< whether case counts in names; by default only in Joliet's it does not
  std::optional<u32> session;   ///< counted from 1; by default the last one
  std::optional<u32> uid, gid;
  std::optional<u32> mode, dmode;
  bool override_rock_permissions = false;
  bool hide = false;  ///< files with the flag for hidden ones
  bool show_associated = false;
};

/// invalid where an option is unknown or has a value that it cannot have.
Result<Options> parse_options(std::string_view text);

}  // namespace rump::iso9660
