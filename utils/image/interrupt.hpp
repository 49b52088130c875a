// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file An interrupted writer stops between two steps, brings its images in order, and then dies by the
/// signal.
#pragma once

namespace fsu {

/// While it lives, SIGINT, SIGTERM, SIGHUP and SIGPIPE are only noted, unless they are ignored; a second one
/// of a kind ends the process at once (not so SIGPIPE). One at a time, in a process of one thread.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// Takes the signal as arrived.
  static void note(int signal);
  /// Whether one has arrived. To be asked between steps that may each take a while.
  static bool arrived();
  /// Waits until the descriptor can be read, or a signal has arrived: false then.
  static bool wait_readable(int fd);
  /// Dies by the signal that has arrived, if any. Everything that is to be kept has been synced by now.
  static void die_if_arrived();
};

}  // namespace fsu
