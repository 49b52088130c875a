// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Numbers of transactions.
#pragma once

#include <atomic>

#include "hypercall/host.hpp"

namespace rump {

/// The number of a group of changes that reaches the device after all groups of lower numbers; 0: none.
using Tid = u64;

/// Raises the number to at least `to`.
inline void raise_tid(std::atomic<Tid>& tid, Tid to) {
  Tid now = tid.load(std::memory_order_relaxed);
  while (now < to && !tid.compare_exchange_weak(now, to, std::memory_order_release)) {
  }
}

}  // namespace rump
