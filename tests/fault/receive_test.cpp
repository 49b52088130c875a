// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Bytes that come into a file from a host file or from another file: by reference and by way of
/// memory, and whose fault an error is.
#include <gtest/gtest.h>

#include <algorithm>

#include "fs/tmpfs/tmpfs.hpp"
#include "images/memory.hpp"
#include "tests/fault/machine.hpp"
#include "tests/fault/workload.hpp"
#include "tests/fixtures/bytes.hpp"
#include "tests/fixtures/logfs/check.hpp"

namespace rump::test {
namespace {

using host::Status;
using host::fault::Op;
using host::fault::Plan;
using host::fault::Times;
using host::memory::Disk;

constexpr u64 kDiskBytes = 1 << 20;
constexpr u32 kReadWriteCreate = kOpenRead | kOpenWrite | kOpenCreate;

/// A logfs in a host file and, in the same kernel, a tmpfs that lies in no host file.
class ReceiveTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(machine_.mount({}));
    device_ = images::make_memory(kDiskBytes).value();
    Kernel& kernel = machine_.process().kernel();
    memory_mount_ = kernel.mount(tmpfs::kFsType, *device_, {.read_only = false}).value();
    memory_ = std::make_unique<Process>(kernel, kernel.root_of(*memory_mount_).value());
  }
  void TearDown() override {
    memory_.reset();
    ASSERT_TRUE(memory_mount_->kernel().unmount(*memory_mount_));
    ASSERT_TRUE(machine_.unmount());
    const logfs::Report report = logfs::check(machine_.image());
    EXPECT_TRUE(report.spotless()) << report.text();
  }

  Process& logfs() { return machine_.process(); }
  Process& memory() { return *memory_; }
  std::array<Process*, 2> both() { return {&logfs(), &memory()}; }

  static Fd create(Process& process, const std::string& path) {
    const Result<Fd> fd = process.open(kCwd, path, kReadWriteCreate | kOpenTruncate, 0600);
    EXPECT_TRUE(fd) << fd.error().reason;
    return fd.value_or(-1);
  }
  static std::string content(Process& process, Fd fd) {
    std::string text(process.fstat(fd).value().size, '\0');
    EXPECT_EQ(process.pread(fd, std::as_writable_bytes(std::span(text)), 0), text.size());
    return text;
  }
  static void put(Process& process, Fd fd, const std::string& text, u64 offset = 0) {
    ASSERT_EQ(process.pwrite(fd, std::as_bytes(std::span(text)), offset), text.size());
  }
  static void expect_failure(const Result<>& result, Errc code, const Side& side, Side expected) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, code) << result.error().reason;
    EXPECT_EQ(side, expected) << result.error().reason;
  }

  Machine machine_{new_image(kDiskBytes)};
  std::unique_ptr<BlockDevice> device_;
  Mount* memory_mount_ = nullptr;
  std::unique_ptr<Process> memory_;
};

TEST_F(ReceiveTest, ReceivesWhatTheHostFileHolds) {
  const std::string source = pattern(300000, 7);
  const Disk disk = Disk::copy_of(bytes_of(source));
  for (Process* process : both()) {
    const Fd fd = create(*process, "/file");
    std::string expected;
    for (const u64 offset : {u64{0}, u64{1000}, u64{1024}, u64{70000}, u64{69999}, u64{200000}})
      for (const u64 length : {u64{1}, u64{513}, u64{1024}, u64{40000}})
        for (const u64 from : {u64{0}, u64{777}}) {
          const u64 final_size = length == 40000 ? offset + 60000 : 0;
          Side side{};
          const Incoming run{.from = from, .offset = offset, .length = length, .final_size = final_size};
          ASSERT_TRUE(process->receive(fd, run, disk.handle(), side)) << offset << " " << length;
          expected.resize(std::max<u64>(expected.size(), offset + length));
          expected.replace(offset, length, source, from, length);
          ASSERT_EQ(content(*process, fd), expected) << offset << " " << length;
        }
    EXPECT_TRUE(process->close(fd));
  }
}

/// What was given back is free, and what lies behind the end never comes to light.
TEST_F(ReceiveTest, RoomForWhatNeverFollowedIsGivenBack) {
  const Disk disk = Disk::copy_of(bytes_of(std::string(100000, 'x')));
  for (Process* process : both()) {
    const u64 before = process->statfs(kCwd, "/").value().blocks_free;
    const Fd fd = create(*process, "/file");
    Side side{};
    ASSERT_TRUE(process->receive(fd, {.from = 0, .offset = 0, .length = 4097, .final_size = 90000},
                                 disk.handle(), side));
    const FsStat stat = process->statfs(kCwd, "/").value();
    EXPECT_LE((before - stat.blocks_free) * stat.block_bytes, 4097u + 4 * stat.block_bytes);
    ASSERT_TRUE(process->ftruncate(fd, 9000));
    EXPECT_EQ(content(*process, fd), std::string(4097, 'x') + std::string(9000 - 4097, '\0'));
    EXPECT_TRUE(process->close(fd));
  }
}

