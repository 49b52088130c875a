// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The console, on standard error, and panic.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "hypercall/host.hpp"

namespace rump::host {
namespace {

void write_error(const char* text, std::size_t bytes) {
  while (bytes > 0) {
    const ssize_t wrote = ::write(STDERR_FILENO, text, bytes);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;  // nobody is left to tell
    text += wrote;
    bytes -= static_cast<std::size_t>(wrote);
  }
}

/// One line in as few writes as its length allows. A name out of an image may hold terminal escapes: only
/// printable ASCII goes through.
void write_line(std::string_view prefix, std::string_view text) {
  std::array<char, 512> line;
  std::size_t used = 0;
  const auto put = [&](char c) {
    if (used == line.size()) {
      write_error(line.data(), used);
      used = 0;
    }
    line[used++] = c;
  };
  std::ranges::for_each(prefix, put);
  for (const char c : text) put(c >= ' ' && c <= '~' ? c : '?');
  put('\n');
  write_error(line.data(), used);
}

}  // namespace

void console(const char* text, u64 bytes) { write_line("rump: ", {text, bytes}); }

void panic(const char* what) {
  write_line("rump: panic: ", what);
  std::abort();
}

}  // namespace rump::host
