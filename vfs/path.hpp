// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From names to vnodes: one component, or a whole path with its symlinks, inside the rump kernel only.
#pragma once

#include "vfs/cred.hpp"
#include "vfs/kernel.hpp"

namespace rump {

inline constexpr u32 kSymlinksMax = 40;

/// Where a lookup starts and who asks.
struct PathContext {
  Kernel& kernel;
  const Cred& cred;
  const VnodeRef& root;   ///< "/" and the end of every ".."
  const VnodeRef& start;  ///< where a relative path begins
};

/// Whether a symlink that is the last component is followed (a trailing slash follows it always).
enum class Follow : u8 { no, yes };

/// The child `name` of `directory` (not "." or ".."), through the name cache; the directory's lock is taken
/// shared for the time of the call. Does not cross mounts. The caller has checked search permission.
Result<VnodeRef> lookup_child(Kernel& kernel, const VnodeRef& directory, Name name);

/// The parent of `directory`; out of a mount's root it goes to the directory that is covered. The root of the
/// name space is its own parent.
Result<VnodeRef> lookup_parent(Kernel& kernel, const VnodeRef& root, const VnodeRef& directory);

/// The vnode at the end of the path. not_found also for the empty path; loop after kSymlinksMax symlinks;
/// name_too_long; not_dir where a component, or a name before a trailing slash, is not a directory.
Result<VnodeRef> resolve(const PathContext& context, std::string_view path, Follow follow);

}  // namespace rump
