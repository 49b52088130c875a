// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Times as text.
#include "utils/base/time_format.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

class TimeFormatTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC0", 1);
    tzset();
  }
  static std::string formatted(std::string_view format, const rump::Time& time) {
    std::string text;
    EXPECT_TRUE(append_time(text, format, time));
    return text;
  }
  static std::string iso(const rump::Time& time) {
    std::string text;
    append_iso_utc(text, time);
    return text;
  }
};

TEST_F(TimeFormatTest, TimeOfDayForHalfAYearThenTheYear) {
  constexpr std::int64_t kNow = 1700000000;  // 2023-11-14 22:13:20
  TimeColumn dates({}, {kNow, 1});
  EXPECT_EQ(dates.text({kNow, 0}), "Nov 14 22:13");
  EXPECT_EQ(dates.text({kNow, 1}), "Nov 14  2023") << "not in the past";
  EXPECT_EQ(dates.text({kNow - 86400 * 6, 0}), "Nov  8 22:13");
  EXPECT_EQ(dates.text({kNow - 31556952 / 2, 2}), "May 16 07:18");
  EXPECT_EQ(dates.text({kNow - 31556952 / 2, 1}), "May 16  2023");
  EXPECT_EQ(dates.text({0, 0}), "Jan  1  1970");
  EXPECT_EQ(dates.text({-1, 0}), "Dec 31  1969");
  EXPECT_EQ(dates.text({-1, 0}), "Dec 31  1969") << "remembered";
  EXPECT_EQ(dates.text({std::int64_t{1} << 62, 0}), "4611686018427387904");
}

TEST_F(TimeFormatTest, StylesHaveTheirNames) {
  const auto shown = [](const char* word, std::int64_t seconds) {
    TimeColumn column(TimeStyle::parse("--time-style", word), {1700000000, 1});
    return std::string(column.text({seconds, 5}));
  };
  EXPECT_EQ(shown("full-iso", 0), "1970-01-01 00:00:00.000000005 +0000");
  EXPECT_EQ(shown("long-iso", 0), "1970-01-01 00:00");
  EXPECT_EQ(shown("iso", 0), "1970-01-01 ");
  EXPECT_EQ(shown("iso", 1699999999), "11-14 22:13");
  EXPECT_EQ(shown("locale", 0), "Jan  1  1970");
  EXPECT_EQ(shown("posix-full-iso", 0), "Jan  1  1970");
  EXPECT_EQ(shown("+old %Y\nnew %H", 0), "old 1970");
  EXPECT_EQ(shown("+old %Y\nnew %H", 1699999999), "new 22");
  EXPECT_THROW(TimeStyle::parse("", "+a\nb\nc"), UsageError);
  EXPECT_THROW(TimeStyle::parse("", "swatch"), UsageError);
}

TEST_F(TimeFormatTest, DirectivesOfDate) {
  const rump::Time time{1700000000, 123456789};
  EXPECT_EQ(formatted("%N %3N %12N %-N|%s|%%|%:z %::z|%-d %_5d %^b", time),
            "123456789 123 123456789000 123456789|1700000000|%|+00:00 +00:00:00|14    14 NOV");
  EXPECT_EQ(formatted("%-N", {0, 120000000}), "12");
  EXPECT_EQ(formatted("%", time), "%");
  EXPECT_EQ(formatted("%p", {0, 0}), "AM");
}

TEST_F(TimeFormatTest, IsoTimesAreInUtcWhateverTheZone) {
  setenv("TZ", "XYZ-5", 1);
  tzset();
  EXPECT_EQ(iso({1700000000, 5}), "2023-11-14T22:13:20.000000005Z");
  EXPECT_EQ(iso({-1, 999999999}), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(iso({253402300800, 0}), "+10000-01-01T00:00:00.000000000Z");
  EXPECT_EQ(iso({-62198755200, 0}), "-0001-01-01T00:00:00.000000000Z");
}

}  // namespace
}  // namespace fsu
