// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Between errno and the hypercalls' statuses.
#pragma once

#include "hypercall/host.hpp"

namespace rump::host::posix {

/// The status for an errno value.
Status status_of(int error);

/// Whether [offset, offset + length) can be said in the system's signed file offsets.
constexpr bool fits_file_offset(u64 offset, u64 length) {
  constexpr u64 kLimit = ~u64{0} >> 1;
  return offset <= kLimit && length <= kLimit - offset;
}

/// Sleeps until the descriptor takes more bytes: some streams are handed over in non-blocking mode.
Status wait_writable(int descriptor);

/// Likewise until it has bytes.
Status wait_readable(int descriptor);

}  // namespace rump::host::posix
