// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Whole programs timed in pairs, ours then the peer's, so that both see the same machine.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace bench {

/// One run of a program.
struct Run {
  double ms;
  long peak_kib;  ///< the largest resident set of the program and of what it waited for
};

/// Runs argv[0] (found by PATH) with its output and messages thrown away. Throws when it cannot run or does
/// not exit with 0.
Run run_once(const std::vector<std::string>& argv);

/// Medians over the pairs.
struct Comparison {
  double ours_ms, peer_ms;
  double ratio;   ///< median of the ratios of the pairs
  long peak_kib;  ///< our largest
};

/// A job for two programs.
struct Pair {
  std::vector<std::string> ours, peer;
  /// Called before each run, outside the measured time.
  std::function<void()> prepare = [] {};
};

/// One pair to warm up, then `count` measured ones.
Comparison compare(const Pair& pair, int count);

/// The middle value; of two, their mean. `values` is not empty.
double median(std::vector<double> values);

}  // namespace bench