TEST_F(ReceiveTest, AShrunkSourceIsNamed) {
  Disk disk = Disk::copy_of(bytes_of(std::string(100000, 'x')));
  for (Process* process : both()) {
    disk.resize(50000);
    const Fd fd = create(*process, "/file");
    Side side{};
    expect_failure(process->receive(fd, {.from = 0, .offset = 0, .length = 100000}, disk.handle(), side),
                   Errc::io, side, Side::source);
    const std::string left = content(*process, fd);
    EXPECT_LT(left.size(), 100000u);
    EXPECT_EQ(left, std::string(left.size(), 'x')) << "no byte that did not arrive";
    EXPECT_TRUE(process->close(fd));
  }
}

TEST_F(ReceiveTest, AFailureIsOfItsOwnSide) {
  const Disk disk = Disk::copy_of(bytes_of(std::string(20000, 'x')));
  for (Process* process : both()) {
    const Fd fd = create(*process, "/file");
    Plan plan(disk);
    plan.fail(Op::read, 1, Status::io, Times::forever);
    Side side{};
    expect_failure(process->receive(fd, {.from = 0, .offset = 0, .length = 20000}, disk.handle(), side),
                   Errc::io, side, Side::source);
    EXPECT_EQ(process->fstat(fd).value().size, 0u);
    EXPECT_TRUE(process->close(fd));
  }
  const Fd fd = create(logfs(), "/file");
  ASSERT_TRUE(logfs().fsync(fd));
  machine_.plan().fail(Op::write, machine_.plan().count(Op::write) + 1, Status::io);
  Side side{};
  expect_failure(logfs().receive(fd, {.from = 0, .offset = 0, .length = 20000}, disk.handle(), side),
                 Errc::io, side, Side::target);
  EXPECT_TRUE(logfs().close(fd));
}

TEST_F(ReceiveTest, FullIsReportedAndKeepsWhatArrived) {
  const Disk disk = Disk::copy_of(bytes_of(std::string(2 * kDiskBytes, 'x')));
  for (Process* process : both()) {
    const Fd fd = create(*process, "/file");
    Side side{};
    expect_failure(
        process->receive(fd, {.from = 0, .offset = 0, .length = 2 * kDiskBytes}, disk.handle(), side),
        Errc::no_space, side, Side::target);
    const std::string left = content(*process, fd);
    EXPECT_GT(left.size(), kDiskBytes / 4);
    EXPECT_EQ(left, std::string(left.size(), 'x'));
    EXPECT_TRUE(process->close(fd));
    EXPECT_TRUE(process->unlink(kCwd, "/file"));
  }
}

TEST_F(ReceiveTest, CopiesFromOneFileIntoAnother) {
  std::string source = pattern(60000, 3);
  for (Process* from : both()) {
    const Fd source_fd = create(*from, "/source");
    put(*from, source_fd, source);
    put(*from, source_fd, "end", 150000);
    const std::string whole = content(*from, source_fd);
    const VnodeRef vnode = from->vnode_of(source_fd).value();
    for (Process* to : both()) {
      const Fd fd = create(*to, "/copy");
      Side side{};
      ASSERT_TRUE(to->copy(fd, {.from = 0, .offset = 0, .length = whole.size()}, vnode, side));
      EXPECT_EQ(content(*to, fd), whole) << "holes are zeroes";
      ASSERT_TRUE(to->copy(fd, {.from = 1000, .offset = 3, .length = 60000}, vnode, side));
      EXPECT_EQ(content(*to, fd), whole.substr(0, 3) + whole.substr(1000, 60000) + whole.substr(60003));
      expect_failure(to->copy(fd, {.from = 1, .offset = 0, .length = whole.size()}, vnode, side), Errc::range,
                     side, Side::source);
      EXPECT_TRUE(to->close(fd));
      EXPECT_TRUE(to->unlink(kCwd, "/copy"));
    }
    Side side{};
    expect_failure(from->copy(source_fd, {.from = 0, .offset = 0, .length = 10}, vnode, side), Errc::invalid,
                   side, Side::target);
    EXPECT_TRUE(from->close(source_fd));
  }
}

TEST_F(ReceiveTest, RefusesWhatIsNoFileOrNotWritable) {
  const Disk disk = Disk::copy_of(bytes_of("bytes"));
  for (Process* process : both()) {
    EXPECT_TRUE(process->close(create(*process, "/file")));
    const Fd read_only = process->open(kCwd, "/file", kOpenRead).value();
    const Fd directory = process->open(kCwd, "/", kOpenRead).value();
    Side side{};
    for (const Fd fd : {read_only, directory, Fd{99}})
      expect_failure(process->receive(fd, {.from = 0, .offset = 0, .length = 5}, disk.handle(), side),
                     Errc::bad_descriptor, side, Side::target);
    const Fd fd = create(*process, "/file");
    expect_failure(
        process->receive(fd, {.from = 0, .offset = kFileSizeMax, .length = 5}, disk.handle(), side),
        Errc::too_big, side, Side::target);
    for (const Fd open : {read_only, directory, fd}) EXPECT_TRUE(process->close(open));
  }
}

}  // namespace
}  // namespace rump::test
