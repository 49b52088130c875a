// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls: descriptors, positions, directories, attributes, file data by extents.
#include "vfs/syscall.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/fixtures/test_fs.hpp"

namespace rump {
namespace {

using test::TestKernel;
using Kind = Extent::Kind;

/// /f has 4 blocks: data, hole, data, unwritten, then 100 encoded bytes; /d is a directory.
struct SyscallTest : testing::Test {
  static constexpr u64 kSize = 4 * 512 + 100;

  SyscallTest() {
    file = t.mount->add(1, "f", FileType::file, 0640);
    auto& node = t.mount->nodes[file];
    node.attr.size = kSize;
    node.extents = {{Kind::data, 0, 512, 512 * 3},
                    {Kind::hole, 512, 512, 0},
                    {Kind::data, 1024, 512, 512 * 9},
                    {Kind::unwritten, 1536, 512, 512 * 11},
                    {Kind::encoded, 2048, 100, 0}};
    node.xattrs = {{"user.a", "value"}, {"trusted.b", "x"}};
    dir = t.mount->add(1, "d", FileType::dir);
    const Key link = t.mount->add(1, "l", FileType::symlink);
    t.mount->nodes[link].target = "f";
    t.mount->add(1, "pipe", FileType::fifo);
  }
  /// What the file holds.
  std::byte expected(u64 offset) const {
    if (offset < 512) return t.device_byte(3 * 512 + offset);
    if (offset >= 1024 && offset < 1536) return t.device_byte(9 * 512 + offset - 1024);
    if (offset >= 2048) return std::byte(offset % 7);
    return std::byte{0};
  }

