// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file File data written: space found by the driver, bytes moved by the VFS.
#pragma once

#include "vfs/cred.hpp"
#include "vfs/vnode.hpp"

namespace rump {

/// No file is larger, whatever its format.
inline constexpr u64 kFileSizeMax = ~u64{0} >> 1;

/// Where bytes were written.
struct Written {
  u64 offset;
  std::size_t bytes;
};

/// Writes at `offset`, or at the file's end. All bytes, or fewer when an error came after some of them, or
/// the error: no_space, too_big, read_only, io … Sets times and takes setuid away as POSIX asks. The bytes
/// between the old end and `offset` read as zeroes. Takes the vnode's lock exclusively.
Result<Written> write_file(Vnode& vnode, u64 offset, std::span<const std::byte> bytes, const Caller& caller);
Result<Written> append_file(Vnode& vnode, std::span<const std::byte> bytes, const Caller& caller);

/// Cuts the file, in bounded steps, or lets it grow with zeroes. Takes the vnode's lock exclusively.
Result<> resize_file(Vnode& vnode, u64 size, const Caller& caller);

/// The file's data and its last change are on stable storage.
Result<> sync_file(Vnode& vnode);

}  // namespace rump
