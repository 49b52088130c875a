// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file File data by extents: sent by reference and by way of memory, holes, leases, and whose fault an
/// error is.
#include "vfs/file_io.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "hypercall/fault/fault.hpp"
#include "images/raw.hpp"
#include "tests/fixtures/bytes.hpp"
#include "tests/fixtures/test_fs.hpp"

namespace rump::test {
namespace {

using host::Status;
using host::fault::AllocationPlan;
using host::fault::Op;
using host::fault::Plan;
using host::fault::Times;
using host::memory::Disk;
using Kind = Extent::Kind;

/// The same bytes as another device, but nowhere in a host file.
class Hidden final : public BlockDevice {
 public:
  explicit Hidden(BlockDevice& inner) : inner_(inner) {}
  using BlockDevice::read;
  u64 size() const override { return inner_.size(); }
  Result<> read(u64 offset, std::span<const host::IoPart> parts) override {
    return inner_.read(offset, parts);
  }

 private:
  BlockDevice& inner_;
};

/// Which way the bytes of a raw image take.
enum class Way : u8 { reference, copy };
constexpr std::array kBothWays{Way::reference, Way::copy};

std::string pattern(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 1000) % 26);
  return text;
}

/// A file with data, a hole, data, unwritten space and encoded bytes in an image on a memory disk.
class Image {
 public:
  static constexpr u64 kMega = u64{1} << 20;

  explicit Image(Way way, u64 image_bytes = 16384) : disk(Disk::copy_of(bytes_of(pattern(image_bytes)))) {
    raw_ = images::open_raw(disk.handle(), false).value();
    hidden_ = std::make_unique<Hidden>(*raw_);
    BlockDevice& device = way == Way::reference ? *raw_ : static_cast<BlockDevice&>(*hidden_);
    mount = static_cast<TestMount*>(kernel.mount(TestKernel::kType, device, {}).value());
  }

  /// The key of a new file made of these extents; its content is what content() says.
  Key add(std::vector<Extent> extents) {
    const Key key = mount->add(1, "file", FileType::file);
    TestNode& node = mount->nodes[key];
    node.attr.size = extents.back().offset + extents.back().length;
    node.extents = std::move(extents);
    return key;
  }
  Key add_mixed() {
    return add({{Kind::data, 0, 3000, 5000},
                {Kind::hole, 3000, 1500, 0},
                {Kind::data, 4500, 500, 100},
                {Kind::unwritten, 5000, 1000, 9000},
                {Kind::encoded, 6000, 300, 0}});
  }
  VnodeRef get(Key key) { return kernel.vnodes().get(*mount, key).value(); }

  /// What read_file says of all of it.
  std::string content(Key key) {
    std::string text(mount->nodes[key].attr.size, '\0');
    EXPECT_EQ(read_file(*get(key), 0, std::as_writable_bytes(std::span(text))), text.size());
    return text;
  }
  Result<u64> send(Key key, const Disk& to, Holes holes = Holes::write, u64 offset = 0, u64 length = ~u64{0},
                   u64 to_offset = 0) {
    return send_file(get(key), offset, length, to.handle(), to_offset, holes);
  }

  Disk disk;
  TestMount* mount = nullptr;

 private:
  std::unique_ptr<BlockDevice> raw_, hidden_;

 public:
  Kernel kernel;  ///< after the devices it has mounted
};

bool starts_with_writing(const Error& error) { return std::string_view(error.reason).starts_with("writing"); }

TEST(FileIoTest, ReadsEveryKindOfExtent) {
  Image image(Way::reference);
  const std::string text = image.content(image.add_mixed());
  const std::string disk = text_of(image.disk.contents());
  EXPECT_EQ(text.substr(0, 3000), disk.substr(5000, 3000));
  EXPECT_EQ(text.substr(3000, 1500), std::string(1500, '\0'));
  EXPECT_EQ(text.substr(4500, 500), disk.substr(100, 500));
  EXPECT_EQ(text.substr(5000, 1000), std::string(1000, '\0')) << "what lies there on disk is not shown";
  for (std::size_t i = 6000; i < 6300; ++i) ASSERT_EQ(text[i], static_cast<char>(i % 7));
}

