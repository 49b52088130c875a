// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names: making, removing, moving, listing them, and finding the current directory's.
#include <map>
#include <set>

#include "tests/cface/running.hpp"

namespace {

/// What getdents says of an open directory from its position on, read through a buffer of this size.
std::vector<rump_dirent> entries_of(int fd, std::size_t room) {
  std::vector<rump_dirent> entries;
  std::vector<uint64_t> buffer(room / sizeof(uint64_t));
  int filled;
  while ((filled = rump_sys_getdents(fd, buffer.data(), room)) > 0) {
    const char* at = reinterpret_cast<const char*>(buffer.data());
    for (const char* const end = at + filled; at < end;) {
      rump_dirent entry{};
      memcpy(&entry, at, reinterpret_cast<const rump_dirent*>(at)->d_reclen);
      EXPECT_EQ(entry.d_reclen % 8, 0);
      EXPECT_EQ(entry.d_namlen, strlen(entry.d_name));
      at += entry.d_reclen;
      entries.push_back(entry);
    }
  }
  EXPECT_EQ(filled, 0) << rump_last_error();
  return entries;
}

class Names : public Running {
 protected:
  void SetUp() override {
    Running::SetUp();
    ASSERT_EQ(rump_sys_mkdir("/dir", 0755), 0);
  }
  static int open_dir(const char* path) {
    const int fd = rump_sys_open(path, RUMP_O_RDONLY | RUMP_O_DIRECTORY);
    EXPECT_GE(fd, 0) << path;
    return fd;
  }
};

TEST_F(Names, NodesHaveTheTypeThatWasAskedFor) {
  ASSERT_EQ(rump_sys_mkfifo("/dir/fifo", 0600), 0);
  ASSERT_EQ(rump_sys_mknod("/dir/socket", RUMP_S_IFSOCK | 0600, 0), 0);
  ASSERT_EQ(rump_sys_mknod("/dir/block", RUMP_S_IFBLK | 0600, rump_makedev(8, 300)), 0);
  ASSERT_EQ(rump_sys_mknod("/dir/char", RUMP_S_IFCHR | 0600, rump_makedev(1, 3)), 0);
  ASSERT_EQ(rump_sys_mknod("/dir/file", 0600, 0), 0);
  ASSERT_EQ(rump_sys_symlink("nowhere", "/dir/link"), 0);
  ASSERT_EQ(rump_sys_mkdir("/dir/sub", 0700), 0);
  EXPECT_EQ(lstat_of("/dir/fifo").st_mode, RUMP_S_IFIFO | 0600u);
  EXPECT_EQ(lstat_of("/dir/socket").st_mode, RUMP_S_IFSOCK | 0600u);
  EXPECT_EQ(lstat_of("/dir/block").st_mode, RUMP_S_IFBLK | 0600u);
  EXPECT_EQ(rump_minor(lstat_of("/dir/block").st_rdev), 300u);
  EXPECT_EQ(rump_major(lstat_of("/dir/block").st_rdev), 8u);
  EXPECT_EQ(lstat_of("/dir/char").st_rdev, rump_makedev(1, 3));
  EXPECT_EQ(lstat_of("/dir/file").st_mode, RUMP_S_IFREG | 0600u);
  EXPECT_EQ(lstat_of("/dir/sub").st_mode, RUMP_S_IFDIR | 0700u);
  expect_error(rump_sys_mknod("/dir/odd", 0110000, 0), EINVAL);

  const int fd = open_dir("/dir");
  std::map<std::string, int> types;
  for (const rump_dirent& entry : entries_of(fd, 4096)) types[entry.d_name] = entry.d_type;
  const std::map<std::string, int> expected = {
      {".", RUMP_DT_DIR},       {"..", RUMP_DT_DIR},    {"fifo", RUMP_DT_FIFO},
      {"socket", RUMP_DT_SOCK}, {"block", RUMP_DT_BLK}, {"char", RUMP_DT_CHR},
      {"file", RUMP_DT_REG},    {"link", RUMP_DT_LNK},  {"sub", RUMP_DT_DIR},
  };
  EXPECT_EQ(types, expected);
  EXPECT_EQ(rump_sys_close(fd), 0);
}

TEST_F(Names, ListingIsTheSameThroughAnyBuffer) {
  constexpr int kFiles = 700;  // more than one batch of the kernel's
  std::set<std::string> expected = {".", ".."};
  for (int i = 0; i < kFiles; ++i) {
    const std::string name(static_cast<std::size_t>(1 + i % 250), 'n');
    const std::string file = name.substr(0, 200) + std::to_string(i);
    ASSERT_EQ(rump_sys_mknod(("/dir/" + file).c_str(), RUMP_S_IFREG | 0644, 0), 0) << file;
    expected.insert(file);
  }
  const int fd = open_dir("/dir");
  for (const std::size_t room : {sizeof(rump_dirent), std::size_t{1000}, std::size_t{65536}}) {
    EXPECT_EQ(rump_sys_lseek(fd, 0, RUMP_SEEK_SET), 0);
    std::multiset<std::string> names;
    for (const rump_dirent& entry : entries_of(fd, room)) names.insert(entry.d_name);
    EXPECT_EQ(names.size(), expected.size()) << "through " << room << " bytes";
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), expected) << "through " << room << " bytes";
  }
  EXPECT_EQ(rump_sys_close(fd), 0);
}

