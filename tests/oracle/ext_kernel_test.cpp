// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What the host's own kernel wrote, against what it reads back itself. Needs root and loop devices.
#include <gtest/gtest.h>

#include <sys/xattr.h>
#include <unistd.h>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/loop_mount.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

const std::vector<std::string> kNone;

struct Variant {
  std::string name;
  std::vector<std::string> options;
};

class ExtKernel : public testing::TestWithParam<Variant> {};

/// What a file system goes through in its life: space reserved, punched, cut, grown, names come and gone.
void age(const std::string& top) {
  const auto sh = [&](const std::string& command) { must({"sh", "-ec", "cd '" + top + "'; " + command}); };
  put_file(top + "/aged", noise(1 << 20, 1));
  set_size(top + "/aged", 300'001);
  set_size(top + "/aged", 900'000);
  put_file(top + "/appended", noise(1000, 2));
  for (unsigned i = 1; i < 40; ++i) {
    put_file(top + "/appended", noise(1000, i), i * 1000);
    put_file(top + "/between" + std::to_string(i), noise(3000, i));
  }
  sh("rm between1*; mv between20 renamed; ln renamed between21.link; mkdir many");
  for (int i = 0; i < 3000; ++i) put_file(top + "/many/some name or other " + std::to_string(i), {});
  sh("cd many; rm *7; mv *1000 moved; touch -d '2040-01-02 03:04:05.678901234' moved; cd ..; mkdir gone; "
     "rmdir gone");
  // Block maps of the older types know no reserved space.
  if (run({"fallocate", "-l", "200k", top + "/reserved"}).status == 0) {
    put_file(top + "/reserved", noise(5000, 3), 50'000);
    sh("cp /dev/null keep; fallocate -n -o 300000 -l 100000 keep");
    sh("fallocate -p -o 8192 -l 100000 aged; fallocate -z -o 200000 -l 20000 aged");
  }
  const auto attribute = [&](const std::string& name, const char* key, const std::vector<char>& value) {
    if (setxattr((top + "/" + name).c_str(), key, value.data(), value.size(), 0) != 0)
      throw std::runtime_error(std::string("cannot set ") + key);
  };
  attribute("aged", "user.kernel", noise(100, 4));
  attribute("many", "trusted.t", {'x'});
  // Version 2; user::rw- user:1000:r-- group::r-- mask::rw- other::---
  const std::vector<char> acl{2, 0,          0,  0,  1,  0,  6,  0, -1, -1, -1, -1, 2,  0,  4,
                              0, char(0xe8), 3,  0,  0,  4,  0,  4, 0,  -1, -1, -1, -1, 16, 0,
                              6, 0,          -1, -1, -1, -1, 32, 0, 0,  0,  -1, -1, -1, -1};
  attribute("aged", "system.posix_acl_access", acl);
  attribute("many", "system.posix_acl_default", acl);
  sh("chattr +d appended; chown -h 12345:54321 renamed; chmod 4711 renamed");
}

/// Attributes of every size that this image has room for, and a short symlink whose own ones take space.
void add_attributes(const std::string& top) {
  put_file(top + "/attributed", {});
  for (const std::size_t size : {0, 1, 30, 200, 900, 3000, 20'000, 60'000}) {
    const std::vector<char> value = noise(size, size);
    const std::string name = "trusted.of" + std::to_string(size);
    // What does not fit is refused, and is then in neither listing.
    for (const char* file : {"/attributed", "/links/symlink1"})
      static_cast<void>(lsetxattr((top + file).c_str(), name.c_str(), value.data(), size, 0));
  }
}

TEST_P(ExtKernel, ReadsWhatWeRead) {
  const Scratch scratch;
  const std::string image = scratch / "image", at = scratch / "mnt";
  make_ext(image, "96M", GetParam().options);
  {
    LoopMount loop(image, at, "rw");
    if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
    TreeOptions options;
    options.xattr_bytes = 150;
    build_tree(at, options);
    age(at);
    add_attributes(at);
    loop.unmount();
  }
  e2fsck(image);
  const LoopMount loop(image, at, "ro");
  ASSERT_TRUE(loop.mounted()) << loop.why_not();
  const auto mounted = Mounted::must(image);
  const Manifest actual = manifest_of(mounted->process());
  EXPECT_GT(actual.size(), 3000u);
  EXPECT_EQ(differences(manifest_of(at), actual), kNone);
  EXPECT_EQ(differences_from_debugfs(image, mounted->process(), actual), kNone);
}

TEST(ExtKernelAttributes, OfOtherNameSpaces) {
  const Scratch scratch;
  const std::string image = scratch / "image", at = scratch / "mnt", tree = scratch / "tree";
  must({"mkdir", tree});
  put_file(tree + "/file", {});
  make_ext(image, "16M", {"-t", "ext4"}, tree);
  debugfs_write(image, {"ea_set /file system.richacl a", "ea_set /file gnu.translator b",
                        "ea_set /file system.odd c", "ea_set /file lustre.lov d", "ea_set /file user.one e"});
  const LoopMount loop(image, at, "ro");
  if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
  const auto mounted = Mounted::must(image);
  const auto theirs = manifest_of(at).at("file").xattrs;
  EXPECT_TRUE(theirs.contains("user.one"));
  EXPECT_EQ(xattrs_of(mounted->process(), "/file"), theirs);
}

/// Names of 255 bytes in small blocks: an index of three levels.
TEST(ExtKernelIndex, OfThreeLevels) {
  constexpr int kNames = 45'000;
  const Scratch scratch;
  const std::string image = scratch / "image", at = scratch / "mnt";
  make_ext(image, "64M", {"-t", "ext4", "-b", "1024", "-O", "large_dir,^has_journal"});
  const auto name_of = [](int i) { return "large/" + std::string(249, 'n') + std::to_string(100'000 + i); };
  {
    LoopMount loop(image, at, "rw");
    if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
    must({"mkdir", at + "/large"});
    put_file(at + "/file", {});
    for (int i = 0; i < kNames; ++i)
      ASSERT_EQ(link((at + "/file").c_str(), (at + "/" + name_of(i)).c_str()), 0) << i;
    loop.unmount();
  }
  ASSERT_NE(debugfs(image, "htree_dump /large").find("Indirect levels: 2"), std::string::npos);
  const auto mounted = Mounted::must(image);
  rump::Process& process = mounted->process();
  const rump::u64 ino = process.stat(rump::kCwd, "/file", rump::Follow::no)->ino;
  for (int i = 0; i < kNames; ++i) {
    const auto found = process.stat(rump::kCwd, "/" + name_of(i), rump::Follow::no);
    ASSERT_TRUE(found) << i << ": " << found.error().reason;
    ASSERT_EQ(found->ino, ino);
  }
  for (int i = kNames; i < kNames + 100; ++i)
    EXPECT_EQ(process.stat(rump::kCwd, "/" + name_of(i), rump::Follow::no).error().code,
              rump::Errc::not_found);
}

INSTANTIATE_TEST_SUITE_P(
    Ext, ExtKernel,
    testing::Values(
        Variant{"ext2", {"-t", "ext2", "-b", "1024"}}, Variant{"ext3", {"-t", "ext3", "-b", "4096"}},
        Variant{"ext4", {"-t", "ext4", "-b", "4096"}}, Variant{"ext4_b1024", {"-t", "ext4", "-b", "1024"}},
        Variant{"ext4_inline_data", {"-t", "ext4", "-O", "inline_data", "-I", "1024"}},
        Variant{"ext4_inline_data_b1024", {"-t", "ext4", "-b", "1024", "-O", "inline_data"}},
        Variant{"ext4_bigalloc", {"-t", "ext4", "-O", "bigalloc", "-C", "16384"}},
        Variant{"ext4_ea_inode", {"-t", "ext4", "-b", "1024", "-O", "ea_inode"}},
        Variant{"ext4_orphan_file", {"-t", "ext4", "-O", "orphan_file"}},
        Variant{"ext4_meta_bg", {"-t", "ext4", "-b", "1024", "-g", "1024", "-O", "meta_bg,^resize_inode"}},
        Variant{"ext4_no_checksums", {"-t", "ext4", "-O", "^metadata_csum,^64bit"}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace oracle
