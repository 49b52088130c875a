// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Data by reference, small files in one piece, and zeroes that become holes.
#include "utils/copy/copy_data.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "utils/copy/target.hpp"
#include "utils/image/interrupt.hpp"

namespace fsu {
namespace {

/// The most of one file that moves between two looks at the source.
constexpr rump::u64 kChunk = rump::u64{64} << 20;
/// What can be a hole: no file system here has smaller blocks worth sparing.
constexpr std::size_t kHoleBytes = 4096;

bool is_zero(std::span<const std::byte> bytes) {
  return bytes.empty() ||
         (bytes[0] == std::byte{} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

void write_at(const TreeFd& to, std::span<const std::byte> bytes, rump::u64 offset) {
  target_or_throw(to.tree().write(to.get(), bytes, offset), "cannot write");
}

/// Writes the bytes but for blocks of zeroes; `offset` is a multiple of a block. Returns whether the last
/// byte was written.
bool write_without_zeroes(const TreeFd& to, std::span<const std::byte> bytes, rump::u64 offset) {
  std::size_t pending = 0;  // bytes in front that are to be written
  while (pending < bytes.size()) {
    const auto block = bytes.subspan(pending).first(std::min(kHoleBytes, bytes.size() - pending));
    if (!is_zero(block)) {
      pending += block.size();
      continue;
    }
    write_at(to, bytes.first(pending), offset);
    offset += pending + block.size();
    bytes = bytes.subspan(pending + block.size());
    pending = 0;
  }
  write_at(to, bytes, offset);
  return !bytes.empty();
}

void set_size(const TreeFd& to, rump::u64 size) {
  target_or_throw(to.tree().resize(to.get(), size), "cannot set the size");
}

/// The next byte of data at or after `offset`, or `size` where there is none.
rump::u64 next_data(const TreeFd& from, rump::u64 offset, rump::u64 size) {
  const auto data = from.tree().seek(from.get(), offset, true);
  if (!data && data.error().code == rump::Errc::no_data) return size;
  return std::min(source_or_throw(data), size);
}

}  // namespace

std::size_t read_fully(int from, std::span<std::byte> bytes) {
  std::size_t all = 0;
  while (all < bytes.size() && Interrupts::wait_readable(from)) {
    const ssize_t got = ::read(from, bytes.data() + all, bytes.size() - all);
    if (got < 0 && errno != EINTR && errno != EAGAIN) throw SourceError(errno_text(errno));
    if (got == 0) break;
    if (got > 0) all += static_cast<std::size_t>(got);
  }
  return all;
}

DataCopier::DataCopier(Sparse sparse, Progress& progress)
    : sparse_(sparse),
      progress_(progress),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(kBufferBytes)) {}

void DataCopier::copy(const TreeFd& from, const rump::Attr& attr, const TreeFd& to, const ShownPath& shown) {
  const rump::u64 size = attr.size;
  if (size == 0) {
    // Files that the host's kernel makes up have no size, and may have bytes all the same.
    if (from.tree().is_host()) copy_stream(from.get(), to, shown);
    return;
  }
  if (sparse_ == Sparse::always) return copy_without_zeroes(from, size, to, shown);
  // Where there can be no holes, zeroes of the source are written with the rest, in one piece.
  const bool whole = sparse_ == Sparse::never || !to.tree().sparse() ||
                     !source_or_throw(from.tree().has_holes(from.get(), attr));
  if (!whole) return copy_by_reference(from, size, to, shown);
  if (size > kBufferBytes) return copy_run(from, 0, size, to, shown);
  copy_small(from, static_cast<std::size_t>(size), to);
  tell(size, shown);
}

std::size_t DataCopier::read(const TreeFd& from, rump::u64 offset, std::size_t bytes) {
  const std::size_t got = source_or_throw(from.tree().read(from.get(), {buffer_.get(), bytes}, offset));
  if (got == bytes) return got;
  throw SourceError(from.tree().is_host() ? "has become shorter while it was copied"
                                          : "corrupt image: the file ends before its size");
}

void DataCopier::copy_small(const TreeFd& from, std::size_t size, const TreeFd& to) {
  write_at(to, {buffer_.get(), read(from, 0, size)}, 0);
}

/// Holes of the source stay holes, because the target is empty and only its size is set over them.
void DataCopier::copy_by_reference(const TreeFd& from, rump::u64 size, const TreeFd& to,
                                   const ShownPath& shown) {
  rump::u64 end = 0;
  while (end < size) {
    const rump::u64 data = next_data(from, end, size);
    if (data == size) break;
    end = std::min(source_or_throw(from.tree().seek(from.get(), data, false)), size);
    copy_run(from, data, end, to, shown);
  }
  if (end < size) set_size(to, size);
}

/// Moves [offset, end), without a look at what is in it.
void DataCopier::copy_run(const TreeFd& from, rump::u64 offset, rump::u64 end, const TreeFd& to,
                          const ShownPath& shown) {
  while (offset < end) {
    // Up to a multiple of a chunk, as the kernel likes its runs.
    const rump::u64 step = std::min(kChunk - offset % kChunk, end - offset);
    const auto moved =
        to.tree().receive(to.get(), from, {.offset = offset, .length = step, .final_size = end});
    if (!moved && moved.error().side == rump::Side::target) throw TargetError(moved.error().failure.reason);
    if (!moved) throw SourceError(moved.error().failure.reason);
    offset += step;
    tell(step, shown);
  }
}

/// Reads the data between the source's holes, and leaves out what is zero.
void DataCopier::copy_without_zeroes(const TreeFd& from, rump::u64 size, const TreeFd& to,
                                     const ShownPath& shown) {
  bool ends_with_data = false;
  for (rump::u64 offset = 0; offset < size;) {
    const rump::u64 data = next_data(from, offset, size);
    ends_with_data = false;
    if (data == size) break;
    offset = data / kHoleBytes * kHoleBytes;
    const auto bytes = static_cast<std::size_t>(std::min<rump::u64>(kBufferBytes, size - offset));
    ends_with_data = write_without_zeroes(to, {buffer_.get(), read(from, offset, bytes)}, offset);
    offset += bytes;
    tell(bytes, shown);
  }
  if (!ends_with_data) set_size(to, size);
}

void DataCopier::copy_stream(int from, const TreeFd& to, const ShownPath& shown) {
  // Larger pieces than a pipe holds, so that the target finds space for many at once.
  constexpr std::size_t kPiece = std::size_t{4} << 20;
  const auto piece = std::make_unique_for_overwrite<std::byte[]>(kPiece);
  std::size_t got = kPiece;
  for (rump::u64 offset = 0; got == kPiece; offset += got) {
    got = read_fully(from, {piece.get(), kPiece});
    write_at(to, {piece.get(), got}, offset);
    tell(got, shown);
  }
}

rump::Result<> send_whole(rump::Process& process, rump::Fd from, int to, rump::u64 chunk) {
  const rump::Attr attr = TRY(process.fstat(from));
  if (attr.type == rump::FileType::dir) return rump::fail(rump::Errc::is_dir);
  if (attr.type != rump::FileType::file) return rump::fail(rump::Errc::invalid, "not a regular file");
  for (rump::u64 offset = 0; offset < attr.size;) {
    const rump::u64 sent = TRY(process.send(from, offset, chunk, static_cast<rump::host::Handle>(to),
                                            rump::host::kStream, rump::Holes::write));
    if (sent == 0) break;
    offset += sent;
  }
  return {};
}

}  // namespace fsu
