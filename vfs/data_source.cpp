// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Bringing bytes to a device.
#include "vfs/data_source.hpp"

#include <algorithm>

#include "vfs/file_io.hpp"
#include "vfs/zeroes.hpp"

namespace rump {
namespace {

constexpr std::size_t kBounceBytes = std::size_t{256} << 10;
constexpr const char* kReading = "reading the source failed";

/// Whether two ranges share a byte. An image may claim that free space is a file's.
bool overlap(const HostRange& one, const HostRange& other) {
  return one.handle == other.handle && one.offset < other.offset + other.length &&
         other.offset < one.offset + one.length;
}

}  // namespace

Result<> write_zeroes(BlockDevice& device, u64 offset, u64 length) {
  for (u64 done = 0; done < length;) {
    const ZeroParts zeroes(length - done);
    TRY(device.write(offset + done, zeroes.parts()));
    done += zeroes.length();
  }
  return {};
}

Result<> MemorySource::bring(u64 at, u64 length, const Landing& landing) {
  const std::span<const std::byte> bytes = bytes_.subspan(at, length);
  const ZeroParts before(landing.zeroes_before), behind(landing.zeroes_behind);
  const u64 start = landing.offset - before.length();
  TRY(write_zeroes(landing.device, landing.offset - landing.zeroes_before,
                   landing.zeroes_before - before.length()));
  std::array<host::IoPart, 2 * ZeroParts::kPartsMax + 1> parts;
  auto end = std::ranges::copy(before.parts(), parts.begin()).out;
  *end++ = {const_cast<std::byte*>(bytes.data()), bytes.size()};
  end = std::ranges::copy(behind.parts(), end).out;
  TRY(landing.device.write(start, {parts.begin(), end}));
  return write_zeroes(landing.device, landing.offset + length + behind.length(),
                      landing.zeroes_behind - behind.length());
}

Result<> ZeroSource::bring(u64, u64 length, const Landing& landing) {
  return write_zeroes(landing.device, landing.offset - landing.zeroes_before,
                      landing.zeroes_before + length + landing.zeroes_behind);
}

Result<> MovedSource::bring(u64 at, u64 length, const Landing& landing) {
  TRY(write_zeroes(landing.device, landing.offset - landing.zeroes_before, landing.zeroes_before));
  for (u64 done = 0; done < length;)
    done += TRY(step(at + done, length - done, landing.device, landing.offset + done));
  return write_zeroes(landing.device, landing.offset + length, landing.zeroes_behind);
}

/// Moves the start of the range; how much that was, at least a byte.
Result<u64> MovedSource::step(u64 at, u64 length, BlockDevice& to, u64 to_offset) {
  HostRange from = TRY(note(range(at, length)));
  if (from.length > 0) {
    const HostRange target = TRY(to.host_range(to_offset, from.length, MapFor::write));
    from.length = target.length;
    if (target.length > 0 && !overlap(from, target)) {
      TRY(move(from, target));
      return target.length;
    }
  }
  if (bounce_.empty()) bounce_ = TRY(Array<std::byte>::make(kBounceBytes));
  const std::span<std::byte> bytes = bounce_.span().first(std::min<u64>(length, kBounceBytes));
  TRY(note(read(at, bytes)));
  const host::IoPart part{bytes.data(), bytes.size()};
  TRY(to.write(to_offset, std::span(&part, 1)));
  return bytes.size();
}

Result<> MovedSource::move(const HostRange& from, const HostRange& to) {
  u64 moved = 0;
  const host::Status status =
      host::io_move(from.handle, from.offset, to.handle, to.offset, to.length, &moved);
  if (status == host::Status::ok) return {};
  if (status == host::Status::end)
    return note<void>(fail(Errc::io, "reading the source failed: it is shorter than it was"));
  // A medium may fail on either side; the source can be asked again.
  std::byte byte;
  const host::IoPart probe{&byte, 1};
  if (status == host::Status::io &&
      host::io_read(from.handle, from.offset + moved, &probe, 1) != host::Status::ok)
    return note<void>(fail(Errc::io, kReading));
  return std::unexpected(host_error(status, "writing the image failed"));
}

Result<HostRange> HostSource::range(u64 at, u64 length) { return HostRange{handle_, offset_ + at, length}; }

Result<> HostSource::read(u64 at, std::span<std::byte> bytes) {
  const host::IoPart part{bytes.data(), bytes.size()};
  const host::Status status = host::io_read(handle_, offset_ + at, &part, 1);
  if (status == host::Status::end)
    return fail(Errc::io, "reading the source failed: it is shorter than it was");
  if (status != host::Status::ok) return std::unexpected(host_error(status, kReading));
  return {};
}

Result<HostRange> VnodeSource::range(u64 at, u64 length) {
  const Extent extent = TRY(map_file(vnode_, offset_ + at, length));
  if (extent.kind != Extent::Kind::data) return HostRange{};
  return vnode_.mount().device().host_range(extent.device, extent.length, MapFor::read);
}

Result<> VnodeSource::read(u64 at, std::span<std::byte> bytes) {
  return read_extents(vnode_, offset_ + at, bytes);
}

}  // namespace rump
