// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The check that every device makes first: does a range lie inside?
#pragma once

#include <span>

#include "vfs/error.hpp"

namespace rump::images {

/// corrupt unless [offset, offset + length) lies inside a device of `size` bytes: an image chose the range.
inline Result<> check_inside(u64 offset, u64 length, u64 size) {
  if (offset > size || length > size - offset) return fail(Errc::corrupt, "range past the end of the device");
  return {};
}

/// Likewise for a scattered transfer.
inline Result<> check_inside(u64 offset, std::span<const host::IoPart> parts, u64 size) {
  u64 length = 0;
  for (const host::IoPart& part : parts) length += part.length;  // sizes of memory: their sum cannot overflow
  return check_inside(offset, length, size);
}

}  // namespace rump::images
