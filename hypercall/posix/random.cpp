// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Random bytes from the system.
#include <sys/random.h>

#include <cerrno>

#include "hypercall/host.hpp"

namespace rump::host {

void random_bytes(void* memory, u64 bytes) {
  auto* at = static_cast<std::byte*>(memory);
  while (bytes > 0) {
    const ssize_t got = getrandom(at, bytes, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      panic("the system gives no random bytes");
    }
    at += got;
    bytes -= static_cast<u64>(got);
  }
}

}  // namespace rump::host
