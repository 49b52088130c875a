// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Sets of ranges: what they contain, and that they stay disjoint, in order and merged.
#include "vfs/range_set.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rump {

/// For messages of failed tests.
static void PrintTo(const Range& range, std::ostream* out) { *out << range.offset << '+' << range.length; }

namespace {

using Ranges = std::vector<Range>;

Ranges ranges_of(const RangeSet& set) { return {set.ranges().begin(), set.ranges().end()}; }

RangeSet set_of(std::initializer_list<Range> ranges) {
  RangeSet set;
  for (const Range& range : ranges) set.add(range);
  return set;
}

TEST(RangeSet, StartsEmpty) {
  const RangeSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.size(), 0u);
  EXPECT_FALSE(set.contains(0));
  EXPECT_EQ(set.find(0, 1000).length, 0u);
}

TEST(RangeSet, KeepsSeparateRangesInOrder) {
  const RangeSet set = set_of({{30, 5}, {10, 5}, {20, 5}});
  EXPECT_EQ(ranges_of(set), (Ranges{{10, 5}, {20, 5}, {30, 5}}));
  EXPECT_EQ(set.size(), 3u);
}

TEST(RangeSet, MergesNeighboursAndOverlaps) {
  EXPECT_EQ(ranges_of(set_of({{10, 5}, {15, 5}})), (Ranges{{10, 10}}));
  EXPECT_EQ(ranges_of(set_of({{15, 5}, {10, 5}})), (Ranges{{10, 10}}));
  EXPECT_EQ(ranges_of(set_of({{10, 5}, {16, 5}})), (Ranges{{10, 5}, {16, 5}})) << "one number is missing";
  EXPECT_EQ(ranges_of(set_of({{10, 5}, {12, 8}})), (Ranges{{10, 10}}));
  EXPECT_EQ(ranges_of(set_of({{12, 8}, {10, 5}})), (Ranges{{10, 10}}));
  EXPECT_EQ(ranges_of(set_of({{10, 10}, {12, 2}})), (Ranges{{10, 10}}));
  EXPECT_EQ(ranges_of(set_of({{12, 2}, {10, 10}})), (Ranges{{10, 10}}));
  EXPECT_EQ(ranges_of(set_of({{10, 5}, {10, 5}})), (Ranges{{10, 5}}));
}

TEST(RangeSet, ARangeFillsTheGapsBetweenOthers) {
  RangeSet set = set_of({{0, 2}, {10, 2}, {20, 2}, {30, 2}, {40, 2}});
  set.add({12, 18});
  EXPECT_EQ(ranges_of(set), (Ranges{{0, 2}, {10, 22}, {40, 2}}));
  set.add({1, 100});
  EXPECT_EQ(ranges_of(set), (Ranges{{0, 101}}));
}

TEST(RangeSet, AnEmptyRangeChangesNothing) {
  RangeSet set = set_of({{10, 5}});
  set.add(Range{20, 0});
  set.add(Range{12, 0});
  set.remove({12, 0});
  EXPECT_EQ(ranges_of(set), (Ranges{{10, 5}}));
}

TEST(RangeSet, RemovingCutsSplitsAndDrops) {
  RangeSet set = set_of({{10, 10}, {30, 10}, {50, 10}});
  set.remove({13, 4});
  EXPECT_EQ(ranges_of(set), (Ranges{{10, 3}, {17, 3}, {30, 10}, {50, 10}}));
  set.remove({10, 3});
  EXPECT_EQ(ranges_of(set), (Ranges{{17, 3}, {30, 10}, {50, 10}}));
  set.remove({18, 37});
  EXPECT_EQ(ranges_of(set), (Ranges{{17, 1}, {55, 5}}));
  set.remove({20, 30});
  EXPECT_EQ(ranges_of(set), (Ranges{{17, 1}, {55, 5}})) << "nothing of it was there";
  set.remove({0, 1000});
  EXPECT_TRUE(set.empty());
}

TEST(RangeSet, FindAnswersTheFirstPartInside) {
  const RangeSet set = set_of({{10, 10}, {30, 10}});
  EXPECT_EQ(set.find(0, 10).length, 0u);
  EXPECT_EQ(set.find(0, 11), (Range{10, 1}));
  EXPECT_EQ(set.find(0, 1000), (Range{10, 10}));
  EXPECT_EQ(set.find(15, 1000), (Range{15, 5}));
  EXPECT_EQ(set.find(15, 2), (Range{15, 2}));
  EXPECT_EQ(set.find(20, 10).length, 0u);
  EXPECT_EQ(set.find(20, 15), (Range{30, 5}));
  EXPECT_EQ(set.find(40, 1000).length, 0u);
  EXPECT_EQ(set.find(15, 0).length, 0u);
  EXPECT_TRUE(set.contains(10));
  EXPECT_TRUE(set.contains(19));
  EXPECT_FALSE(set.contains(20));
  EXPECT_FALSE(set.contains(9));
}

TEST(RangeSet, TakesAnotherSetIn) {
  RangeSet set = set_of({{10, 5}, {30, 5}});
  set.add(set_of({{0, 3}, {15, 5}, {34, 6}}));
  EXPECT_EQ(ranges_of(set), (Ranges{{0, 3}, {10, 10}, {30, 10}}));
  set.add(RangeSet());
  EXPECT_EQ(set.size(), 3u);
  set.clear();
  EXPECT_TRUE(set.empty());
}

TEST(RangeSet, HoldsTheHighestNumbers) {
  constexpr u64 kEnd = ~u64{0};
  RangeSet set = set_of({{kEnd - 10, 10}, {kEnd - 30, 10}});
  EXPECT_TRUE(set.contains(kEnd - 1));
  EXPECT_EQ(set.find(kEnd - 15, 15), (Range{kEnd - 10, 10}));
  set.remove({kEnd - 12, 12});
  EXPECT_EQ(ranges_of(set), (Ranges{{kEnd - 30, 10}}));
}

/// Whether the ranges are in order, not empty, and do not even touch.
bool well_formed(const RangeSet& set) {
  const auto ranges = set.ranges();
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].length == 0) return false;
    if (i > 0 && ranges[i - 1].end() >= ranges[i].offset) return false;
  }
  return true;
}

TEST(RangeSet, AgreesWithASetOfNumbers) {
  constexpr u64 kNumbers = 128;
  std::minstd_rand random(7);
  RangeSet set;
  std::vector<bool> model(kNumbers);
  for (int step = 0; step < 20000; ++step) {
    const u64 offset = random() % kNumbers;
    const u64 length = random() % std::min<u64>(kNumbers - offset, 24);
    const bool adding = random() % 2 == 0;
    if (adding)
      set.add({offset, length});
    else
      set.remove({offset, length});
    for (u64 i = offset; i < offset + length; ++i) model[i] = adding;
    ASSERT_TRUE(well_formed(set)) << "step " << step;
    for (u64 i = 0; i < kNumbers; ++i) ASSERT_EQ(set.contains(i), model[i]) << "step " << step << " at " << i;
  }
}

}  // namespace
}  // namespace rump
