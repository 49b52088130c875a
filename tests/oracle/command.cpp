// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Running programs with posix_spawn, both outputs drained at once.
#include "tests/oracle/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace oracle {
namespace {

struct Pipe {
  int ends[2];
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(int end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }
};

void drain(Pipe& out, std::string& out_text, Pipe& err, std::string& err_text) {
  std::array<pollfd, 2> waits{pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0}};
  std::array<char, 65536> room;
  while (waits[0].fd >= 0 || waits[1].fd >= 0) {
    if (poll(waits.data(), waits.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < waits.size(); ++i) {
      if (waits[i].fd < 0 || waits[i].revents == 0) continue;
      const ssize_t got = read(waits[i].fd, room.data(), room.size());
      if (got > 0)
        (i == 0 ? out_text : err_text).append(room.data(), static_cast<std::size_t>(got));
      else
        waits[i].fd = -1;
    }
  }
}

std::vector<std::string> environment_of_tools() {
  std::vector<std::string> result{"LC_ALL=C", "TZ=UTC", "DEBUGFS_PAGER=cat", "PAGER=cat"};
  for (char** each = environ; *each; ++each) {
    const std::string text = *each;
    if (!text.starts_with("LC_ALL=") && !text.starts_with("TZ=") && !text.starts_with("DEBUGFS_PAGER=") &&
        !text.starts_with("PAGER="))
      result.push_back(text);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& each : strings) result.push_back(each.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

Outcome run(const std::vector<std::string>& argv) {
  Pipe out, err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], 2);

  std::vector<std::string> arguments = argv, environment = environment_of_tools();
  pid_t child;
  const auto spawn = [&](const std::string& program) {
    return posix_spawnp(&child, program.c_str(), &actions, nullptr, pointers(arguments).data(),
                        pointers(environment).data());
  };
  int error = spawn(argv.at(0));
  // The e2fsprogs live in sbin, which is not in every user's PATH.
  if (error == ENOENT && !argv[0].contains('/')) error = spawn("/usr/sbin/" + argv[0]);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot run " + argv[0]);

  out.close_end(1);
  err.close_end(1);
  Outcome outcome{};
  drain(out, outcome.out, err, outcome.err);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) continue;
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

std::string must(const std::vector<std::string>& argv) {
  Outcome outcome = run(argv);
  if (outcome.status == 0) return std::move(outcome.out);
  std::string line;
  for (const std::string& each : argv) line += each + " ";
  throw std::runtime_error(line + "exited with " + std::to_string(outcome.status) + ": " + outcome.err +
                           outcome.out);
}

}  // namespace oracle
