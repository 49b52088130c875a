// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Changes of names and attributes in an image, as the tools of the same names make them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "utils/edit_log.hpp"
#include "utils/mode_change.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

struct MkdirOptions {
  bool parents = false;  ///< those above it, too; and no error if it is there
  bool verbose = false;
  std::optional<ModeChange> mode = {};  ///< of a=rwx; the umask has no part in a number
};
/// Makes a directory. What fails is logged.
void make_directory(rump::Process& process, const std::string& path, const MkdirOptions& options,
                    EditLog& log);

struct RmdirOptions {
  bool parents = false;  ///< and those above it, but never the root
  bool ignore_non_empty = false;
  bool verbose = false;
};
/// Removes an empty directory. What fails is logged.
void remove_directory(rump::Process& process, const std::string& path, const RmdirOptions& options,
                      EditLog& log);

}  // namespace fsu
