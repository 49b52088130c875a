// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The posix host's block I/O on real files: sizes, scattered transfers, ends, full media.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <thread>

#include "tests/fixtures/host_files.hpp"

namespace rump::test {
namespace {

using host::IoPart;
using host::Status;

IoPart part_of(std::string& text) { return {text.data(), text.size()}; }

TEST(PosixIo, SizeIsThatOfTheFile) {
  const ScratchDirectory scratch;
  const Descriptor file = scratch.file("f", sample_text(12345));
  u64 size = 0;
  EXPECT_EQ(host::io_size(file.handle(), &size), Status::ok);
  EXPECT_EQ(size, 12345u);
}

TEST(PosixIo, OnlyFilesAndBlockDevicesHaveASize) {
  u64 size = 7;
  const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  EXPECT_EQ(host::io_size(null.handle(), &size), Status::not_supported);
  const Pipe pipe = Pipe::make();
  EXPECT_EQ(host::io_size(pipe.read_end.handle(), &size), Status::not_supported);
  EXPECT_EQ(host::io_size(host::posix::handle_of(-1), &size), Status::invalid);
  EXPECT_EQ(size, 7u);
}

TEST(PosixIo, ReadsScatteredPartsInOrder) {
  const ScratchDirectory scratch;
  const std::string text = sample_text(100'000);
  const Descriptor file = scratch.file("f", text);
  // More parts than one system call of the host takes, some of them empty.
  std::vector<std::string> pieces;
  std::vector<IoPart> parts;
  std::size_t total = 0;
  for (std::size_t i = 0; i < 1024; ++i) {
    pieces.emplace_back(i % 5 * 17, '\0');
    total += pieces.back().size();
  }
  for (std::string& piece : pieces) parts.push_back(part_of(piece));
  ASSERT_EQ(host::io_read(file.handle(), 333, parts.data(), 1024), Status::ok);
  std::string joined;
  for (const std::string& piece : pieces) joined += piece;
  EXPECT_EQ(joined, text.substr(333, total));
}

TEST(PosixIo, RefusesMorePartsThanPromised) {
  const ScratchDirectory scratch;
  const Descriptor file = scratch.file("f", "text");
  char byte = 0;
  const std::vector<IoPart> parts(1025, IoPart{&byte, 0});
  EXPECT_EQ(host::io_read(file.handle(), 0, parts.data(), 1025), Status::invalid);
  EXPECT_EQ(host::io_read(file.handle(), 0, parts.data(), 1024), Status::ok);
}

TEST(PosixIo, ReadingPastTheEndIsEnd) {
  const ScratchDirectory scratch;
  const Descriptor file = scratch.file("f", sample_text(1000));
  std::string room(11, '\0');
  const IoPart part = part_of(room);
  EXPECT_EQ(host::io_read(file.handle(), 989, &part, 1), Status::ok);
  EXPECT_EQ(host::io_read(file.handle(), 990, &part, 1), Status::end);
  EXPECT_EQ(host::io_read(file.handle(), 1'000'000, &part, 1), Status::end);
  EXPECT_EQ(host::io_read(file.handle(), u64{1} << 63, &part, 1), Status::invalid);
}

TEST(PosixIo, WritesScatteredPartsInOrder) {
  const ScratchDirectory scratch;
  const Descriptor file = scratch.file("f", "0123456789");
  std::string first = "ab", second, third = "cdef";
  const std::array parts{part_of(first), part_of(second), part_of(third)};
  EXPECT_EQ(host::io_write(file.handle(), 7, parts.data(), 3), Status::ok);
  EXPECT_EQ(content_of(file), "0123456abcdef");
  EXPECT_EQ(host::io_flush(file.handle()), Status::ok);
}

TEST(PosixIo, StreamsUseTheirOwnPosition) {
  const ScratchDirectory scratch;
  const Descriptor file = scratch.file("f");
  std::string first = "one ", second = "two";
  const IoPart a = part_of(first), b = part_of(second);
  EXPECT_EQ(host::io_write(file.handle(), host::kStream, &a, 1), Status::ok);
  EXPECT_EQ(host::io_write(file.handle(), host::kStream, &b, 1), Status::ok);
  EXPECT_EQ(content_of(file), "one two");
}

TEST(PosixIo, ANonBlockingPipeIsWaitedFor) {
  const Pipe pipe = Pipe::make();
  ASSERT_EQ(fcntl(pipe.write_end.number(), F_SETFL, O_NONBLOCK), 0);
  std::string text = sample_text(500'000), got(text.size(), '\0');
  std::thread reader([&] {
    const IoPart part = part_of(got);
    EXPECT_EQ(host::io_read(pipe.read_end.handle(), host::kStream, &part, 1), Status::ok);
  });
  const IoPart part = part_of(text);
  EXPECT_EQ(host::io_write(pipe.write_end.handle(), host::kStream, &part, 1), Status::ok);
  reader.join();
  EXPECT_EQ(got, text);
}

TEST(PosixIo, AFullDeviceIsNoSpace) {
  const Descriptor full(::open("/dev/full", O_RDWR | O_CLOEXEC));
  std::string text = "x";
  const IoPart part = part_of(text);
  EXPECT_EQ(host::io_write(full.handle(), 0, &part, 1), Status::no_space);
  EXPECT_EQ(host::io_write(full.handle(), host::kStream, &part, 1), Status::no_space);
}

TEST(PosixIo, WritingToAReaderlessPipeIsBrokenPipe) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe = Pipe::make();
  pipe.read_end.reset();
  std::string text = "x";
  const IoPart part = part_of(text);
  EXPECT_EQ(host::io_write(pipe.write_end.handle(), host::kStream, &part, 1), Status::broken_pipe);
}

TEST(PosixIo, FlushingWhatCannotBeFlushedIsSaid) {
  const Pipe pipe = Pipe::make();
  EXPECT_EQ(host::io_flush(pipe.write_end.handle()), Status::not_supported);
  EXPECT_EQ(host::io_flush(host::posix::handle_of(-1)), Status::invalid);
}

TEST(PosixIo, DiscardKeepsTheSizeAndTheNeighbours) {
  const ScratchDirectory scratch;
  const std::string text = sample_text(65536);
  const Descriptor file = scratch.file("f", text);
  const Status status = host::io_discard(file.handle(), 8192, 16384);
  std::string expected = text;
  if (status == Status::ok)
    expected.replace(8192, 16384, 16384, '\0');
  else
    EXPECT_EQ(status, Status::not_supported);
  EXPECT_EQ(content_of(file), expected);
  EXPECT_EQ(host::io_discard(file.handle(), 0, 0), Status::ok);
  EXPECT_EQ(host::io_discard(file.handle(), 1, ~u64{0}), Status::invalid);
}

TEST(PosixHost, MemoryIsAlignedAndRefusable) {
  for (const u64 alignment : {1u, 8u, 64u, 4096u, 65536u}) {
    void* memory = host::allocate(alignment * 3, alignment);
    ASSERT_NE(memory, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % alignment, 0u);
    host::release(memory, alignment * 3, alignment);
  }
  EXPECT_EQ(host::allocate(~u64{0}, 8), nullptr);
  EXPECT_EQ(host::allocate(u64{1} << 50, 8), nullptr);
  host::release(nullptr, 0, 8);
}

TEST(PosixHost, ClocksGoForward) {
  i64 seconds = 0;
  u32 nanoseconds = ~0u;
  host::clock_realtime(&seconds, &nanoseconds);
  EXPECT_GT(seconds, 1'700'000'000);
  EXPECT_LT(nanoseconds, 1'000'000'000u);
  const u64 before = host::clock_monotonic();
  EXPECT_GE(host::clock_monotonic(), before);
}

TEST(PosixHost, RandomBytesFillTheWholeRange) {
  // 64 bytes that come out equal twice, or hold their last byte over 32 draws, are beyond chance.
  std::array<unsigned char, 64> first{}, second{};
  host::random_bytes(first.data(), first.size());
  host::random_bytes(second.data(), second.size());
  EXPECT_NE(first, second);
  bool last_changed = false;
  for (int draw = 0; draw < 32; ++draw) {
    std::array<unsigned char, 3> bytes{};
    host::random_bytes(bytes.data(), bytes.size());
    last_changed = last_changed || bytes.back() != 0;
  }
  EXPECT_TRUE(last_changed);
}

}  // namespace
}  // namespace rump::test
