// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Block I/O on descriptors: a Handle is the descriptor's number.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include "hypercall/posix/status.hpp"

namespace rump::host {
namespace {

using posix::status_of;

constexpr u32 kPartsMax = 1024;

/// Walks over the parts of a transfer, handing out what is left of them in batches.
class PartCursor {
 public:
  PartCursor(const IoPart* parts, u32 count) : parts_(parts, count) { skip_finished(); }

  bool done() const { return parts_.empty(); }

  /// The next pieces; valid until the next call.
  std::span<const iovec> batch() {
    const std::size_t count = std::min(parts_.size(), batch_.size());
    for (std::size_t i = 0; i < count; ++i) batch_[i] = {parts_[i].base, parts_[i].length};
    batch_[0].iov_base = static_cast<std::byte*>(batch_[0].iov_base) + into_first_;
    batch_[0].iov_len -= into_first_;
    return {batch_.data(), count};
  }

  /// `bytes` of the batch were transferred.
  void advance(u64 bytes) {
    into_first_ += bytes;
    skip_finished();
  }

 private:
  void skip_finished() {
    while (!parts_.empty() && into_first_ >= parts_.front().length) {
      into_first_ -= parts_.front().length;
      parts_ = parts_.subspan(1);
    }
  }

  std::span<const IoPart> parts_;
  u64 into_first_ = 0;  ///< bytes of the first part that are done
  std::array<iovec, 128> batch_;
};

/// What preadv and pwritev differ in.
struct Direction {
  ssize_t (*at_offset)(int, const iovec*, int, off_t);
  ssize_t (*at_position)(int, const iovec*, int);
  Status (*wait)(int);
  Status nothing;  ///< the meaning of a transfer of 0 bytes
};

constexpr Direction kReading{preadv, readv, posix::wait_readable, Status::end};
constexpr Direction kWriting{pwritev, writev, posix::wait_writable, Status::io};

Status transfer(const Direction& direction, Handle handle, u64 offset, const IoPart* parts, u32 count) {
  if (count > kPartsMax) return Status::invalid;
  const int descriptor = static_cast<int>(handle);
  PartCursor cursor(parts, count);
  while (!cursor.done()) {
    const std::span<const iovec> batch = cursor.batch();
    const int pieces = static_cast<int>(batch.size());
    const ssize_t done =
        offset == kStream ? direction.at_position(descriptor, batch.data(), pieces)
                          : direction.at_offset(descriptor, batch.data(), pieces, static_cast<off_t>(offset));
    if (done == 0) return direction.nothing;
    if (done < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return status_of(errno);
      if (const Status status = direction.wait(descriptor); status != Status::ok) return status;
      continue;
    }
    cursor.advance(static_cast<u64>(done));
    if (offset != kStream) offset += static_cast<u64>(done);
  }
  return Status::ok;
}

/// Gives a block device's range back. The device only takes whole sectors of its own: the edges stay as they
/// are.
Status discard_sectors(int descriptor, u64 offset, u64 length) {
  int sector = 0;
  if (ioctl(descriptor, BLKSSZGET, &sector) != 0) return status_of(errno);
  const u64 unit = static_cast<u64>(sector);
  const u64 first = (offset + unit - 1) / unit * unit;
  const u64 end = (offset + length) / unit * unit;
  if (first >= end) return Status::ok;
  const std::array<u64, 2> range{first, end - first};
  return ioctl(descriptor, BLKDISCARD, range.data()) == 0 ? Status::ok : status_of(errno);
}

}  // namespace

Status io_size(Handle handle, u64* bytes) {
  const int descriptor = static_cast<int>(handle);
  struct stat info{};
  if (posix::descriptor_stat(descriptor, &info) != 0) return status_of(errno);
  if (S_ISREG(info.st_mode)) {
    *bytes = static_cast<u64>(info.st_size);
    return Status::ok;
  }
  if (!S_ISBLK(info.st_mode)) return Status::not_supported;
  return ioctl(descriptor, BLKGETSIZE64, bytes) == 0 ? Status::ok : status_of(errno);
}

Status io_read(Handle handle, u64 offset, const IoPart* parts, u32 count) {
  return transfer(kReading, handle, offset, parts, count);
}

Status io_write(Handle handle, u64 offset, const IoPart* parts, u32 count) {
  return transfer(kWriting, handle, offset, parts, count);
}

Status io_flush(Handle handle) {
  // fdatasync also brings out a changed size and block map, all that reading the data back needs; only time
  // stamps, which no image depends on, may stay behind.
  while (fdatasync(static_cast<int>(handle)) != 0) {
    if (errno == EINTR) continue;
    return errno == EINVAL ? Status::not_supported : status_of(errno);
  }
  return Status::ok;
}

Status io_discard(Handle handle, u64 offset, u64 length) {
  if (!posix::fits_file_offset(offset, length)) return Status::invalid;
  if (length == 0) return Status::ok;
  const int descriptor = static_cast<int>(handle);
  struct stat info{};
  if (posix::descriptor_stat(descriptor, &info) != 0) return status_of(errno);
  if (S_ISBLK(info.st_mode)) return discard_sectors(descriptor, offset, length);
  while (fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                   static_cast<off_t>(length)) != 0)
    if (errno != EINTR) return status_of(errno);
  return Status::ok;
}

}  // namespace rump::host
