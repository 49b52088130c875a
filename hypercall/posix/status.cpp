// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Between errno and the hypercalls' statuses.
#include "hypercall/posix/status.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace rump::host::posix {
namespace {

Status wait_for(int descriptor, short events) {
  pollfd wanted{descriptor, events, 0};
  while (poll(&wanted, 1, -1) < 0)
    if (errno != EINTR) return status_of(errno);
  return Status::ok;
}

}  // namespace

Status status_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Status::no_space;
    case ENOMEM:
    case ENFILE:
    case EMFILE:
      return Status::no_memory;
    case ENOSYS:
    case ENOTTY:
    case ESPIPE:
    case ENODEV:
    case EOPNOTSUPP:
      return Status::not_supported;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
      return Status::denied;
    case ENOENT:
      return Status::not_found;
    case EBUSY:
    case ETXTBSY:
      return Status::busy;
    case EBADF:
    case EFAULT:
    case EINVAL:
      return Status::invalid;
    case EPIPE:
    case ECONNRESET:
      return Status::broken_pipe;
    default:
      return Status::io;
  }
}

int descriptor_stat(int descriptor, struct stat* status) {
  static_assert(sizeof(off_t) == sizeof(long), "elsewhere the kernel's struct stat is not the C library's");
  return static_cast<int>(syscall(SYS_fstat, descriptor, status));
}

Status wait_writable(int descriptor) { return wait_for(descriptor, POLLOUT); }

Status wait_readable(int descriptor) { return wait_for(descriptor, POLLIN); }

}  // namespace rump::host::posix
