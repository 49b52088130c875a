// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Between errno and the hypercalls' statuses.
#pragma once

#include <sys/stat.h>

#include "hypercall/host.hpp"

namespace rump::host::posix {

/// The status for an errno value.
Status status_of(int error);

/// Whether [offset, offset + length) can be said in the system's signed file offsets.
constexpr bool fits_file_offset(u64 offset, u64 length) {
  constexpr u64 kLimit = ~u64{0} >> 1;
  return offset <= kLimit && length <= kLimit - offset;
}

/// As fstat(2). The C library's own makes a call that takes a path, which a confined process may not make:
/// the kernel's filter does not see that the path is empty.
int descriptor_stat(int descriptor, struct stat* status);

/// Sleeps until the descriptor takes more bytes: some streams are handed over in non-blocking mode.
Status wait_writable(int descriptor);

/// Likewise until it has bytes.
Status wait_readable(int descriptor);

}  // namespace rump::host::posix
