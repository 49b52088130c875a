// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Signals that wait for the end of a step.
#include "utils/image/interrupt.hpp"

#include <poll.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace fsu {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

/// The signal that has arrived, or 0. A handler is given nothing else that it could write to.
std::atomic<int>& arrived_signal() {
  static constinit std::atomic<int> signal{0};
  static_assert(std::atomic<int>::is_always_lock_free, "handlers must not lock");
  return signal;
}

sigset_t all_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kSignals) sigaddset(&set, signal);
  return set;
}

}  // namespace

Interrupts::Interrupts() {
  for (const int signal : kSignals) {
    struct sigaction before{};
    if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction noted{};
    noted.sa_handler = Interrupts::note;
    // Messages about what is still being brought in order may find no reader, too.
    if (signal != SIGPIPE) noted.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(signal, &noted, nullptr);
  }
}

Interrupts::~Interrupts() {
  for (const int signal : kSignals) {
    struct sigaction now{};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == note) std::signal(signal, SIG_DFL);
  }
}

void Interrupts::note(int signal) { arrived_signal() = signal; }

bool Interrupts::arrived() { return arrived_signal() != 0; }

bool Interrupts::wait_readable(int fd) {
  // Blocked between the look and the wait, so that none arrives unseen there.
  const sigset_t blocked = all_signals();
  sigset_t before;
  sigprocmask(SIG_BLOCK, &blocked, &before);
  while (!arrived()) {
    pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
    if (::ppoll(&wanted, 1, nullptr, &before) >= 0 || errno != EINTR) break;
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return !arrived();
}

void Interrupts::die_if_arrived() {
  const int signal = arrived_signal();
  if (signal == 0) return;
  std::signal(signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  std::raise(signal);
  std::_Exit(128 + signal);
}

}  // namespace fsu
