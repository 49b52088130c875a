// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How listings look: sizes and dates; sorted rows.
#include "utils/list_printer.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <ctime>

namespace fsu {
namespace {

TEST(HumanBytes, RoundsUpAsLsDoes) {
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

class DateColumnTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC0", 1);
    tzset();
  }
};

TEST_F(DateColumnTest, TimeOfDayForHalfAYearThenTheYear) {
  constexpr std::int64_t kNow = 1700000000;  // 2023-11-14 22:13:20
  DateColumn dates(kNow);
  EXPECT_EQ(dates.text(kNow), "Nov 14 22:13");
  EXPECT_EQ(dates.text(kNow + 1), "Nov 14  2023") << "the future";
  EXPECT_EQ(dates.text(kNow - 86400 * 6), "Nov  8 22:13");
  EXPECT_EQ(dates.text(kNow - 31556952 / 2 + 1), "May 16 07:18");
  EXPECT_EQ(dates.text(kNow - 31556952 / 2), "May 16  2023");
  EXPECT_EQ(dates.text(0), "Jan  1  1970");
  EXPECT_EQ(dates.text(-1), "Dec 31  1969");
  EXPECT_EQ(dates.text(-1), "Dec 31  1969") << "remembered";
}

TEST_F(DateColumnTest, ATimeWithoutACalendarYearIsANumber) {
  DateColumn dates(0);
  EXPECT_EQ(dates.text(std::int64_t{1} << 62), "4611686018427387904");
}

TEST(Listing, SortsBytesAndKeepsTargets) {
  Listing listing;
  listing.add("b", 2, rump::FileType::file);
  listing.add("a\xff", 3, rump::FileType::symlink);
  listing.set_target("t");
  listing.add("a", 4, rump::FileType::file);
  listing.add("B", 5, rump::FileType::file);
  listing.sort();
  std::vector<std::string> names;
  for (const Row& row : listing.rows()) names.emplace_back(listing.name(row));
  EXPECT_EQ(names, (std::vector<std::string>{"B", "a", "a\xff", "b"}));
  EXPECT_EQ(listing.target(listing.rows()[2]), "t");
  EXPECT_EQ(listing.target(listing.rows()[0]), "");
}

}  // namespace
}  // namespace fsu
