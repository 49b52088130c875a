// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A full file system: nothing is lost, and what is freed can be used again at once.
#include <gtest/gtest.h>

#include "tests/fault/crash.hpp"
#include "tests/fixtures/logfs/check.hpp"

namespace rump::test {
namespace {

constexpr u64 kDiskBytes = 320 << 10;

class SpaceTest : public testing::TestWithParam<MountAs> {
 protected:
  void SetUp() override { ASSERT_TRUE(machine_.mount(GetParam())); }
  void TearDown() override {
    ASSERT_TRUE(machine_.unmount());
    const logfs::Report report = logfs::check(machine_.image());
    EXPECT_TRUE(report.spotless()) << report.text();
  }

  Fd create(const std::string& path) {
    const Result<Fd> fd = process().open(kCwd, path, kOpenRead | kOpenWrite | kOpenCreate, 0600);
    EXPECT_TRUE(fd) << fd.error().reason;
    return fd.value_or(-1);
  }
  /// Writes until there is no space; the bytes that went in.
  u64 fill(Fd fd) {
    const std::string text = pattern(5000, 3);
    for (u64 done = 0;;) {
      const Result<std::size_t> wrote = process().pwrite(fd, std::as_bytes(std::span(text)), done);
      if (!wrote) {
        EXPECT_EQ(wrote.error().code, Errc::no_space) << wrote.error().reason;
        return done;
      }
      done += *wrote;
    }
  }
  u64 blocks_free() { return process().statfs(kCwd, "/").value().blocks_free; }
  Process& process() { return machine_.process(); }

  Machine machine_{new_image(kDiskBytes)};
};

TEST_P(SpaceTest, FullIsReportedAndChangesNothing) {
  const Fd fd = create("/big");
  const u64 bytes = fill(fd);
  EXPECT_GT(bytes, u64{100} << 10);
  EXPECT_EQ(process().fstat(fd).value().size, bytes);
  EXPECT_LE(blocks_free(), 1u);
  // Names that need a block for themselves or for their directory.
  const std::string target(300, 't');
  while (blocks_free() > 0) {
    const std::string path = "/s" + std::to_string(blocks_free());
    ASSERT_TRUE(process().symlink(target, kCwd, path));
  }
  const Result<> symlink = process().symlink(target, kCwd, "/no");
  ASSERT_FALSE(symlink);
  EXPECT_EQ(symlink.error().code, Errc::no_space);
  EXPECT_EQ(process().stat(kCwd, "/no", Follow::no).error().code, Errc::not_found);
  // What needs no space goes on.
  EXPECT_TRUE(process().chmod(kCwd, "/big", Follow::yes, 0640));
  EXPECT_TRUE(process().fsync(fd));
  EXPECT_TRUE(process().close(fd));
}

TEST_P(SpaceTest, FreedSpaceIsUsedAgainWithoutASync) {
  u64 first = 0;
  for (u32 round = 0; round < 5; ++round) {
    const Fd fd = create("/big");
    const u64 bytes = fill(fd);
    if (round == 0) first = bytes;
    EXPECT_EQ(bytes, first) << "round " << round;
    EXPECT_TRUE(process().close(fd));
    ASSERT_TRUE(process().unlink(kCwd, "/big"));
  }
  ASSERT_TRUE(process().sync());
}

TEST_P(SpaceTest, TruncatedSpaceIsUsedAgain) {
  const Fd big = create("/big"), other = create("/other");
  const u64 bytes = fill(big);
  ASSERT_TRUE(process().ftruncate(big, bytes / 2));
  const u64 more = fill(other);
  EXPECT_GT(more, bytes / 2 - 8192);
  std::string text(bytes / 2, '\0');
  ASSERT_EQ(process().pread(big, std::as_writable_bytes(std::span(text)), 0).value(), text.size());
  for (std::size_t at = 0; at + 5000 <= text.size(); at += 5000)
    ASSERT_EQ(text.substr(at, 5000), pattern(5000, 3)) << at;
  EXPECT_TRUE(process().close(big));
  EXPECT_TRUE(process().close(other));
}

TEST_P(SpaceTest, InodesRunOutAndComeBack) {
  u32 made = 0;
  while (true) {
    const Result<Fd> fd = process().open(kCwd, "/f" + std::to_string(made), kOpenWrite | kOpenCreate, 0600);
    if (!fd) {
      EXPECT_EQ(fd.error().code, Errc::no_space);
      break;
    }
    ASSERT_TRUE(process().close(*fd));
    ++made;
  }
  EXPECT_GT(made, 50u);
  ASSERT_TRUE(process().unlink(kCwd, "/f0"));
  EXPECT_TRUE(process().mkdir(kCwd, "/d", 0700));
}

INSTANTIATE_TEST_SUITE_P(Logfs, SpaceTest,
                         testing::Values(MountAs{}, MountAs{.log = false, .strict_barriers = true}),
                         [](const testing::TestParamInfo<MountAs>& setup) {
                           return std::string(setup.param.log ? "Log" : "NoLog");
                         });

}  // namespace
}  // namespace rump::test
