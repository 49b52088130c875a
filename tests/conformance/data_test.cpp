// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Reading, writing, seeking, holes, truncation.
#include <algorithm>
#include <limits>

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Data = Conformance;

constexpr u32 kReadWrite = kOpenRead | kOpenWrite;
/// Around blocks, pages and clusters, and in the middle of them.
constexpr std::array<u64, 14> kSizes{0,    1,     511,   4095,    4096,    4097,    8191,
                                     8192, 65535, 65537, 1048575, 1048576, 1048577, 3000001};

/// Bytes that differ wherever a test could mix offsets up.
std::string pattern(u64 offset, std::size_t length, u32 seed = 0) {
  std::string text(length, '\0');
  for (std::size_t i = 0; i < length; ++i) {
    const u64 at = offset + i;
    text[i] = static_cast<char>(1 + (at * 31 + at / 4096 * 7 + at / 251 + seed) % 255);
  }
  return text;
}

Fd create(Calls& calls, At path, u32 flags = 0) {
  return must(calls.open(path, kReadWrite | kOpenCreate | flags, 0644));
}
void write_at(Calls& calls, Fd fd, u64 offset, std::string_view text) {
  ASSERT_EQ(must(calls.pwrite(fd, bytes_of(text), offset)), text.size());
}
/// Compares without printing megabytes.
void expect_content(Calls& calls, Fd fd, const std::string& expected) {
  const std::string found = get(calls, fd);
  EXPECT_EQ(found.size(), expected.size());
  const auto [at, unused] = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
  EXPECT_TRUE(found == expected) << "differs from byte " << at - found.begin() << " on";
}

class DataWithHoles : public Data {};

TEST_P(Data, WhatIsWrittenIsRead) {
  for (const u64 size : kSizes) {
    const std::string name = "f" + std::to_string(size);
    const std::string content = pattern(0, size, 3);
    put(root(), name, content);
    const Fd fd = must(root().open(name, kOpenRead));
    expect_content(root(), fd, content);
    EXPECT_EQ(must(root().fstat(fd)).size, size);
    must(root().fsync(fd));
    expect_content(root(), fd, content);
  }
}

TEST_P(Data, PositionMovesWithReadAndWrite) {
  const Fd fd = create(root(), "f");
  EXPECT_EQ(must(root().write(fd, bytes_of("abc"))), 3u);
  EXPECT_EQ(must(root().write(fd, bytes_of("def"))), 3u);
  EXPECT_EQ(must(root().seek(fd, 0, Whence::current)), 6u);
  std::array<std::byte, 4> room;
  EXPECT_EQ(must(root().read(fd, room)), 0u);
  EXPECT_EQ(must(root().seek(fd, -4, Whence::end)), 2u);
  EXPECT_EQ(must(root().read(fd, room)), 4u);
  EXPECT_EQ(room[0], std::byte{'c'});
  EXPECT_EQ(must(root().seek(fd, 1, Whence::set)), 1u);
  EXPECT_EQ(must(root().seek(fd, 2, Whence::current)), 3u);
  EXPECT_EQ(must(root().write(fd, bytes_of("X"))), 1u);
  EXPECT_EQ(get(root(), fd), "abcXef");
  EXPECT_EQ(must(root().pread(fd, room, 0)), 4u);
  write_at(root(), fd, 0, "Z");
  EXPECT_EQ(must(root().seek(fd, 0, Whence::current)), 4u);
}

TEST_P(Data, SeekRefusesNegativePositions) {
  put(root(), "f", "abc");
  const Fd fd = must(root().open("f", kOpenRead));
  EXPECT_EQ(code(root().seek(fd, -1, Whence::set)), Errc::invalid);
  EXPECT_EQ(code(root().seek(fd, -4, Whence::end)), Errc::invalid);
  EXPECT_EQ(code(root().seek(fd, -1, Whence::current)), Errc::invalid);
  EXPECT_EQ(must(root().seek(fd, 100, Whence::set)), 100u);
  std::array<std::byte, 4> room;
  EXPECT_EQ(must(root().read(fd, room)), 0u);
  EXPECT_EQ(must(root().seek(fd, 0, Whence::current)), 100u);
  EXPECT_EQ(must(root().fstat(fd)).size, 3u);
}

