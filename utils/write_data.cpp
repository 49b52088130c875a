// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From a host file, a pipe or memory into an image.
#include "utils/write_data.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>

#include "utils/host_calls.hpp"
#include "utils/interrupt.hpp"
#include "utils/message.hpp"

namespace fsu {
namespace {

constexpr rump::u64 kRunBytes = rump::u64{64} << 20;
constexpr std::size_t kStreamBytes = std::size_t{1} << 20;

/// The open file of an image, and where writing begins.
struct Target {
  rump::Process& process;
  rump::Fd fd;
  rump::u64 offset;
};

/// Opens the file, lets `write` write to it, and closes it.
template <class Write>
rump::Result<> with_target(rump::Process& process, const std::string& path, const WriteOptions& options,
                           Write write) {
  rump::u32 flags = rump::kOpenWrite;
  if (options.create) flags |= rump::kOpenCreate;
  if (!options.append && !options.offset) flags |= rump::kOpenTruncate;
  const rump::Fd fd = TRY(process.open(rump::kCwd, path, flags, options.mode));
  const auto attr = process.fstat(fd);
  rump::Result<> written;
  if (attr)
    written = write(Target{process, fd, options.append ? attr->size : options.offset.value_or(0)});
  else
    written = std::unexpected(attr.error());
  const rump::Result<> closed = process.close(fd);
  return written ? closed : written;
}

rump::Result<> write_all(const Target& target, rump::u64 offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t written = TRY(target.process.pwrite(target.fd, bytes, offset));
    offset += written;
    bytes = bytes.subspan(written);
  }
  return {};
}

rump::Result<> receive(const Target& target, const HostSource& source, rump::Side& side) {
  const rump::u64 end = target.offset + (source.size - source.position);
  for (rump::u64 at = target.offset; at < end && !Interrupts::arrived();) {
    // Where one run ends and the next begins no unit of allocation lies across.
    const rump::u64 run_end = std::min(end, at / kRunBytes * kRunBytes + kRunBytes);
    const rump::Incoming run{.from = source.position + (at - target.offset),
                             .offset = at,
                             .length = run_end - at,
                             .final_size = end};
    TRY(target.process.receive(target.fd, run, static_cast<rump::host::Handle>(source.fd), side));
    at = run_end;
  }
  return {};
}

rump::Result<> drain(const Target& target, int fd, rump::Side& side) {
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kStreamBytes);
  for (rump::u64 at = target.offset; Interrupts::wait_readable(fd);) {
    const ssize_t got = ::read(fd, buffer.get(), kStreamBytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    side = rump::Side::source;
    if (got < 0) return rump::fail(rump::Errc::io, "cannot be read");
    if (got == 0) return {};
    side = rump::Side::target;
    const auto bytes = static_cast<std::size_t>(got);
    TRY(write_all(target, at, {buffer.get(), bytes}));
    at += bytes;
  }
  return {};
}

}  // namespace

HostSource HostSource::of(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) fail_with("cannot be read", errno);
  if (S_ISDIR(status.st_mode)) throw HostError(errno_text(EISDIR));
  HostSource source{.fd = fd, .is_regular = S_ISREG(status.st_mode), .mode = status.st_mode & 0777};
  if (!source.is_regular) return source;
  source.size = static_cast<rump::u64>(status.st_size);
  const off_t position = ::lseek(fd, 0, SEEK_CUR);
  if (position > 0) source.position = std::min(static_cast<rump::u64>(position), source.size);
  return source;
}

rump::Result<> write_source(rump::Process& process, const std::string& path, const HostSource& source,
                            const WriteOptions& options, rump::Side& side) {
  side = rump::Side::target;
  return with_target(process, path, options, [&](const Target& target) {
    return source.is_regular ? receive(target, source, side) : drain(target, source.fd, side);
  });
}

rump::Result<> write_text(rump::Process& process, const std::string& path, std::string_view text,
                          const WriteOptions& options) {
  return with_target(process, path, options, [&](const Target& target) {
    return write_all(target, target.offset, std::as_bytes(std::span(text)));
  });
}

}  // namespace fsu
