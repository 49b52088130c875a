// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Moving bytes between the posix host's files, pipes and devices.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "tests/fixtures/host_files.hpp"

namespace rump::test {
namespace {

using host::kStream;
using host::Status;

/// Reads a pipe until its last writer has closed it.
std::string drain(const Descriptor& pipe) {
  std::string all;
  std::array<char, 4096> piece;
  while (true) {
    const ssize_t got = read(pipe.number(), piece.data(), piece.size());
    if (got <= 0) return all;
    all.append(piece.data(), static_cast<std::size_t>(got));
  }
}

TEST(PosixMove, FileToFileAtAnyOffset) {
  const ScratchDirectory scratch;
  const std::string text = sample_text(1'000'000);
  const Descriptor from = scratch.file("from", text);
  const Descriptor to = scratch.file("to", "head");
  u64 moved = 0;
  ASSERT_EQ(host::io_move(from.handle(), 4321, to.handle(), 77, 900'000, &moved), Status::ok);
  EXPECT_EQ(moved, 900'000u);
  EXPECT_EQ(content_of(to), "head" + std::string(73, '\0') + text.substr(4321, 900'000));
}

/// Also where the last page is not full.
TEST(PosixMove, AShorterSourceEndsWhereItEnds) {
  const ScratchDirectory scratch;
  const std::string text = sample_text(700'001);
  const Descriptor from = scratch.file("from", text);
  for (const u64 start : {u64{0}, u64{4097}, u64{699'999}}) {
    const Descriptor to = scratch.file("to" + std::to_string(start));
    u64 moved = 0;
    EXPECT_EQ(host::io_move(from.handle(), start, to.handle(), 0, 900'000, &moved), Status::end);
    EXPECT_EQ(moved, text.size() - start);
    EXPECT_EQ(content_of(to).substr(0, moved), text.substr(start));
  }
}

TEST(PosixMove, LeavesTheSourcesPositionAlone) {
  const ScratchDirectory scratch;
  const Descriptor from = scratch.file("from", sample_text(5000));
  const Descriptor to = scratch.file("to");
  ASSERT_EQ(lseek(from.number(), 123, SEEK_SET), 123);
  u64 moved = 0;
  EXPECT_EQ(host::io_move(from.handle(), 0, to.handle(), 0, 5000, &moved), Status::ok);
  EXPECT_EQ(lseek(from.number(), 0, SEEK_CUR), 123);
}

TEST(PosixMove, ToTheTargetsOwnPosition) {
  const ScratchDirectory scratch;
  const std::string text = sample_text(300'000);
  const Descriptor from = scratch.file("from", text);
  const Descriptor to = scratch.file("to");
  u64 moved = 0;
  EXPECT_EQ(host::io_move(from.handle(), 100'000, to.handle(), kStream, 200'000, &moved), Status::ok);
  EXPECT_EQ(host::io_move(from.handle(), 0, to.handle(), kStream, 50'000, &moved), Status::ok);
  EXPECT_EQ(content_of(to), text.substr(100'000) + text.substr(0, 50'000));
}

TEST(PosixMove, NothingIsMovedForLengthZero) {
  const ScratchDirectory scratch;
  const Descriptor from = scratch.file("from");
  const Descriptor to = scratch.file("to");
  u64 moved = 9;
  EXPECT_EQ(host::io_move(from.handle(), 0, to.handle(), 0, 0, &moved), Status::ok);
  EXPECT_EQ(moved, 0u);
}

TEST(PosixMove, TheSourcesEndIsSaidAndCounted) {
  const ScratchDirectory scratch;
  const std::string text = sample_text(70'000);
  const Descriptor from = scratch.file("from", text);
  const Descriptor to = scratch.file("to");
  u64 moved = 0;
  EXPECT_EQ(host::io_move(from.handle(), 60'000, to.handle(), 0, 20'000, &moved), Status::end);
  EXPECT_EQ(moved, 10'000u);
  EXPECT_EQ(content_of(to), text.substr(60'000));

  Pipe pipe = Pipe::make();
  EXPECT_EQ(host::io_move(from.handle(), 60'000, pipe.write_end.handle(), kStream, 20'000, &moved),
            Status::end);
  EXPECT_EQ(moved, 10'000u);
  pipe.write_end.reset();
  EXPECT_EQ(drain(pipe.read_end), text.substr(60'000));
}

TEST(PosixMove, FileToPipe) {
  const ScratchDirectory scratch;
  const std::string text = sample_text(3'000'000);
  const Descriptor from = scratch.file("from", text);
  for (const int flags : {0, O_NONBLOCK}) {
    Pipe pipe = Pipe::make();
    ASSERT_EQ(fcntl(pipe.write_end.number(), F_SETFL, flags), 0);
    std::string got;
    std::thread reader([&] { got = drain(pipe.read_end); });
    u64 moved = 0;
    EXPECT_EQ(host::io_move(from.handle(), 1000, pipe.write_end.handle(), kStream, 2'900'000, &moved),
              Status::ok);
    EXPECT_EQ(moved, 2'900'000u);
    pipe.write_end.reset();
    reader.join();
    EXPECT_TRUE(got == text.substr(1000, 2'900'000)) << "pipe flags " << flags;
  }
}

TEST(PosixMove, ToAReaderlessPipeIsBrokenPipe) {
  std::signal(SIGPIPE, SIG_IGN);
  const ScratchDirectory scratch;
  const Descriptor from = scratch.file("from", sample_text(1000));
  Pipe pipe = Pipe::make();
  pipe.read_end.reset();
  u64 moved = 9;
  EXPECT_EQ(host::io_move(from.handle(), 0, pipe.write_end.handle(), kStream, 1000, &moved),
            Status::broken_pipe);
  EXPECT_EQ(moved, 0u);
}

TEST(PosixMove, ToDevices) {
  const ScratchDirectory scratch;
  const Descriptor from = scratch.file("from", sample_text(100'000));
  u64 moved = 0;
  const Descriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(host::io_move(from.handle(), 0, null.handle(), kStream, 100'000, &moved), Status::ok);
  EXPECT_EQ(moved, 100'000u);
  Pipe pipe = Pipe::make();
  EXPECT_EQ(host::io_move(from.handle(), 0, pipe.write_end.handle(), 5, 10, &moved), Status::not_supported)
      << "a pipe has no offsets";
  pipe.write_end.reset();
  EXPECT_EQ(drain(pipe.read_end), "");
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(host::io_move(from.handle(), 0, full.handle(), kStream, 100'000, &moved), Status::no_space);
  EXPECT_EQ(moved, 0u);
}

/// Limits how long files may get, for a scope.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit limit{bytes, before_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(PosixMove, AFullTargetIsNoSpaceWithTheRightCount) {
  const ScratchDirectory scratch;
  const std::string text = sample_text(1'000'000);
  const Descriptor from = scratch.file("from", text);
  const Descriptor to = scratch.file("to");
  u64 moved = 0;
  {
    const FileSizeLimit limit(600'000);
    EXPECT_EQ(host::io_move(from.handle(), 0, to.handle(), 1000, 1'000'000, &moved), Status::no_space);
  }
  EXPECT_EQ(moved, 599'000u);
  EXPECT_EQ(content_of(to).substr(1000), text.substr(0, 599'000));
}

TEST(PosixMove, WrongHandlesAndOffsetsAreInvalid) {
  const ScratchDirectory scratch;
  const Descriptor from = scratch.file("from", "text");
  const Descriptor read_only = scratch.open("from", O_RDONLY);
  u64 moved = 0;
  EXPECT_EQ(host::io_move(host::posix::handle_of(-1), 0, from.handle(), 0, 4, &moved), Status::invalid);
  EXPECT_EQ(host::io_move(from.handle(), 0, read_only.handle(), 0, 4, &moved), Status::invalid);
  EXPECT_EQ(host::io_move(from.handle(), ~u64{0} - 2, from.handle(), 0, 4, &moved), Status::invalid);
  EXPECT_EQ(host::io_move(from.handle(), 0, from.handle(), ~u64{0} - 2, 4, &moved), Status::invalid);
  EXPECT_EQ(content_of(from), "text");
}

}  // namespace
}  // namespace rump::test
