// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The C heap behind allocate(), shared by the hosts that run in a process.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdlib>

#include "hypercall/host.hpp"

namespace rump::host::posix {

/// No request above this is passed on: an overcommitting system would grant it and kill the process later,
/// and the sanitizers' allocators would abort instead of saying no.
inline constexpr u64 kLargestAllocation = u64{1} << 36;

/// As host::allocate.
inline void* heap_allocate(u64 bytes, u64 alignment) {
  if (bytes > kLargestAllocation || !std::has_single_bit(alignment)) return nullptr;
  // Aligned chunks cost the heap a split and a merge each.
  if (alignment <= alignof(std::max_align_t)) return std::malloc(bytes ? bytes : 1);
  void* memory = nullptr;
  return posix_memalign(&memory, alignment, bytes ? bytes : 1) == 0 ? memory : nullptr;
}

}  // namespace rump::host::posix
