// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Sizes in units.
#include "utils/base/size_format.hpp"

#include <gtest/gtest.h>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

TEST(SizeFormat, HumanBytesAreRoundedUpAsLsDoes) {
  EXPECT_EQ(human_bytes(0), "0");
  EXPECT_EQ(human_bytes(1023), "1023");
  EXPECT_EQ(human_bytes(1024), "1.0K");
  EXPECT_EQ(human_bytes(1025), "1.1K");
  EXPECT_EQ(human_bytes(10137), "9.9K");
  EXPECT_EQ(human_bytes(10138), "10K");
  EXPECT_EQ(human_bytes(1047553), "1.0M");
  EXPECT_EQ(human_bytes(1047552), "1023K");
  EXPECT_EQ(human_bytes(std::uint64_t{5} << 40), "5.0T");
  EXPECT_EQ(human_bytes(~std::uint64_t{0}), "16E");
}

TEST(SizeFormat, WordsOfBlockSize) {
  const auto text = [](const char* word, std::uint64_t bytes) {
    return SizeFormat::parse("--block-size", word).text(bytes);
  };
  EXPECT_EQ(text("1", 1025), "1025");
  EXPECT_EQ(text("1024", 1025), "2");
  EXPECT_EQ(text("K", 1025), "2K");
  EXPECT_EQ(text("KiB", 1025), "2KiB");
  EXPECT_EQ(text("kB", 1001), "2kB");
  EXPECT_EQ(text("2M", 1), "1");
  EXPECT_EQ(text("si", 1000), "1.0k");
  EXPECT_EQ(text("si", 999), "999");
  EXPECT_EQ(text("human-readable", 2048), "2.0K");
  for (const char* word : {"", "0", "x", "K2", "KX", "99999999999E", "-1"})
    EXPECT_THROW(SizeFormat::parse("--block-size", word), UsageError) << word;
}

}  // namespace
}  // namespace fsu
