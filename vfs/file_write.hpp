// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file File data written: space found by the driver, bytes moved by the VFS.
#pragma once

#include "vfs/cred.hpp"
#include "vfs/vnode.hpp"

namespace rump {

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

/// A run of bytes that comes into a file from elsewhere.
struct Incoming {
  u64 from;    ///< offset in the source
  u64 offset;  ///< in the file
  u64 length;  ///< bytes, all of which the source has
  u64 final_size =
      0;  ///< beyond the run's end: the size of the file once further calls have brought the rest
};
/// The side of a transfer that failed.
enum class Side : u8 { source, target };

/// Moves a run of bytes from a host file into the file, by reference where the device lies in a host file; no
/// transaction is open meanwhile. Space is looked for up to `final_size`, so that a file whose size is known
/// becomes one extent where it fits; runs that another one follows should end at multiples of 64 MiB, which
/// no allocation unit straddles. All bytes, or an error, after which the file may have grown by a part of the
/// run; `side` says then whose it was. A source that has become shorter is io. Otherwise as write_file.
Result<> receive_file(Vnode& vnode, const Incoming& incoming, host::Handle from, const Caller& caller,
                      Side& side);
/// The same from another file, of this or another mount; holes of it are written as zeroes. range: the source
/// ends before the run; invalid: both are one. Takes the other vnode's lock shared.
Result<> copy_range(Vnode& vnode, const Incoming& incoming, Vnode& from, const Caller& caller, Side& side);

/// Cuts the file, in bounded steps, or lets it grow with zeroes. Takes the vnode's lock exclusively.
Result<> resize_file(Vnode& vnode, u64 size, const Caller& caller);

/// The file's data and its last change are on stable storage.
Result<> sync_file(Vnode& vnode);

}  // namespace rump
