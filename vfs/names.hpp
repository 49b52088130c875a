// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Changes of names in directories: create, link, unlink, rename. Permissions, times and the name cache
/// are seen to here, for every driver.
#pragma once

#include "vfs/path.hpp"

namespace rump {

/// A node that a caller asks for.
struct NodeRequest {
  FileType type = FileType::file;
  u32 mode = 0, umask = 0;
  DeviceNumber device{};
  std::string_view target{};  ///< of a symlink
};

/// Makes the node under `name` in the directory. exists, denied, not_found (the directory itself was
/// removed), no_space, too_many_links … Only user 0 makes devices (not_permitted). The Reaper is the
/// caller's.
Result<VnodeRef> create_child(Kernel& kernel, const VnodeRef& directory, Name name,
                              const NodeRequest& request, const Caller& caller);

/// Gives `target`, which is no directory, another name. exists, cross_device, not_permitted …
Result<> link_child(Kernel& kernel, const VnodeRef& directory, Name name, const VnodeRef& target,
                    const Caller& caller);

/// What kind of thing a name is to be taken from.
enum class Unlink : u8 {
  file,       ///< is_dir for a directory
  directory,  ///< not_dir for anything else; not_empty
};
Result<> unlink_child(Kernel& kernel, const VnodeRef& directory, Name name, Unlink kind,
                      const Caller& caller);

/// How to rename; combined by |, but not with each other.
enum RenameFlag : u32 {
  kRenameNoReplace = 1 << 0,  ///< exists rather than replacing something
  kRenameExchange = 1 << 1,   ///< both exist and change places
};

/// One end of a rename.
struct NameAt {
  const VnodeRef& directory;
  Name name;
  bool slash;  ///< a slash follows: only a directory will do
};
/// Moves what `from` names to `to`, replacing what is there in one step, or exchanges them (RenameFlags).
Result<> rename_child(Kernel& kernel, const NameAt& from, const NameAt& to, u32 flags, const Caller& caller);

}  // namespace rump
