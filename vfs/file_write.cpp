// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Writing file data: what may be written, and who holds which lock.
#include "vfs/file_write.hpp"

#include <optional>
#include <utility>

#include "vfs/data_change.hpp"
#include "vfs/file_io.hpp"

namespace rump {
namespace {

/// Whether the file has bytes, and may be written.
Result<> check_writable(Vnode& vnode) {
  if (vnode.type() == FileType::dir) return fail(Errc::is_dir, "is a directory");
  if (vnode.type() != FileType::file) return fail(Errc::invalid, "not a regular file");
  if (vnode.mount().read_only()) return fail(Errc::read_only, "the file system is read-only");
  return {};
}

/// An error counts only when nothing was written before it.
Result<Written> written_from(u64 offset, const DataChange::Outcome& outcome) {
  if (outcome.bytes == 0 && !outcome.rest) return std::unexpected(outcome.rest.error());
  return Written{offset, static_cast<std::size_t>(outcome.bytes)};
}

/// Writes all that comes from the source; the vnode's lock is held exclusively.
Result<> receive(Vnode& vnode, const Incoming& incoming, MovedSource& source, const Caller& caller) {
  DataChange change(vnode, caller);
  TRY(change.start());
  return TRY(change.write(source, incoming.offset, incoming.length, incoming.final_size)).rest;
}

Result<> check_range(const Incoming& incoming) {
  for (const u64 offset : {incoming.offset, incoming.from})
    if (offset > kFileSizeMax || incoming.length > kFileSizeMax - offset)
      return fail(Errc::too_big, "the file would become too large");
  return {};
}

/// Holds one file's lock shared and another one's exclusively, taken in the order of all vnode locks.
class CopyLocks {
 public:
  CopyLocks(Vnode& from, Vnode& to) : from_(from.lock()), to_(to.lock()) {
    const auto rank = [](const Vnode& vnode) { return std::pair(&vnode.mount(), vnode.key()); };
    const bool from_first = rank(from) < rank(to);
    if (from_first) from_.lock_shared();
    to_.lock();
    if (!from_first) from_.lock_shared();
  }
  ~CopyLocks() {
    to_.unlock();
    from_.unlock_shared();
  }
  CopyLocks(const CopyLocks&) = delete;
  CopyLocks& operator=(const CopyLocks&) = delete;

 private:
  RwLock& from_;
  RwLock& to_;
};

}  // namespace

Result<Written> write_file(Vnode& vnode, u64 offset, std::span<const std::byte> bytes, const Caller& caller) {
  TRY(check_writable(vnode));
  ExclusiveLock lock(vnode.lock());
  DataChange change(vnode, caller);
  TRY(change.start());
  MemorySource source(bytes);
  return written_from(offset, TRY(change.write(source, offset, bytes.size())));
}

Result<Written> append_file(Vnode& vnode, std::span<const std::byte> bytes, const Caller& caller) {
  TRY(check_writable(vnode));
  ExclusiveLock lock(vnode.lock());
  DataChange change(vnode, caller);
  TRY(change.start());
  const u64 end = change.size();
  MemorySource source(bytes);
  return written_from(end, TRY(change.write(source, end, bytes.size())));
}

Result<> receive_file(Vnode& vnode, const Incoming& incoming, host::Handle from, const Caller& caller,
                      Side& side) {
  side = Side::target;
  TRY(check_writable(vnode));
  TRY(check_range(incoming));
  HostSource source(from, incoming.from);
  ExclusiveLock lock(vnode.lock());
  const Result<> done = receive(vnode, incoming, source, caller);
  if (source.failed()) side = Side::source;
  return done;
}

Result<> copy_range(Vnode& vnode, const Incoming& incoming, Vnode& from, const Caller& caller, Side& side) {
  side = Side::target;
  TRY(check_writable(vnode));
  TRY(check_range(incoming));
  if (&vnode == &from) return fail(Errc::invalid, "a file cannot be copied into itself");
  const CopyLocks locks(from, vnode);
  side = Side::source;
  const u64 size = TRY(data_size(from));
  if (incoming.from > size || incoming.length > size - incoming.from)
    return fail(Errc::range, "the source is shorter");
  side = Side::target;
  VnodeSource source(from, incoming.from);
  const Result<> done = receive(vnode, incoming, source, caller);
  if (source.failed()) side = Side::source;
  return done;
}

Result<> resize_file(Vnode& vnode, u64 size, const Caller& caller) {
  TRY(check_writable(vnode));
  ExclusiveLock lock(vnode.lock());
  DataChange change(vnode, caller);
  TRY(change.start());
  return size < change.size() ? change.shrink(size) : change.grow(size);
}

Result<> sync_file(Vnode& vnode) {
  Mount& mount = vnode.mount();
  TRY(mount.wait(vnode.last_tid()));
  return mount.epochs().flush_data();
}

}  // namespace rump
