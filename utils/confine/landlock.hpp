// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The kernel's Landlock: which paths a process may still use.
#pragma once

#include <span>

namespace fsu {

/// Where paths may still lead.
struct PathRules {
  /// Open directories and files. Beneath the directories files of every kind may be made, written and
  /// removed, and directories opened; the files may be written.
  std::span<const int> writable;
  bool devices = false;  ///< device nodes may be made, too
  /// Open directories beneath which files may be opened, to be read and no more.
  std::span<const int> readable = {};
};

/// Takes away from this thread, and from those it starts, all use of paths but what the rules leave; where
/// the kernel knows how, also TCP and signals to others. Open descriptors keep what they can. It needs
/// no_new_privs. 0, or an errno value: nothing is in force then. ENOSYS: the kernel has no Landlock, or one
/// that could not carry these rules.
int restrict_paths(const PathRules& rules);

}  // namespace fsu
