// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Disks in memory: every way to make one, growing, moving, and handles of former disks.
#include "hypercall/memory/disks.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "tests/fixtures/bytes.hpp"

namespace rump::test {
namespace {

using host::Status;
using host::memory::Disk;

TEST(MemoryDisk, StartsAsToldAndKeepsWhatIsWritten) {
  const Disk disk = Disk::zeroed(10);
  EXPECT_EQ(write_text(disk.handle(), 3, "abc"), Status::ok);
  EXPECT_EQ(text_of(disk.contents()), std::string("\0\0\0abc\0\0\0\0", 10));
  EXPECT_EQ(read_text(disk.handle(), 2, 3), std::string("\0ab", 3));
  EXPECT_EQ(host::io_flush(disk.handle()), Status::ok);
  u64 size = 0;
  EXPECT_EQ(host::io_size(disk.handle(), &size), Status::ok);
  EXPECT_EQ(size, 10u);
}

TEST(MemoryDisk, ReadingPastTheEndIsEnd) {
  const Disk disk = Disk::copy_of(bytes_of("0123456789"));
  std::string room(5, '\0');
  const host::IoPart part{room.data(), room.size()};
  EXPECT_EQ(host::io_read(disk.handle(), 5, &part, 1), Status::ok);
  EXPECT_EQ(host::io_read(disk.handle(), 6, &part, 1), Status::end);
  EXPECT_EQ(host::io_read(disk.handle(), ~u64{0} - 1, &part, 1), Status::end);
}

TEST(MemoryDisk, TakesScatteredParts) {
  const Disk disk = Disk::copy_of(bytes_of("0123456789"));
  std::string first(2, '\0'), second(3, '\0');
  const std::array<host::IoPart, 3> parts{{{first.data(), 2}, {nullptr, 0}, {second.data(), 3}}};
  EXPECT_EQ(host::io_read(disk.handle(), 4, parts.data(), 3), Status::ok);
  EXPECT_EQ(first + second, "45678");
  EXPECT_EQ(host::io_write(disk.handle(), 0, parts.data(), 3), Status::ok);
  EXPECT_EQ(text_of(disk.contents()), "4567856789");
}

TEST(MemoryDisk, GrowsWithinItsRoomWithoutMoving) {
  const Disk disk = Disk::zeroed(4, 8192);
  const std::byte* before = disk.contents().data();
  EXPECT_EQ(write_text(disk.handle(), 6, "xy"), Status::ok);
  EXPECT_EQ(text_of(disk.contents()), std::string("\0\0\0\0\0\0xy", 8));
  EXPECT_EQ(disk.contents().data(), before);
  EXPECT_EQ(write_text(disk.handle(), 8191, "xy"), Status::no_space);
  EXPECT_EQ(write_text(disk.handle(), 100, ""), Status::ok);
  EXPECT_EQ(disk.contents().size(), 8u) << "writing nothing grows nothing";
}

TEST(MemoryDisk, ResizeZeroesWhatComesBack) {
  Disk disk = Disk::copy_of(bytes_of(std::string(20'000, 'x')), 20'000);
  disk.resize(3);
  disk.resize(20'000);
  EXPECT_EQ(text_of(disk.contents()), "xxx" + std::string(19'997, '\0'));
}

TEST(MemoryDisk, LivesInTheCallersBytes) {
  std::array<std::byte, 4> bytes{};
  const Disk writable = Disk::over_writable(bytes);
  EXPECT_EQ(write_text(writable.handle(), 1, "ab"), Status::ok);
  EXPECT_EQ(bytes[2], std::byte('b'));
  EXPECT_EQ(write_text(writable.handle(), 3, "cd"), Status::no_space);

  const Disk read_only = Disk::over(bytes);
  EXPECT_EQ(read_only.contents().data(), bytes.data());
  EXPECT_EQ(write_text(read_only.handle(), 0, "z"), Status::denied);
  EXPECT_EQ(host::io_discard(read_only.handle(), 0, 4), Status::denied);
  EXPECT_EQ(read_text(read_only.handle(), 1, 2), "ab");
}

TEST(MemoryDisk, DiscardReadsAsZeroes) {
  const Disk disk = Disk::copy_of(bytes_of(std::string(20'000, 'x')));
  EXPECT_EQ(host::io_discard(disk.handle(), 100, 15'000), Status::ok);
  EXPECT_EQ(text_of(disk.contents()),
            std::string(100, 'x') + std::string(15'000, '\0') + std::string(4'900, 'x'));
  EXPECT_EQ(host::io_discard(disk.handle(), 19'999, ~u64{0}), Status::ok);
  EXPECT_EQ(disk.contents().size(), 20'000u);
  EXPECT_EQ(disk.contents().back(), std::byte{0});
}

TEST(MemoryDisk, MovesBetweenDisksAndToStreams) {
  const Disk from = Disk::copy_of(bytes_of("0123456789"));
  const Disk to = Disk::zeroed(0);
  u64 moved = 0;
  EXPECT_EQ(host::io_move(from.handle(), 2, to.handle(), 1, 3, &moved), Status::ok);
  EXPECT_EQ(moved, 3u);
  EXPECT_EQ(host::io_move(from.handle(), 8, to.handle(), host::kStream, 5, &moved), Status::end);
  EXPECT_EQ(moved, 2u);
  EXPECT_EQ(text_of(to.contents()), std::string("\0", 1) + "23489");
  EXPECT_EQ(host::io_move(from.handle(), 11, to.handle(), 0, 1, &moved), Status::end);
  EXPECT_EQ(moved, 0u);
  const Disk small = Disk::zeroed(0, 4096);
  EXPECT_EQ(host::io_move(from.handle(), 0, small.handle(), 4090, 10, &moved), Status::no_space);
  EXPECT_EQ(moved, 0u);
}

TEST(MemoryDisk, HandlesOfFormerDisksAreInvalid) {
  host::Handle former = 0;
  {
    const Disk disk = Disk::zeroed(1);
    former = disk.handle();
  }
  std::vector<Disk> others;
  for (int i = 0; i < 100; ++i) others.push_back(Disk::zeroed(1, 4096));
  u64 size = 0;
  EXPECT_EQ(host::io_size(former, &size), Status::invalid);
  EXPECT_EQ(write_text(former, 0, "x"), Status::invalid);
  EXPECT_EQ(host::io_flush(former), Status::invalid);
  EXPECT_EQ(host::io_size(0, &size), Status::invalid);
}

TEST(MemoryDisk, SlotsAreUsedAgain) {
  host::Handle last = 0;
  for (std::size_t i = 0; i < 3 * Disk::kDisksMax; ++i) {
    std::array<std::byte, 1> byte{};
    const Disk disk = Disk::over(byte);
    ASSERT_NE(disk.handle(), last);
    last = disk.handle();
  }
}

TEST(MemoryDisk, HasNoSiblings) {
  const Disk disk = Disk::zeroed(1);
  host::Handle sibling = 0;
  EXPECT_EQ(host::io_open_sibling(disk.handle(), "x", 1, &sibling), Status::denied);
}

TEST(MemoryDisk, ThreadsComeAndGoBesideEachOther) {
  const Disk shared = Disk::copy_of(bytes_of(std::string(4096, 's')));
  const Disk stream = Disk::zeroed(0);
  std::vector<std::thread> threads;
  for (const char mine : {'a', 'b', 'c', 'd'})
    threads.emplace_back([&, mine] {
      for (int i = 0; i < 200; ++i) {
        const Disk own = Disk::copy_of(bytes_of(std::string(100, mine)), 4096);
        EXPECT_EQ(read_text(own.handle(), 0, 100), std::string(100, mine));
        EXPECT_EQ(read_text(shared.handle(), 0, 4096), std::string(4096, 's'));
        EXPECT_EQ(write_text(stream.handle(), host::kStream, std::string(10, mine)), Status::ok);
      }
    });
  for (std::thread& thread : threads) thread.join();
  const std::string lines = text_of(stream.contents());
  ASSERT_EQ(lines.size(), 4u * 200 * 10);
  for (std::size_t i = 0; i < lines.size(); i += 10)
    EXPECT_EQ(lines.substr(i, 10), std::string(10, lines[i])) << "appends are whole";
}

}  // namespace
}  // namespace rump::test
