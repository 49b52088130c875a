// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The system calls on file data.
#include "vfs/access.hpp"
#include "vfs/open_file.hpp"

namespace rump {
namespace {

/// Whether a transfer stays inside what a file can be.
Result<> check_range(u64 offset, std::size_t length) {
  if (offset > kFileSizeMax || length > kFileSizeMax - offset)
    return fail(Errc::invalid, "the offset is out of range");
  return {};
}

}  // namespace

Result<std::size_t> Process::read(Fd fd, std::span<std::byte> bytes) {
  const FileRef open_file = TRY(readable_file(fd));
  MutexLock hold(open_file->lock);
  const std::size_t done = TRY(read_file(*open_file->vnode, open_file->position, bytes));
  open_file->position += done;
  if (done > 0) note_access(kernel_, *open_file->vnode);
  return done;
}

Result<std::size_t> Process::pread(Fd fd, std::span<std::byte> bytes, u64 offset) {
  TRY(check_range(offset, bytes.size()));
  const FileRef open_file = TRY(readable_file(fd));
  const std::size_t done = TRY(read_file(*open_file->vnode, offset, bytes));
  if (done > 0) note_access(kernel_, *open_file->vnode);
  return done;
}

/// Writes at `offset`, or where the open file says, and tells where that was.
Result<std::size_t> Process::write_at(const OpenFile& file, std::span<const std::byte> bytes, u64& offset) {
  const bool appends = file.flags & kOpenAppend;
  const Written written = TRY(appends ? append_file(*file.vnode, bytes, caller())
                                      : write_file(*file.vnode, offset, bytes, caller()));
  offset = written.offset;
  return written.bytes;
}

Result<std::size_t> Process::write(Fd fd, std::span<const std::byte> bytes) {
  const FileRef open_file = TRY(writable_file(fd));
  MutexLock hold(open_file->lock);
  u64 offset = open_file->position;
  const std::size_t done = TRY(write_at(*open_file, bytes, offset));
  if (done > 0) open_file->position = offset + done;
  return done;
}

Result<std::size_t> Process::pwrite(Fd fd, std::span<const std::byte> bytes, u64 offset) {
  const FileRef open_file = TRY(writable_file(fd));
  TRY(check_range(offset, bytes.size()));
  return write_at(*open_file, bytes, offset);
}

Result<u64> Process::seek(Fd fd, i64 offset, Whence whence) {
  const FileRef open_file = TRY(file(fd));
  MutexLock hold(open_file->lock);
  u64 base = 0;
  switch (whence) {
    case Whence::set:
      break;
    case Whence::current:
      base = open_file->position;
      break;
    case Whence::end:
      base = TRY(read_attr(*open_file->vnode)).size;
      break;
    case Whence::data:
    case Whence::hole:
      if (offset < 0) return fail(Errc::no_data, "the offset is negative");
      open_file->position =
          TRY(seek_file(*open_file->vnode, static_cast<u64>(offset), whence == Whence::data));
      return open_file->position;
  }
  const u64 distance = offset < 0 ? ~static_cast<u64>(offset) + 1 : static_cast<u64>(offset);
  if (offset < 0 ? distance > base : base > kFileSizeMax || distance > kFileSizeMax - base)
    return fail(Errc::invalid, "the offset is out of range");
  open_file->position = offset < 0 ? base - distance : base + distance;
  return open_file->position;
}

Result<> Process::truncate(Fd at, std::string_view path, u64 size) {
  TRY(check_range(size, 0));
  const VnodeRef vnode = TRY(find(at, path, Follow::yes));
  TRY(check_open(*vnode, kOpenWrite));
  return resize_file(*vnode, size, caller());
}

Result<> Process::ftruncate(Fd fd, u64 size) {
  TRY(check_range(size, 0));
  const FileRef open_file = TRY(file(fd));
  if (!(open_file->flags & kOpenWrite)) return fail(Errc::invalid, "the file is not open for writing");
  TRY(check_flags(TRY(read_attr(*open_file->vnode)), Change::write));
  return resize_file(*open_file->vnode, size, caller());
}

Result<> Process::fsync(Fd fd) { return sync_file(*TRY(file(fd))->vnode); }

Result<> Process::syncfs(Fd fd) { return TRY(file(fd))->vnode->mount().sync_all(); }

Result<> Process::sync() { return kernel_.sync(); }

Result<u64> Process::send(Fd fd, u64 offset, u64 length, host::Handle to, u64 to_offset, Holes holes) {
  return send_file(TRY(readable_file(fd))->vnode, offset, length, to, to_offset, holes);
}

Result<RangeLease> Process::lend(Fd fd, u64 offset, u64 length) {
  return lend_range(TRY(readable_file(fd))->vnode, offset, length);
}

Result<> Process::receive(Fd fd, const Incoming& incoming, host::Handle from, Side& side) {
  side = Side::target;
  return receive_file(*TRY(writable_file(fd))->vnode, incoming, from, caller(), side);
}

Result<> Process::copy(Fd fd, const Incoming& incoming, const VnodeRef& from, Side& side) {
  side = Side::target;
  return copy_range(*TRY(writable_file(fd))->vnode, incoming, *from, caller(), side);
}

}  // namespace rump
