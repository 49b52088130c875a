// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directories: large and indexed, linear, and as debugfs lists them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

std::string name_of(int i) { return "a name that is not so short " + std::to_string(i); }

struct Shape {
  std::string name;
  std::vector<std::string> options;
  int names;
  std::string hash;  ///< of the index; empty: a linear directory
};

class ExtLargeDir : public testing::TestWithParam<Shape> {
 protected:
  /// One directory full of names of a few files. No tool of e2fsprogs but e2fsck -D builds an index.
  std::string make_image() {
    const auto& [name, options, names, hash] = GetParam();
    must({"mkdir", "-p", tree_ + "/large"});
    for (int i = 0; i < names; ++i) {
      const std::string path = tree_ + "/large/" + name_of(i);
      // ext allows 65000 links of a file, some host file systems fewer.
      if (i % 1000 == 0)
        put_file(path, {});
      else if (link((tree_ + "/large/" + name_of(i / 1000 * 1000)).c_str(), path.c_str()) != 0)
        throw std::runtime_error("cannot link " + path);
    }
    make_ext(image_, "16M", options, tree_);
    if (!hash.empty()) {
      debugfs_write(image_, {"ssv def_hash_version " + hash});
      e2fsck(image_, {"-D"});
    }
    const bool indexed = debugfs(image_, "stat /large").find("Flags: 0x1000") != std::string::npos ||
                         debugfs(image_, "stat /large").find("Flags: 0x81000") != std::string::npos;
    EXPECT_EQ(indexed, !hash.empty());
    return image_;
  }

  void expect_names_found(rump::Process& process) {
    for (int i = 0; i < GetParam().names; ++i) {
      const auto found = process.stat(rump::kCwd, "/large/" + name_of(i), rump::Follow::no);
      ASSERT_TRUE(found) << name_of(i) << ": " << found.error().reason;
      ASSERT_EQ(found->type, rump::FileType::file);
    }
    // And backwards, which a scan that remembers its last place likes least.
    for (int i = GetParam().names - 1; i >= 0; i -= 7)
      ASSERT_TRUE(process.stat(rump::kCwd, "/large/" + name_of(i), rump::Follow::no)) << name_of(i);
    for (int i = 0; i < 1000; ++i) {
      const auto absent = process.stat(rump::kCwd, "/large/" + name_of(i) + " ", rump::Follow::no);
      ASSERT_FALSE(absent);
      ASSERT_EQ(absent.error().code, rump::Errc::not_found);
    }
  }

