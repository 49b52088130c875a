// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Buffered output over write(2).
#include "utils/base/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "utils/base/message.hpp"

namespace fsu {

void Output::write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return reader_gone_();
    } else if (errno != EINTR) {
      throw OutputError(errno_text(errno));
    }
  }
}

void Output::flush() {
  const std::size_t used = std::exchange(used_, 0);  // what failed once is not tried again
  write_all({buffer_.get(), used});
}

void Output::put_slowly(std::string_view text) {
  flush();
  if (text.size() >= kCapacity) return write_all(text);
  put(text);
}

void die_of_broken_pipe() {
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  std::raise(SIGPIPE);
  std::_Exit(128 + SIGPIPE);
}

void write_error_stream(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace fsu
