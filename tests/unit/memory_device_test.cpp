// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The device in memory: sparse, giving memory back, and shared by threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "images/memory.hpp"
#include "tests/fixtures/bytes.hpp"

namespace rump::test {
namespace {

using Device = std::unique_ptr<BlockDevice>;

Device make(u64 size) {
  auto device = images::make_memory(size);
  return device ? std::move(*device) : nullptr;
}

Result<> put(BlockDevice& device, u64 offset, std::string_view text) {
  const host::IoPart part = part_of(text);
  return device.write(offset, std::span(&part, 1));
}

std::string get(BlockDevice& device, u64 offset, std::size_t length) {
  std::vector<std::byte> bytes(length, std::byte{0xEE});
  return device.read(offset, std::span(bytes)).has_value() ? text_of(bytes) : "failed";
}

TEST(MemoryDevice, AHugeOneCostsNothingUntilItIsWritten) {
  const u64 size = u64{1} << 40;
  const Device device = make(size);
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->size(), size);
  EXPECT_EQ(get(*device, size / 2, 3), std::string(3, '\0'));
  ASSERT_TRUE(put(*device, size - 3, "end").has_value());
  ASSERT_TRUE(put(*device, 0, "start").has_value());
  EXPECT_EQ(get(*device, size - 4, 4), std::string("\0end", 4));
  EXPECT_EQ(get(*device, 0, 6), std::string("start\0", 6));
  EXPECT_EQ(device->host_range(0, size, MapFor::read)->length, 0u);
}

TEST(MemoryDevice, RefusesWhatItsTableCannotHold) {
  EXPECT_EQ(images::make_memory(~u64{0}).error().code, Errc::no_memory);
}

TEST(MemoryDevice, ScattersAcrossPieces) {
  const Device device = make(u64{1} << 20);
  std::string one(100'000, 'a'), two(70'001, 'b'), three(1, 'c');
  const host::IoPart parts[] = {part_of(one), part_of(two), part_of(three)};
  ASSERT_TRUE(device->write(1234, parts).has_value());
  const std::string expected = one + two + three;
  EXPECT_EQ(get(*device, 1234, expected.size()), expected);
  std::string head(50'000, '\0'), tail(expected.size() - head.size(), '\0');
  const host::IoPart into[] = {{head.data(), head.size()}, {tail.data(), tail.size()}};
  ASSERT_TRUE(device->read(1234, into).has_value());
  EXPECT_EQ(head + tail, expected);
}

TEST(MemoryDevice, ARangePastTheEndIsCorrupt) {
  const Device device = make(100);
  std::byte bytes[2]{};
  EXPECT_EQ(device->read(99, std::span(bytes)).error().code, Errc::corrupt);
  EXPECT_EQ(put(*device, 99, "xy").error().code, Errc::corrupt);
  EXPECT_EQ(device->discard(1, 100).error().code, Errc::corrupt);
  EXPECT_EQ(device->read(~u64{0}, std::span(bytes)).error().code, Errc::corrupt);
  EXPECT_TRUE(put(*device, 98, "xy").has_value());
}

TEST(MemoryDevice, DiscardedBytesAndNoOthersReadAsZeroes) {
  const u64 size = 300'001;
  for (const auto& [offset, length] : {std::pair<u64, u64>{0, size},
                                       {10, 20},
                                       {65536, 65536},
                                       {65535, 65538},
                                       {1, 200'000},
                                       {262'144, size - 262'144},
                                       {7, 0}}) {
    const Device device = make(size);
    std::string expected(size, 'x');
    ASSERT_TRUE(put(*device, 0, expected).has_value());
    ASSERT_TRUE(device->discard(offset, length).has_value());
    std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(offset), length, '\0');
    EXPECT_EQ(get(*device, 0, size), expected) << offset << " " << length;
    ASSERT_TRUE(put(*device, offset, "again").has_value() || length == size - offset);
  }
}

// Threads that own interleaved bytes of the same pieces write, check and discard them.
TEST(MemoryDevice, ThreadsShareItsPieces) {
  constexpr u64 kStripe = 4096, kThreads = 4, kStripes = 64;
  const Device device = make(kStripe * kThreads * kStripes);
  std::vector<int> wrong(kThreads);
  std::vector<std::thread> threads;
  for (u64 id = 0; id < kThreads; ++id)
    threads.emplace_back([&, id] {
      const std::string full(kStripe, static_cast<char>('a' + id)), empty(kStripe, '\0');
      for (u64 round = 0; round < 4 * kStripes; ++round) {
        const u64 offset = (round % kStripes * kThreads + id) * kStripe;
        wrong[id] += !put(*device, offset, full) || get(*device, offset, kStripe) != full;
        if (round % 3 == 0)
          wrong[id] += !device->discard(offset, kStripe) || get(*device, offset, kStripe) != empty;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(kThreads));
}

}  // namespace
}  // namespace rump::test
