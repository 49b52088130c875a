// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The checksums of ext4 against published check values.
#include "fs/ext2/checksum.hpp"

#include <gtest/gtest.h>

#include "tests/fixtures/bytes.hpp"

namespace rump::ext2 {
namespace {

using test::bytes_of;

TEST(Ext2Checksum, Crc32cCheckValue) {
  EXPECT_EQ(~crc32c(~u32{0}, bytes_of("123456789")), 0xE3069283u);
  EXPECT_EQ(crc32c(0x1234, {}), 0x1234u);
}

/// RFC 3720, appendix B.4.
TEST(Ext2Checksum, Crc32cOfRfc3720) {
  std::array<std::byte, 32> bytes{};
  EXPECT_EQ(~crc32c(~u32{0}, bytes), 0x8A9136AAu);
  bytes.fill(std::byte{0xFF});
  EXPECT_EQ(~crc32c(~u32{0}, bytes), 0x62A8AB43u);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte(i);
  EXPECT_EQ(~crc32c(~u32{0}, bytes), 0x46DD794Eu);
}

TEST(Ext2Checksum, Crc32cGoesOnWhereverItIsCut) {
  const std::string text(67, 'q');
  const auto whole = bytes_of(text);
  const u32 expected = crc32c(~u32{0}, whole);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut)
    EXPECT_EQ(crc32c(crc32c(~u32{0}, whole.first(cut)), whole.subspan(cut)), expected) << cut;
}

TEST(Ext2Checksum, Crc32cOfEveryProcessor) {
  EXPECT_EQ(~crc32c_by_tables(~u32{0}, bytes_of("123456789")), 0xE3069283u);
  const std::string text(67, 'q');
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto part = bytes_of(text).first(length);
    EXPECT_EQ(crc32c(77, part), crc32c_by_tables(77, part)) << length;
  }
}

TEST(Ext2Checksum, NumbersCountAsTheirLittleEndianBytes) {
  EXPECT_EQ(crc32c_number(7, u32{0x44434241}), crc32c(7, bytes_of("ABCD")));
}

/// The check values known as CRC-16/ARC (from 0) and CRC-16/MODBUS (from 0xFFFF).
TEST(Ext2Checksum, Crc16CheckValues) {
  EXPECT_EQ(crc16(0, bytes_of("123456789")), 0xBB3D);
  EXPECT_EQ(crc16(0xFFFF, bytes_of("123456789")), 0x4B37);
}

/// The check value known as CRC-32/MPEG-2.
TEST(Ext2Checksum, Crc32CheckValue) {
  EXPECT_EQ(crc32_big(~u32{0}, bytes_of("123456789")), 0x0376E6E7u);
  EXPECT_EQ(crc32_big(0x1234, {}), 0x1234u);
}

}  // namespace
}  // namespace rump::ext2
