// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The system's clocks.
#include <ctime>

#include "hypercall/host.hpp"

namespace rump::host {

void clock_realtime(i64* seconds, u32* nanoseconds) {
  timespec now{};
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) panic("the real-time clock does not answer");
  *seconds = now.tv_sec;
  *nanoseconds = static_cast<u32>(now.tv_nsec);
}

u64 clock_monotonic() {
  timespec now{};
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) panic("the monotonic clock does not answer");
  return static_cast<u64>(now.tv_sec) * 1'000'000'000 + static_cast<u64>(now.tv_nsec);
}

}  // namespace rump::host
