// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Starting, stopping, processes; and that every kernel error has an errno value of its own.
#include <set>

#include "tests/cface/running.hpp"
#include "vfs/cface/errno_map.hpp"

namespace {

using Kernel = Running;

TEST(Errno, EachErrorHasItsOwnNumber) {
  std::set<int> numbers;
  for (rump::i32 code = 1; code <= static_cast<rump::i32>(rump::Errc::broken_pipe); ++code) {
    const int number = rump::cface::errno_of(static_cast<rump::Errc>(code));
    EXPECT_TRUE(numbers.insert(number).second) << "error " << code << " shares " << strerrorname_np(number);
  }
  EXPECT_EQ(rump::cface::errno_of(rump::Errc::io), EIO);
  EXPECT_EQ(rump::cface::errno_of(rump::Errc::corrupt), EUCLEAN);
  EXPECT_EQ(rump::cface::errno_of(rump::Errc::not_supported), EOPNOTSUPP);
  EXPECT_EQ(rump::cface::errno_of(rump::Errc::denied), EACCES);
  EXPECT_EQ(rump::cface::errno_of(rump::Errc::not_permitted), EPERM);
}

TEST(NoKernel, CallsSaySo) {
  rump_stat status;
  expect_error(rump_sys_stat("/", &status), ENXIO);
  expect_error(rump_sys_read(0, nullptr, 0), ENXIO);
  char room[10];
  expect_error(rump_sys_getcwd(room, sizeof room), ENXIO);
  EXPECT_EQ(rump_pub_etfs_register("/key", "/dev/null", RUMP_ETFS_BLK), ENXIO);
  EXPECT_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), ENXIO);
  EXPECT_EQ(rump_fini(), 0);
}

TEST_F(Kernel, StartsOnceAndForgetsWhenStopped) {
  EXPECT_EQ(rump_init(), 0);
  make_file("/file", "content");
  EXPECT_EQ(content_of("/file"), "content");
  EXPECT_EQ(rump_fini(), 0);
  EXPECT_EQ(rump_init(), 0);
  rump_stat status;
  expect_error(rump_sys_stat("/file", &status), ENOENT);
  EXPECT_STRNE(rump_last_error(), "");
}

TEST_F(Kernel, StopsWithFilesOpenAndDirectoriesInUse) {
  make_file("/file", "");
  ASSERT_EQ(rump_sys_mkdir("/dir", 0755), 0);
  EXPECT_EQ(rump_sys_chdir("/dir"), 0);
  EXPECT_GE(rump_sys_open("/file", RUMP_O_RDONLY), 0);
  EXPECT_EQ(rump_sys_unlink("/file"), 0);
}

TEST_F(Kernel, ProcessesHaveTheirOwnDescriptorsDirectoryMaskAndCredentials) {
  make_file("/file", "content");
  ASSERT_EQ(rump_sys_mkdir("/dir", 0755), 0);
  ASSERT_EQ(rump_sys_chdir("/dir"), 0);
  const int fd = rump_sys_open("/file", RUMP_O_RDONLY);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(rump_pub_lwproc_curlwp(), nullptr);

  const uint32_t groups[] = {7, 8};
  ASSERT_EQ(rump_lwproc_newproc(1000, 100, 2, groups), 0);
  lwp* const user = rump_pub_lwproc_curlwp();
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(rump_sys_getuid(), 1000u);
  EXPECT_EQ(rump_sys_getgid(), 100u);
  expect_error(rump_sys_close(fd), EBADF);
  char room[10];
  EXPECT_STREQ(rump_sys_getcwd(room, sizeof room), "/");
  EXPECT_EQ(rump_sys_umask(077), 022u);
  EXPECT_EQ(rump_fini(), EBUSY);

  ASSERT_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
  EXPECT_NE(rump_pub_lwproc_curlwp(), user);
  EXPECT_EQ(rump_sys_getuid(), 1000u);
  rump_pub_lwproc_releaselwp();

  EXPECT_EQ(rump_pub_lwproc_curlwp(), nullptr);
  EXPECT_EQ(rump_sys_getuid(), 0u);
  EXPECT_EQ(rump_sys_umask(022), 022u);
  EXPECT_EQ(rump_sys_close(fd), 0);
  rump_pub_lwproc_switch(user);
  EXPECT_EQ(rump_sys_umask(022), 077u);
  rump_pub_lwproc_releaselwp();
}

TEST_F(Kernel, CredentialsDecide) {
  make_file("/secret", "content");
  ASSERT_EQ(rump_sys_chmod("/secret", 0640), 0);
  ASSERT_EQ(rump_sys_chown("/secret", 0, 8), 0);
  ASSERT_EQ(rump_lwproc_newproc(1000, 100, 0, nullptr), 0);
  expect_error(rump_sys_open("/secret", RUMP_O_RDONLY), EACCES);
  expect_error(rump_sys_access("/secret", RUMP_R_OK), EACCES);
  EXPECT_EQ(rump_sys_access("/secret", RUMP_F_OK), 0);
  expect_error(rump_sys_chmod("/secret", 0666), EPERM);
  rump_mount_args args{};
  expect_error(rump_sys_mount("tmpfs", "/", 0, &args, sizeof args), EPERM);
  expect_error(rump_sys_unmount("/", 0), EPERM);
  rump_pub_lwproc_releaselwp();

  const uint32_t groups[] = {8};
  ASSERT_EQ(rump_lwproc_newproc(1000, 100, 1, groups), 0);
  EXPECT_EQ(content_of("/secret"), "content");
  rump_pub_lwproc_releaselwp();
}

TEST_F(Kernel, RefusesProcessesThatItCannotMake) {
  EXPECT_EQ(rump_pub_lwproc_rfork(0), EOPNOTSUPP);
  EXPECT_STRNE(rump_last_error(), "");
  EXPECT_EQ(rump_pub_etfs_remove("/none"), ENOENT);
  EXPECT_STREQ(rump_last_error(), "");  // not the sentence from before
  EXPECT_EQ(rump_lwproc_newproc(1, 1, RUMP_NGROUPS_MAX + 1, nullptr), EINVAL);
  EXPECT_EQ(rump_pub_lwproc_curlwp(), nullptr);
  rump_pub_lwproc_releaselwp();
}

}  // namespace
