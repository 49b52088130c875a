// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Block I/O of the memory host: the disks in memory, always healthy.
#include "hypercall/memory/disks.hpp"

namespace rump::host {

Status io_size(Handle handle, u64* bytes) { return memory::size(handle, bytes); }

Status io_read(Handle handle, u64 offset, const IoPart* parts, u32 count) {
  return memory::read(handle, offset, parts, count);
}

Status io_write(Handle handle, u64 offset, const IoPart* parts, u32 count) {
  return memory::write(handle, offset, parts, count);
}

Status io_flush(Handle handle) {
  u64 bytes = 0;
  return memory::size(handle, &bytes);  // nothing to bring out, but a wrong handle is still wrong
}

Status io_discard(Handle handle, u64 offset, u64 length) { return memory::discard(handle, offset, length); }

Status io_move(Handle from, u64 from_offset, Handle to, u64 to_offset, u64 length, u64* moved) {
  *moved = 0;
  std::span<std::byte> bytes;
  if (const Status status = memory::view(from, from_offset, length, &bytes); status != Status::ok)
    return status;
  const IoPart part{bytes.data(), bytes.size()};
  if (const Status status = memory::write(to, to_offset, &part, 1); status != Status::ok) return status;
  *moved = bytes.size();
  return bytes.size() < length ? Status::end : Status::ok;
}

// Disks in memory have no names, so nothing lies beside them.
Status io_open_sibling(Handle, const char*, u32, Handle*) { return Status::denied; }

Status io_close(Handle) { return Status::invalid; }

}  // namespace rump::host