  struct Bench : TestKernel {
    std::byte device_byte(u64 offset) const { return std::byte((offset / 512 + offset % 512) % 251); }
  } t;
  Key file, dir;
  Process process{t.kernel, t.root()};
};

TEST_F(SyscallTest, ReadsAcrossExtentsAtEveryOffset) {
  const Fd fd = process.open(kCwd, "/f", kOpenRead).value();
  for (u64 offset = 0; offset < kSize; offset += 37) {
    std::vector<std::byte> bytes(700);
    const std::size_t done = process.pread(fd, bytes, offset).value();
    ASSERT_EQ(done, std::min<u64>(bytes.size(), kSize - offset));
    for (std::size_t i = 0; i < done; ++i) ASSERT_EQ(bytes[i], expected(offset + i)) << offset + i;
  }
  std::byte byte;
  EXPECT_EQ(process.pread(fd, {&byte, 1}, kSize), 0u);
  EXPECT_EQ(process.pread(fd, {&byte, 1}, (~u64{0} >> 1) - 1), 0u);
  EXPECT_FALSE(process.pread(fd, {&byte, 1}, ~u64{0})) << "no file reaches so far";
}

TEST_F(SyscallTest, ReadMovesThePosition) {
  const Fd fd = process.open(kCwd, "/f", kOpenRead).value();
  std::array<std::byte, 1000> bytes;
  EXPECT_EQ(process.read(fd, bytes), 1000u);
  EXPECT_EQ(process.seek(fd, 0, Whence::current), 1000u);
  EXPECT_EQ(process.read(fd, bytes), 1000u);
  EXPECT_EQ(process.read(fd, bytes), kSize - 2000);
  EXPECT_EQ(process.read(fd, bytes), 0u);
}

TEST_F(SyscallTest, SeeksAndFindsHoles) {
  const Fd fd = process.open(kCwd, "/f", kOpenRead).value();
  EXPECT_EQ(process.seek(fd, 5, Whence::set), 5u);
  EXPECT_EQ(process.seek(fd, -5, Whence::end), kSize - 5);
  EXPECT_EQ(process.seek(fd, 10, Whence::end), kSize + 10);
  EXPECT_EQ(process.seek(fd, -1, Whence::set).error().code, Errc::invalid);
  EXPECT_EQ(process.seek(fd, INT64_MIN, Whence::end).error().code, Errc::invalid);
  EXPECT_EQ(process.seek(fd, INT64_MAX, Whence::end).error().code, Errc::invalid);
  EXPECT_EQ(process.seek(fd, 0, Whence::data), 0u);
  EXPECT_EQ(process.seek(fd, 0, Whence::hole), 512u);
  EXPECT_EQ(process.seek(fd, 600, Whence::data), 1024u);
  EXPECT_EQ(process.seek(fd, 1024, Whence::hole), 1536u) << "unwritten reads as zeroes";
  EXPECT_EQ(process.seek(fd, 1536, Whence::data), 2048u);
  EXPECT_EQ(process.seek(fd, 2048, Whence::hole), kSize) << "the end counts as a hole";
  EXPECT_EQ(process.seek(fd, kSize, Whence::data).error().code, Errc::no_data);
}

TEST_F(SyscallTest, LendsOnlyWhatLiesInTheHostFileAsItIs) {
  const Fd fd = process.open(kCwd, "/f", kOpenRead).value();
  EXPECT_EQ(process.lend(fd, 0, 512)->range().length, 0u) << "this device lies in no host file";
  t.device.handle = 42;
  {
    const auto lease = process.lend(fd, 100, 10000);
    EXPECT_EQ(lease->range().handle, 42u);
    EXPECT_EQ(lease->range().offset, 512u * 3 + 100);
    EXPECT_EQ(lease->range().length, 412u);
  }
  for (const u64 offset : {u64{512}, u64{1536}, u64{2048}, kSize, ~u64{0}})
    EXPECT_EQ(process.lend(fd, offset, 512)->range().length, 0u) << offset;
}

TEST_F(SyscallTest, DescriptorsAreChecked) {
  std::byte byte;
  for (const Fd fd : {-1, 0, 7, kCwd}) {
    EXPECT_EQ(process.pread(fd, {&byte, 1}, 0).error().code, Errc::bad_descriptor);
    EXPECT_EQ(process.close(fd).error().code, Errc::bad_descriptor);
  }
  const Fd fd = process.open(kCwd, "f", kOpenRead).value();
  const Fd second = process.open(kCwd, "f", kOpenRead).value();
  EXPECT_NE(fd, second);
  EXPECT_TRUE(process.close(fd));
  EXPECT_EQ(process.close(fd).error().code, Errc::bad_descriptor);
  EXPECT_EQ(process.open(kCwd, "f", kOpenRead), fd) << "the lowest free number";
  EXPECT_EQ(process.pread(second, {&byte, 1}, 0), 1u);
}

TEST_F(SyscallTest, OpenFilesAreBounded) {
  Result<Fd> fd = process.open(kCwd, "f", kOpenRead);
  int opened = 0;
  for (; fd && opened < 5000; ++opened) fd = process.open(kCwd, "f", kOpenRead);
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().code, Errc::exhausted);
}

TEST_F(SyscallTest, OpenObeysItsFlags) {
  EXPECT_EQ(process.open(kCwd, "f", kOpenRead | kOpenDirectory).error().code, Errc::not_dir);
  EXPECT_TRUE(process.open(kCwd, "d", kOpenRead | kOpenDirectory));
  EXPECT_TRUE(process.open(kCwd, "l", kOpenRead));
  EXPECT_EQ(process.open(kCwd, "l", kOpenRead | kOpenNoFollow).error().code, Errc::loop);
  EXPECT_EQ(process.open(kCwd, "pipe", kOpenRead).error().code, Errc::not_supported);
  EXPECT_EQ(process.open(kCwd, "none", kOpenRead).error().code, Errc::not_found);
  Process other(t.kernel, t.root(), {.uid = 9, .gid = 9});
  EXPECT_EQ(other.open(kCwd, "f", kOpenRead).error().code, Errc::denied);
}

TEST_F(SyscallTest, RelativePathsStartAtADirectory) {
  t.mount->add(dir, "inner", FileType::file);
  const Fd fd = process.open(kCwd, "/d", kOpenRead).value();
  EXPECT_TRUE(process.stat(fd, "inner", Follow::yes));
  EXPECT_EQ(process.stat(fd, "../f", Follow::yes)->ino, file);
  EXPECT_EQ(process.stat(fd, "/f", Follow::yes)->ino, file);
  EXPECT_EQ(process.stat(kCwd, "inner", Follow::yes).error().code, Errc::not_found);
  ASSERT_TRUE(process.chdir(kCwd, "d"));
  EXPECT_TRUE(process.stat(kCwd, "inner", Follow::yes));
  EXPECT_EQ(process.chdir(kCwd, "../f").error().code, Errc::not_dir);
}

TEST_F(SyscallTest, NumbersNameFilesWhereThatIsAsked) {
  const Key odd = t.mount->add(1, "#2", FileType::dir);
  const std::string by_number = "#" + std::to_string(file);
  EXPECT_EQ(process.stat(kCwd, "#2", Follow::no)->ino, odd) << "a name like any other";
  process.name_inodes();
  EXPECT_EQ(process.stat(kCwd, by_number, Follow::no)->ino, file);
  EXPECT_EQ(process.stat(kCwd, "#1//f", Follow::no)->ino, file);
  EXPECT_EQ(process.stat(kCwd, "#1/", Follow::no)->ino, 1u);
  EXPECT_EQ(process.stat(kCwd, "/#2", Follow::no)->ino, odd) << "an absolute path has names only";
  const Fd root = process.open(kCwd, "/", kOpenRead).value();
  EXPECT_EQ(process.stat(root, "#2", Follow::no)->ino, odd) << "so has one that starts at a directory";
  EXPECT_EQ(process.stat(kCwd, by_number + "/x", Follow::no).error().code, Errc::not_dir);
  for (const char* none : {"#999", "#", "#1x", "#-1", "#18446744073709551617"})
    EXPECT_EQ(process.stat(kCwd, none, Follow::no).error().code, Errc::not_found) << none;
  Process other(t.kernel, t.root(), {.uid = 1000, .gid = 1000});
  other.name_inodes();
  EXPECT_EQ(other.stat(kCwd, by_number, Follow::no).error().code, Errc::not_permitted);
}

TEST_F(SyscallTest, DirectoriesComeWholeInBatches) {
  for (int i = 0; i < 1000; ++i) t.mount->add(dir, "name" + std::to_string(i), FileType::file);
  for (const auto attrs : {DirBatch::Attrs::no, DirBatch::Attrs::yes}) {
    DirBatch batch(attrs);
    const Fd fd = process.open(kCwd, "/d", kOpenRead).value();
    std::vector<std::string> names;
    std::vector<u64> cookies;
    while (true) {
      ASSERT_TRUE(process.read_dir(fd, batch));
      if (batch.entries().empty()) break;
      for (const DirEntry& entry : batch.entries()) {
        names.emplace_back(entry.name);
        cookies.push_back(entry.next_cookie);
        if (attrs == DirBatch::Attrs::yes) {
          EXPECT_EQ(entry.attr->ino, entry.ino);
        }
      }
    }
    ASSERT_EQ(names.size(), 1002u);
    EXPECT_EQ(names[0], ".");
    EXPECT_EQ(names[1], "..");
    EXPECT_EQ(names[2], "name0");
    EXPECT_EQ(names[1001], "name999");
    // Any cookie continues right behind its entry.
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, std::size_t{500}}) {
      ASSERT_TRUE(process.seek_dir(fd, cookies[i]));
      ASSERT_TRUE(process.read_dir(fd, batch));
      EXPECT_EQ(batch.entries()[0].name, names[i + 1]);
    }
    EXPECT_TRUE(process.close(fd));
  }
  const Fd fd = process.open(kCwd, "f", kOpenRead).value();
  DirBatch batch(DirBatch::Attrs::no);
  EXPECT_EQ(process.read_dir(fd, batch).error().code, Errc::not_dir);
}

