// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Features that no mke2fs -d uses by itself: what debugfs sets by hand, and files at the end of what
/// maps can name.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

class ExtFeatures : public testing::Test {
 protected:
  ExtFeatures() { must({"mkdir", tree_}); }

  /// An image of the tree, changed by debugfs.
  rump::Process& make(const std::vector<std::string>& options, const std::vector<std::string>& commands) {
    make_ext(image_, "32M", options, tree_);
    if (!commands.empty()) debugfs_write(image_, commands);
    mounted_ = Mounted::must(image_);
    return mounted_->process();
  }
  rump::Attr stat(const std::string& path) {
    return mounted_->process().stat(rump::kCwd, path, rump::Follow::no).value();
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image";
  std::unique_ptr<Mounted> mounted_;
};

/// The Merkle tree lies behind the end of a verity file, and is never seen.
TEST_F(ExtFeatures, VerityFilesEndWhereTheirSizeSays) {
  const std::vector<char> all = noise(200 << 10, 1);
  put_file(tree_ + "/file", all);
  rump::Process& process =
      make({"-t", "ext4", "-O", "verity"}, {"sif /file flags 0x180000", "sif /file size 70001"});
  EXPECT_EQ(stat("/file").flags, rump::kFlagVerity);
  EXPECT_EQ(stat("/file").size, 70001u);
  EXPECT_EQ(read_all(process, "/file"), std::string(all.begin(), all.begin() + 70001));
}

/// Linux keeps no encrypted content in an inode, but an image may say that it does.
TEST_F(ExtFeatures, EncryptedContentIsRefusedWhereverItLies) {
  put_file(tree_ + "/inline", noise(40, 1));
  put_file(tree_ + "/mapped", noise(4000, 1));
  rump::Process& process = make({"-t", "ext4", "-O", "encrypt,inline_data"},
                                {"sif /inline flags 0x10000800", "sif /mapped flags 0x80800"});
  for (const char* path : {"/inline", "/mapped"}) {
    const auto fd = process.open(rump::kCwd, path, rump::kOpenRead);
    ASSERT_TRUE(fd) << path;
    std::array<std::byte, 16> bytes;
    const auto got = process.read(*fd, bytes);
    ASSERT_FALSE(got) << path;
    EXPECT_EQ(got.error().code, rump::Errc::not_supported) << path;
    EXPECT_TRUE(std::string_view(got.error().reason).contains("encrypted")) << got.error().reason;
  }
}

TEST_F(ExtFeatures, ProjectIds) {
  put_file(tree_ + "/file", {});
  make({"-t", "ext4", "-O", "project,quota"}, {"sif /file projid 4000000000"});
  EXPECT_EQ(stat("/file").project, 4'000'000'000u);
  EXPECT_EQ(stat("/").project, 0u);
}

/// With huge_file, and only for a file so marked, space is counted in blocks of the file system.
TEST_F(ExtFeatures, HugeFilesCountBlocks) {
  put_file(tree_ + "/file", noise(5000, 1));
  make({"-t", "ext4", "-b", "4096"}, {"sif /file blocks 7", "sif /file blocks_hi 1"});
  EXPECT_EQ(stat("/file").allocated, ((rump::u64{1} << 32) + 7) * 512);
  make({"-t", "ext4", "-b", "4096"},
       {"sif /file blocks 7", "sif /file blocks_hi 1", "sif /file flags 0xc0000"});
  EXPECT_EQ(stat("/file").allocated, ((rump::u64{1} << 32) + 7) * 4096);
  make({"-t", "ext4", "-b", "4096", "-O", "^huge_file"}, {"sif /file blocks 7", "sif /file blocks_hi 1"});
  EXPECT_EQ(stat("/file").allocated, 7u * 512);
}

/// A directory with more subdirectories than a link count can count has one link.
TEST_F(ExtFeatures, DirectoriesOfTooManyLinksHaveOne) {
  must({"mkdir", "-p", tree_ + "/dir/sub"});
  rump::Process& process = make({"-t", "ext4"}, {"sif /dir links_count 1"});
  EXPECT_EQ(stat("/dir").nlink, 1u);
  EXPECT_EQ(stat("/dir").type, rump::FileType::dir);
  EXPECT_TRUE(process.stat(rump::kCwd, "/dir/sub/..", rump::Follow::no));
}

/// Quota files, the journal and the orphan file have inodes, but nobody can name them.
TEST_F(ExtFeatures, HiddenFilesAreHidden) {
  put_file(tree_ + "/file", {});
  rump::Process& process = make({"-t", "ext4", "-O", "quota,project,orphan_file"}, {});
  std::vector<std::string> paths;
  for (const auto& [path, entry] : manifest_of(process)) paths.push_back(path);
  EXPECT_EQ(paths, (std::vector<std::string>{".", "file", "lost+found"}));
}

/// A name that leads to one of them all the same is a damaged one.
TEST_F(ExtFeatures, HiddenFilesCannotBeLinked) {
  put_file(tree_ + "/file", {});
  rump::Process& process = make({"-t", "ext4", "-O", "quota"}, {"ln <8> journal", "ln <3> quota"});
  for (const char* path : {"/journal", "/quota"})
    EXPECT_EQ(process.stat(rump::kCwd, path, rump::Follow::no).error().code, rump::Errc::corrupt) << path;
}

TEST_F(ExtFeatures, ExtentsAtTheEndOfTheirRange) {
  constexpr rump::u64 kLast = ((rump::u64{1} << 32) - 2) * 1024;
  put_file(tree_ + "/far", noise(1024, 1), kLast);
  put_file(tree_ + "/far", noise(1024, 2), kLast / 2 / 4096 * 4096);
  rump::Process& process = make({"-t", "ext4", "-b", "1024"}, {});
  const Manifest source = manifest_of(tree_), actual = manifest_of(process);
  EXPECT_EQ(actual.at("far").size, kLast + 1024);
  EXPECT_EQ(actual.at("far").content, source.at("far").content);
  EXPECT_NE(actual.at("far").content, 0u);
}

TEST_F(ExtFeatures, ExtentTreesOfDepthThree) {
  put_comb(tree_ + "/three", 1024, 29'000);
  make_ext(image_, "96M", {"-t", "ext4", "-b", "1024"}, tree_);
  ASSERT_EQ(extent_depth_of(image_, "/three"), 3);
  const auto mounted = Mounted::must(image_);
  const Manifest source = manifest_of(tree_), actual = manifest_of(mounted->process());
  EXPECT_EQ(actual.at("three").content, source.at("three").content);
  EXPECT_NE(actual.at("three").content, 0u);
}

/// What the kernel shows of attributes in name spaces that few know: ext_kernel_test asks it.
TEST_F(ExtFeatures, AttributesOfOtherNameSpaces) {
  put_file(tree_ + "/file", {});
  rump::Process& process = make(
      {"-t", "ext4"}, {"ea_set /file system.richacl a", "ea_set /file gnu.translator b",
                       "ea_set /file system.odd c", "ea_set /file lustre.lov d", "ea_set /file user.one e"});
  EXPECT_EQ(xattrs_of(process, "/file"),
            (std::map<std::string, std::string>{{"gnu.translator", "b"}, {"user.one", "e"}}));
  std::array<std::byte, 16> room;
  for (const char* hidden : {"system.richacl", "system.odd", "system.data", "lustre.lov"})
    EXPECT_EQ(process.get_xattr(rump::kCwd, "/file", rump::Follow::no, hidden, room).error().code,
              rump::Errc::not_supported)
        << hidden;
}

}  // namespace
}  // namespace oracle
