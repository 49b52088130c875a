// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Attributes.
#include "tests/cface/running.hpp"

namespace {

class Attributes : public RunningWithFile {
 protected:
  void SetUp() override {
    RunningWithFile::SetUp();
    ASSERT_EQ(rump_sys_write(fd_, "0123456789", 10), 10);
  }
};

TEST_F(Attributes, EveryStatShowsTheSame) {
  rump_stat by_path{}, by_link{}, by_fd{}, of_link{};
  ASSERT_EQ(rump_sys_stat("/file", &by_path), 0);
  ASSERT_EQ(rump_sys_stat("/link", &by_link), 0);
  ASSERT_EQ(rump_sys_fstat(fd_, &by_fd), 0);
  ASSERT_EQ(rump_sys_fstatat(RUMP_AT_FDCWD, "link", &of_link, RUMP_AT_SYMLINK_NOFOLLOW), 0);
  for (const rump_stat* other : {&by_link, &by_fd}) EXPECT_EQ(memcmp(&by_path, other, sizeof by_path), 0);
  EXPECT_EQ(by_path.st_size, 10);
  EXPECT_EQ(by_path.st_nlink, 1u);
  EXPECT_EQ(by_path.st_mode, RUMP_S_IFREG | 0644u);
  EXPECT_GT(by_path.st_blksize, 0u);
  EXPECT_EQ(of_link.st_mode & RUMP_S_IFMT, static_cast<uint32_t>(RUMP_S_IFLNK));
  EXPECT_EQ(of_link.st_size, 4);
  EXPECT_EQ(of_link.st_dev, by_path.st_dev);
  expect_error(rump_sys_fstat(-1, &by_fd), EBADF);
  expect_error(rump_sys_fstat(RUMP_AT_FDCWD, &by_fd), EBADF);
  expect_error(rump_sys_fstatat(RUMP_AT_FDCWD, "file", &by_fd, RUMP_AT_REMOVEDIR), EINVAL);
  expect_error(rump_sys_stat("", &by_fd), ENOENT);
  expect_error(rump_sys_stat("/file/", &by_fd), ENOTDIR);
}

TEST_F(Attributes, ModesAndOwners) {
  EXPECT_EQ(rump_sys_chmod("/link", 0600), 0);
  EXPECT_EQ(lstat_of("/file").st_mode & 07777, 0600u);
  EXPECT_EQ(rump_sys_fchmod(fd_, 04755), 0);
  EXPECT_EQ(lstat_of("/file").st_mode & 07777, 04755u);
  EXPECT_EQ(rump_sys_fchmodat(RUMP_AT_FDCWD, "file", 0640, 0), 0);
  EXPECT_EQ(lstat_of("/file").st_mode & 07777, 0640u);

  constexpr auto kStays = static_cast<uint32_t>(-1);
  EXPECT_EQ(rump_sys_chown("/link", 5, 6), 0);
  EXPECT_EQ(rump_sys_chown("/file", kStays, 7), 0);
  EXPECT_EQ(rump_sys_lchown("/link", 8, kStays), 0);
  EXPECT_EQ(lstat_of("/file").st_uid, 5u);
  EXPECT_EQ(lstat_of("/file").st_gid, 7u);
  EXPECT_EQ(lstat_of("/link").st_uid, 8u);
  EXPECT_EQ(lstat_of("/link").st_gid, 0u);
  EXPECT_EQ(rump_sys_fchown(fd_, 9, kStays), 0);
  EXPECT_EQ(rump_sys_fchownat(RUMP_AT_FDCWD, "link", 1, 1, RUMP_AT_SYMLINK_NOFOLLOW), 0);
  EXPECT_EQ(lstat_of("/file").st_uid, 9u);
  EXPECT_EQ(lstat_of("/link").st_uid, 1u);
}

TEST_F(Attributes, TimesAreSetToTheNanosecond) {
  const rump_timespec times[] = {{.tv_sec = -5, .tv_nsec = 999999999}, {.tv_sec = 4102444800, .tv_nsec = 1}};
  ASSERT_EQ(rump_sys_utimensat(RUMP_AT_FDCWD, "link", times, 0), 0);
  rump_stat status = lstat_of("/file");
  EXPECT_EQ(status.st_atim.tv_sec, -5);
  EXPECT_EQ(status.st_atim.tv_nsec, 999999999);
  EXPECT_EQ(status.st_mtim.tv_sec, 4102444800);
  EXPECT_EQ(status.st_mtim.tv_nsec, 1);

  const rump_timespec partly[] = {{.tv_sec = 0, .tv_nsec = RUMP_UTIME_OMIT},
                                  {.tv_sec = 0, .tv_nsec = RUMP_UTIME_NOW}};
  ASSERT_EQ(rump_sys_futimens(fd_, partly), 0);
  status = lstat_of("/file");
  EXPECT_EQ(status.st_atim.tv_sec, -5);
  EXPECT_GT(status.st_mtim.tv_sec, 1000000000);
  EXPECT_LT(status.st_mtim.tv_sec, 4102444800);

  const rump_timeval coarse[] = {{.tv_sec = 1, .tv_usec = 2}, {.tv_sec = 3, .tv_usec = 4}};
  ASSERT_EQ(rump_sys_lutimes("/link", coarse), 0);
  EXPECT_EQ(lstat_of("/link").st_mtim.tv_sec, 3);
  EXPECT_EQ(lstat_of("/link").st_mtim.tv_nsec, 4000);
  EXPECT_EQ(lstat_of("/file").st_atim.tv_sec, -5);
  ASSERT_EQ(rump_sys_utimes("/link", coarse), 0);
  EXPECT_EQ(lstat_of("/file").st_atim.tv_nsec, 2000);
  ASSERT_EQ(rump_sys_futimes(fd_, nullptr), 0);
  EXPECT_GT(lstat_of("/file").st_atim.tv_sec, 1000000000);
}

TEST_F(Attributes, ImpossibleTimesAreRefused) {
  const rump_timespec times[] = {{.tv_sec = 0, .tv_nsec = 0}, {.tv_sec = 0, .tv_nsec = 1000000000}};
  const rump_timeval coarse[] = {{.tv_sec = 0, .tv_usec = -1}, {.tv_sec = 0, .tv_usec = 0}};
  expect_error(rump_sys_utimensat(RUMP_AT_FDCWD, "file", times, 0), EINVAL);
  expect_error(rump_sys_futimens(fd_, times), EINVAL);
  expect_error(rump_sys_utimes("/file", coarse), EINVAL);
  expect_error(rump_sys_utimensat(RUMP_AT_FDCWD, "file", nullptr, RUMP_AT_REMOVEDIR), EINVAL);
}

TEST_F(Attributes, AccessIsCheckedWithTheProcessesCredentials) {
  EXPECT_EQ(rump_sys_access("/file", RUMP_R_OK | RUMP_W_OK), 0);
  expect_error(rump_sys_access("/file", RUMP_X_OK), EACCES);
  expect_error(rump_sys_access("/none", RUMP_F_OK), ENOENT);
  EXPECT_EQ(rump_sys_faccessat(RUMP_AT_FDCWD, "file", RUMP_R_OK, RUMP_AT_EACCESS), 0);
  expect_error(rump_sys_access("/file", 8), EINVAL);
  expect_error(rump_sys_faccessat(RUMP_AT_FDCWD, "file", 0, RUMP_AT_REMOVEDIR), EINVAL);
}

TEST_F(Attributes, FlagsForbid) {
  EXPECT_EQ(rump_sys_chflags("/link", RUMP_FLAG_IMMUTABLE), 0);
  EXPECT_EQ(lstat_of("/file").st_flags, static_cast<uint32_t>(RUMP_FLAG_IMMUTABLE));
  expect_error(rump_sys_chmod("/file", 0600), EPERM);
  expect_error(rump_sys_chflags("/file", 1ul << 32), EINVAL);
  EXPECT_EQ(rump_sys_lchflags("/file", 0), 0);
  EXPECT_EQ(rump_sys_chmod("/file", 0600), 0);
}

TEST_F(Attributes, TheMaskTakesPermissionsAway) {
  EXPECT_EQ(rump_sys_umask(0177), 022u);
  ASSERT_EQ(rump_sys_mknod("/masked", RUMP_S_IFREG | 0777, 0), 0);
  EXPECT_EQ(lstat_of("/masked").st_mode & 07777, 0600u);
  EXPECT_EQ(rump_sys_umask(022), 0177u);
}

}  // namespace
