// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What mke2fs writes, over its types, block sizes, inode sizes and features, we read in full.
#include <gtest/gtest.h>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

const std::vector<std::string> kNone;

struct Variant {
  std::string name;
  std::vector<std::string> options;
  bool xattrs;  ///< whether the features of these options have room for them
};

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const std::string type : {"ext2", "ext3", "ext4"}) {
    for (const std::string block : {"1024", "2048", "4096"})
      for (const std::string inode : {"128", "256", "1024"})
        all.push_back({type + "_b" + block + "_i" + inode, {"-t", type, "-b", block, "-I", inode}, true});
    all.push_back({type + "_b65536", {"-t", type, "-b", "65536"}, true});
  }
  const auto features = [&](const std::string& name, const std::string& features) {
    all.push_back({"ext4_" + name, {"-t", "ext4", "-O", features}, true});
  };
  features("no_extents", "^extents,^64bit");
  features("no_dir_index", "^dir_index");
  features("uninit_bg", "^metadata_csum,uninit_bg");
  features("no_checksums", "^metadata_csum");
  features("no_64bit", "^64bit");
  features("no_flex_bg", "^flex_bg");
  features("no_sparse_super", "^sparse_super,^resize_inode");
  features("csum_seed", "metadata_csum_seed");
  features("no_huge_file", "^huge_file");
  features("no_journal", "^has_journal");
  features("large_dir", "large_dir");
  features("orphan_file", "orphan_file");
  features("fast_commit", "fast_commit");
  features("project_quota", "quota,project");
  features("sparse_super2", "sparse_super2,^sparse_super,^resize_inode");
  features("stable_inodes", "stable_inodes");
  features("mmp", "mmp");
  features("meta_bg", "^resize_inode,meta_bg");
  features("bigalloc", "bigalloc");
  features("inline_data", "inline_data");
  features("ea_inode", "ea_inode");
  features("encrypt", "encrypt");
  features("casefold", "casefold");
  const auto shaped = [&](const std::string& name, std::vector<std::string> options) {
    options.insert(options.begin(), {"-t", "ext4"});
    all.push_back({"ext4_" + name, std::move(options), true});
  };
  shaped("inodes_of_512", {"-b", "1024", "-I", "512"});
  shaped("inodes_of_2048", {"-b", "4096", "-I", "2048"});
  shaped("inodes_of_4096", {"-b", "4096", "-I", "4096", "-N", "2000"});
  shaped("bigalloc_of_2_blocks", {"-b", "1024", "-O", "bigalloc", "-C", "2048"});
  shaped("bigalloc_of_16_blocks", {"-b", "4096", "-O", "bigalloc", "-C", "65536"});
  shaped("bigalloc_meta_bg", {"-b", "1024", "-O", "bigalloc,meta_bg,^resize_inode", "-C", "8192"});
  shaped("bigalloc_inline_data_ea_inode", {"-b", "1024", "-I", "512", "-O", "bigalloc,inline_data,ea_inode"});
  shaped("meta_bg_small_groups", {"-b", "1024", "-g", "512", "-O", "meta_bg,^resize_inode"});
  shaped("meta_bg_32bit_no_flex_bg",
         {"-b", "1024", "-g", "512", "-O", "meta_bg,^resize_inode,^64bit,^flex_bg"});
  shaped("meta_bg_uninit_bg",
         {"-b", "1024", "-g", "1024", "-O", "meta_bg,^resize_inode,^metadata_csum,uninit_bg"});
  shaped("b65536_bigalloc", {"-b", "65536", "-O", "bigalloc", "-C", "131072"});
  shaped("b65536_plain", {"-b", "65536", "-O", "^metadata_csum,^has_journal"});
  shaped("inline_data_large_inodes", {"-b", "4096", "-I", "1024", "-O", "inline_data"});
  constexpr const char* kEverything =
      "large_dir,ea_inode,encrypt,casefold,verity,project,quota,orphan_file,metadata_csum_seed,stable_inodes";
  shaped("everything", {"-b", "1024", "-I", "512", "-O", kEverything});
  all.push_back({"ext2_no_filetype", {"-t", "ext2", "-O", "^filetype"}, true});
  all.push_back({"ext2_revision_0", {"-t", "ext2", "-r", "0", "-O", "none"}, false});
  all.push_back({"ext2_no_features", {"-t", "ext2", "-O", "none"}, false});
  all.push_back({"ext4_small_groups", {"-t", "ext4", "-b", "1024", "-g", "1024", "-G", "4"}, true});
  return all;
}

class ExtMatrix : public testing::TestWithParam<Variant> {};

TEST_P(ExtMatrix, EverythingIsReadAsItWas) {
  const Scratch scratch;
  const std::string tree = scratch / "tree", image = scratch / "image";
  must({"mkdir", tree});
  TreeOptions tree_options;
  if (!GetParam().xattrs) tree_options.xattr_bytes = 0;
  build_tree(tree, tree_options);
  // mke2fs 1.47 loses the size of a file that ends in a hole when it has tried to keep it inline.
  if (GetParam().name.contains("inline_data")) must({"rm", tree + "/hole_last"});
  make_ext(image, "80M", GetParam().options, tree);

  const auto mounted = Mounted::must(image);
  const Manifest actual = manifest_of(mounted->process());
  ASSERT_GT(actual.size(), 400u);
  EXPECT_EQ(differences(as_mke2fs_keeps(manifest_of(tree), actual), actual), kNone);
  EXPECT_EQ(differences_from_debugfs(image, mounted->process(), actual), kNone);
}

TEST_P(ExtMatrix, StatfsIsWhatTheSuperblockSays) {
  const Scratch scratch;
  const std::string image = scratch / "image";
  make_ext(image, "80M", GetParam().options);
  const std::string super = debugfs(image, "stats -h");
  const auto field = [&](const std::string& label) {
    const std::size_t at = super.find("\n" + label + ":");
    return at == std::string::npos ? 0 : std::stoull(super.substr(at + label.size() + 2));
  };
  const auto mounted = Mounted::must(image);
  const auto stat = mounted->process().statfs(rump::kCwd, "/");
  ASSERT_TRUE(stat) << stat.error().reason;
  EXPECT_EQ(stat->block_bytes, field("Block size"));
  EXPECT_LE(stat->blocks, field("Block count"));
  EXPECT_GE(stat->blocks, stat->blocks_free);
  EXPECT_EQ(stat->blocks_free, field("Free blocks"));
  // Some of what is free is kept back; how much, ext_space_test asks the host's kernel.
  EXPECT_LE(stat->blocks_available, field("Free blocks") - field("Reserved block count"));
  EXPECT_EQ(stat->files, field("Inode count"));
  EXPECT_EQ(stat->files_free, field("Free inodes"));
  EXPECT_EQ(std::string(stat->label.data()), "oracle");
  EXPECT_EQ(stat->uuid[0], 0x00);
  EXPECT_EQ(stat->uuid[15], 0xff);
}

INSTANTIATE_TEST_SUITE_P(Ext, ExtMatrix, testing::ValuesIn(variants()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace oracle
