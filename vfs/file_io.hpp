// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file File data: read into memory, found in a host file, or moved to one, by the extents that drivers map.
#pragma once

#include "vfs/mount.hpp"
#include "vfs/vnode.hpp"

namespace rump {

/// A range of a file that lies in a host file as it is. Keeps the vnode and its lock shared until it goes, so
/// the range cannot be freed or moved: make one transfer call and drop it; never keep it across a wait for
/// another party. The thread that got it drops it.
class RangeLease {
 public:
  RangeLease(VnodeRef vnode, SharedLock lock, HostRange range)
      : vnode_(std::move(vnode)), lock_(std::move(lock)), range_(range) {}
  /// Length 0: the bytes at this offset are nowhere as they are (a hole, encoded, at or past the end of
  /// file).
  const HostRange& range() const { return range_; }

 private:
  VnodeRef vnode_;  // declared first: the lock goes before the reference
  SharedLock lock_;
  HostRange range_;
};

/// What to do with zeroes while moving data.
enum class Holes : u8 {
  write,  ///< the target gets every byte
  skip,   ///< the target is fresh and seekable: holes and unwritten extents are left out
};

/// [S] The extent at `offset`, below the end of the file, as the driver maps it.
Result<Extent> map_file(Vnode& vnode, u64 offset, u64 length);

/// [S] The size of a file that has bytes: is_dir, invalid for what has none.
Result<u64> data_size(Vnode& vnode);

/// [S] Fills `bytes` from `offset` on; the whole range lies below the end of the file.
Result<> read_extents(Vnode& vnode, u64 offset, std::span<std::byte> bytes);

/// Reads at `offset`; returns fewer bytes than asked only at the end of the file. is_dir, invalid for what
/// holds no bytes. Takes the vnode's lock shared.
Result<std::size_t> read_file(Vnode& vnode, u64 offset, std::span<std::byte> bytes);

/// The first byte at or after `offset` that is data (`data` true) or in a hole; the end of the file counts as
/// a hole. no_data: past the end, or no data follows. Takes the vnode's lock shared.
Result<u64> seek_file(Vnode& vnode, u64 offset, bool data);

/// Lends the range at `offset`, cut to `length` bytes, to the file's size and to one extent.
Result<RangeLease> lend_range(VnodeRef vnode, u64 offset, u64 length);

/// Moves [offset, offset + length), cut to the file's size, into a host file at `to_offset` (or kStream), by
/// reference where the bytes lie in a host file. Returns how many bytes of the file were covered. An error of
/// the target's has a reason that starts with "writing"; every other one is the image's. What arrived before
/// an error stays in the target.
Result<u64> send_file(VnodeRef vnode, u64 offset, u64 length, host::Handle to, u64 to_offset, Holes holes);

}  // namespace rump