TEST(FileIoTest, SendsWhatReadingShows) {
  for (const Way way : kBothWays) {
    Image image(way);
    const Key key = image.add_mixed();
    const std::string text = image.content(key);
    const Disk whole = Disk::zeroed(0);
    EXPECT_EQ(image.send(key, whole), text.size());
    EXPECT_EQ(text_of(whole.contents()), text);

    for (const u64 offset : {u64{0}, u64{2999}, u64{3000}, u64{4700}, u64{5999}, u64{6299}})
      for (const u64 length : {u64{1}, u64{1501}, u64{4000}}) {
        const Disk part = Disk::zeroed(0);
        const std::string wanted = text.substr(offset, length);
        EXPECT_EQ(image.send(key, part, Holes::write, offset, length, 10), wanted.size());
        EXPECT_EQ(text_of(part.contents()), std::string(10, '\0') + wanted) << offset << " " << length;
      }
  }
}

TEST(FileIoTest, SendsToAStream) {
  for (const Way way : kBothWays) {
    Image image(way);
    const Key key = image.add_mixed();
    const Disk stream = Disk::copy_of(bytes_of("head"));
    EXPECT_EQ(image.send(key, stream, Holes::write, 0, ~u64{0}, host::kStream), 6300u);
    EXPECT_EQ(text_of(stream.contents()), "head" + image.content(key));
  }
}

TEST(FileIoTest, NothingIsSentFromTheEndOn) {
  Image image(Way::reference);
  const Key key = image.add_mixed();
  const Disk to = Disk::zeroed(0);
  EXPECT_EQ(image.send(key, to, Holes::write, 6300), 0u);
  EXPECT_EQ(image.send(key, to, Holes::write, ~u64{0}), 0u);
  EXPECT_EQ(image.send(key, to, Holes::write, 0, 0), 0u);
  EXPECT_EQ(to.contents().size(), 0u);
}

TEST(FileIoTest, SkippedHolesLeaveTheTargetAlone) {
  for (const Way way : kBothWays) {
    Image image(way);
    const Key key = image.add_mixed();
    std::string wanted = image.content(key);
    wanted.replace(3000, 1500, 1500, '-');
    wanted.replace(5000, 1000, 1000, '-');
    const Disk to = Disk::copy_of(bytes_of(std::string(6300, '-')));
    EXPECT_EQ(image.send(key, to, Holes::skip), 6300u) << "holes count as covered";
    EXPECT_EQ(text_of(to.contents()), wanted);
  }
}

TEST(FileIoTest, LongExtentsGoInPieces) {
  for (const Way way : kBothWays) {
    constexpr u64 kLong = 9 * Image::kMega + 77;
    Image image(way, kLong);
    const Key key = image.add({{Kind::data, 0, kLong, 0}, {Kind::hole, kLong, kLong, 0}});
    const Disk to = Disk::zeroed(0);
    EXPECT_EQ(image.send(key, to), 2 * kLong);
    const auto sent = to.contents();
    ASSERT_EQ(sent.size(), 2 * kLong);
    EXPECT_TRUE(std::ranges::equal(sent.first(kLong), image.disk.contents()));
    EXPECT_TRUE(std::ranges::all_of(sent.subspan(kLong), [](std::byte b) { return b == std::byte{0}; }));
  }
}

TEST(FileIoTest, OnlyDataThatLiesInNoHostFileNeedsMemory) {
  for (const Way way : kBothWays) {
    Image image(way);
    const Key plain = image.add({{Kind::data, 0, 3000, 5000}, {Kind::hole, 3000, 1000, 0}});
    const VnodeRef vnode = image.get(plain);
    const Disk to = Disk::zeroed(0);
    AllocationPlan plan;
    plan.fail(1, Times::forever);
    const auto sent = send_file(vnode, 0, 4000, to.handle(), 0, Holes::write);
    if (way == Way::reference)
      EXPECT_EQ(sent, 4000u);
    else
      EXPECT_EQ(sent.error().code, Errc::no_memory);
  }
}

TEST(FileIoTest, AnImageThatBecameShorterIsIoOfTheImage) {
  for (const Way way : kBothWays) {
    Image image(way);
    const Key key = image.add_mixed();
    image.disk.resize(6000);
    const Disk to = Disk::zeroed(0);
    const auto sent = image.send(key, to);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, Errc::io);
    EXPECT_NE(std::string_view(sent.error().reason).find("shorter than it was"), std::string_view::npos);
    EXPECT_FALSE(starts_with_writing(sent.error()));
  }
}

TEST(FileIoTest, AFailingImageIsNotBlamedOnTheTarget) {
  for (const Way way : kBothWays) {
    Image image(way);
    const Key key = image.add_mixed();
    const Disk to = Disk::zeroed(0);
    Plan plan(image.disk);
    plan.fail(Op::read, 1, Status::io, Times::forever);
    const auto sent = image.send(key, to);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, Errc::io);
    EXPECT_FALSE(starts_with_writing(sent.error())) << sent.error().reason;
  }
}

