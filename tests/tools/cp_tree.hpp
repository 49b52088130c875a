// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What the tests of fs-cp share: a tree with everything in it, and GNU cp beside ours.
#pragma once

#include <sys/stat.h>

#include "tests/tools/image.hpp"

namespace tools {

class CpTest : public ImageTest {
 protected:
  /// Makes the tree, in source("tree"); make_image() is the test's to call.
  void SetUp() override;

  /// Runs fs-cp, which must succeed and say nothing.
  static void cp(const Arguments& arguments);
  /// Runs fs-cp, which must end with this status and say why.
  static Outcome failing_cp(const Arguments& arguments, int status);
  /// Runs fs-cp in scratch("ours") and cp in scratch("gnu"), each after the shell has run `before` there, and
  /// expects the same output and the same trees.
  void same_as_gnu(const std::string& what, const Arguments& ours, const Arguments& gnu,
                   const std::string& before = "true", bool with_times = false) const;
  /// The same options for both, of one source, in new directories.
  void options_as_gnu(const std::string& options, const std::string& path, const std::string& destination,
                      const std::string& before = "true", bool with_times = false) const;
  /// All that is in a tree: types, modes, links, owners, sizes, times, targets, the data, attributes and
  /// ACLs.
  static std::string describe(const std::string& directory, bool with_times);
  static struct stat stat_of(const std::string& path);
  /// Whether files in the scratch directory can have attributes user.*.
  bool has_attributes() const;
};

}  // namespace tools
