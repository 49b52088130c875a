// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Moving bytes from one descriptor to another.
///
/// Which system call is fastest depends on the target (measured on Linux 6.18, 1 GiB in the page cache):
///  - where the file system shares blocks or copies on its server, copy_file_range moves no bytes at all;
///  - to any other regular file, writing from a mapping of the source copies the bytes once and is fastest
///    (tmpfs: 0.42 s of processor time); next comes reading and writing through a buffer that stays in the
///    processor's cache (0.50 s, as cp; sendfile and splice take a tenth more; copy_file_range 0.55 s at best
///    and 1.4 s as a rule). Small pieces are not worth a mapping;
///  - to a pipe, the page cache's pages go by reference: sendfile (0.10 s, as splice; read and write 0.25 s).
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "hypercall/posix/status.hpp"

namespace rump::host {
namespace {

using posix::status_of;

struct Transfer {
  int from;
  u64 from_offset;
  int to;
  u64 to_offset;  ///< or kStream
  u64 length;
  u64 moved = 0;

  off_t source() const { return static_cast<off_t>(from_offset + moved); }
  off_t target() const { return static_cast<off_t>(to_offset + moved); }
  std::size_t at_most(u64 bytes) const { return std::min(length - moved, bytes); }
};

/// One way to move the next piece: bytes moved, or -1 and errno.
using Way = ssize_t (*)(const Transfer& transfer);

/// The most that one system call takes.
constexpr u64 kCallMax = u64{1} << 30;
/// What stays in the processor's cache.
constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
constexpr u64 kMappedMin = kBufferBytes / 2;

ssize_t by_copy_file_range(const Transfer& transfer) {
  off_t source = transfer.source();
  off_t target = transfer.target();
  return copy_file_range(transfer.from, &source, transfer.to,
                         transfer.to_offset == kStream ? nullptr : &target, transfer.at_most(kCallMax), 0);
}

ssize_t by_sendfile(const Transfer& transfer) {
  off_t source = transfer.source();
  return sendfile(transfer.to, transfer.from, &source, transfer.at_most(kCallMax));
}

/// Writes at the transfer's place, perhaps less than all.
ssize_t put_bytes(const Transfer& transfer, const std::byte* bytes, std::size_t count) {
  return transfer.to_offset == kStream ? write(transfer.to, bytes, count)
                                       : pwrite(transfer.to, bytes, count, transfer.target());
}

ssize_t by_read_and_write(const Transfer& transfer) {
  alignas(4096) std::array<std::byte, kBufferBytes> buffer;
  const ssize_t got = pread(transfer.from, buffer.data(), transfer.at_most(buffer.size()), transfer.source());
  if (got <= 0) return got;
  // A short write is no loss: the next piece starts where this one ended.
  const ssize_t put = put_bytes(transfer, buffer.data(), static_cast<std::size_t>(got));
  if (put != 0) return put;
  errno = EIO;  // 0 would mean the end of the source
  return -1;
}

/// From a mapping, which nobody but the host's kernel reads: a page that cannot be had (the source has become
/// shorter, or its medium fails) makes the write fail, and then reading says why.
ssize_t by_mapping(const Transfer& transfer) {
  constexpr u64 kPage = 4096;
  const std::size_t skew = static_cast<u64>(transfer.source()) % kPage;
  const std::size_t bytes = transfer.at_most(kBufferBytes);
  void* const mapping = mmap(nullptr, skew + bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, transfer.from,
                             transfer.source() - static_cast<off_t>(skew));
  ssize_t put = -1;
  if (mapping != MAP_FAILED) {
    put = put_bytes(transfer, static_cast<const std::byte*>(mapping) + skew, bytes);
    munmap(mapping, skew + bytes);
  }
  struct stat info{};
  // Behind the source's end its last page reads as zeroes.
  if (put >= 0 && posix::descriptor_stat(transfer.from, &info) == 0)
    put = std::min<off_t>(put, info.st_size - transfer.source());
  if (put > 0) return put;
  errno = EINVAL;
  return -1;
}

/// Whether the error only says that this way does not fit this pair of files.
bool chooses_another_way(int error) {
  switch (error) {
    case EXDEV:
    case EINVAL:
    case ENOSYS:
    case EOPNOTSUPP:
    case EBADF:
      return true;
    default:
      return false;
  }
}

/// Follows one way to the end of the transfer. ok with less than the whole moved: it does not go (further)
/// this way.
Status follow(Way way, Transfer& transfer) {
  while (transfer.moved < transfer.length) {
    const ssize_t moved = way(transfer);
    if (moved == 0) return Status::ok;
    if (moved > 0) {
      transfer.moved += static_cast<u64>(moved);
    } else if (errno == EAGAIN) {
      if (const Status status = posix::wait_writable(transfer.to); status != Status::ok) return status;
    } else if (errno != EINTR) {
      return chooses_another_way(errno) && way != by_read_and_write ? Status::ok : status_of(errno);
    }
  }
  return Status::ok;
}

/// Whether the file system behind the descriptor can share blocks between files, or has a server that copies.
bool copies_by_reference(int descriptor) {
  constexpr std::array<u64, 10> kSharing{
      BTRFS_SUPER_MAGIC, XFS_SUPER_MAGIC,  OCFS2_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC, NFS_SUPER_MAGIC,
      SMB2_SUPER_MAGIC,  CIFS_SUPER_MAGIC, CEPH_SUPER_MAGIC,  FUSE_SUPER_MAGIC,      0x2fc12fc1 /* ZFS */};
  struct statfs info{};
  return fstatfs(descriptor, &info) == 0 &&
         std::ranges::find(kSharing, static_cast<u32>(info.f_type)) != kSharing.end();
}

/// The way to try before reading and writing, or nullptr.
Way best_way(const Transfer& transfer) {
  struct stat info{};
  if (posix::descriptor_stat(transfer.to, &info) != 0) return nullptr;
  if (S_ISREG(info.st_mode)) {
    if (copies_by_reference(transfer.to)) return by_copy_file_range;
    struct stat source{};
    const bool mapped = transfer.length >= kMappedMin &&
                        posix::descriptor_stat(transfer.from, &source) == 0 && S_ISREG(source.st_mode);
    return mapped ? by_mapping : nullptr;
  }
  // sendfile knows no offset in its target.
  return transfer.to_offset == kStream && !S_ISBLK(info.st_mode) ? by_sendfile : nullptr;
}

}  // namespace

Status io_move(Handle from, u64 from_offset, Handle to, u64 to_offset, u64 length, u64* moved) {
  *moved = 0;
  if (!posix::fits_file_offset(from_offset, length)) return Status::invalid;
  if (to_offset != kStream && !posix::fits_file_offset(to_offset, length)) return Status::invalid;

  Transfer transfer{static_cast<int>(from), from_offset, static_cast<int>(to), to_offset, length};
  Status status = Status::ok;
  if (const Way way = best_way(transfer)) status = follow(way, transfer);
  if (status == Status::ok) status = follow(by_read_and_write, transfer);
  *moved = transfer.moved;
  if (status == Status::ok && transfer.moved < length) status = Status::end;
  return status;
}

}  // namespace rump::host
