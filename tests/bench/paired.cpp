// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Starting, waiting, and the clock.
#include "tests/bench/paired.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>

namespace bench {
namespace {

double now_ms() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

Run run_once(const std::vector<std::string>& argv) {
  std::vector<std::string> arguments = argv;
  std::vector<char*> pointers;
  for (std::string& each : arguments) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);

  const double start = now_ms();
  pid_t child;
  const int error = posix_spawnp(&child, argv.at(0).c_str(), &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot run " + argv[0]);
  int status = 0;
  rusage usage;
  while (wait4(child, &status, 0, &usage) < 0) continue;
  const Run run{now_ms() - start, usage.ru_maxrss};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error(argv[0] + " failed");
  return run;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Comparison compare(const Pair& pair, int count) {
  std::vector<double> ours, peer, ratios;
  Comparison result{};
  for (int i = -1; i < count; ++i) {
    pair.prepare();
    const Run our_run = run_once(pair.ours);
    pair.prepare();
    const Run peer_run = run_once(pair.peer);
    result.peak_kib = std::max(result.peak_kib, our_run.peak_kib);
    if (i < 0) continue;
    ours.push_back(our_run.ms);
    peer.push_back(peer_run.ms);
    ratios.push_back(our_run.ms / peer_run.ms);
  }
  result.ours_ms = median(ours);
  result.peer_ms = median(peer);
  result.ratio = median(ratios);
  return result;
}

}  // namespace bench
