// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Raw devices and slices: bounds, host ranges, writing only where allowed.
#include <gtest/gtest.h>

#include <optional>

#include "hypercall/memory/disks.hpp"
#include "images/raw.hpp"
#include "images/slice.hpp"
#include "tests/fixtures/bytes.hpp"

namespace rump::test {
namespace {

using host::memory::Disk;

/// A raw device over ten digits, and slice [2, 7) of it.
class RawSlice : public testing::Test {
 protected:
  static std::unique_ptr<BlockDevice> raw_over(const Disk& disk, bool writable) {
    auto device = images::open_raw(disk.handle(), writable);
    EXPECT_TRUE(device.has_value());
    return std::move(*device);
  }
  static std::unique_ptr<BlockDevice> slice_of(BlockDevice& parent, u64 offset, u64 length) {
    auto slice = images::open_slice(parent, offset, length);
    EXPECT_TRUE(slice.has_value());
    return std::move(*slice);
  }

  /// The bytes read, or the error's code and reason.
  static std::string read(BlockDevice& device, u64 offset, std::size_t length) {
    std::string text(length, '\0');
    const Result<> result = device.read(offset, std::as_writable_bytes(std::span(text)));
    return result ? text : result.error().reason;
  }
  /// The error's code, or nothing.
  static std::optional<Errc> write(BlockDevice& device, u64 offset, std::string_view text) {
    const host::IoPart part = part_of(text);
    const Result<> result = device.write(offset, std::span(&part, 1));
    return result ? std::nullopt : std::optional(result.error().code);
  }

  Disk disk_ = Disk::copy_of(bytes_of("0123456789"));
  std::unique_ptr<BlockDevice> raw_ = raw_over(disk_, false);
  std::unique_ptr<BlockDevice> writable_ = raw_over(disk_, true);
  std::unique_ptr<BlockDevice> slice_ = slice_of(*raw_, 2, 5);
};

constexpr std::optional<Errc> kDone;
constexpr const char* kPastEnd = "range past the end of the device";

TEST_F(RawSlice, SizesAreThoseAtOpen) {
  EXPECT_EQ(raw_->size(), 10u);
  EXPECT_EQ(slice_->size(), 5u);
  disk_.resize(20);
  EXPECT_EQ(raw_->size(), 10u);
  EXPECT_EQ(read(*raw_, 8, 3), kPastEnd);
}

TEST_F(RawSlice, ReadsInsideOnly) {
  EXPECT_EQ(read(*raw_, 0, 10), "0123456789");
  EXPECT_EQ(read(*raw_, 10, 0), "");
  EXPECT_EQ(read(*raw_, 9, 2), kPastEnd);
  EXPECT_EQ(read(*raw_, 11, 0), kPastEnd);
  EXPECT_EQ(read(*raw_, ~u64{0}, 2), kPastEnd);
  EXPECT_EQ(read(*slice_, 0, 5), "23456");
  EXPECT_EQ(read(*slice_, 4, 2), kPastEnd);
  EXPECT_EQ(read(*slice_, ~u64{0} - 1, 3), kPastEnd);
}

TEST_F(RawSlice, PastTheEndIsCorruptAndAShrunkFileIsIo) {
  std::byte byte{};
  EXPECT_EQ(raw_->read(10, std::span(&byte, 1)).error().code, Errc::corrupt);
  disk_.resize(4);
  const Result<> result = raw_->read(9, std::span(&byte, 1));
  EXPECT_EQ(result.error().code, Errc::io);
  EXPECT_STREQ(result.error().reason, "image file is shorter than it was");
}

TEST_F(RawSlice, ScatteredTransfersAreCheckedAsAWhole) {
  std::string first(3, '\0'), second(3, '\0');
  const std::array<host::IoPart, 2> parts{{{first.data(), 3}, {second.data(), 3}}};
  EXPECT_TRUE(raw_->read(4, parts).has_value());
  EXPECT_EQ(first + second, "456789");
  EXPECT_EQ(raw_->read(5, parts).error().code, Errc::corrupt);
  EXPECT_EQ(slice_->read(0, parts).error().code, Errc::corrupt);
}

TEST_F(RawSlice, WritesOnlyWhereAllowed) {
  EXPECT_EQ(write(*raw_, 0, "x"), Errc::read_only);
  EXPECT_EQ(write(*slice_, 0, "x"), Errc::read_only);
  EXPECT_EQ(raw_->discard(0, 1).error().code, Errc::read_only);
  EXPECT_TRUE(raw_->flush().has_value());
  EXPECT_EQ(text_of(disk_.contents()), "0123456789");

  const auto slice = slice_of(*writable_, 8, 2);
  EXPECT_EQ(write(*slice, 0, "xy"), kDone);
  EXPECT_EQ(write(*slice, 1, "xy"), Errc::corrupt);
  EXPECT_EQ(write(*writable_, 0, "ab"), kDone);
  EXPECT_EQ(write(*writable_, 9, "ab"), Errc::corrupt) << "a device does not grow";
  EXPECT_TRUE(slice->flush().has_value());
  EXPECT_TRUE(slice->discard(1, 1).has_value());
  EXPECT_FALSE(slice->discard(1, 2).has_value());
  EXPECT_EQ(text_of(disk_.contents()), std::string("ab234567x\0", 10));
}

TEST_F(RawSlice, HostRangesAreWhereTheBytesAre) {
  const auto range = slice_->host_range(1, 3, MapFor::read);
  ASSERT_TRUE(range.has_value());
  EXPECT_EQ(range->handle, disk_.handle());
  EXPECT_EQ(range->offset, 3u);
  EXPECT_EQ(range->length, 3u);
  EXPECT_EQ(slice_->host_range(3, 3, MapFor::read).error().code, Errc::corrupt);
  EXPECT_EQ(raw_->host_range(10, 1, MapFor::read).error().code, Errc::corrupt);
  EXPECT_EQ(raw_->host_range(0, 10, MapFor::write)->length, 0u) << "this device may not be written";
  EXPECT_EQ(writable_->host_range(0, 10, MapFor::write)->length, 10u);
}

TEST_F(RawSlice, ASliceLiesInsideItsParent) {
  EXPECT_TRUE(images::open_slice(*raw_, 10, 0).has_value());
  EXPECT_EQ(images::open_slice(*raw_, 0, 11).error().code, Errc::range);
  EXPECT_EQ(images::open_slice(*raw_, 11, 0).error().code, Errc::range);
  EXPECT_EQ(images::open_slice(*raw_, 5, ~u64{0}).error().code, Errc::range);
  const auto inner = slice_of(*slice_, 1, 2);
  EXPECT_EQ(read(*inner, 0, 2), "34");
  EXPECT_EQ(read(*inner, 0, 3), kPastEnd);
}

TEST_F(RawSlice, AHandleOfNothingDoesNotOpen) {
  EXPECT_EQ(images::open_raw(0, false).error().code, Errc::invalid);
}

}  // namespace
}  // namespace rump::test