  void expect_listed_once(rump::Process& process) {
    const rump::Fd fd = process.open(rump::kCwd, "/large", rump::kOpenRead | rump::kOpenDirectory).value();
    const std::size_t total = static_cast<std::size_t>(GetParam().names) + 2;
    rump::DirBatch batch(rump::DirBatch::Attrs::yes);
    std::set<std::string> names;
    rump::u64 middle = 0;
    std::vector<std::string> after_middle;
    while (true) {
      const auto read = process.read_dir(fd, batch);
      ASSERT_TRUE(read) << read.error().reason;
      if (batch.entries().empty()) break;
      for (const rump::DirEntry& each : batch.entries()) {
        ASSERT_TRUE(each.attr) << each.attr.error().reason;
        EXPECT_EQ(each.attr->ino, each.ino);
        EXPECT_TRUE(names.emplace(each.name).second) << each.name << " listed twice";
        if (middle != 0) after_middle.emplace_back(each.name);
        if (names.size() == total / 2) middle = each.next_cookie;
      }
    }
    EXPECT_EQ(names.size(), total);
    for (int i = 0; i < GetParam().names; ++i) EXPECT_TRUE(names.contains(name_of(i))) << name_of(i);

    // A cookie continues where it was given out.
    ASSERT_TRUE(process.seek_dir(fd, middle));
    std::vector<std::string> again;
    do {
      ASSERT_TRUE(process.read_dir(fd, batch));
      for (const rump::DirEntry& each : batch.entries()) again.emplace_back(each.name);
    } while (!batch.entries().empty());
    EXPECT_EQ(again, after_middle);
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image";
};

TEST_P(ExtLargeDir, EveryNameIsFoundAndListedOnce) {
  const auto mounted = Mounted::must(make_image());
  expect_names_found(mounted->process());
  expect_listed_once(mounted->process());
}

std::vector<Shape> shapes() {
  const std::vector<std::string> plain{"-t", "ext4", "-b", "1024", "-O", "^metadata_csum,^has_journal"};
  std::vector<Shape> all{
      {"linear", {"-t", "ext2", "-b", "1024", "-O", "^dir_index"}, 3000, ""},
      {"linear_with_checksums", {"-t", "ext4", "-b", "1024"}, 3000, ""},
      {"two_levels", plain, 20'000, "half_md4"},
      {"two_levels_with_checksums", {"-t", "ext4", "-b", "1024"}, 6000, "half_md4"},
      {"over_block_map", {"-t", "ext3", "-b", "1024"}, 6000, "half_md4"},
      {"large_blocks", {"-t", "ext4", "-b", "4096", "-O", "^has_journal"}, 6000, "half_md4"},
  };
  for (const std::string hash : {"legacy", "tea"}) all.push_back({"hash_" + hash, plain, 3000, hash});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Ext, ExtLargeDir, testing::ValuesIn(shapes()),
                         [](const auto& info) { return info.param.name; });

/// "/12/100644/0/0/name/3/": the inode number and the name.
std::set<std::pair<rump::u64, std::string>> listed_by_debugfs(const std::string& image, rump::u64 ino) {
  std::set<std::pair<rump::u64, std::string>> result;
  std::istringstream lines(debugfs(image, "ls -p <" + std::to_string(ino) + ">"));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    std::istringstream fields(line);
    std::string skip, number, name;
    std::getline(fields, skip, '/');
    std::getline(fields, number, '/');
    for (int i = 0; i < 3; ++i) std::getline(fields, skip, '/');
    std::getline(fields, name, '/');
    if (number != "0") result.emplace(std::stoull(number), name);  // 0: room that is free
  }
  return result;
}

TEST(ExtDirs, AreListedAsDebugfsListsThem) {
  const Scratch scratch;
  const std::string tree = scratch / "tree", image = scratch / "image";
  must({"mkdir", tree});
  build_tree(tree, {});
  must({"rm", tree + "/names of all kinds/new\nline"});  // debugfs prints it as it is
  make_ext(image, "80M", {"-t", "ext4"}, tree);
  // debugfs takes the last three names as they are: its current directory decides where they go.
  debugfs_write(image, {"rm /one", "rmdir \"/empty dir\"", "mkdir /fresh", "ln /large /wide/other_name",
                        "rm \"/wide/file number 7\"", "cd /fresh", "mknod pipe p", "symlink link target"});

  const auto mounted = Mounted::must(image);
  rump::Process& process = mounted->process();
  int directories = 0;
  for (const auto& [path, entry] : manifest_of(process)) {
    if (entry.type != rump::FileType::dir) continue;
    ++directories;
    const auto fd = process.open(rump::kCwd, "/" + path, rump::kOpenRead | rump::kOpenDirectory);
    ASSERT_TRUE(fd) << path << ": " << fd.error().reason;
    std::set<std::pair<rump::u64, std::string>> ours;
    rump::DirBatch batch(rump::DirBatch::Attrs::no);
    do {
      ASSERT_TRUE(process.read_dir(*fd, batch));
      for (const rump::DirEntry& each : batch.entries()) ours.emplace(each.ino, each.name);
    } while (!batch.entries().empty());
    ASSERT_TRUE(process.close(*fd));
    EXPECT_EQ(ours, listed_by_debugfs(image, entry.ino)) << path;
  }
  EXPECT_GT(directories, 45);
}

TEST(ExtDirs, RdumpWritesWhatWeRead) {
  const Scratch scratch;
  const std::string image = scratch / "image", tree = scratch / "tree", out = scratch / "out";
  must({"mkdir", tree, out});
  build_tree(tree, {});
  make_ext(image, "80M", {"-t", "ext4", "-b", "1024"}, tree);
  // debugfs makes its own files too, and rdump leaves out what is neither file, directory nor symlink.
  debugfs_write(image,
                {"mkdir /fresh", "write " + tree + "/large /fresh/large", "symlink /fresh/link target"});
  must({"debugfs", "-R", "rdump / " + out, image});

  const auto mounted = Mounted::must(image);
  const Manifest ours = manifest_of(mounted->process()), theirs = manifest_of(out);
  std::size_t files = 0;
  for (const auto& [path, entry] : ours) {
    if (entry.type != rump::FileType::file && entry.type != rump::FileType::symlink) continue;
    ++files;
    const auto found = theirs.find(path);
    ASSERT_NE(found, theirs.end()) << path;
    EXPECT_EQ(entry.content, found->second.content) << path;
    EXPECT_EQ(entry.size, found->second.size) << path;
    EXPECT_EQ(entry.target, found->second.target) << path;
  }
  EXPECT_GT(files, 350u);
}

/// Names first, and then their attributes in the order of the inodes: cheaper where an index has shuffled
/// them.
TEST(ExtDirs, AttributesInTheOrderOfTheInodes) {
  const Scratch scratch;
  const std::string tree = scratch / "tree", image = scratch / "image";
  must({"mkdir", tree});
  build_tree(tree, {});
  must({"chmod", "744", tree + "/wide"});
  make_ext(image, "80M", {"-t", "ext4", "-b", "1024"}, tree);
  e2fsck(image, {"-D"});
  const auto mounted = Mounted::must(image);
  rump::Process& process = mounted->process();
  const rump::Fd fd = process.open(rump::kCwd, "/wide", rump::kOpenRead | rump::kOpenDirectory).value();
  std::map<rump::u64, std::string> names;
  rump::DirBatch batch(rump::DirBatch::Attrs::no);
  do {
    ASSERT_TRUE(process.read_dir(fd, batch));
    for (const rump::DirEntry& each : batch.entries())
      if (!each.name.starts_with(".")) names[each.ino] = each.name;
  } while (!batch.entries().empty());
  ASSERT_EQ(names.size(), 300u);

  // One of them is live already, and one is no inode at all.
  const rump::Fd open = process.open(rump::kCwd, "/wide/file number 7", rump::kOpenRead).value();
  std::vector<rump::DirEntry> entries;
  for (const auto& [ino, name] : names) entries.push_back({name, ino, ino, rump::FileType::unknown, 0, {}});
  entries.push_back({"none", 1'000'000'000, 1'000'000'000, rump::FileType::unknown, 0, {}});
  ASSERT_TRUE(process.stat_entries(fd, entries));
  EXPECT_EQ(entries.back().attr.error().code, rump::Errc::corrupt);
  entries.pop_back();
  for (const rump::DirEntry& each : entries) {
    const auto expected = process.stat(rump::kCwd, "/wide/" + std::string(each.name), rump::Follow::no);
    ASSERT_TRUE(expected && each.attr) << each.name;
    EXPECT_EQ(each.attr->ino, expected->ino);
    EXPECT_EQ(each.attr->size, expected->size);
    EXPECT_EQ(each.attr->modify, expected->modify);
    EXPECT_EQ(each.type, rump::FileType::file);
  }
  EXPECT_TRUE(process.close(open));

  rump::Cred cred;
  cred.uid = cred.gid = 1000;
  rump::Process other(mounted->kernel(), mounted->kernel().root_of(mounted->mount()).value(), cred);
  const rump::Fd theirs = other.open(rump::kCwd, "/wide", rump::kOpenRead | rump::kOpenDirectory).value();
  EXPECT_EQ(other.stat_entries(theirs, entries).error().code, rump::Errc::denied)
      << "names are not attributes";
}

/// Names that differ by case or by how an accent is written are one, with and without an index.
TEST(ExtDirs, FoldCaseWhereTheyAreTold) {
  const Scratch scratch;
  const std::string image = scratch / "image", tree = scratch / "tree";
  must({"mkdir", "-p", tree + "/folds"});
  const std::vector<std::pair<std::string, std::string>> pairs = {{"README", "ReadMe"},
                                                                  {"Stra\u00dfe", "STRASSE"},
                                                                  {"\u00c9COLE", "e\u0301cole"},
                                                                  {"\u01c4 x", "\u01c6 X"}};
  for (const auto& [stored, asked] : pairs) put_file(tree + "/folds/" + stored, {});
  for (int i = 0; i < 3000; ++i) put_file(tree + "/folds/File " + std::to_string(i), {});
  make_ext(image, "32M", {"-t", "ext4", "-O", "casefold", "-E", "encoding=utf8"}, tree);
  debugfs_write(image, {"sif /folds flags 0x40080000"});

  for (const bool indexed : {false, true}) {
    if (indexed) run({"e2fsck", "-fyD", image});
    const auto mounted = Mounted::must(image);
    rump::Process& process = mounted->process();
    EXPECT_EQ(debugfs(image, "stat /folds").find("0x40081000") != std::string::npos, indexed);
    for (const auto& [stored, asked] : pairs) {
      const auto found = process.stat(rump::kCwd, "/folds/" + asked, rump::Follow::no);
      ASSERT_TRUE(found) << asked << ": " << found.error().reason;
      EXPECT_EQ(found->ino, process.stat(rump::kCwd, "/folds/" + stored, rump::Follow::no)->ino);
    }
    for (int i = 0; i < 3000; i += 97)
      EXPECT_TRUE(process.stat(rump::kCwd, "/folds/fILE " + std::to_string(i), rump::Follow::no)) << i;
    EXPECT_EQ(process.stat(rump::kCwd, "/folds/file 3000", rump::Follow::no).error().code,
              rump::Errc::not_found);
    EXPECT_EQ(process.stat(rump::kCwd, "/FOLDS", rump::Follow::no).error().code, rump::Errc::not_found)
        << "only where it is told";
  }
}

}  // namespace
}  // namespace oracle
