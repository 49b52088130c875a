// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Data by reference, small files in one piece, and zeroes that become holes.
#include "utils/copy_data.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "utils/host_calls.hpp"

namespace fsu {
namespace {

/// The most of one file that moves between two looks at the source.
constexpr rump::u64 kChunk = rump::u64{64} << 20;
/// What can be a hole: no file system here has smaller blocks worth sparing.
constexpr std::size_t kHoleBytes = 4096;

/// Whether the error lies with the host's side of a transfer.
bool is_of_target(const rump::Error& error) {
  switch (error.code) {
    case rump::Errc::no_space:
    case rump::Errc::quota:
    case rump::Errc::too_big:
    case rump::Errc::broken_pipe:
      return true;
    default:
      return std::string_view(error.reason).starts_with("writing");
  }
}

bool is_zero(std::span<const std::byte> bytes) {
  return bytes.empty() ||
         (bytes[0] == std::byte{} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

void write_at(int to, std::span<const std::byte> bytes, rump::u64 offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(to, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail_with("cannot write", written < 0 ? errno : EIO);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
}

/// Writes the bytes but for blocks of zeroes; `offset` is a multiple of a block. Returns whether the last
/// byte was written.
bool write_without_zeroes(int to, std::span<const std::byte> bytes, rump::u64 offset) {
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

void set_size(int to, rump::u64 size) {
  if (::ftruncate(to, static_cast<off_t>(size)) != 0) fail_with("cannot set the size", errno);
}

}  // namespace

DataCopier::DataCopier(Sparse sparse, Progress& progress)
    : sparse_(sparse),
      progress_(progress),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(kBufferBytes)) {}

void DataCopier::copy(const SourceFd& from, rump::u64 size, int to, const ShownPath& shown) {
  if (size == 0) return;
  if (sparse_ == Sparse::always) return copy_without_zeroes(from, size, to, shown);
  const bool whole =
      sparse_ == Sparse::never || or_throw(from.process().seek(from.get(), 0, rump::Whence::hole)) == size;
  if (!whole || size > kBufferBytes) return copy_by_reference(from, size, to, shown);
  copy_small(from, static_cast<std::size_t>(size), to);
  tell(size, shown);
}

std::size_t DataCopier::read(const SourceFd& from, rump::u64 offset, std::size_t bytes) {
  const std::size_t got = or_throw(from.process().pread(from.get(), {buffer_.get(), bytes}, offset));
  if (got != bytes) throw SourceError("corrupt image: the file ends before its size");
  return got;
}

void DataCopier::copy_small(const SourceFd& from, std::size_t size, int to) {
  write_at(to, {buffer_.get(), read(from, 0, size)}, 0);
}

/// Holes of the source stay holes, because the target is empty and only its size is set over them.
void DataCopier::copy_by_reference(const SourceFd& from, rump::u64 size, int to, const ShownPath& shown) {
  const auto handle = static_cast<rump::host::Handle>(to);
  const auto holes = sparse_ == Sparse::never ? rump::Holes::write : rump::Holes::skip;
  for (rump::u64 offset = 0; offset < size;) {
    const auto sent =
        from.process().send(from.get(), offset, std::min(kChunk, size - offset), handle, offset, holes);
    if (!sent && is_of_target(sent.error())) throw HostError(reason_of(sent.error()));
    if (!sent) throw SourceError(sent.error());
    if (*sent == 0) throw SourceError("corrupt image: the file ends before its size");
    offset += *sent;
    tell(*sent, shown);
  }
  if (holes == rump::Holes::skip) set_size(to, size);
}

/// Reads the data between the source's holes, and leaves out what is zero.
void DataCopier::copy_without_zeroes(const SourceFd& from, rump::u64 size, int to, const ShownPath& shown) {
  bool ends_with_data = false;
  for (rump::u64 offset = 0; offset < size;) {
    const auto data = from.process().seek(from.get(), static_cast<rump::i64>(offset), rump::Whence::data);
    if (!data && data.error().code != rump::Errc::no_data) throw SourceError(data.error());
    ends_with_data = false;
    if (!data || *data >= size) break;
    offset = *data / kHoleBytes * kHoleBytes;
    const auto bytes = static_cast<std::size_t>(std::min<rump::u64>(kBufferBytes, size - offset));
    ends_with_data = write_without_zeroes(to, {buffer_.get(), read(from, offset, bytes)}, offset);
    offset += bytes;
    tell(bytes, shown);
  }
  if (!ends_with_data) set_size(to, size);
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