TEST_P(Data, ReadsStopAtTheEnd) {
  put(root(), "f", "abcdef");
  const Fd fd = must(root().open("f", kOpenRead));
  std::array<std::byte, 16> room;
  EXPECT_EQ(must(root().pread(fd, room, 0)), 6u);
  EXPECT_EQ(must(root().pread(fd, room, 4)), 2u);
  EXPECT_EQ(must(root().pread(fd, room, 6)), 0u);
  EXPECT_EQ(must(root().pread(fd, room, u64{1} << 40)), 0u);
  EXPECT_EQ(must(root().pread(fd, std::span(room).first(0), 0)), 0u);
}

TEST_P(Data, OverwriteInTheMiddle) {
  std::string expected = pattern(0, 3000001);
  const Fd fd = create(root(), "f");
  write_at(root(), fd, 0, expected);
  u32 seed = 1;
  for (const u64 offset : kSizes) {
    for (const std::size_t length : {std::size_t{1}, std::size_t{100}, std::size_t{5000}}) {
      const std::string piece = pattern(offset, length, seed++);
      write_at(root(), fd, offset, piece);
      if (expected.size() < offset + length) expected.resize(offset + length);
      expected.replace(offset, length, piece);
    }
  }
  expect_content(root(), fd, expected);
}

TEST_P(Data, SmallWritesAddUp) {
  const Fd fd = create(root(), "f");
  std::string expected;
  for (std::size_t i = 0; expected.size() < 50000; ++i) {
    const std::string piece = pattern(expected.size(), i % 97, 5);
    EXPECT_EQ(must(root().write(fd, bytes_of(piece))), piece.size());
    expected += piece;
  }
  expect_content(root(), fd, expected);
}

TEST_P(Data, WrittenBackwards) {
  constexpr std::size_t kPiece = 3000;
  std::string expected;
  const Fd fd = create(root(), "f");
  for (u64 i = 40; i-- > 0;) write_at(root(), fd, i * kPiece, pattern(i * kPiece, kPiece));
  expect_content(root(), fd, pattern(0, 40 * kPiece));
}

TEST_P(Data, ZeroLengthWritesChangeNothing) {
  const Fd fd = create(root(), "f");
  EXPECT_EQ(must(root().pwrite(fd, {}, 100)), 0u);
  EXPECT_EQ(must(root().write(fd, {})), 0u);
  EXPECT_EQ(must(root().fstat(fd)).size, 0u);
}

TEST_P(Data, HolesReadAsZeroes) {
  for (const u64 size : kSizes) {
    const Fd fd = create(root(), "f" + std::to_string(size));
    write_at(root(), fd, size, "end");
    expect_content(root(), fd, std::string(size, '\0') + "end");
    EXPECT_EQ(must(root().fstat(fd)).size, size + 3);
    if (size < 5) continue;
    write_at(root(), fd, size / 2, "mid");
    std::string expected(size, '\0');
    expected += "end";
    expected.replace(size / 2, 3, "mid");
    expect_content(root(), fd, expected);
  }
}

TEST_P(DataWithHoles, HolesTakeNoSpace) {
  const Fd fd = create(root(), "f");
  write_at(root(), fd, u64{1} << 35, "far");
  EXPECT_EQ(must(root().fstat(fd)).size, (u64{1} << 35) + 3);
  EXPECT_LT(must(root().fstat(fd)).allocated, u64{1} << 20);
  EXPECT_EQ(get(root(), fd, (u64{1} << 35) - 2, 10), std::string("\0\0far", 5));
  EXPECT_EQ(get(root(), fd, u64{1} << 34, 5), std::string(5, '\0'));
}

