// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A file system of the plainest kind, to compare others with. User 0 alone, no times.
#pragma once

#include <map>

#include "tests/conformance/calls.hpp"

namespace conformance {

/// Answers what a correct file system answers, for paths without "." and "..", and symlinks that lead
/// nowhere.
class Model {
 public:
  struct Node {
    FileType type = FileType::file;
    u32 mode = 0;
    u32 nlink = 1;
    std::string content;  ///< of a file; of a symlink its target
    std::map<std::string, std::string> xattrs;
    std::map<std::string, std::shared_ptr<Node>> entries;
  };
  using NodeRef = std::shared_ptr<Node>;

  Model();

  Errc create(const std::string& path, FileType type, u32 mode);
  Errc symlink(const std::string& target, const std::string& path);
  Errc link(const std::string& from, const std::string& to);
  Errc unlink(const std::string& path);
  Errc rmdir(const std::string& path);
  Errc rename(const std::string& from, const std::string& to, u32 flags);
  Errc set_xattr(const std::string& path, const std::string& name, const std::string& value, XattrMode mode);
  Errc remove_xattr(const std::string& path, const std::string& name);

  /// What the path names, or why there is nothing.
  Result<NodeRef> find(const std::string& path) const;

 private:
  /// The directory and the name at the end of the path.
  struct Place {
    NodeRef directory;
    std::string name;
    NodeRef child() const;
  };
  Result<Place> place(const std::string& path) const;
  Errc check_rename(const Place& from, const Place& to, u32 flags) const;

  NodeRef root_;
};

}  // namespace conformance