TEST_F(Names, ListingContinuesAtACookie) {
  for (const char* path : {"/dir/a", "/dir/b", "/dir/c"}) make_file(path, "");
  const int fd = open_dir("/dir");
  const std::vector<rump_dirent> all = entries_of(fd, 4096);
  ASSERT_EQ(all.size(), 5u);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(rump_sys_lseek(fd, all[i].d_off, RUMP_SEEK_SET), all[i].d_off);
    const std::vector<rump_dirent> rest = entries_of(fd, 4096);
    ASSERT_EQ(rest.size(), all.size() - i - 1);
    if (!rest.empty()) {
      EXPECT_STREQ(rest[0].d_name, all[i + 1].d_name);
    }
  }
  for (const rump_dirent& entry : all) {
    const std::string path = std::string("/dir/") + entry.d_name;
    EXPECT_EQ(lstat_of(path.c_str()).st_ino, entry.d_fileno) << path;
  }
  EXPECT_EQ(rump_sys_close(fd), 0);
}

TEST_F(Names, ListingKeepsItsPlaceWhereNothingFits) {
  make_file("/dir/a", "");
  const int fd = open_dir("/dir");
  uint64_t room[5];
  expect_error(rump_sys_getdents(fd, room, 8), EINVAL);
  EXPECT_EQ(entries_of(fd, sizeof room).size(), 3u);
  EXPECT_EQ(rump_sys_close(fd), 0);
  make_file("/file", "");
  const int file = rump_sys_open("/file", RUMP_O_RDONLY);
  expect_error(rump_sys_getdents(file, room, sizeof room), ENOTDIR);
  EXPECT_EQ(rump_sys_close(file), 0);
}

TEST_F(Names, LinksAreMadeAndRead) {
  make_file("/dir/file", "content");
  ASSERT_EQ(rump_sys_link("/dir/file", "/dir/again"), 0);
  EXPECT_EQ(lstat_of("/dir/file").st_nlink, 2u);
  EXPECT_EQ(lstat_of("/dir/file").st_ino, lstat_of("/dir/again").st_ino);
  ASSERT_EQ(rump_sys_symlink("file", "/dir/link"), 0);
  char target[10] = "xxxxxxxxx";
  EXPECT_EQ(rump_sys_readlink("/dir/link", target, sizeof target), 4);
  EXPECT_EQ(std::string(target, 5), "filex");
  EXPECT_EQ(rump_sys_readlink("/dir/link", target, 2), 2);  // cut, as POSIX has it
  expect_error(rump_sys_readlink("/dir/link", target, 0), EINVAL);
  expect_error(rump_sys_readlink("/dir/file", target, sizeof target), EINVAL);

  ASSERT_EQ(rump_sys_link("/dir/link", "/dir/link2"), 0);
  EXPECT_EQ(lstat_of("/dir/link2").st_mode & RUMP_S_IFMT, static_cast<uint32_t>(RUMP_S_IFLNK));
  const int at = RUMP_AT_FDCWD;
  ASSERT_EQ(rump_sys_linkat(at, "/dir/link", at, "/dir/file3", RUMP_AT_SYMLINK_FOLLOW), 0);
  EXPECT_EQ(lstat_of("/dir/file3").st_ino, lstat_of("/dir/file").st_ino);
  expect_error(rump_sys_linkat(at, "/dir/link", at, "/dir/x", RUMP_AT_SYMLINK_NOFOLLOW), EINVAL);
  expect_error(rump_sys_link("/dir", "/dir2"), EPERM);
}

