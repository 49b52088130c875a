// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls on open files.
#include <cerrno>
#include <cstdarg>

#include "vfs/cface/call.hpp"

using namespace rump;
using namespace rump::cface;

namespace {

struct FlagPair {
  unsigned ours;
  u32 kernels;
};

constexpr FlagPair kOpenFlags[] = {
    {RUMP_O_APPEND, kOpenAppend},  {RUMP_O_NOFOLLOW, kOpenNoFollow},
    {RUMP_O_CREAT, kOpenCreate},   {RUMP_O_TRUNC, kOpenTruncate},
    {RUMP_O_EXCL, kOpenExclusive}, {RUMP_O_DIRECTORY, kOpenDirectory},
    {RUMP_O_NONBLOCK, 0},          {RUMP_O_CLOEXEC, 0},
};

Result<u32> open_flags_of(int flags) {
  constexpr unsigned kHow = RUMP_O_WRONLY | RUMP_O_RDWR;
  const auto given = static_cast<unsigned>(flags);
  const unsigned how = given & kHow;
  if (how == kHow) return fail(Errc::invalid, "neither for reading nor for writing");
  u32 translated = how == RUMP_O_RDONLY   ? kOpenRead
                   : how == RUMP_O_WRONLY ? kOpenWrite
                                          : kOpenRead | kOpenWrite;
  unsigned rest = given & ~kHow;
  for (const FlagPair& pair : kOpenFlags) {
    if (rest & pair.ours) translated |= pair.kernels;
    rest &= ~pair.ours;
  }
  TRY(check_known(rest, 0));
  return translated;
}

int open_at(int at, const char* path, int flags, unsigned mode) {
  return call([&](Face&, Process& process) -> Result<Fd> {
    return process.open(at, path, TRY(open_flags_of(flags)), mode & 07777);
  });
}

std::span<std::byte> bytes_of(void* bytes, size_t count) { return {static_cast<std::byte*>(bytes), count}; }
std::span<const std::byte> bytes_of(const void* bytes, size_t count) {
  return {static_cast<const std::byte*>(bytes), count};
}

/// Calls move(bytes, done before) for each part until one moves less than all of it. What was moved before an
/// error counts; the error comes again at the next call.
template <class Move>
Result<std::size_t> each_part(const rump_iovec* parts, int count, Move move) {
  if (count < 0 || count > RUMP_IOV_MAX) return fail(Errc::invalid, "too many parts");
  u64 total = 0;
  for (int i = 0; i < count; ++i) {
    if (parts[i].iov_len > static_cast<u64>(SSIZE_MAX) - total)
      return fail(Errc::invalid, "the parts are too long");
    total += parts[i].iov_len;
  }
  std::size_t done = 0;
  for (int i = 0; i < count; ++i) {
    const Result<std::size_t> moved = move(bytes_of(parts[i].iov_base, parts[i].iov_len), done);
    if (!moved && done == 0) return moved;
    if (!moved) break;
    done += *moved;
    if (*moved < parts[i].iov_len) break;
  }
  return done;
}

Result<Whence> whence_of(int whence) {
  switch (whence) {
    case RUMP_SEEK_SET:
      return Whence::set;
    case RUMP_SEEK_CUR:
      return Whence::current;
    case RUMP_SEEK_END:
      return Whence::end;
    case RUMP_SEEK_DATA:
      return Whence::data;
    case RUMP_SEEK_HOLE:
      return Whence::hole;
    default:
      return fail(Errc::invalid, "no such whence");
  }
}

}  // namespace

int rump_sys_open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const unsigned mode = flags & RUMP_O_CREAT ? va_arg(more, unsigned) : 0;
  va_end(more);
  return open_at(kCwd, path, flags, mode);
}

int rump_sys_openat(int at, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const unsigned mode = flags & RUMP_O_CREAT ? va_arg(more, unsigned) : 0;
  va_end(more);
  return open_at(at, path, flags, mode);
}

int rump_sys_close(int fd) {
  return call([&](Face&, Process& process) { return process.close(fd); });
}

int rump_sys_dup(int fd) {
  return call([&](Face&, Process& process) { return process.dup(fd); });
}

ssize_t rump_sys_read(int fd, void* bytes, size_t count) {
  return call<ssize_t>([&](Face&, Process& process) { return process.read(fd, bytes_of(bytes, count)); });
}

ssize_t rump_sys_write(int fd, const void* bytes, size_t count) {
  return call<ssize_t>([&](Face&, Process& process) { return process.write(fd, bytes_of(bytes, count)); });
}

ssize_t rump_sys_pread(int fd, void* bytes, size_t count, int64_t offset) {
  return call<ssize_t>([&](Face&, Process& process) -> Result<std::size_t> {
    return process.pread(fd, bytes_of(bytes, count), TRY(not_negative(offset)));
  });
}

ssize_t rump_sys_pwrite(int fd, const void* bytes, size_t count, int64_t offset) {
  return call<ssize_t>([&](Face&, Process& process) -> Result<std::size_t> {
    return process.pwrite(fd, bytes_of(bytes, count), TRY(not_negative(offset)));
  });
}

ssize_t rump_sys_readv(int fd, const rump_iovec* parts, int count) {
  return call<ssize_t>([&](Face&, Process& process) {
    return each_part(parts, count, [&](auto bytes, std::size_t) { return process.read(fd, bytes); });
  });
}

ssize_t rump_sys_writev(int fd, const rump_iovec* parts, int count) {
  return call<ssize_t>([&](Face&, Process& process) {
    return each_part(parts, count, [&](auto bytes, std::size_t) { return process.write(fd, bytes); });
  });
}

ssize_t rump_sys_preadv(int fd, const rump_iovec* parts, int count, int64_t offset) {
  return call<ssize_t>([&](Face&, Process& process) -> Result<std::size_t> {
    const u64 start = TRY(not_negative(offset));
    return each_part(parts, count,
                     [&](auto bytes, std::size_t done) { return process.pread(fd, bytes, start + done); });
  });
}

ssize_t rump_sys_pwritev(int fd, const rump_iovec* parts, int count, int64_t offset) {
  return call<ssize_t>([&](Face&, Process& process) -> Result<std::size_t> {
    const u64 start = TRY(not_negative(offset));
    return each_part(parts, count,
                     [&](auto bytes, std::size_t done) { return process.pwrite(fd, bytes, start + done); });
  });
}

int64_t rump_sys_lseek(int fd, int64_t offset, int whence) {
  const auto at = call<int64_t>([&](Face&, Process& process) -> Result<u64> {
    return process.seek(fd, offset, TRY(whence_of(whence)));
  });
  if (at < 0 && errno == ENODATA) errno = ENXIO;  // POSIX's word for "nothing behind the offset"
  return at;
}

int rump_sys_truncate(const char* path, int64_t size) {
  return call([&](Face&, Process& process) -> Result<> {
    return process.truncate(kCwd, path, TRY(not_negative(size)));
  });
}

int rump_sys_ftruncate(int fd, int64_t size) {
  return call(
      [&](Face&, Process& process) -> Result<> { return process.ftruncate(fd, TRY(not_negative(size))); });
}

int rump_sys_fsync(int fd) {
  return call([&](Face&, Process& process) { return process.fsync(fd); });
}

int rump_sys_fdatasync(int fd) { return rump_sys_fsync(fd); }
