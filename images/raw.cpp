// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Raw images and block devices.
#include "images/raw.hpp"

#include "images/bounds.hpp"

namespace rump::images {
namespace {

class RawDevice final : public BlockDevice {
 public:
  RawDevice(host::Handle handle, u64 size, bool writable, Flushes flushes)
      : handle_(handle), size_(size), writable_(writable), flushes_(flushes == Flushes::yes) {}

  u64 size() const override { return size_; }

  Result<> read(u64 offset, std::span<const host::IoPart> parts) override {
    TRY(check_inside(offset, parts, size_));
    const host::Status status = host::io_read(handle_, offset, parts.data(), static_cast<u32>(parts.size()));
    if (status == host::Status::end) return fail(Errc::io, "image file is shorter than it was");
    return outcome(status, "cannot read from the image file");
  }

  Result<> write(u64 offset, std::span<const host::IoPart> parts) override {
    TRY(check_writable());
    TRY(check_inside(offset, parts, size_));
    return outcome(host::io_write(handle_, offset, parts.data(), static_cast<u32>(parts.size())),
                   "cannot write to the image file");
  }

  Result<> flush() override {
    if (!writable_ || !flushes_) return {};
    return outcome(host::io_flush(handle_), "cannot flush the image file");
  }

  Result<> discard(u64 offset, u64 length) override {
    TRY(check_writable());
    TRY(check_inside(offset, length, size_));
    return outcome(host::io_discard(handle_, offset, length), "cannot discard in the image file");
  }

  Result<HostRange> host_range(u64 offset, u64 length, MapFor purpose) override {
    TRY(check_inside(offset, length, size_));
    if (purpose == MapFor::write && !writable_) return HostRange{};
    return HostRange{handle_, offset, length};
  }

 private:
  Result<> check_writable() const {
    if (!writable_) return fail(Errc::read_only, "the image is open for reading only");
    return {};
  }

  static Result<> outcome(host::Status status, const char* reason) {
    if (status != host::Status::ok) return std::unexpected(host_error(status, reason));
    return {};
  }

  const host::Handle handle_;
  const u64 size_;  ///< as found at open: what was checked against it stays true
  const bool writable_, flushes_;
};

}  // namespace

Result<std::unique_ptr<BlockDevice>> open_raw(host::Handle handle, bool writable, Flushes flushes) {
  u64 size = 0;
  const host::Status status = host::io_size(handle, &size);
  if (status != host::Status::ok)
    return std::unexpected(host_error(status, "cannot tell the size of the image file"));
  return std::make_unique<RawDevice>(handle, size, writable, flushes);
}

}  // namespace rump::images
