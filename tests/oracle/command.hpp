// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Runs the tools that tests compare with, and ours, and keeps what they say.
#pragma once

#include <string>
#include <vector>

namespace oracle {

/// What a program left behind.
struct Outcome {
  int status;  ///< exit code, or 128 + the signal that ended it
  std::string out, err;
};

/// Runs argv[0] (found by PATH) with LC_ALL=C and TZ=UTC, nothing on its standard input, and waits for it.
/// Throws std::runtime_error when it cannot be started.
Outcome run(const std::vector<std::string>& argv);

/// As run(), but throws std::runtime_error with the program's messages unless it exits with 0. Its output.
std::string must(const std::vector<std::string>& argv);

}  // namespace oracle
