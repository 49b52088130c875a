// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file File data by extents.
#include "vfs/file_io.hpp"

#include <algorithm>
#include <cstring>

#include "vfs/memory.hpp"
#include "vfs/zeroes.hpp"

namespace rump {
namespace {

/// How much moves while one range is lent: long enough to cost nothing, short enough to let a writer in.
constexpr u64 kLendMax = u64{8} << 20;
constexpr std::size_t kBounceBytes = std::size_t{256} << 10;
constexpr const char* kWriting = "writing the copy failed";

bool reads_as_zeroes(const Extent& extent) {
  return extent.kind == Extent::Kind::hole || extent.kind == Extent::Kind::unwritten;
}

/// The bytes of an extent, or of its start, into memory.
Result<> read_extent(Vnode& vnode, const Extent& extent, std::span<std::byte> bytes) {
  if (reads_as_zeroes(extent)) {
    std::memset(bytes.data(), 0, bytes.size());
    return {};
  }
  if (extent.kind == Extent::Kind::encoded) return vnode.read_encoded(extent.offset, bytes);
  return vnode.mount().device().read(extent.device, bytes);
}

/// Moves file data into a host file. One call of run() a transfer.
class Sender {
 public:
  Sender(VnodeRef vnode, host::Handle to, Holes holes) : vnode_(std::move(vnode)), to_(to), holes_(holes) {}

  /// Moves the start of [offset, offset + length) to `to_offset`; how many bytes of the file that was, 0 at
  /// its end.
  Result<u64> step(u64 offset, u64 length, u64 to_offset);

 private:
  Result<> send_range(const HostRange& range, u64 to_offset);
  Result<> send_zeroes(u64 length, u64 to_offset);
  Result<u64> send_copy(const Extent& extent, u64 to_offset);
  Result<> write(std::span<const host::IoPart> parts, u64 to_offset);

  VnodeRef vnode_;
  host::Handle to_;
  Holes holes_;
  Array<std::byte> bounce_;  ///< made when first needed
};

Result<u64> Sender::step(u64 offset, u64 length, u64 to_offset) {
  SharedLock lock(vnode_->lock());
  const u64 size = TRY(data_size(*vnode_));
  if (offset >= size) return 0;
  const Extent extent = TRY(map_file(*vnode_, offset, std::min(length, size - offset)));
  if (reads_as_zeroes(extent)) {
    if (holes_ == Holes::skip) return extent.length;
    const u64 zeroes = std::min(extent.length, kLendMax);
    TRY(send_zeroes(zeroes, to_offset));
    return zeroes;
  }
  if (extent.kind == Extent::Kind::data) {
    const u64 wanted = std::min(extent.length, kLendMax);
    const HostRange range = TRY(vnode_->mount().device().host_range(extent.device, wanted, MapFor::read));
    if (range.length > 0) {
      TRY(send_range(range, to_offset));
      return range.length;
    }
  }
  return send_copy(extent, to_offset);
}

Result<> Sender::send_range(const HostRange& range, u64 to_offset) {
  u64 moved = 0;
  const host::Status status = host::io_move(range.handle, range.offset, to_, to_offset, range.length, &moved);
  if (status == host::Status::ok) return {};
  if (status == host::Status::end)
    return fail(Errc::io, "reading the image failed: it is shorter than it was");
  // A medium may fail on either side; the image can be asked again.
  std::byte byte;
  const host::IoPart probe{&byte, 1};
  if (status == host::Status::io &&
      host::io_read(range.handle, range.offset + moved, &probe, 1) != host::Status::ok)
    return fail(Errc::io, "reading the image failed");
  return std::unexpected(host_error(status, kWriting));
}

Result<> Sender::send_zeroes(u64 length, u64 to_offset) {
  while (length > 0) {
    const ZeroParts zeroes(length);
    TRY(write(zeroes.parts(), to_offset));
    length -= zeroes.length();
    if (to_offset != host::kStream) to_offset += zeroes.length();
  }
  return {};
}

/// By way of our memory: encoded data, and data of a device that lies in no host file.
Result<u64> Sender::send_copy(const Extent& extent, u64 to_offset) {
  if (bounce_.empty()) bounce_ = TRY(Array<std::byte>::make(kBounceBytes));
  const std::span<std::byte> bytes = bounce_.span().first(std::min<u64>(extent.length, kBounceBytes));
  TRY(read_extent(*vnode_, extent, bytes));
  const host::IoPart part{bytes.data(), bytes.size()};
  TRY(write(std::span(&part, 1), to_offset));
  return bytes.size();
}

Result<> Sender::write(std::span<const host::IoPart> parts, u64 to_offset) {
  const host::Status status = host::io_write(to_, to_offset, parts.data(), static_cast<u32>(parts.size()));
  if (status != host::Status::ok) return std::unexpected(host_error(status, kWriting));
  return {};
}

}  // namespace

Result<Extent> map_file(Vnode& vnode, u64 offset, u64 length) {
  const Extent extent = TRY(vnode.map(offset, length));
  invariant(extent.offset == offset && extent.length > 0 && extent.length <= length,
            "a driver's extent is not what was asked for");
  return extent;
}

Result<u64> data_size(Vnode& vnode) {
  if (vnode.type() == FileType::dir) return fail(Errc::is_dir, "is a directory");
  if (vnode.type() != FileType::file) return fail(Errc::invalid, "not a regular file");
  return TRY(vnode.getattr()).size;
}

Result<> read_extents(Vnode& vnode, u64 offset, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const Extent extent = TRY(map_file(vnode, offset, bytes.size()));
    TRY(read_extent(vnode, extent, bytes.first(extent.length)));
    bytes = bytes.subspan(extent.length);
    offset += extent.length;
  }
  return {};
}