TEST_F(Names, RemovingTellsFilesFromDirectories) {
  make_file("/dir/file", "");
  expect_error(rump_sys_rmdir("/dir"), ENOTEMPTY);
  expect_error(rump_sys_rmdir("/dir/file"), ENOTDIR);
  const int fd = open_dir("/dir");
  expect_error(rump_sys_unlinkat(fd, "file", RUMP_AT_SYMLINK_NOFOLLOW), EINVAL);
  EXPECT_EQ(rump_sys_unlinkat(fd, "file", 0), 0);
  EXPECT_EQ(rump_sys_close(fd), 0);
  EXPECT_EQ(rump_sys_unlinkat(RUMP_AT_FDCWD, "/dir", RUMP_AT_REMOVEDIR), 0);
  expect_error(rump_sys_unlink("/dir"), ENOENT);
}

TEST_F(Names, RenamesReplaceExchangeOrRefuse) {
  make_file("/dir/a", "of a");
  make_file("/dir/b", "of b");
  const int fd = open_dir("/dir");
  expect_error(rump_sys_renameat2(fd, "a", fd, "b", RUMP_RENAME_NOREPLACE), EEXIST);
  EXPECT_EQ(rump_sys_renameat2(fd, "a", fd, "b", RUMP_RENAME_EXCHANGE), 0);
  EXPECT_EQ(content_of("/dir/a"), "of b");
  EXPECT_EQ(rump_sys_renameat(fd, "a", RUMP_AT_FDCWD, "/dir/b"), 0);
  EXPECT_EQ(content_of("/dir/b"), "of b");
  EXPECT_EQ(rump_sys_rename("/dir/b", "/moved"), 0);
  EXPECT_EQ(content_of("/moved"), "of b");
  expect_error(rump_sys_renameat2(fd, "x", fd, "y", 4), EINVAL);
  expect_error(rump_sys_rename("/dir", "/dir/inside"), EINVAL);
  EXPECT_EQ(rump_sys_close(fd), 0);
}

TEST_F(Names, TheCurrentDirectoryHasAPath) {
  char room[100];
  EXPECT_STREQ(rump_sys_getcwd(room, sizeof room), "/");
  ASSERT_EQ(rump_sys_mkdir("/dir/deep", 0755), 0);
  ASSERT_EQ(rump_sys_symlink("dir/deep", "/link"), 0);
  ASSERT_EQ(rump_sys_chdir("/link"), 0);
  EXPECT_STREQ(rump_sys_getcwd(room, sizeof room), "/dir/deep");
  EXPECT_STREQ(rump_sys_getcwd(room, 10), "/dir/deep");
  expect_error(rump_sys_getcwd(room, 9), ERANGE);
  ASSERT_EQ(rump_sys_rename("/dir", "/moved"), 0);
  EXPECT_STREQ(rump_sys_getcwd(room, sizeof room), "/moved/deep");

  const int fd = open_dir("/moved");
  EXPECT_EQ(rump_sys_fchdir(fd), 0);
  EXPECT_EQ(rump_sys_close(fd), 0);
  EXPECT_STREQ(rump_sys_getcwd(room, sizeof room), "/moved");
  EXPECT_EQ(rump_sys_chdir("deep"), 0);
  ASSERT_EQ(rump_sys_rmdir("/moved/deep"), 0);
  expect_error(rump_sys_getcwd(room, sizeof room), ENOENT);
  EXPECT_EQ(rump_sys_chdir("/"), 0);
}

}  // namespace
