// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How files lie on the disk: block maps of every depth, extent trees, holes and unwritten extents.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

class ExtMaps : public testing::Test {
 protected:
  ExtMaps() { must({"mkdir", tree_}); }

  void expect_same(const std::string& path) {
    const auto mounted = Mounted::must(image_);
    const Manifest source = manifest_of(tree_), actual = manifest_of(mounted->process());
    ASSERT_TRUE(actual.contains(path));
    EXPECT_EQ(actual.at(path).size, source.at(path).size);
    EXPECT_EQ(actual.at(path).content, source.at(path).content);
    EXPECT_NE(actual.at(path).content, 0u);
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image";
};

/// The segments [data, hole) of a file as SEEK_DATA and SEEK_HOLE tell them.
std::vector<std::pair<rump::u64, rump::u64>> segments(rump::Process& process, const std::string& path) {
  const auto fd = process.open(rump::kCwd, path, rump::kOpenRead);
  EXPECT_TRUE(fd);
  std::vector<std::pair<rump::u64, rump::u64>> result;
  rump::u64 at = 0;
  while (const auto data = process.seek(*fd, static_cast<rump::i64>(at), rump::Whence::data)) {
    const auto hole = process.seek(*fd, static_cast<rump::i64>(*data), rump::Whence::hole);
    EXPECT_TRUE(hole) << hole.error().reason;
    if (!hole || *hole <= *data) break;
    result.emplace_back(*data, *hole);
    at = *hole;
  }
  EXPECT_TRUE(process.close(*fd));
  return result;
}

using Segments = std::vector<std::pair<rump::u64, rump::u64>>;

TEST_F(ExtMaps, IndirectBlocksOfEveryDepth) {
  // With 1 KiB blocks: 12 direct, 256 behind one indirect block, 65536 behind a double, 16777216 behind a
  // triple.
  constexpr rump::u64 kBlock = 1024, kDouble = 12 + 256, kTriple = kDouble + 65536,
                      kLast = kTriple + 256 * 65536 - 1;
  Segments expected;
  for (const rump::u64 block : {rump::u64{0}, rump::u64{11}, rump::u64{12}, kDouble - 1, kDouble, kTriple - 1,
                                kTriple, kTriple + 65535, kTriple + 65536, kLast - 300, kLast - 1}) {
    put_file(tree_ + "/far", noise(kBlock, block), block * kBlock);
    if (!expected.empty() && expected.back().second == block * kBlock)
      expected.back().second += kBlock;
    else
      expected.emplace_back(block * kBlock, (block + 1) * kBlock);
  }
  ASSERT_GT(kLast * kBlock, rump::u64{16} << 30);
  make_ext(image_, "16M", {"-t", "ext2", "-b", "1024"}, tree_);
  expect_same("far");
  EXPECT_EQ(segments(Mounted::must(image_)->process(), "/far"), expected);
}

TEST_F(ExtMaps, LargeFileOverIndirectBlocks) {
  put_file(tree_ + "/large", noise(70 << 20, 1));  // reaches into the triple indirect part
  make_ext(image_, "96M", {"-t", "ext2", "-b", "1024"}, tree_);
  expect_same("large");
}

TEST_F(ExtMaps, ExtentTreesOfDepthOneAndTwo) {
  put_comb(tree_ + "/one", 1024, 200);
  put_comb(tree_ + "/two", 1024, 1500);
  make_ext(image_, "16M", {"-t", "ext4", "-b", "1024"}, tree_);
  ASSERT_EQ(extent_depth_of(image_, "/one"), 1);
  ASSERT_EQ(extent_depth_of(image_, "/two"), 2);
  expect_same("one");
  expect_same("two");

  const auto mounted = Mounted::must(image_);
  const Segments found = segments(mounted->process(), "/two");
  // The source's own holes are as long as its file system's blocks, so count only what both must agree on.
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(std::ranges::is_sorted(found));
  EXPECT_EQ(found.front().first, 0u);
  EXPECT_EQ(found.back().second, debugfs_stat(image_, "/two").size);
}

TEST_F(ExtMaps, ExtentTreeThatDebugfsPunched) {
  put_file(tree_ + "/punched", noise(600 << 10, 2));
  make_ext(image_, "16M", {"-t", "ext4", "-b", "1024"}, tree_);
  std::vector<std::string> commands;
  Segments expected;
  for (unsigned block = 0; block < 600; block += 3) {
    commands.push_back("punch /punched " + std::to_string(block) + " " + std::to_string(block));
    expected.emplace_back((block + 1) * 1024, (block + 3) * 1024);
  }
  debugfs_write(image_, commands);
  ASSERT_GE(extent_depth_of(image_, "/punched"), 1);

  const auto mounted = Mounted::must(image_);
  EXPECT_EQ(segments(mounted->process(), "/punched"), expected);
  const std::vector<char> source = noise(600 << 10, 2);
  const std::string content = read_all(mounted->process(), "/punched");
  ASSERT_EQ(content.size(), source.size());
  for (std::size_t i = 0; i < source.size(); ++i)
    ASSERT_EQ(content[i], i / 1024 % 3 == 0 ? 0 : source[i]) << "at byte " << i;
}

TEST_F(ExtMaps, UnwrittenExtentsReadAsZeroes) {
  put_file(tree_ + "/file", noise(10 << 10, 3));
  make_ext(image_, "16M", {"-t", "ext4", "-b", "1024"}, tree_);
  // What an unwritten block holds on disk must never be seen: write something there first.
  put_file(scratch_ / "stale", noise(200 << 10, 5));
  debugfs_write(image_, {"write " + (scratch_ / "stale") + " /gone"});
  const std::vector<rump::u64> stale = blocks_of(image_, "/gone");
  debugfs_write(image_, {"rm /gone", "fallocate /file 20 49", "sif /file size 60000"});
  const std::vector<rump::u64> blocks = blocks_of(image_, "/file");
  ASSERT_EQ(blocks.size(), 40u);
  ASSERT_TRUE(std::ranges::find_first_of(blocks, stale) != blocks.end()) << "no stale block was used again";

  const auto mounted = Mounted::must(image_);
  const std::string content = read_all(mounted->process(), "/file");
  std::vector<char> expected = noise(10 << 10, 3);
  expected.resize(60000);
  EXPECT_TRUE(std::ranges::equal(content, expected));
  EXPECT_EQ(segments(mounted->process(), "/file"), (Segments{{0, 10 << 10}}));
  EXPECT_EQ(mounted->process().stat(rump::kCwd, "/file", rump::Follow::no)->allocated, 40u << 10);
}

TEST_F(ExtMaps, SeekAtTheEdges) {
  put_file(tree_ + "/file", noise(4096, 4), 8192);
  set_size(tree_ + "/file", 20'000);
  put_file(tree_ + "/empty", {});
  make_ext(image_, "16M", {"-t", "ext4", "-b", "4096"}, tree_);
  const auto mounted = Mounted::must(image_);
  rump::Process& process = mounted->process();
  const rump::Fd fd = process.open(rump::kCwd, "/file", rump::kOpenRead).value();
  const auto seek = [&](rump::i64 at, rump::Whence whence) { return process.seek(fd, at, whence); };
  EXPECT_EQ(seek(0, rump::Whence::data).value(), 8192u);
  EXPECT_EQ(seek(9000, rump::Whence::data).value(), 9000u);
  EXPECT_EQ(seek(0, rump::Whence::hole).value(), 0u);
  EXPECT_EQ(seek(8192, rump::Whence::hole).value(), 12288u);
  EXPECT_EQ(seek(19'999, rump::Whence::hole).value(), 19'999u);
  EXPECT_EQ(seek(12288, rump::Whence::data).error().code, rump::Errc::no_data);
  EXPECT_EQ(seek(20'000, rump::Whence::hole).error().code, rump::Errc::no_data);
  const rump::Fd empty = process.open(rump::kCwd, "/empty", rump::kOpenRead).value();
  EXPECT_EQ(process.seek(empty, 0, rump::Whence::data).error().code, rump::Errc::no_data);
}

}  // namespace
}  // namespace oracle
