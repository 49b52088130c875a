// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file On-disk records: both byte orders, any alignment, never outside their block. What must not compile
/// is in disk_record_mistakes.cpp.
#include <gtest/gtest.h>

#include <array>

#include "tests/fixtures/bytes.hpp"
#include "vfs/disk.hpp"

namespace rump::test {
namespace {

struct Sample : Layout<Sample, 24> {
  static constexpr At<u32, 0> magic{};
  static constexpr At<u16, 5> odd{};  // unaligned on purpose
  static constexpr At<u64, 7> wide{};
  static constexpr At<u16, 15, 3> words{};
  static constexpr At<u8, 21, 3> name{};
};

template <class Order>
std::array<u8, 24> stored(Order order) {
  std::array<u8, 24> bytes{};
  auto record = Record<Sample, Order, std::byte>::at(std::as_writable_bytes(std::span(bytes)), 0, order);
  EXPECT_TRUE(record.has_value());
  record->set(Sample::magic, 0x01020304);
  record->set(Sample::odd, 0x0506);
  record->set(Sample::wide, 0x0708090a0b0c0d0e);
  for (std::size_t i = 0; i < 3; ++i) record->set(Sample::words, static_cast<u16>(0x1110 + i), i);
  record->set(Sample::name, 0x77, 2);
  EXPECT_EQ(record->get(Sample::magic), 0x01020304u);
  EXPECT_EQ(record->get(Sample::odd), 0x0506u);
  EXPECT_EQ(record->get(Sample::wide), 0x0708090a0b0c0d0eu);
  EXPECT_EQ(record->get(Sample::words, 2), 0x1112u);
  return bytes;
}

constexpr std::array<u8, 24> kLittle{4, 3, 2, 1,    0,    6,    5,    0x0e, 0x0d, 0x0c, 0x0b, 0x0a,
                                     9, 8, 7, 0x10, 0x11, 0x11, 0x11, 0x12, 0x11, 0,    0,    0x77};
constexpr std::array<u8, 24> kBig{1,    2,    3,    4,    0,    5,    6,    7,    8,    9, 0x0a, 0x0b,
                                  0x0c, 0x0d, 0x0e, 0x11, 0x10, 0x11, 0x11, 0x11, 0x12, 0, 0,    0x77};

TEST(DiskRecord, StoresAndLoadsInTheRecordsOrder) {
  EXPECT_EQ(stored(LittleEndian{}), kLittle);
  EXPECT_EQ(stored(BigEndian{}), kBig);
  EXPECT_EQ(stored(EitherEndian{LittleEndian::swapped}), kLittle);
  EXPECT_EQ(stored(EitherEndian{BigEndian::swapped}), kBig);
}

TEST(DiskRecord, LiesInsideItsBlockOrIsCorrupt) {
  const std::array<std::byte, 30> block{};
  using Reader = Record<Sample, LittleEndian>;
  EXPECT_TRUE(Reader::at(block, 0).has_value());
  EXPECT_TRUE(Reader::at(block, 6).has_value());
  for (const std::size_t offset : {std::size_t{7}, std::size_t{30}, std::size_t{31}, ~std::size_t{0}})
    EXPECT_EQ(Reader::at(block, offset).error().code, Errc::corrupt) << offset;
  EXPECT_EQ(Reader::at(std::span(block).first(23), 0).error().code, Errc::corrupt);
}

TEST(DiskRecord, GivesRawBytesOfItselfAndItsTexts) {
  const std::array<u8, 24> bytes = kLittle;
  const auto block = std::as_bytes(std::span(bytes));
  const auto record = Record<Sample, LittleEndian>::at(block, 0);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->bytes().data(), block.data());
  EXPECT_EQ(record->bytes().size(), 24u);
  EXPECT_EQ(record->bytes(Sample::name).data(), block.data() + 21);
  EXPECT_EQ(record->bytes(Sample::name).size(), 3u);
}

TEST(DiskRecordDeathTest, AnIndexBeyondItsFieldIsOurBug) {
  const auto record = Record<Sample, LittleEndian>::at(std::as_bytes(std::span(kLittle)), 0);
  EXPECT_DEATH(static_cast<void>(record->get(Sample::words, 3)), "record field index out of range");
}

TEST(DiskRecord, PaddedTextEndsAtItsZeroOrItsRoom) {
  EXPECT_EQ(padded_text(bytes_of(std::string_view("ab\0cd", 5))), "ab");
  EXPECT_EQ(padded_text(bytes_of("abc")), "abc");
  EXPECT_EQ(padded_text({}), "");
}

}  // namespace
}  // namespace rump::test
