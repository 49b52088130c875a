// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Threads: one process for all, and one process each.
#include <thread>

#include "tests/cface/running.hpp"

namespace {

using Threads = Running;

constexpr int kThreads = 4;
constexpr int kRounds = 100;

template <class Body>
void in_threads(Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

TEST_F(Threads, ShareTheFirstProcess) {
  const int fd = rump_sys_open("/file", RUMP_O_RDWR | RUMP_O_CREAT | RUMP_O_APPEND, 0644);
  ASSERT_GE(fd, 0);
  in_threads([fd](int) {
    for (int round = 0; round < kRounds; ++round) EXPECT_EQ(rump_sys_write(fd, "12345678", 8), 8);
  });
  EXPECT_EQ(lstat_of("/file").st_size, 8 * kThreads * kRounds);
  EXPECT_EQ(rump_sys_close(fd), 0);
}

TEST_F(Threads, HaveProcessesAndErrorsOfTheirOwn) {
  in_threads([](int number) {
    const uint32_t uid = 1000 + static_cast<uint32_t>(number);
    ASSERT_EQ(rump_lwproc_newproc(uid, uid, 0, nullptr), 0);
    const std::string name = "/file" + std::to_string(number);
    for (int round = 0; round < kRounds; ++round) {
      EXPECT_EQ(rump_sys_getuid(), uid);
      errno = 0;
      expect_error(rump_sys_open(name.c_str(), RUMP_O_RDONLY), ENOENT);
      expect_error(rump_sys_chown("/", uid, uid), EPERM);
    }
    rump_pub_lwproc_releaselwp();
    EXPECT_EQ(rump_sys_getuid(), 0u);
    make_file(name.c_str(), name);
    EXPECT_EQ(content_of(name.c_str()), name);
  });
}

TEST_F(Threads, MountAndUnmountAtOnce) {
  for (int i = 0; i < kThreads; ++i) ASSERT_EQ(rump_sys_mkdir(("/dir" + std::to_string(i)).c_str(), 0755), 0);
  in_threads([](int number) {
    const std::string path = "/dir" + std::to_string(number);
    for (int round = 0; round < kRounds / 10; ++round) {
      rump_mount_args args{.fspec = nullptr, .options = nullptr, .size = 1 << 20};
      ASSERT_EQ(rump_sys_mount("tmpfs", path.c_str(), 0, &args, sizeof args), 0) << rump_last_error();
      make_file((path + "/inside").c_str(), "content");
      ASSERT_EQ(rump_sys_unmount(path.c_str(), 0), 0) << rump_last_error();
      rump_stat status;
      expect_error(rump_sys_stat((path + "/inside").c_str(), &status), ENOENT);
    }
  });
}

}  // namespace
