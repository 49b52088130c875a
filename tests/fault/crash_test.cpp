// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Crashes at every write of a script: nothing that was synced is lost, and what is left is in order.
#include <gtest/gtest.h>

#include "tests/fault/crash.hpp"
#include "tests/fixtures/logfs/check.hpp"

namespace rump::test {
namespace {

constexpr u64 kDiskBytes = 640 << 10;

/// Cuts the script at each write until it gets through; how many there were.
template <class Look>
u64 at_every_write(const MountAs& setup, CutAt cut, Look look, const Image& image = new_image(kDiskBytes)) {
  const Workload script = full_workload(setup.log);
  for (cut.write = 1;; ++cut.write) {
    const Crash crashed = crash(image, setup, script, cut);
    look(crashed, cut.write);
    if (crashed.finished || testing::Test::HasFailure()) return cut.write - 1;
  }
}

class CrashTest : public testing::TestWithParam<MountAs> {};

TEST_P(CrashTest, ScriptRunsAndLeavesASpotlessFileSystem) {
  Machine machine(new_image(kDiskBytes));
  ASSERT_TRUE(machine.mount(GetParam()));
  History history;
  const auto outcome = full_workload(GetParam().log).run(machine.process(), history, Workload::OnError::stop);
  ASSERT_TRUE(outcome.finished) << outcome.last_error;
  const Result<Tree> tree = read_tree(machine.process());
  ASSERT_TRUE(tree) << tree.error().reason;
  EXPECT_EQ(mismatch({{history.now()}, 0}, *tree, Names::atomic), "");
  ASSERT_TRUE(machine.unmount());
  const logfs::Report report = logfs::check(machine.image());
  EXPECT_TRUE(report.spotless()) << report.text();
}

TEST_P(CrashTest, ProcessDiesAtAnyWrite) {
  const u64 writes = at_every_write(GetParam(), {}, [](const Crash& crashed, u64 write) {
    EXPECT_EQ(wrong(crashed.written, GetParam(), crashed.history), "") << "at write " << write;
  });
  EXPECT_GT(writes, 100u);
}

TEST_P(CrashTest, PowerGoesAtAnyWrite) {
  MountAs setup = GetParam();
  // Only a device flush at each barrier keeps the order when the power goes.
  setup.strict_barriers = !setup.log;
  const u64 writes = at_every_write(setup, {.write = 0, .seeds = 4}, [&](const Crash& crashed, u64 write) {
    for (const Image& image : crashed.lost)
      EXPECT_EQ(wrong(image, setup, crashed.history), "")
          << "at write " << write << ", loss " << &image - crashed.lost.data();
  });
  EXPECT_GT(writes, 100u);
}

TEST_P(CrashTest, AnyWriteIsTorn) {
  at_every_write(GetParam(), {.write = 0, .torn_bytes = 512}, [](const Crash& crashed, u64 write) {
    EXPECT_EQ(wrong(crashed.written, GetParam(), crashed.history), "") << "at write " << write;
  });
}

/// A second crash, while the first one's recovery and orphans are under way, is no worse.
TEST_P(CrashTest, RecoveryIsCutAtAnyWrite) {
  const MountAs& setup = GetParam();
  at_every_write(setup, {}, [&](const Crash& crashed, u64 write) {
    if (write % 9 != 0) return;
    for (u64 again = 1;; ++again) {
      Machine machine(crashed.written);
      machine.plan().cut_power(again);
      const bool mounted = machine.mount(setup).has_value() && machine.unmount().has_value();
      machine.die();
      EXPECT_EQ(wrong(machine.image(), setup, crashed.history), "")
          << "at write " << write << ", then at " << again;
      if (mounted || HasFailure()) return;
    }
  });
}

TEST(CrashLargeBlocksTest, ProcessDiesAtAnyWrite) {
  const Image image = new_image(4 * kDiskBytes, {.block_bytes = 4096});
  for (const bool log : {true, false}) {
    const MountAs setup{.log = log};
    const auto look = [&](const Crash& crashed, u64 write) {
      EXPECT_EQ(wrong(crashed.written, setup, crashed.history), "")
          << "at write " << write << ", log " << log;
    };
    EXPECT_GT(at_every_write(setup, {}, look, image), 100u);
  }
}

INSTANTIATE_TEST_SUITE_P(Logfs, CrashTest,
                         testing::Values(MountAs{}, MountAs{.log = false},
                                         MountAs{.discard = true, .cache_bytes = 24 << 10},
                                         MountAs{.log = false, .discard = true, .cache_bytes = 24 << 10}),
                         [](const testing::TestParamInfo<MountAs>& setup) {
                           return std::string(setup.param.log ? "Log" : "NoLog") +
                                  (setup.param.cache_bytes < 100000 ? "SmallCacheDiscard" : "");
                         });

}  // namespace
}  // namespace rump::test
