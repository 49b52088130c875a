// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file One wrong byte in each structure that carries a checksum: the error names the structure, and all
/// that does not hang on it can still be read. And what is refused at mount, by name.
#include <gtest/gtest.h>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

constexpr rump::u64 kBlock = 1024;

class ExtCorrupt : public testing::Test {
 protected:
  ExtCorrupt() {
    must({"mkdir", "-p", tree_ + "/indexed", tree_ + "/linear"});
    put_file(tree_ + "/good", noise(5000, 1));
    put_comb(tree_ + "/comb", 1024, 300);
    for (int i = 0; i < 500; ++i) put_file(tree_ + "/indexed/name number " + std::to_string(i), {});
    for (int i = 0; i < 5; ++i) put_file(tree_ + "/linear/" + std::to_string(i), {});
    put_file(tree_ + "/attributes", noise(30, 2));
    put_file(scratch_ / "value", noise(600, 3));
    make_ext(image_, "16M", {"-t", "ext4", "-b", "1024", "-O", "metadata_csum"}, tree_);
    debugfs_write(image_, {"ea_set /attributes user.small s",
                           "ea_set -f " + (scratch_ / "value") + " /attributes user.large"});
    e2fsck(image_, {"-D"});
  }

  /// Mounts, and checks first that what was left alone is still there.
  rump::Process& process() {
    mounted_ = Mounted::must(image_);
    const std::vector<char> good = noise(5000, 1);
    EXPECT_EQ(read_all(mounted_->process(), "/good"), std::string(good.begin(), good.end()));
    return mounted_->process();
  }

  template <class T>
  static void expect_corrupt(const rump::Result<T>& result, const std::string& structure) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, rump::Errc::corrupt) << result.error().reason;
    EXPECT_NE(std::string(result.error().reason).find(structure), std::string::npos)
        << "\"" << result.error().reason << "\" does not name the " << structure;
  }

  static rump::Result<> list(rump::Process& process, const std::string& path) {
    const rump::Fd fd = TRY(process.open(rump::kCwd, path, rump::kOpenRead | rump::kOpenDirectory));
    rump::DirBatch batch(rump::DirBatch::Attrs::no);
    rump::Result<> result;
    do result = process.read_dir(fd, batch);
    while (result && !batch.entries().empty());
    TRY(process.close(fd));
    return result;
  }

  static rump::Result<std::size_t> read_at(rump::Process& process, const std::string& path,
                                           rump::u64 offset) {
    const rump::Fd fd = TRY(process.open(rump::kCwd, path, rump::kOpenRead));
    std::array<std::byte, 512> room;
    const auto result = process.pread(fd, room, offset);
    TRY(process.close(fd));
    return result;
  }

  static rump::Result<rump::Attr> stat(rump::Process& process, const std::string& path) {
    return process.stat(rump::kCwd, path, rump::Follow::no);
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image";
  std::unique_ptr<Mounted> mounted_;
};

TEST_F(ExtCorrupt, Superblock) {
  flip_byte(image_, 1024 + 0x40);  // s_lastcheck: nothing else would notice
  expect_corrupt(Mounted::open(image_), "superblock");
}

TEST_F(ExtCorrupt, GroupDescriptor) {
  flip_byte(image_, 2 * kBlock + 0x10);  // bg_used_dirs_count of group 0
  expect_corrupt(Mounted::open(image_), "group");
}

TEST_F(ExtCorrupt, Inode) {
  // "located at block 278, offset 0x0400"
  const std::string place = debugfs(image_, "imap /attributes");
  unsigned long long block = 0, offset = 0;
  ASSERT_EQ(
      sscanf(place.c_str() + place.find("located"), "located at block %llu, offset %llx", &block, &offset),
      2);
  flip_byte(image_, block * kBlock + offset + 0x10);  // i_mtime
  expect_corrupt(stat(process(), "/attributes"), "inode");
  EXPECT_TRUE(list(mounted_->process(), "/"));
}

TEST_F(ExtCorrupt, ExtentBlock) {
  const std::vector<rump::u64> blocks = extent_blocks_of(image_, "/comb");
  ASSERT_GE(blocks.size(), 3u);
  flip_byte(image_, blocks[1] * kBlock + 12 + 84 * 12);  // the checksum behind the 84 entries
  EXPECT_TRUE(stat(process(), "/comb"));
  EXPECT_TRUE(read_at(mounted_->process(), "/comb", 0));
  expect_corrupt(read_at(mounted_->process(), "/comb", 100 * 2048), "extent");
}

