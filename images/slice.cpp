// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A window into another device.
#include "images/slice.hpp"

#include "images/bounds.hpp"

namespace rump::images {
namespace {

/// Every range is checked against the slice before it is shifted into the parent, so it cannot reach past the
/// window.
class Slice final : public BlockDevice {
 public:
  Slice(BlockDevice& parent, u64 start, u64 length) : parent_(parent), start_(start), length_(length) {}

  u64 size() const override { return length_; }

  Result<> read(u64 offset, std::span<const host::IoPart> parts) override {
    TRY(check_inside(offset, parts, length_));
    return parent_.read(start_ + offset, parts);
  }

  Result<> write(u64 offset, std::span<const host::IoPart> parts) override {
    TRY(check_inside(offset, parts, length_));
    return parent_.write(start_ + offset, parts);
  }

  Result<> flush() override { return parent_.flush(); }

  Result<> discard(u64 offset, u64 length) override {
    TRY(check_inside(offset, length, length_));
    return parent_.discard(start_ + offset, length);
  }

  Result<HostRange> host_range(u64 offset, u64 length, MapFor purpose) override {
    TRY(check_inside(offset, length, length_));
    return parent_.host_range(start_ + offset, length, purpose);
  }

 private:
  BlockDevice& parent_;
  const u64 start_;
  const u64 length_;
};

}  // namespace

Result<std::unique_ptr<BlockDevice>> open_slice(BlockDevice& parent, u64 offset, u64 length) {
  const u64 size = parent.size();
  if (offset > size || length > size - offset)
    return fail(Errc::range, "the slice does not lie inside its device");
  return std::make_unique<Slice>(parent, offset, length);
}

}  // namespace rump::images