TEST_F(SyscallTest, EntriesAreLookedBehindInAnyOrder) {
  const Fd root = process.open(kCwd, "/", kOpenRead).value();
  DirBatch batch(DirBatch::Attrs::no);
  ASSERT_TRUE(process.read_dir(root, batch));
  std::vector<DirEntry> entries(batch.entries().rbegin(), batch.entries().rend() - 2);
  ASSERT_EQ(entries.size(), 4u);
  ASSERT_TRUE(process.stat_entries(root, entries));
  for (const DirEntry& entry : entries)
    EXPECT_EQ(entry.attr->ino, process.stat(root, entry.name, Follow::no)->ino) << entry.name;
  entries.front().key = 999;
  ASSERT_TRUE(process.stat_entries(root, entries)) << "a bad child spoils only its own entry";
  EXPECT_EQ(entries.front().attr.error().code, Errc::corrupt);
  EXPECT_TRUE(entries.back().attr);
  const Fd open_file = process.open(kCwd, "/f", kOpenRead).value();
  EXPECT_EQ(process.stat_entries(open_file, entries).error().code, Errc::not_dir);
  EXPECT_EQ(process.stat_entries(77, entries).error().code, Errc::bad_descriptor);
  t.mount->nodes[dir].attr.mode = 0744;  // names may be read, but not looked behind
  Process other(t.kernel, t.root(), {.uid = 1000, .gid = 1000});
  const Fd listed = other.open(kCwd, "/d", kOpenRead).value();
  EXPECT_EQ(other.stat_entries(listed, entries).error().code, Errc::denied);
}