TEST(FileIoTest, EveryFailureOfTheTargetSaysSo) {
  struct Case {
    Status status;
    Errc code;
  };
  for (const Way way : kBothWays)
    for (const auto [status, code] : {Case{Status::io, Errc::io}, Case{Status::no_space, Errc::no_space},
                                      Case{Status::broken_pipe, Errc::broken_pipe}})
      // The mixed file's pieces in turn: data, zeroes, data, zeroes, encoded.
      for (u64 piece = 1; piece <= 5; ++piece) {
        Image image(way);
        const Key key = image.add_mixed();
        const Disk to = Disk::zeroed(0);
        Plan plan(to);
        plan.fail(Op::write, piece, status);
        const auto sent = image.send(key, to);
        ASSERT_FALSE(sent) << piece;
        EXPECT_EQ(sent.error().code, code) << piece;
        EXPECT_TRUE(starts_with_writing(sent.error())) << piece << sent.error().reason;
        EXPECT_EQ(plan.count(Op::write), piece) << "nothing is written after the failure";
      }
}

TEST(FileIoTest, AFullTargetIsNoSpace) {
  for (const Way way : kBothWays) {
    Image image(way, 65536);
    const Key key = image.add({{Kind::data, 0, 2000, 0}, {Kind::data, 2000, 60000, 4000}});
    const Disk to = Disk::zeroed(0, 8192);
    const auto sent = image.send(key, to);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, Errc::no_space);
    EXPECT_TRUE(starts_with_writing(sent.error()));
    EXPECT_EQ(text_of(to.contents().first(2000)), text_of(image.disk.contents().first(2000)))
        << "what arrived before stays";
  }
}

TEST(FileIoTest, WhatTheImageSaysWrongIsCorrupt) {
  for (const Way way : kBothWays) {
    Image image(way);
    const Key outside = image.add({{Kind::data, 0, 1000, 16000}});
    const Key gap = image.add({{Kind::data, 1000, 1000, 0}});
    const Disk to = Disk::zeroed(0);
    for (const Key key : {outside, gap}) {
      std::byte byte[1000];
      EXPECT_EQ(image.send(key, to).error().code, Errc::corrupt);
      EXPECT_EQ(read_file(*image.get(key), 0, byte).error().code, Errc::corrupt);
    }
  }
}

TEST(FileIoTest, OnlyRegularFilesHoldBytes) {
  Image image(Way::reference);
  const Key pipe = image.mount->add(1, "pipe", FileType::fifo);
  const Disk to = Disk::zeroed(0);
  EXPECT_EQ(image.send(1, to).error().code, Errc::is_dir);
  EXPECT_EQ(image.send(pipe, to).error().code, Errc::invalid);
  EXPECT_EQ(seek_file(*image.get(1), 0, true).error().code, Errc::is_dir);
  EXPECT_EQ(lend_range(image.get(pipe), 0, 1).error().code, Errc::invalid);
}

TEST(FileIoTest, ALeaseNamesTheBytesInTheHostFile) {
  Image image(Way::reference);
  const Key key = image.add_mixed();
  const auto lease = lend_range(image.get(key), 100, ~u64{0}).value();
  EXPECT_EQ(lease.range().handle, image.disk.handle());
  EXPECT_EQ(lease.range().offset, 5100u);
  EXPECT_EQ(lease.range().length, 2900u) << "one extent at most";
  EXPECT_EQ(read_text(lease.range().handle, lease.range().offset, 2900),
            text_of(image.disk.contents()).substr(5100, 2900));
}

TEST(FileIoTest, ALeaseKeepsItsFileAndKeepsWritersOut) {
  Image image(Way::reference);
  const Key key = image.add_mixed();
  std::atomic<bool> dropped = false;
  std::thread writer;
  {
    RangeLease first = lend_range(image.get(key), 0, 10).value();
    const RangeLease lease(std::move(first));
    std::thread([&] { EXPECT_EQ(image.kernel.unmount(*image.mount).error().code, Errc::busy); }).join();
    writer = std::thread([&, vnode = image.get(key)] {
      ExclusiveLock alone(vnode->lock());
      EXPECT_TRUE(dropped) << "the range could have been moved under its borrower";
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    dropped = true;
  }
  writer.join();
  EXPECT_TRUE(image.kernel.unmount(*image.mount)) << "it goes with the lease";
}

}  // namespace
}  // namespace rump::test