TEST_F(ExtCorrupt, LinearDirectory) {
  flip_byte(image_, blocks_of(image_, "/linear").at(0) * kBlock + 24 + 8);  // the first name after ".."
  expect_corrupt(list(process(), "/linear"), "directory");
  expect_corrupt(stat(mounted_->process(), "/linear/0"), "directory");
  EXPECT_TRUE(list(mounted_->process(), "/indexed"));
}

TEST_F(ExtCorrupt, IndexRoot) {
  flip_byte(image_, blocks_of(image_, "/indexed").at(0) * kBlock + 0x28);  // the first hash
  expect_corrupt(stat(process(), "/indexed/name number 7"), "index");
  EXPECT_TRUE(list(mounted_->process(), "/linear"));
}

TEST_F(ExtCorrupt, IndexedLeaf) {
  const std::vector<rump::u64> blocks = blocks_of(image_, "/indexed");
  ASSERT_GT(blocks.size(), 10u);
  flip_byte(image_, blocks[5] * kBlock + 8);  // its first name
  expect_corrupt(list(process(), "/indexed"), "directory");
  int found = 0, corrupt = 0;
  for (int i = 0; i < 500; ++i) {
    const auto result = stat(mounted_->process(), "/indexed/name number " + std::to_string(i));
    if (result)
      ++found;
    else if (result.error().code == rump::Errc::corrupt)
      ++corrupt;
  }
  EXPECT_EQ(found + corrupt, 500);
  EXPECT_GT(found, 400) << "names in other leaves must not suffer";
  EXPECT_GT(corrupt, 0);
}

TEST_F(ExtCorrupt, XattrBlock) {
  const rump::u64 block = debugfs_stat(image_, "/attributes").file_acl;
  ASSERT_NE(block, 0u);
  flip_byte(image_, block * kBlock + kBlock - 1);  // the last byte of a value
  rump::Process& in = process();
  EXPECT_TRUE(stat(in, "/attributes"));
  EXPECT_EQ(read_all(in, "/attributes").size(), 30u);
  std::array<std::byte, 1024> room;
  expect_corrupt(in.get_xattr(rump::kCwd, "/attributes", rump::Follow::no, "user.large", room), "attribute");
}

TEST_F(ExtCorrupt, ErrorsDoNotLinger) {
  const rump::u64 offset = blocks_of(image_, "/linear").at(0) * kBlock + 24 + 8;
  flip_byte(image_, offset);
  expect_corrupt(list(process(), "/linear"), "directory");
  flip_byte(image_, offset);
  EXPECT_TRUE(list(process(), "/linear")) << "a fresh mount of the repaired image must be fine";
}

// ---- refused at mount

struct Refusal {
  std::string name;
  std::vector<std::string> options;
  std::string debugfs;  ///< a command after mke2fs, if any
  rump::Errc code;
  std::string named;
};

class ExtRefused : public testing::TestWithParam<Refusal> {};

TEST_P(ExtRefused, ByName) {
  const Refusal& refusal = GetParam();
  const Scratch scratch;
  const std::string image = scratch / "image";
  make_ext(image, "16M", refusal.options);
  if (!refusal.debugfs.empty()) debugfs_write(image, {refusal.debugfs});
  const auto mounted = Mounted::open(image);
  ASSERT_FALSE(mounted);
  EXPECT_EQ(mounted.error().code, refusal.code) << mounted.error().reason;
  EXPECT_NE(std::string(mounted.error().reason).find(refusal.named), std::string::npos)
      << mounted.error().reason;
}

std::vector<Refusal> refusals() {
  std::vector<Refusal> all;
  all.push_back({"dirdata", {"-t", "ext4"}, "feature dirdata", rump::Errc::not_supported, "dirdata"});
  all.push_back({"journal_dev", {"-O", "journal_dev"}, "", rump::Errc::not_supported, "journal"});
  for (const std::string bit : {"FEATURE_I5", "FEATURE_I11", "FEATURE_I18", "FEATURE_I31"})
    all.push_back({bit, {"-t", "ext4"}, "feature " + bit, rump::Errc::not_supported, bit + " "});
  return all;
}

TEST(ExtReadOnlyFeatures, ThatNobodyKnowsDoNoHarm) {
  const Scratch scratch;
  const std::string image = scratch / "image", tree = scratch / "tree";
  must({"mkdir", tree});
  put_file(tree + "/file", noise(5000, 1));
  make_ext(image, "16M", {"-t", "ext4"}, tree);
  debugfs_write(image, {"feature FEATURE_R20 FEATURE_C31 shared_blocks read-only"});
  const auto mounted = Mounted::must(image);
  EXPECT_EQ(read_all(mounted->process(), "/file").size(), 5000u);
}

INSTANTIATE_TEST_SUITE_P(Ext, ExtRefused, testing::ValuesIn(refusals()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace oracle