Result<std::size_t> read_file(Vnode& vnode, u64 offset, std::span<std::byte> bytes) {
  SharedLock lock(vnode.lock());
  const u64 size = TRY(data_size(vnode));
  if (offset >= size) return 0;
  bytes = bytes.first(std::min<u64>(bytes.size(), size - offset));
  TRY(read_extents(vnode, offset, bytes));
  return bytes.size();
}

Result<u64> seek_file(Vnode& vnode, u64 offset, bool data) {
  SharedLock lock(vnode.lock());
  const u64 size = TRY(data_size(vnode));
  if (offset >= size) return fail(Errc::no_data, "the offset is past the end of the file");
  while (offset < size) {
    const Extent extent = TRY(map_file(vnode, offset, size - offset));
    if (reads_as_zeroes(extent) != data) return offset;
    offset += extent.length;
  }
  if (data) return fail(Errc::no_data, "no data follows");
  return size;
}

Result<RangeLease> lend_range(VnodeRef vnode, u64 offset, u64 length) {
  SharedLock lock(vnode->lock());
  const u64 size = TRY(data_size(*vnode));
  HostRange range{};
  if (offset < size && length > 0) {
    const Extent extent = TRY(map_file(*vnode, offset, std::min(length, size - offset)));
    if (extent.kind == Extent::Kind::data)
      range = TRY(vnode->mount().device().host_range(extent.device, extent.length, MapFor::read));
  }
  return RangeLease(std::move(vnode), std::move(lock), range);
}

Result<u64> send_file(VnodeRef vnode, u64 offset, u64 length, host::Handle to, u64 to_offset, Holes holes) {
  Sender sender(std::move(vnode), to, holes);
  u64 sent = 0;
  while (sent < length) {
    const u64 target = to_offset == host::kStream ? to_offset : to_offset + sent;
    const u64 step = TRY(sender.step(offset + sent, length - sent, target));
    if (step == 0) break;
    sent += step;
  }
  return sent;
}

}  // namespace rump
