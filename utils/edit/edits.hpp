// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Changes of names and attributes in an image, as the tools of the same names make them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "utils/edit/edit_log.hpp"
#include "utils/edit/mode_change.hpp"
#include "utils/edit/size_change.hpp"
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

struct MoveOptions {
  enum class Existing : std::uint8_t { replace, ask, keep };
  Existing existing = Existing::replace;
  bool update = false;               ///< replace only what is older
  bool no_target_directory = false;  ///< the target is the new name, even if it is a directory
  bool verbose = false;
  std::function<bool(std::string_view question)> ask = {};  ///< for Existing::ask
};
/// A file that is called by a path: how it is named in messages beside it.
struct NamedPath {
  std::string path;
  std::string shown;
};
/// Whether the target is a directory that files are moved into.
bool goes_into(rump::Process& process, const NamedPath& target, const MoveOptions& options);
/// The file's own name in the directory.
NamedPath name_in(const NamedPath& directory, const NamedPath& file);
/// Whether the options let the source take the place of the target, called so.
bool may_replace(const rump::Attr& source, const rump::Attr& target, const NamedPath& shown,
                 const MoveOptions& options);
/// Moves files within one file system: into the target where that is a directory, else, if it is one file, to
/// that name. What fails is logged.
void move_files(rump::Process& process, const std::vector<NamedPath>& files, const NamedPath& target,
                const MoveOptions& options, EditLog& log);

struct LinkOptions {
  bool symbolic = false;
  bool force = false;  ///< what has the name is removed
};
/// Gives the file `target` (the text of a symlink with LinkOptions::symbolic) the name `path` as well; within
/// it, where that is a directory.
rump::Result<> link_file(rump::Process& process, const std::string& target, const std::string& path,
                         const LinkOptions& options);

/// Sets permission bits; a symlink is followed.
rump::Result<> change_mode(rump::Process& process, const std::string& path, const ModeChange& change);

struct TouchOptions {
  bool access = true, modify = true;  ///< which times are set
  bool create = true;
  rump::Follow follow = rump::Follow::yes;
  /// Of access and modification; nullopt: now.
  struct Times {
    rump::Time access, modify;
  };
  std::optional<Times> times = {};
};
/// Sets times of a file, which is made where there is none.
rump::Result<> touch_file(rump::Process& process, const std::string& path, const TouchOptions& options);

struct TruncateOptions {
  std::optional<SizeChange> change = {};
  std::optional<rump::u64> reference = {};  ///< the size that is changed, instead of the file's own
  bool create = true;
  bool in_blocks = false;  ///< the number of `change` counts blocks of the file system
};
/// Sets the size of a file, which is made where there is none.
rump::Result<> truncate_file(rump::Process& process, const std::string& path, const TruncateOptions& options);

}  // namespace fsu
