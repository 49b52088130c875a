// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file One tree twice: in an image that our tools change, and on the host, where GNU's do.
#pragma once

#include "tests/tools/image.hpp"

namespace tools {

/// An empty logfs image, disk.img, and an empty directory, tree. Arguments that begin with '/' are paths in
/// them, unless they are of files beside these. The image must be without a fault in the end.
class EditTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Runs a tool of ours, or its GNU namesake with umask 022; `input` is a file for standard input.
  Outcome ours(const std::string& tool, const Arguments& arguments, const std::string& input = "/dev/null");
  Outcome gnu(const std::string& tool, const Arguments& arguments) const;
  /// Runs both: they must end alike, write the same lines (in any order), and both or neither of them
  /// messages.
  void both(const std::string& tool, const Arguments& arguments);
  /// Runs a script of fs-apply's.
  Outcome apply(const std::string& script, const Arguments& options = {});
  /// Runs the lines as a script of ours, and as commands of a shell whose paths begin with that of the tree.
  /// All must succeed.
  void both_ways(const std::string& script);
  /// Compares names, types, modes, owners, link counts, targets, sizes and content.
  void same_trees();
  /// A line of facts of the file; `format` is one of stat's.
  std::string facts(const std::string& path, const std::string& format);

  bool is_inside(const std::string& argument) const {
    return argument.starts_with('/') && !argument.starts_with(scratch_ / "");
  }
  std::string in_image(const std::string& path) const { return image_ + ":" + path; }
  std::string in_tree(const std::string& path) const { return tree_ + path; }

  std::string program_ = FSU_LOGFS_TOOLS;
  const Scratch scratch_;
  const std::string image_ = scratch_ / "disk.img";
  const std::string tree_ = scratch_ / "tree";
};

}  // namespace tools
