// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The printed table of goals.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>

#include "tests/bench/paired.hpp"

namespace bench {

/// Where large files go: what `./dev bench` has made and takes away however the run ends, else memory.
inline std::string scratch_directory() {
  if (const char* given = std::getenv("FSU_BENCH_DIRECTORY")) return given;
  return ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path().string();
}

/// The table of goals, line by line. A missed goal is shown and is no failure.
class Table {
 public:
  Table() {
    std::printf("%-52s %10s %10s %7s %6s  %-6s %9s\n", "job", "ours", "peer", "ratio", "goal", "",
                "peak MiB");
  }

  /// Whole programs, in milliseconds.
  void compared(const char* job, const Comparison& result, double goal) {
    peak_mib_ = std::max(peak_mib_, mib(result));
    std::printf("%-52s %7.2f ms %7.2f ms %7.3f %6.2f  %-6s %9.1f\n", job, result.ours_ms, result.peer_ms,
                result.ratio, goal, verdict(result.ratio <= goal), mib(result));
    std::fflush(stdout);
  }
  /// A value that should be at most the goal.
  void measured(const char* job, double value, const char* unit, double goal) {
    std::printf("%-52s %7.2f %-2s %10s %7s %6.2f  %-6s\n", job, value, unit, "", "", goal,
                verdict(value <= goal));
    std::fflush(stdout);
  }
  /// One call of ours beside one of the peer's, in microseconds.
  void calls(const char* job, double ours_us, double peer_us, double ratio, double goal) {
    std::printf("%-52s %7.2f us %7.2f us %7.3f %6.2f  %-6s\n", job, ours_us, peer_us, ratio, goal,
                verdict(ratio <= goal));
    std::fflush(stdout);
  }
  /// A value that should be at least the goal.
  void gained(const char* job, double value, const char* unit, double goal) {
    std::printf("%-52s %7.2f %-2s %10s %7s %6.2f  %-6s\n", job, value, unit, "", "", goal,
                verdict(value >= goal));
    std::fflush(stdout);
  }
  /// Runs job(name); one that cannot run does not keep the others from running.
  template <class Job>
  void attempt(const char* name, Job&& job) {
    try {
      job(name);
    } catch (const std::exception& error) {
      ++failed_;
      std::printf("%-52s could not run: %s\n", name, error.what());
    }
  }

  double peak_mib() const { return peak_mib_; }
  /// Prints the summary; the exit code.
  int finish() const {
    std::printf("\n%d goals met, %d missed, %d jobs could not run\n", met_, missed_, failed_);
    return failed_ == 0 ? 0 : 1;
  }

 private:
  static double mib(const Comparison& result) { return static_cast<double>(result.peak_kib) / 1024; }
  const char* verdict(bool met) {
    ++(met ? met_ : missed_);
    return met ? "met" : "MISSED";
  }

  int met_ = 0, missed_ = 0, failed_ = 0;
  double peak_mib_ = 0;
};

}  // namespace bench
