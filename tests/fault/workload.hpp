// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A script of system calls, run on a file system and on its model.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/fault/model.hpp"

namespace rump::test {

/// Steps of a script; each adds one state to the History, or makes the last one durable. Paths are absolute.
class Workload {
 public:
  Workload& create(const std::string& path);
  Workload& write(const std::string& path, u64 offset, std::string text);
  Workload& truncate(const std::string& path, u64 size);
  Workload& mkdir(const std::string& path);
  Workload& rmdir(const std::string& path);
  Workload& symlink(const std::string& target, const std::string& path);
  Workload& link(const std::string& from, const std::string& to);
  Workload& rename(const std::string& from, const std::string& to);
  Workload& exchange(const std::string& one, const std::string& other);
  Workload& unlink(const std::string& path);
  /// Opens the file and keeps it open until close_all().
  Workload& hold(const std::string& path);
  Workload& close_all();
  Workload& fsync(const std::string& path);
  Workload& sync();

  enum class OnError : u8 {
    stop,
    retry,  ///< once; an error that says the step was done already is success then
  };
  struct Outcome {
    bool finished;   ///< every step succeeded
    u32 errors = 0;  ///< steps that failed, those that a second try made good among them
    std::string last_error;
  };
  /// Runs the steps. A step that fails leaves its state in the history: it may have happened.
  Outcome run(Process& process, History& history, OnError on_error) const;

 private:
  struct Context {
    Process& process;
    std::vector<Fd> held;
  };
  struct Step {
    std::string text;
    std::function<Result<>(Context&)> call;
    std::function<void(Tree&)> change;  ///< none: a sync, or nothing that can be seen
    bool durable = false;
  };
  Workload& add(Step step);
  std::vector<Step> steps_;
};

/// Text of that many bytes that differs by `seed` everywhere.
std::string pattern(std::size_t bytes, u32 seed);

/// All that the file system can do, with syncs in between; `exchanges` where it can do that too.
Workload full_workload(bool exchanges);

}  // namespace rump::test
