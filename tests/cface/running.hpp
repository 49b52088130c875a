// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A running kernel for each test, and short names for what tests do again and again.
#pragma once

#include <gtest/gtest.h>
#include <rump/rump.h>
#include <rump/rump_syscalls.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

/// Expects that a call answers -1 (or NULL) with this errno value.
template <class Result>
void expect_error(Result result, int number) {
  const int error = errno;
  if constexpr (std::is_pointer_v<Result>)
    EXPECT_EQ(result, nullptr);
  else
    EXPECT_EQ(result, static_cast<Result>(-1));
  EXPECT_EQ(error, number) << "errno says: " << strerrorname_np(error)
                           << ", the kernel: " << rump_last_error();
}

/// Each test has a kernel of its own, and must leave nothing behind in it.
class Running : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(rump_init(), 0) << rump_last_error(); }
  void TearDown() override { EXPECT_EQ(rump_fini(), 0) << rump_last_error(); }

  /// Makes a file with this content.
  static void make_file(const char* path, std::string_view content) {
    const int fd = rump_sys_open(path, RUMP_O_WRONLY | RUMP_O_CREAT | RUMP_O_EXCL, 0644);
    ASSERT_GE(fd, 0) << path << ": " << rump_last_error();
    EXPECT_EQ(rump_sys_write(fd, content.data(), content.size()), static_cast<ssize_t>(content.size()));
    EXPECT_EQ(rump_sys_close(fd), 0);
  }

  /// The whole content of a file.
  static std::string content_of(const char* path) {
    const int fd = rump_sys_open(path, RUMP_O_RDONLY);
    EXPECT_GE(fd, 0) << path << ": " << rump_last_error();
    std::string content;
    char bytes[1000];
    ssize_t count;
    while ((count = rump_sys_read(fd, bytes, sizeof bytes)) > 0)
      content.append(bytes, static_cast<std::size_t>(count));
    EXPECT_EQ(count, 0) << rump_last_error();
    EXPECT_EQ(rump_sys_close(fd), 0);
    return content;
  }

  static rump_stat lstat_of(const char* path) {
    rump_stat status{};
    EXPECT_EQ(rump_sys_lstat(path, &status), 0) << path << ": " << rump_last_error();
    return status;
  }
};

/// A running kernel with an empty file, a symlink to it, and a descriptor for it.
class RunningWithFile : public Running {
 protected:
  void SetUp() override {
    Running::SetUp();
    make_file("/file", "");
    ASSERT_EQ(rump_sys_symlink("file", "/link"), 0);
    fd_ = rump_sys_open("/file", RUMP_O_RDWR);
    ASSERT_GE(fd_, 0);
  }
  void TearDown() override {
    EXPECT_EQ(rump_sys_close(fd_), 0);
    Running::TearDown();
  }
  int fd_ = -1;
};
