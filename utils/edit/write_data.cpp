// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From a host file, a pipe or memory into an image.
#include "utils/edit/write_data.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>

#include "utils/base/message.hpp"
#include "utils/confine/host_calls.hpp"
#include "utils/copy/copy_data.hpp"
#include "utils/copy/source.hpp"
#include "utils/image/interrupt.hpp"

namespace fsu {
namespace {

constexpr rump::u64 kRunBytes = rump::u64{64} << 20;
// Larger pieces than a pipe holds, so that the file finds space for many at once.
constexpr std::size_t kStreamBytes = std::size_t{4} << 20;

/// The open file of an image, and where writing begins.
struct Target {
  rump::Process& process;
  rump::Fd fd;
  rump::u64 offset;
};

/// Opens the file, and lets `write` write to it. Of what it wrote nothing is lost by closing it: that a sync
/// fails is found by the sync.
template <class Write>
rump::Result<> with_target(rump::Process& process, const std::string& path, const WriteOptions& options,
                           Write write) {
  rump::u32 flags = rump::kOpenWrite;
  if (options.create) flags |= rump::kOpenCreate;
  if (!options.append && !options.offset) flags |= rump::kOpenTruncate;
  const rump::Fd fd = TRY(process.open(rump::kCwd, path, flags, options.mode));
  const SourceFd file(process, fd);
  rump::u64 offset = options.offset.value_or(0);
  if (options.append) offset = TRY(process.fstat(fd)).size;
  return write(Target{process, fd, offset});
}

rump::Result<> write_all(const Target& target, rump::u64 offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t written = TRY(target.process.pwrite(target.fd, bytes, offset));
    offset += written;
    bytes = bytes.subspan(written);
  }
  return {};
}

using Arrived = std::function<void(rump::u64)>;

rump::Result<> receive(const Target& target, const HostSource& source, const Arrived& arrived) {
  const rump::u64 end = target.offset + (source.size - source.position);
  for (rump::u64 at = target.offset; at < end && !Interrupts::arrived();) {
    // Where one run ends and the next begins no unit of allocation lies across.
    const rump::u64 run_end = std::min(end, at / kRunBytes * kRunBytes + kRunBytes);
    const rump::Incoming run{.from = source.position + (at - target.offset),
                             .offset = at,
                             .length = run_end - at,
                             .final_size = end};
    rump::Side side{};
    const auto received =
        target.process.receive(target.fd, run, static_cast<rump::host::Handle>(source.fd), side);
    if (!received && side == rump::Side::source) throw SourceError(reason_of(received.error()));
    TRY(received);
    arrived(run_end - at);
    at = run_end;
  }
  return {};
}

rump::Result<> drain(const Target& target, int fd, const Arrived& arrived) {
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kStreamBytes);
  std::size_t got = kStreamBytes;
  for (rump::u64 at = target.offset; got == kStreamBytes; at += got) {
    got = read_fully(fd, {buffer.get(), kStreamBytes});
    TRY(write_all(target, at, {buffer.get(), got}));
    arrived(got);
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
                            const WriteOptions& options, const Arrived& arrived) {
  return with_target(process, path, options, [&](const Target& target) {
    return source.is_regular ? receive(target, source, arrived) : drain(target, source.fd, arrived);
  });
}

rump::Result<> write_text(rump::Process& process, const std::string& path, std::string_view text,
                          const WriteOptions& options) {
  return with_target(process, path, options, [&](const Target& target) {
    return write_all(target, target.offset, std::as_bytes(std::span(text)));
  });
}

}  // namespace fsu
