// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Calls on open files.
#include <array>
#include <climits>

#include "tests/cface/running.hpp"

namespace {

using Files = Running;

TEST_F(Files, OpenFlagsMeanWhatTheySay) {
  expect_error(rump_sys_open("/file", RUMP_O_RDWR), ENOENT);
  const int fd = rump_sys_open("/file", RUMP_O_RDWR | RUMP_O_CREAT | RUMP_O_CLOEXEC | RUMP_O_NONBLOCK, 0666);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(lstat_of("/file").st_mode, RUMP_S_IFREG | 0644u);  // less umask
  EXPECT_EQ(rump_sys_write(fd, "abc", 3), 3);
  expect_error(rump_sys_open("/file", RUMP_O_RDWR | RUMP_O_CREAT | RUMP_O_EXCL, 0666), EEXIST);
  expect_error(rump_sys_open("/file", RUMP_O_RDONLY | RUMP_O_DIRECTORY), ENOTDIR);
  expect_error(rump_sys_open("/", RUMP_O_WRONLY), EISDIR);
  ASSERT_EQ(rump_sys_symlink("file", "/link"), 0);
  expect_error(rump_sys_open("/link", RUMP_O_RDONLY | RUMP_O_NOFOLLOW), ELOOP);

  const int reader = rump_sys_open("/link", RUMP_O_RDONLY);
  ASSERT_GE(reader, 0);
  expect_error(rump_sys_write(reader, "x", 1), EBADF);
  const int writer = rump_sys_open("/file", RUMP_O_WRONLY | RUMP_O_APPEND);
  ASSERT_GE(writer, 0);
  char byte;
  expect_error(rump_sys_read(writer, &byte, 1), EBADF);
  EXPECT_EQ(rump_sys_write(writer, "def", 3), 3);
  EXPECT_EQ(content_of("/file"), "abcdef");
  for (const int open_fd : {fd, reader, writer}) EXPECT_EQ(rump_sys_close(open_fd), 0);

  const int emptied = rump_sys_open("/file", RUMP_O_WRONLY | RUMP_O_TRUNC);
  ASSERT_GE(emptied, 0);
  EXPECT_EQ(rump_sys_close(emptied), 0);
  EXPECT_EQ(content_of("/file"), "");
}

TEST_F(Files, UnknownFlagsAreRefused) {
  expect_error(rump_sys_open("/", RUMP_O_RDONLY | 0x10000000), EINVAL);
  expect_error(rump_sys_open("/", RUMP_O_WRONLY | RUMP_O_RDWR), EINVAL);
  expect_error(rump_sys_lseek(0, 0, 17), EINVAL);
}

TEST_F(Files, PositionsMoveOnlyWhereTheyShould) {
  make_file("/file", "0123456789");
  const int fd = rump_sys_open("/file", RUMP_O_RDWR);
  ASSERT_GE(fd, 0);
  std::array<char, 4> bytes{};
  EXPECT_EQ(rump_sys_pread(fd, bytes.data(), 4, 3), 4);
  EXPECT_EQ(std::string(bytes.data(), 4), "3456");
  EXPECT_EQ(rump_sys_lseek(fd, 0, RUMP_SEEK_CUR), 0);
  EXPECT_EQ(rump_sys_pwrite(fd, "xy", 2, 8), 2);
  EXPECT_EQ(rump_sys_lseek(fd, -4, RUMP_SEEK_END), 6);
  const int twin = rump_sys_dup(fd);
  ASSERT_GE(twin, 0);
  EXPECT_EQ(rump_sys_read(twin, bytes.data(), 4), 4);
  EXPECT_EQ(std::string(bytes.data(), 4), "67xy");
  EXPECT_EQ(rump_sys_lseek(fd, 0, RUMP_SEEK_CUR), 10);
  EXPECT_EQ(rump_sys_read(fd, bytes.data(), 4), 0);
  expect_error(rump_sys_pread(fd, bytes.data(), 4, -1), EINVAL);
  expect_error(rump_sys_pwrite(fd, bytes.data(), 4, -1), EINVAL);
  expect_error(rump_sys_lseek(fd, -1, RUMP_SEEK_SET), EINVAL);
  EXPECT_EQ(rump_sys_close(fd), 0);
  EXPECT_EQ(rump_sys_close(twin), 0);
  expect_error(rump_sys_close(twin), EBADF);
}

TEST_F(Files, HolesAreFound) {
  make_file("/file", "");
  const int fd = rump_sys_open("/file", RUMP_O_RDWR);
  ASSERT_GE(fd, 0);
  constexpr int64_t kFar = 1 << 20;
  EXPECT_EQ(rump_sys_pwrite(fd, "data", 4, kFar), 4);
  EXPECT_EQ(rump_sys_lseek(fd, 0, RUMP_SEEK_DATA), kFar);
  EXPECT_EQ(rump_sys_lseek(fd, 0, RUMP_SEEK_HOLE), 0);
  EXPECT_EQ(rump_sys_lseek(fd, kFar, RUMP_SEEK_HOLE), kFar + 4);
  expect_error(rump_sys_lseek(fd, kFar + 4, RUMP_SEEK_DATA), ENXIO);
  EXPECT_EQ(rump_sys_close(fd), 0);
}

TEST_F(Files, VectorsMoveTheirPartsInOrder) {
  make_file("/file", "");
  const int fd = rump_sys_open("/file", RUMP_O_RDWR);
  ASSERT_GE(fd, 0);
  char one[] = "one", two[] = "", three[] = "three";
  const rump_iovec out[] = {{one, 3}, {two, 0}, {three, 5}};
  EXPECT_EQ(rump_sys_writev(fd, out, 3), 8);
  EXPECT_EQ(rump_sys_pwritev(fd, out, 3, 100), 8);
  EXPECT_EQ(rump_sys_lseek(fd, 0, RUMP_SEEK_SET), 0);
  char first[4] = {}, second[5] = {};
  const rump_iovec in[] = {{first, 4}, {second, 4}};
  EXPECT_EQ(rump_sys_readv(fd, in, 2), 8);
  EXPECT_EQ(std::string(first, 4) + second, "onethree");
  // A part that meets the end is the last one.
  EXPECT_EQ(rump_sys_preadv(fd, in, 2, 105), 3);
  EXPECT_EQ(std::string(first, 3), "ree");
  EXPECT_EQ(rump_sys_lseek(fd, 0, RUMP_SEEK_CUR), 8);

  expect_error(rump_sys_readv(fd, in, -1), EINVAL);
  expect_error(rump_sys_readv(fd, in, RUMP_IOV_MAX + 1), EINVAL);
  expect_error(rump_sys_preadv(fd, in, 2, -1), EINVAL);
  const rump_iovec huge[] = {{first, SSIZE_MAX}, {first, 1}};
  expect_error(rump_sys_writev(fd, huge, 2), EINVAL);
  expect_error(rump_sys_readv(99, in, 2), EBADF);
  EXPECT_EQ(rump_sys_close(fd), 0);
}

TEST_F(Files, SizesCanBeSet) {
  make_file("/file", "0123456789");
  EXPECT_EQ(rump_sys_truncate("/file", 4), 0);
  EXPECT_EQ(content_of("/file"), "0123");
  const int fd = rump_sys_open("/file", RUMP_O_RDWR);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(rump_sys_ftruncate(fd, 6), 0);
  EXPECT_EQ(content_of("/file"), std::string("0123\0\0", 6));
  expect_error(rump_sys_truncate("/file", -1), EINVAL);
  expect_error(rump_sys_ftruncate(fd, -1), EINVAL);
  expect_error(rump_sys_truncate("/", 0), EISDIR);
  EXPECT_EQ(rump_sys_fsync(fd), 0);
  EXPECT_EQ(rump_sys_fdatasync(fd), 0);
  EXPECT_EQ(rump_sys_syncfs(fd), 0);
  EXPECT_EQ(rump_sys_sync(), 0);
  EXPECT_EQ(rump_sys_close(fd), 0);
  expect_error(rump_sys_fsync(fd), EBADF);
}

}  // namespace
