// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Owners, modes, times and devices out of an mtree(5) specification, for files that were copied
/// without.
#pragma once

#include <string>
#include <vector>

#include "utils/copy/keep.hpp"
#include "utils/tar/tar_member.hpp"

namespace fsu {

/// The files of the specification, which is the user's own. Throws UsageError where it cannot be read.
std::vector<TarMember> read_meta(const std::string& path);

/// Gives the files below the target's base what the specification says of them. Devices, pipes and sockets
/// that are missing are made. A file that is not there, or is of another type, is an error of its own, and so
/// is a path that leads through a symlink or "..".
class MetaLoader {
 public:
  MetaLoader(Target& target, Reporter& report);

  void load(const std::vector<TarMember>& members);

 private:
  void load_one(const TarMember& member, const Place& place);
  /// The directory of the path, opened unless the last file was in it, too.
  const TargetDir& directory_of(const std::string& path);

  Target& target_;
  Reporter& report_;
  LeftOutNotes left_out_;
  const KeepOptions options_{.kept = kKeepMode | kKeepOwner | kKeepTimes, .trusted_image = true};
  Keeper keeper_;
  TargetDir directory_;
};

}  // namespace fsu
