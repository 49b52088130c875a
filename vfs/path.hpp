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
  const VnodeRef& start;  ///< where a relative path begins; may be empty for an absolute one
};

/// Whether a symlink that is the last component is followed (a trailing slash follows it always).
enum class Follow : u8 { no, yes };

/// The child `name` of `directory` (not "." or ".."), through the name cache; the directory's lock is taken
/// shared for the time of the call. Does not cross mounts. The caller has checked search permission.
Result<VnodeRef> lookup_child(Kernel& kernel, const VnodeRef& directory, Name name);

/// The same with the directory's lock held, in whichever way.
Result<VnodeRef> lookup_child_locked(Kernel& kernel, Vnode& directory, Name name);

/// The parent of `directory`; out of a mount's root it goes to the directory that is covered. The root of the
/// name space is its own parent.
Result<VnodeRef> lookup_parent(Kernel& kernel, const VnodeRef& root, const VnodeRef& directory);

/// The vnode at the end of the path. not_found also for the empty path; loop after kSymlinksMax symlinks;
/// name_too_long; not_dir where a component, or a name before a trailing slash, is not a directory.
Result<VnodeRef> resolve(const PathContext& context, std::string_view path, Follow follow);

/// Where a path ends, for calls that make, remove or rename what it names.
struct LastComponent {
  enum class Kind : u8 { name, dot, dot_dot, root };

  Kind kind = Kind::root;
  VnodeRef directory;  ///< the last component's; searchable by the caller
  VnodeRef child;      ///< what a name names, not crossed into a mount; empty: nothing
  bool slash = false;  ///< a slash follows the name
  Name name() const { return {bytes.data(), length}; }

  std::array<char, kNameMax> bytes;
  std::size_t length = 0;
};

/// The directory and the name at the end of the path. Follow::yes: a symlink there is followed, to a name
/// that perhaps nothing has. Errors as resolve() for all that comes before.
Result<LastComponent> resolve_last(const PathContext& context, std::string_view path, Follow follow);

}  // namespace rump