TEST_F(SyscallTest, ABadChildSpoilsOnlyItsOwnEntry) {
  t.mount->nodes[dir].entries.emplace_back("bad", 999);
  t.mount->add(dir, "good", FileType::file);
  DirBatch batch(DirBatch::Attrs::yes);
  const Fd fd = process.open(kCwd, "/d", kOpenRead).value();
  ASSERT_TRUE(process.read_dir(fd, batch));
  ASSERT_EQ(batch.entries().size(), 4u);
  EXPECT_EQ(batch.entries()[2].attr.error().code, Errc::corrupt);
  EXPECT_TRUE(batch.entries()[3].attr);
}

TEST_F(SyscallTest, LinksAttributesAndAccess) {
  std::array<char, 16> room;
  EXPECT_EQ(process.readlink(kCwd, "l", room), 1u);
  EXPECT_EQ(room[0], 'f');
  EXPECT_EQ(process.readlink(kCwd, "f", room).error().code, Errc::invalid);
  EXPECT_EQ(process.stat(kCwd, "l", Follow::yes)->type, FileType::file);
  EXPECT_EQ(process.stat(kCwd, "l", Follow::no)->type, FileType::symlink);
  EXPECT_EQ(process.statfs(kCwd, "/d")->blocks, 7u);
  EXPECT_TRUE(process.access(kCwd, "f", kMayRead));
  EXPECT_EQ(process.access(kCwd, "f", kMayRead | kMayWrite).error().code, Errc::read_only);
  EXPECT_EQ(process.access(kCwd, "d", kMayWrite).error().code, Errc::read_only);
  EXPECT_TRUE(process.access(kCwd, "pipe", kMayWrite)) << "what goes through it is not on this file system";
  EXPECT_EQ(process.access(kCwd, "f", kMayExecute).error().code, Errc::denied) << "nobody may execute it";
  Process other(t.kernel, t.root(), {.uid = 9, .gid = 9});
  EXPECT_EQ(other.access(kCwd, "f", kMayRead).error().code, Errc::denied);
  EXPECT_TRUE(other.access(kCwd, "f", 0));
}

TEST_F(SyscallTest, ExtendedAttributesFollowTheirNameSpaces) {
  std::array<std::byte, 16> room;
  EXPECT_EQ(process.get_xattr(kCwd, "f", Follow::yes, "user.a", room), 5u);
  EXPECT_EQ(process.get_xattr(kCwd, "f", Follow::yes, "user.a", {}), 5u);
  EXPECT_EQ(process.get_xattr(kCwd, "f", Follow::yes, "user.a", std::span(room).first(2)).error().code,
            Errc::range);
  EXPECT_EQ(process.get_xattr(kCwd, "f", Follow::yes, "user.z", room).error().code, Errc::no_data);
  Process other(t.kernel, t.root(), {.uid = 9, .gid = 9});
  EXPECT_EQ(other.get_xattr(kCwd, "f", Follow::yes, "user.a", room).error().code, Errc::denied);
  EXPECT_EQ(other.get_xattr(kCwd, "f", Follow::yes, "trusted.b", room).error().code, Errc::no_data);

  struct Names final : NameSink {
    bool add(Name name) override {
      all.append(name).append(" ");
      return true;
    }
    std::string all;
  } everything, visible;
  EXPECT_TRUE(process.list_xattr(kCwd, "f", Follow::yes, everything));
  EXPECT_EQ(everything.all, "trusted.b user.a ");
  EXPECT_TRUE(other.list_xattr(kCwd, "f", Follow::yes, visible));
  EXPECT_EQ(visible.all, "user.a ");
}

TEST_F(SyscallTest, NamesWithoutSearchPermissionComeWithoutAttributes) {
  t.mount->nodes[dir].attr.mode = 0744;
  t.mount->add(dir, "inner", FileType::file);
  Process other(t.kernel, t.root(), {.uid = 9, .gid = 9});
  const Fd fd = other.open(kCwd, "/d", kOpenRead).value();
  EXPECT_EQ(other.stat(kCwd, "/d/inner", Follow::yes).error().code, Errc::denied);
  DirBatch batch(DirBatch::Attrs::yes);
  ASSERT_TRUE(other.read_dir(fd, batch));
  ASSERT_EQ(batch.entries().size(), 3u);
  EXPECT_EQ(batch.entries()[2].name, "inner");
  for (const DirEntry& entry : batch.entries()) {
    ASSERT_FALSE(entry.attr) << entry.name;
    EXPECT_EQ(entry.attr.error().code, Errc::denied);
  }
}

}  // namespace
}  // namespace rump
