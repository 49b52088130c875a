// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Writes and flushes that fail, while the program lives on.
#include <gtest/gtest.h>

#include "tests/fault/crash.hpp"
#include "tests/fixtures/logfs/check.hpp"

namespace rump::test {
namespace {

using host::Status;
using host::fault::Op;
using host::fault::Plan;
using host::fault::Times;

constexpr u64 kDiskBytes = 640 << 10;

class ErrorTest : public testing::TestWithParam<MountAs> {
 protected:
  /// One run with a fault; what was on the disk at the end.
  struct Run {
    Workload::Outcome outcome;
    History history;
    bool faulted = false;    ///< the call that was to fail has come
    bool healthy = false;    ///< the mount has not failed by the end of the script
    bool unmounted = false;  ///< at the second try, perhaps
    Image image;
  };
  /// The `nth` call from the end of the mount fails.
  Run run(const Image& image, Op op, u64 nth, Status status);
};

ErrorTest::Run ErrorTest::run(const Image& image, Op op, u64 nth, Status status) {
  Run result;
  Machine machine(image);
  EXPECT_TRUE(machine.mount(GetParam()));
  const u64 before = machine.plan().count(op);
  machine.plan().fail(op, before + nth, status, Times::once);
  result.outcome =
      full_workload(GetParam().log).run(machine.process(), result.history, Workload::OnError::retry);
  result.healthy = machine.mounted().health().has_value();
  result.faulted = machine.plan().count(op) >= before + nth;
  result.unmounted = machine.unmount().has_value() || machine.unmount().has_value();
  machine.die();
  result.image = machine.image();
  return result;
}

TEST_P(ErrorTest, AnyWriteFailsOnce) {
  const Image image = new_image(kDiskBytes);
  u32 reported = 0, survived = 0, failed = 0;
  for (u64 nth = 1;; ++nth) {
    const Status status = nth % 2 ? Status::io : Status::no_space;
    const Run run = this->run(image, Op::write, nth, status);
    if (!run.faulted || HasFailure()) break;
    reported += run.outcome.errors > 0;
    EXPECT_EQ(run.outcome.finished, run.healthy) << "at write " << nth << ": " << run.outcome.last_error;
    EXPECT_TRUE(run.healthy || !run.unmounted) << "at write " << nth;
    if (run.outcome.finished && run.unmounted) {
      ++survived;
      const logfs::Report report = logfs::check(run.image);
      EXPECT_TRUE(report.spotless()) << "at write " << nth << "\n" << report.text();
    } else {
      ++failed;
    }
    EXPECT_EQ(wrong(run.image, GetParam(), run.history), "") << "at write " << nth;
  }
  EXPECT_GT(reported, 50u);
  EXPECT_GT(survived, 10u);
  // A log that cannot be written ends the mount's writing; without one every write is tried again.
  if (GetParam().log) {
    EXPECT_GT(failed, 10u);
  } else {
    EXPECT_EQ(failed, 0u);
  }
}

/// The script up to the first error; the mount has failed then.
TEST_P(ErrorTest, AnyFlushFailsAndTheMountIsReadOnly) {
  const Image image = new_image(kDiskBytes);
  u64 nth = 1;
  for (;; ++nth) {
    Machine machine(image);
    ASSERT_TRUE(machine.mount(GetParam()));
    const u64 before = machine.plan().count(Op::flush);
    machine.plan().fail(Op::flush, before + nth, Status::io, Times::once);
    History history;
    const auto outcome =
        full_workload(GetParam().log).run(machine.process(), history, Workload::OnError::stop);
    if (machine.plan().count(Op::flush) < before + nth) break;
    ASSERT_FALSE(outcome.finished) << "flush " << nth;
    EXPECT_FALSE(machine.mounted().health());
    EXPECT_TRUE(machine.mounted().read_only());
    // The device is well again, but what it has lost nobody knows.
    EXPECT_FALSE(machine.process().sync());
    EXPECT_FALSE(machine.process().sync());
    const Result<> made = machine.process().mkdir(kCwd, "/new", 0755);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::read_only);
    machine.die();
    const std::size_t pieces = machine.plan().unflushed().size();
    for (u64 seed = 0; seed < 2; ++seed)
      EXPECT_EQ(
          wrong(machine.plan().after_power_loss(Plan::choose(pieces, nth * 10 + seed)), GetParam(), history),
          "")
          << "at flush " << nth;
    if (HasFailure()) return;
  }
  EXPECT_GT(nth, 15u);
}

/// The step fails with nothing changed, or goes on; the mount lives.
TEST_P(ErrorTest, AnyReadFailsOnce) {
  const Image image = new_image(kDiskBytes);
  MountAs setup = GetParam();
  setup.cache_bytes = 8 << 10;
  for (u64 nth = 1;; ++nth) {
    Machine machine(image);
    ASSERT_TRUE(machine.mount(setup));
    const u64 before = machine.plan().count(Op::read);
    machine.plan().fail(Op::read, before + nth, Status::io, Times::once);
    History history;
    const auto outcome = full_workload(setup.log).run(machine.process(), history, Workload::OnError::retry);
    if (machine.plan().count(Op::read) < before + nth) break;
    ASSERT_TRUE(outcome.finished) << "read " << nth << ": " << outcome.last_error;
    ASSERT_TRUE(machine.unmount());
    machine.die();
    const logfs::Report report = logfs::check(machine.image());
    // A file that could not be freed stays an orphan for the next mount.
    ASSERT_TRUE(report.damage.empty() && report.leaks.empty()) << "read " << nth << "\n" << report.text();
    ASSERT_EQ(wrong(machine.image(), setup, history), "") << "read " << nth;
  }
}

INSTANTIATE_TEST_SUITE_P(Logfs, ErrorTest,
                         testing::Values(MountAs{}, MountAs{.log = false, .strict_barriers = true}),
                         [](const testing::TestParamInfo<MountAs>& setup) {
                           return std::string(setup.param.log ? "Log" : "NoLog");
                         });

}  // namespace
}  // namespace rump::test
