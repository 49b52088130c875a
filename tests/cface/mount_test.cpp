// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Keys, mounting and unmounting.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/cface/running.hpp"
#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"

namespace {

class Mounting : public Running {
 protected:
  void SetUp() override {
    Running::SetUp();
    ASSERT_EQ(rump_sys_mkdir("/mnt", 0755), 0);
  }
  static int mount_key(const char* key, int flags = RUMP_MNT_RDONLY, const char* path = "/mnt") {
    rump_mount_args args{.fspec = key, .options = nullptr, .size = 0};
    return rump_sys_mount("ext2", path, flags, &args, sizeof args);
  }
  static int mount_memory(const char* path, const char* options = nullptr, int flags = 0) {
    rump_mount_args args{.fspec = nullptr, .options = options, .size = 1 << 20};
    return rump_sys_mount("tmpfs", path, flags, &args, sizeof args);
  }
  /// An ext4 image that holds the file /hello.
  std::string make_image(const std::string& name) {
    const std::string tree = scratch_ / (name + ".tree");
    EXPECT_EQ(::mkdir(tree.c_str(), 0755), 0);
    std::ofstream(tree + "/hello") << "in " << name;
    const std::string image = scratch_ / name;
    oracle::must({"mke2fs", "-q", "-t", "ext4", "-d", tree, image, "2M"});
    return image;
  }
  oracle::Scratch scratch_;
};

TEST_F(Mounting, AnImageIsReadByItsKey) {
  const std::string image = make_image("image");
  ASSERT_EQ(rump_pub_etfs_register("/dev/image", image.c_str(), RUMP_ETFS_BLK), 0);
  rump_stat covered = lstat_of("/mnt");
  ASSERT_EQ(mount_key("//dev/image"), 0) << rump_last_error();  // slashes at the start count as one
  EXPECT_EQ(content_of("/mnt/hello"), "in image");
  EXPECT_NE(lstat_of("/mnt").st_dev, covered.st_dev);
  EXPECT_EQ(lstat_of("/mnt/hello").st_dev, lstat_of("/mnt").st_dev);
  expect_error(rump_sys_mkdir("/mnt/new", 0755), EROFS);
  rump_stat status;
  expect_error(rump_sys_stat("/dev/image", &status), ENOENT);  // a key is no file

  EXPECT_EQ(rump_sys_unmount("/mnt/", 0), 0);
  EXPECT_EQ(lstat_of("/mnt").st_dev, covered.st_dev);
  expect_error(rump_sys_stat("/mnt/hello", &status), ENOENT);
}

TEST_F(Mounting, KeysAreChecked) {
  const std::string image = make_image("image");
  EXPECT_EQ(rump_pub_etfs_register("no-slash", image.c_str(), RUMP_ETFS_BLK), EINVAL);
  EXPECT_EQ(rump_pub_etfs_register("/key", (scratch_ / "none").c_str(), RUMP_ETFS_BLK), ENOENT);
  EXPECT_EQ(rump_pub_etfs_register("/key", "/dev/null", RUMP_ETFS_BLK), EINVAL);
  EXPECT_EQ(rump_pub_etfs_register("/key", image.c_str(), RUMP_ETFS_DIR_SUBDIRS), EOPNOTSUPP);
  EXPECT_EQ(rump_pub_etfs_remove("/key"), ENOENT);
  EXPECT_EQ(rump_pub_etfs_register("/key", image.c_str(), RUMP_ETFS_REG), 0);
  EXPECT_EQ(rump_pub_etfs_register("//key", image.c_str(), RUMP_ETFS_REG), EEXIST);
  ASSERT_EQ(mount_key("/key"), 0) << rump_last_error();
  EXPECT_EQ(rump_pub_etfs_remove("/key"), 0);
  EXPECT_EQ(content_of("/mnt/hello"), "in image");
  EXPECT_EQ(rump_sys_unmount("/mnt", 0), 0);
  expect_error(mount_key("/key"), ENOENT);
}

TEST_F(Mounting, PartsOfAFileAreImagesOfTheirOwn) {
  constexpr uint64_t kPart = 2 << 20;
  const std::string one = make_image("one"), two = make_image("two"), disk = scratch_ / "disk";
  std::ofstream(disk) << std::ifstream(one).rdbuf() << std::ifstream(two).rdbuf();
  ASSERT_EQ(rump_pub_etfs_register_withsize("/one", disk.c_str(), RUMP_ETFS_BLK, 0, kPart), 0);
  ASSERT_EQ(
      rump_pub_etfs_register_withsize("/two", disk.c_str(), RUMP_ETFS_BLK, kPart, RUMP_ETFS_SIZE_ENDOFF), 0);
  EXPECT_EQ(rump_pub_etfs_register_withsize("/far", disk.c_str(), RUMP_ETFS_BLK, kPart, kPart + 1), EINVAL);
  EXPECT_EQ(rump_pub_etfs_register_withsize("/far", disk.c_str(), RUMP_ETFS_BLK, 2 * kPart + 1, 0), EINVAL);
  ASSERT_EQ(rump_sys_mkdir("/mnt2", 0755), 0);
  ASSERT_EQ(mount_key("/one"), 0) << rump_last_error();
  ASSERT_EQ(mount_key("/two", RUMP_MNT_RDONLY, "/mnt2"), 0) << rump_last_error();
  EXPECT_EQ(content_of("/mnt/hello"), "in one");
  EXPECT_EQ(content_of("/mnt2/hello"), "in two");
}

TEST_F(Mounting, TheSameBytesAreMountedOnce) {
  const std::string image = make_image("image"), name = scratch_ / "second-name";
  ASSERT_EQ(::link(image.c_str(), name.c_str()), 0);
  ASSERT_EQ(rump_pub_etfs_register("/one", image.c_str(), RUMP_ETFS_BLK), 0);
  ASSERT_EQ(rump_pub_etfs_register("/two", name.c_str(), RUMP_ETFS_BLK), 0);
  ASSERT_EQ(rump_sys_mkdir("/mnt2", 0755), 0);
  ASSERT_EQ(mount_key("/one"), 0) << rump_last_error();
  expect_error(mount_key("/two", RUMP_MNT_RDONLY, "/mnt2"), EBUSY);
}

TEST_F(Mounting, AMountedFileIsLocked) {
  const std::string image = make_image("image");
  ASSERT_EQ(rump_pub_etfs_register("/key", image.c_str(), RUMP_ETFS_BLK), 0);
  const int fd = ::open(image.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::flock(fd, LOCK_EX | LOCK_NB), 0);
  expect_error(mount_key("/key"), EBUSY);
  ASSERT_EQ(::flock(fd, LOCK_SH | LOCK_NB), 0);
  ASSERT_EQ(mount_key("/key"), 0) << rump_last_error();
  expect_error(::flock(fd, LOCK_EX | LOCK_NB), EWOULDBLOCK);
  EXPECT_EQ(rump_sys_unmount("/mnt", 0), 0);
  EXPECT_EQ(::flock(fd, LOCK_EX | LOCK_NB), 0);
  ::close(fd);
}

TEST_F(Mounting, WhatIsNoImageIsRefusedByReason) {
  const std::string junk = scratch_ / "junk";
  std::ofstream(junk) << std::string(1 << 20, 'x');
  ASSERT_EQ(rump_pub_etfs_register("/junk", junk.c_str(), RUMP_ETFS_BLK), 0);
  EXPECT_EQ(mount_key("/junk"), -1);
  EXPECT_TRUE(errno == EUCLEAN || errno == EINVAL) << strerrorname_np(errno);
  EXPECT_STRNE(rump_last_error(), "");
  rump_mount_args args{.fspec = "/junk", .options = nullptr, .size = 0};
  expect_error(rump_sys_mount("nofs", "/mnt", 0, &args, sizeof args), EOPNOTSUPP);
  expect_error(rump_sys_mount("ext2", "/mnt", 0, &args, sizeof args - 1), EINVAL);
  expect_error(rump_sys_mount("ext2", "/mnt", 0, nullptr, sizeof args), EINVAL);
  expect_error(rump_sys_mount("ext2", "/mnt", 0x40000000, &args, sizeof args), EINVAL);
  expect_error(rump_sys_mount("ext2", "/none", 0, &args, sizeof args), ENOENT);
  args.fspec = nullptr;
  expect_error(rump_sys_mount("ext2", "/mnt", 0, &args, sizeof args), ENOENT);
}

TEST_F(Mounting, MemoryIsMountedWithItsSizeAndOptions) {
  ASSERT_EQ(mount_memory("/mnt", "mode=711"), 0) << rump_last_error();
  EXPECT_EQ(lstat_of("/mnt").st_mode, RUMP_S_IFDIR | 0711u);
  rump_statvfs stat{};
  ASSERT_EQ(rump_sys_statvfs("/mnt", &stat), 0);
  EXPECT_LE(stat.f_blocks * stat.f_frsize, 1u << 20);
  EXPECT_GT(stat.f_bavail, 0u);
  EXPECT_EQ(stat.f_fsid, lstat_of("/mnt").st_dev);
  EXPECT_EQ(stat.f_namemax, 255u);
  EXPECT_EQ(stat.f_flag, 0u);

  make_file("/mnt/big", "");
  const int fd = rump_sys_open("/mnt/big", RUMP_O_WRONLY);
  rump_statvfs by_fd{};
  ASSERT_EQ(rump_sys_fstatvfs1(fd, &by_fd, 0), 0);
  EXPECT_EQ(by_fd.f_fsid, stat.f_fsid);
  const std::string bytes(1 << 16, 'x');
  ssize_t wrote;
  int count = 0;
  while ((wrote = rump_sys_write(fd, bytes.data(), bytes.size())) > 0) ASSERT_LT(++count, 100);
  expect_error(wrote, ENOSPC);
  EXPECT_EQ(rump_sys_close(fd), 0);
  ASSERT_EQ(rump_sys_statvfs1("/mnt", &stat, 1), 0);
  EXPECT_LT(stat.f_bavail * stat.f_frsize, bytes.size());
  EXPECT_EQ(rump_sys_unmount("/mnt", 0), 0);
  expect_error(mount_memory("/mnt", "nonsense"), EINVAL);

  ASSERT_EQ(mount_memory("/mnt", nullptr, RUMP_MNT_RDONLY), 0) << rump_last_error();
  ASSERT_EQ(rump_sys_statvfs("/mnt", &stat), 0);
  EXPECT_EQ(stat.f_flag, static_cast<uint64_t>(RUMP_ST_RDONLY));
}

TEST_F(Mounting, NestsAndRefusesWhatIsInUse) {
  expect_error(rump_sys_unmount("/", 0), EBUSY);
  expect_error(rump_sys_unmount("/mnt", 0), EINVAL);
  ASSERT_EQ(mount_memory("/mnt"), 0);
  ASSERT_EQ(rump_sys_mkdir("/mnt/inner", 0755), 0);
  ASSERT_EQ(mount_memory("/mnt/inner"), 0);
  ASSERT_EQ(rump_sys_mkdir("/mnt/inner/deep", 0755), 0);
  ASSERT_EQ(rump_sys_chdir("/mnt/inner/deep"), 0);
  char room[100];
  EXPECT_STREQ(rump_sys_getcwd(room, sizeof room), "/mnt/inner/deep");
  expect_error(rump_sys_unmount("..", 0), EBUSY);  // the current directory
  expect_error(rump_sys_unmount("/mnt", RUMP_MNT_FORCE), EBUSY);
  expect_error(rump_sys_unmount("/mnt/inner/deep", 0), EINVAL);
  expect_error(rump_sys_unmount("/mnt/inner", 1), EINVAL);
  expect_error(rump_sys_link("/mnt/inner/deep", "/mnt/x"), EXDEV);
  expect_error(rump_sys_rename("/mnt/inner/deep", "/mnt/x"), EXDEV);
  ASSERT_EQ(rump_sys_chdir(".."), 0);
  ASSERT_EQ(rump_sys_chdir(".."), 0);
  EXPECT_STREQ(rump_sys_getcwd(room, sizeof room), "/mnt");
  EXPECT_EQ(rump_sys_unmount("inner", 0), 0);
  // rump_fini takes the outer one away, current directory or not.
}

TEST_F(Mounting, AccessTimesAreKeptOnDemand) {
  const rump_timespec old[] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};
  for (const int flags : {0, RUMP_MNT_ATIME}) {
    ASSERT_EQ(mount_memory("/mnt", nullptr, flags), 0);
    make_file("/mnt/file", "content");
    ASSERT_EQ(rump_sys_utimensat(RUMP_AT_FDCWD, "/mnt/file", old, 0), 0);
    EXPECT_EQ(content_of("/mnt/file"), "content");
    EXPECT_EQ(lstat_of("/mnt/file").st_atim.tv_sec > 1, flags == RUMP_MNT_ATIME);
    ASSERT_EQ(rump_sys_unmount("/mnt", 0), 0);
  }
}

}  // namespace
