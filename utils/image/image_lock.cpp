// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file flock and QEMU's byte locks.
#include "utils/image/image_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <span>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

// The protocol of QEMU's raw images: whoever uses permission n holds byte 100 + n shared; whoever does not
// let others use it holds byte 200 + n shared. To test a byte is to ask whether it could be locked
// exclusively.
constexpr off_t kUsed = 100;
constexpr off_t kUnshared = 200;
constexpr off_t kConsistentRead = 0;
constexpr off_t kWrite = 1;
constexpr off_t kResize = 3;

/// The bytes of one kind of user.
struct Bytes {
  std::span<const off_t> held;
  std::span<const off_t> foreign;  ///< that nobody else may hold
};

constexpr std::array kReaderHolds = {kUsed + kConsistentRead, kUnshared + kWrite, kUnshared + kResize};
constexpr std::array kReaderExcludes = {kUsed + kWrite, kUsed + kResize, kUnshared + kConsistentRead};
constexpr std::array kWriterHolds = {kUsed + kConsistentRead, kUsed + kWrite, kUnshared + kWrite,
                                     kUnshared + kResize};
constexpr std::array kWriterExcludes = {kUsed + kWrite, kUsed + kResize, kUnshared + kConsistentRead,
                                        kUnshared + kWrite};

Bytes bytes_for(Access access) {
  if (access == Access::write) return {kWriterHolds, kWriterExcludes};
  return {kReaderHolds, kReaderExcludes};
}

struct flock byte_lock(short type, off_t byte) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return lock;
}

/// Whether the error says that this file system or kernel has no such locks.
bool without_locks(int error) {
  return error == ENOLCK || error == ENOSYS || error == EOPNOTSUPP || error == EINVAL;
}

/// The outcome of a system call on a lock: true when it is ours (or there are no locks), false when it is
/// taken.
bool obtained(int result) {
  if (result == 0 || without_locks(errno)) return true;
  if (errno == EWOULDBLOCK || errno == EACCES) return false;
  throw ImageError("cannot be locked: " + errno_text(errno));
}

bool try_lock(int fd, Access access) {
  const Bytes bytes = bytes_for(access);
  if (!obtained(::flock(fd, (access == Access::write ? LOCK_EX : LOCK_SH) | LOCK_NB))) return false;
  for (const off_t byte : bytes.held) {
    struct flock lock = byte_lock(F_RDLCK, byte);
    if (!obtained(::fcntl(fd, F_OFD_SETLK, &lock))) return false;
  }
  for (const off_t byte : bytes.foreign) {
    struct flock lock = byte_lock(F_WRLCK, byte);
    if (::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) return false;
  }
  return true;
}

/// Lets go of what a failed try_lock() got, so that waiting keeps nobody else waiting.
void unlock(int fd, Access access) {
  ::flock(fd, LOCK_UN);
  for (const off_t byte : bytes_for(access).held) {
    struct flock lock = byte_lock(F_UNLCK, byte);
    ::fcntl(fd, F_OFD_SETLK, &lock);
  }
}

/// Tries until it is done, or for as long as the policy says; throws ImageError of `refusal` then.
template <class Try>
void insist(const LockPolicy& policy, const char* refusal, Try attempt) {
  using Clock = std::chrono::steady_clock;
  constexpr timespec kPause{.tv_sec = 0, .tv_nsec = 50'000'000};
  const Clock::time_point start = Clock::now();
  while (!attempt()) {
    const bool late = policy.seconds && Clock::now() - start >= std::chrono::seconds(*policy.seconds);
    if (policy.kind != LockPolicy::Kind::wait || late) throw ImageError(refusal);
    ::nanosleep(&kPause, nullptr);
  }
}

}  // namespace

int open_device(const std::string& path, int flags, const LockPolicy& policy, Access access) {
  if (policy.kind != LockPolicy::Kind::none || access == Access::write) flags |= O_EXCL;
  int fd = -1;
  insist(policy, "device is in use (mounted?); see --lock", [&] {
    fd = ::open(path.c_str(), flags);
    if (fd < 0 && errno != EBUSY) throw ImageError(errno_text(errno));
    return fd >= 0;
  });
  return fd;
}

void lock_file(int fd, const LockPolicy& policy, Access access) {
  if (policy.kind == LockPolicy::Kind::none) return;
  insist(policy, "image is in use by another process (see --lock)", [&] {
    if (try_lock(fd, access)) return true;
    unlock(fd, access);
    return false;
  });
}

}  // namespace fsu
