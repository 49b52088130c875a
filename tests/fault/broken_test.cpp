// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The crash tests notice a driver that does it wrong.
#include <gtest/gtest.h>

#include "tests/fault/crash.hpp"

namespace rump::test {
namespace {

/// What the crash tests find first; empty: nothing.
std::string found_with(const MountAs& setup) {
  const Image image = new_image(640 << 10);
  const Workload script = full_workload(setup.log);
  for (CutAt cut{.write = 1, .seeds = 4};; ++cut.write) {
    const Crash crashed = crash(image, setup, script, cut);
    for (const Image& lost : crashed.lost)
      if (std::string faults = wrong_to_a_reader(lost, setup, crashed.history); !faults.empty())
        return faults;
    if (crashed.finished) return "";
  }
}

TEST(BrokenTest, NothingIsFoundWhereNothingIsBroken) {
  EXPECT_EQ(found_with({}), "");
  EXPECT_EQ(found_with({.log = false, .strict_barriers = true}), "");
}

TEST(BrokenTest, LogWithoutFlushIsFound) { EXPECT_NE(found_with({.broken = logfs::Broken::flush}), ""); }

TEST(BrokenTest, CommitRecordBeforeItsBlocksIsFound) {
  EXPECT_NE(found_with({.broken = logfs::Broken::commit}), "");
}

TEST(BrokenTest, RecoveryThatForgetsRevokesIsFound) {
  EXPECT_NE(found_with({.broken = logfs::Broken::revoke}), "");
}

TEST(BrokenTest, MissingBarriersAreFound) {
  EXPECT_NE(found_with({.log = false, .strict_barriers = true, .broken = logfs::Broken::barrier}), "");
}

/// Why PowerGoesAtAnyWrite asks for them: what a full cache writes is not flushed at each barrier.
TEST(BrokenTest, PowerLossNeedsStrictBarriersWithoutALog) {
  EXPECT_NE(found_with({.log = false, .cache_bytes = 8 << 10}), "");
}

}  // namespace
}  // namespace rump::test