TEST_P(DataWithHoles, SeekDataAndHole) {
  constexpr u64 kHole = u64{8} << 20;
  constexpr u64 kLength = u64{1} << 20;
  const Fd fd = create(root(), "f");
  write_at(root(), fd, kHole, pattern(0, kLength));
  must(root().ftruncate(fd, 3 * kHole));
  const u64 data = must(root().seek(fd, 0, Whence::data));
  EXPECT_LE(data, kHole);
  const u64 hole = must(root().seek(fd, static_cast<i64>(kHole), Whence::hole));
  EXPECT_GE(hole, kHole + kLength);
  EXPECT_LE(hole, 3 * kHole);
  EXPECT_EQ(must(root().seek(fd, static_cast<i64>(kHole + 5), Whence::data)), kHole + 5);
  EXPECT_EQ(must(root().seek(fd, 0, Whence::current)), kHole + 5);
  EXPECT_EQ(code(root().seek(fd, static_cast<i64>(3 * kHole), Whence::data)), Errc::no_data);
  EXPECT_EQ(code(root().seek(fd, static_cast<i64>(3 * kHole), Whence::hole)), Errc::no_data);
  EXPECT_EQ(code(root().seek(fd, -1, Whence::data)), Errc::no_data);
  EXPECT_EQ(code(root().seek(fd, -1, Whence::hole)), Errc::no_data);
}

TEST_P(Data, SeekHoleOfAFullFileIsItsEnd) {
  put(root(), "f", pattern(0, 10000));
  const Fd fd = must(root().open("f", kOpenRead));
  EXPECT_EQ(must(root().seek(fd, 0, Whence::hole)), 10000u);
  EXPECT_EQ(must(root().seek(fd, 9999, Whence::data)), 9999u);
  EXPECT_EQ(code(root().seek(fd, 10000, Whence::data)), Errc::no_data);
  put(root(), "empty", "");
  const Fd empty = must(root().open("empty", kOpenRead));
  EXPECT_EQ(code(root().seek(empty, 0, Whence::data)), Errc::no_data);
  EXPECT_EQ(code(root().seek(empty, 0, Whence::hole)), Errc::no_data);
}

TEST_P(Data, ShrinkAndGrowLeavesZeroes) {
  const std::string content = pattern(0, 3000001);
  for (const u64 size : kSizes) {
    const Fd fd = create(root(), "f" + std::to_string(size));
    write_at(root(), fd, 0, content);
    must(root().ftruncate(fd, size));
    expect_content(root(), fd, content.substr(0, size));
    must(root().ftruncate(fd, 3000001));
    expect_content(root(), fd, content.substr(0, size) + std::string(3000001 - size, '\0'));
    must(root().ftruncate(fd, 0));
    must(root().fsync(fd));
    EXPECT_EQ(must(root().fstat(fd)).allocated, 0u);
  }
}

TEST_P(Data, ShrinkAndWriteFurtherLeavesZeroes) {
  const std::string content = pattern(0, 20000);
  for (const u64 size : {u64{1}, u64{100}, u64{4095}, u64{4096}, u64{4097}, u64{12345}}) {
    const Fd fd = create(root(), "f" + std::to_string(size));
    write_at(root(), fd, 0, content);
    must(root().ftruncate(fd, size));
    write_at(root(), fd, size + 5000, "end");
    expect_content(root(), fd, content.substr(0, size) + std::string(5000, '\0') + "end");
  }
}

TEST_P(Data, TruncateByPath) {
  put(root(), "f", "abcdef");
  try_symlink("f", "link");
  must(root().mkdir("d"));
  must(root().truncate(traits().links ? "link" : "f", 3));
  EXPECT_EQ(get(root(), "f"), "abc");
  must(root().truncate("f", 5));
  EXPECT_EQ(get(root(), "f"), std::string("abc\0\0", 5));
  EXPECT_EQ(code(root().truncate("missing", 0)), Errc::not_found);
  EXPECT_EQ(code(root().truncate("d", 0)), Errc::is_dir);
  EXPECT_EQ(code(root().truncate("f/", 0)), Errc::not_dir);
}

TEST_P(Data, TruncateLeavesThePosition) {
  const Fd fd = create(root(), "f");
  EXPECT_EQ(must(root().write(fd, bytes_of("abcdef"))), 6u);
  must(root().ftruncate(fd, 2));
  EXPECT_EQ(must(root().write(fd, bytes_of("X"))), 1u);
  expect_content(root(), fd, std::string("ab\0\0\0\0X", 7));
}

