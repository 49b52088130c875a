// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where the copies of fs-cp go: into a directory, or to a name in one.
#pragma once

#include <optional>
#include <string>

#include "utils/copy/host_tree.hpp"
#include "utils/copy/image_tree.hpp"
#include "utils/copy/target.hpp"

namespace fsu {

/// The side that a destination is on, by whole paths as the user wrote them.
class DestinationSide {
 public:
  virtual bool is_directory(const std::string& path) = 0;
  /// Throws UsageError.
  virtual TargetDir open_directory(const std::string& path) = 0;
  /// The path without symlinks that the symlink at the path leads to; nothing for anything else, and where it
  /// leads nowhere.
  virtual std::optional<std::string> behind(const std::string& path) = 0;

 protected:
  ~DestinationSide() = default;
};

/// On the host, while paths may be followed.
class HostDestination final : public DestinationSide {
 public:
  explicit HostDestination(HostTree& tree) : tree_(tree) {}
  bool is_directory(const std::string& path) override;
  TargetDir open_directory(const std::string& path) override;
  std::optional<std::string> behind(const std::string& path) override;

 private:
  HostTree& tree_;
};

/// In a mounted image.
class ImageDestination final : public DestinationSide {
 public:
  explicit ImageDestination(ImageTree& tree) : tree_(tree) {}
  bool is_directory(const std::string& path) override;
  TargetDir open_directory(const std::string& path) override;
  std::optional<std::string> behind(const std::string& path) override;

 private:
  ImageTree& tree_;
};

/// A directory that is open, and the name in it where there is one copy only.
struct Destination {
  /// A name in an open directory.
  struct Named {
    TargetDir directory;
    std::string name;
  };
  TargetDir base;
  std::string shown;  ///< in front of names in the base
  std::optional<std::string> name;
  std::optional<Named>
      behind;  ///< what `name` leads to, where it is a symlink to something else than a directory
  bool directory_only = false;  ///< the name was written with a slash
};

/// How the destination is asked for.
struct DestinationWish {
  const std::string& path;
  std::string prefix = {};  ///< in front of the path in messages: "disk.img:"
  bool directory = false;   ///< it must be one: -t, --parents, several sources
  bool as_name = false;     ///< -T: the copy gets this very name, even if it is a directory
};

/// Finds the destination as cp does. Throws UsageError.
Destination find_destination(DestinationSide& side, const DestinationWish& wish);

}  // namespace fsu
