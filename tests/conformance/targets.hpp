// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The file systems that the suite is run for.
#pragma once

#include <functional>
#include <iosfwd>

#include "tests/conformance/calls.hpp"

namespace conformance {

/// What a format has. The first one that lacks something adds it here, to the tests that need it, and to
/// refusal_test.
struct Traits {
  bool holes = true;        ///< a hole takes no space
  u32 name_max = 255;       ///< characters of ASCII
  u32 time_unit = 1;        ///< nanoseconds
  bool alone = true;        ///< nobody else uses its space, so that it can be counted
  bool links = true;        ///< files have several names, there are symlinks and special files
  bool owners = true;       ///< files keep owners, groups and modes
  bool xattrs = true;       ///< of any name and value, and ACLs
  bool times = true;        ///< access, modification and change to the time unit, of any year
  bool all_names = true;    ///< of any bytes but slashes
  bool folds_case = false;  ///< names that differ by case only are the same
};

/// A kind of file system.
struct Target {
  std::string name;
  Traits traits;
  /// Calls of user 0 on a fresh, empty one of about that many bytes (0: ample), whose root is 0:0 and 0755.
  std::function<std::unique_ptr<Calls>(u64 bytes)> make;
  /// Whether the size of a new one can be chosen.
  bool sized = true;
  /// What a smaller size is raised to.
  u64 smallest = 0;
  /// Empty, or why this machine cannot make one.
  std::function<std::string()> refusal = [] { return std::string(); };
};
void PrintTo(const Target& target, std::ostream* out);

/// All of them. To add a driver, add an entry.
std::vector<Target> targets();
/// Those that can be made of a chosen, small size.
std::vector<Target> sized_targets();
/// Those of them that have a trait: what its tests are run for.
std::vector<Target> having(bool Traits::* trait, std::vector<Target> all);
/// Those that lack it: what they say instead is tested in refusal_test.
std::vector<Target> lacking(bool Traits::* trait, std::vector<Target> all);

}  // namespace conformance