TEST_P(Data, AppendFromTwoDescriptors) {
  const Fd one = create(root(), "f", kOpenAppend);
  const Fd two = create(root(), "f", kOpenAppend);
  EXPECT_EQ(must(root().write(one, bytes_of("a1"))), 2u);
  EXPECT_EQ(must(root().write(two, bytes_of("b2"))), 2u);
  EXPECT_EQ(must(root().seek(one, 0, Whence::set)), 0u);
  EXPECT_EQ(must(root().write(one, bytes_of("a3"))), 2u);
  EXPECT_EQ(must(root().seek(one, 0, Whence::current)), 6u);
  EXPECT_EQ(get(root(), one), "a1b2a3");
  must(root().truncate("f", 3));
  EXPECT_EQ(must(root().write(two, bytes_of("b4"))), 2u);
  EXPECT_EQ(get(root(), one), "a1bb4");
}

TEST_P(Data, PwriteAppendsWhereTheDescriptorDoes) {
  const Fd fd = create(root(), "f", kOpenAppend);
  EXPECT_EQ(must(root().write(fd, bytes_of("abc"))), 3u);
  EXPECT_EQ(must(root().pwrite(fd, bytes_of("X"), 0)), 1u);
  EXPECT_EQ(get(root(), fd), "abcX");
  EXPECT_EQ(must(root().seek(fd, 0, Whence::current)), 3u);
}

TEST_P(Data, AppendReadsFromTheStart) {
  put(root(), "f", "abc");
  const Fd fd = create(root(), "f", kOpenAppend);
  std::array<std::byte, 2> room;
  EXPECT_EQ(must(root().read(fd, room)), 2u);
  EXPECT_EQ(room[0], std::byte{'a'});
  EXPECT_EQ(must(root().write(fd, bytes_of("d"))), 1u);
  EXPECT_EQ(must(root().read(fd, room)), 0u);
}

TEST_P(Data, NothingBeyondTheLargestFile) {
  constexpr u64 kMax = ~u64{0} >> 1;
  const Fd fd = create(root(), "f");
  EXPECT_EQ(code(root().pwrite(fd, bytes_of("x"), kMax + 1)), Errc::invalid);
  EXPECT_EQ(code(root().pread(fd, {}, kMax + 1)), Errc::invalid);
  EXPECT_EQ(code(root().pwrite(fd, bytes_of("x"), kMax)), Errc::invalid);
  EXPECT_EQ(code(root().pwrite(fd, bytes_of("long text"), kMax - 4)), Errc::invalid);
  EXPECT_EQ(code(root().ftruncate(fd, kMax + 1)), Errc::invalid);
  EXPECT_EQ(code(root().truncate("f", kMax + 1)), Errc::invalid);
  EXPECT_EQ(code(root().seek(fd, std::numeric_limits<i64>::min(), Whence::set)), Errc::invalid);
  EXPECT_EQ(must(root().fstat(fd)).size, 0u);
  EXPECT_EQ(must(root().pwrite(fd, bytes_of("x"), 0)), 1u);
}

TEST_P(Data, ManyFilesAtOnce) {
  constexpr int kFiles = 50;
  std::vector<Fd> fds;
  for (int i = 0; i < kFiles; ++i) fds.push_back(create(root(), "f" + std::to_string(i)));
  for (u64 round = 0; round < 20; ++round)
    for (int i = 0; i < kFiles; ++i)
      write_at(root(), fds[i], round * 1500, pattern(round * 1500, 1500, static_cast<u32>(i)));
  for (int i = 0; i < kFiles; ++i) expect_content(root(), fds[i], pattern(0, 30000, static_cast<u32>(i)));
}

INSTANTIATE_TEST_SUITE_P(On, DataWithHoles, testing::ValuesIn(having(&Traits::holes, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, Data, testing::ValuesIn(targets()), TargetName());

}  // namespace
}  // namespace conformance
