// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Array: zeroed, bounded, and refusing instead of dying.
#include "vfs/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rump::test {
namespace {

TEST(MemoryArray, IsZeroedAndHoldsItsValues) {
  auto array = Array<u32>::make(1000);
  ASSERT_TRUE(array.has_value());
  EXPECT_EQ(array->size(), 1000u);
  EXPECT_TRUE(std::ranges::all_of(*array, [](u32 value) { return value == 0; }));
  (*array)[999] = 7;
  EXPECT_EQ(array->span().back(), 7u);
}

TEST(MemoryArray, MovesWithoutCopying) {
  auto made = Array<u8>::make(10);
  ASSERT_TRUE(made.has_value());
  const u8* before = made->data();
  Array<u8> array = std::move(*made);
  EXPECT_EQ(array.data(), before);
  Array<u8> other;
  other = std::move(array);
  EXPECT_EQ(other.data(), before);
  EXPECT_EQ(other.size(), 10u);
}

TEST(MemoryArray, OfNothingIsEmpty) {
  const auto array = Array<u64>::make(0);
  ASSERT_TRUE(array.has_value());
  EXPECT_TRUE(array->empty());
  EXPECT_EQ(array->begin(), array->end());
}

TEST(MemoryArray, ImpossibleSizesAreNoMemory) {
  EXPECT_EQ(Array<u64>::make(~u64{0}).error().code, Errc::no_memory);
  EXPECT_EQ(Array<u64>::make(~u64{0} / 8 + 2).error().code, Errc::no_memory)
      << "the product wraps to 8 bytes";
  EXPECT_EQ(Array<u8>::make(u64{1} << 60).error().code, Errc::no_memory);
}

TEST(MemoryArrayDeathTest, AnIndexOutOfRangeIsOurBug) {
  auto array = Array<u8>::make(3);
  ASSERT_TRUE(array.has_value());
  EXPECT_DEATH((*array)[3] = 1, "array index out of range");
}

}  // namespace
}  // namespace rump::test
