// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extended attributes.
#include <set>

#include "tests/cface/running.hpp"

namespace {

using Xattrs = RunningWithFile;

TEST_F(Xattrs, ValuesAreSetReadAndRemoved) {
  char room[10];
  expect_error(rump_sys_getxattr("/file", "user.a", room, sizeof room), ENODATA);
  expect_error(rump_sys_setxattr("/link", "user.a", "value", 5, RUMP_XATTR_REPLACE), ENODATA);
  EXPECT_EQ(rump_sys_setxattr("/link", "user.a", "value", 5, RUMP_XATTR_CREATE), 0);
  expect_error(rump_sys_fsetxattr(fd_, "user.a", "other", 5, RUMP_XATTR_CREATE), EEXIST);
  EXPECT_EQ(rump_sys_getxattr("/file", "user.a", nullptr, 0), 5);
  expect_error(rump_sys_getxattr("/file", "user.a", room, 4), ERANGE);
  EXPECT_EQ(rump_sys_fgetxattr(fd_, "user.a", room, sizeof room), 5);
  EXPECT_EQ(std::string(room, 5), "value");
  EXPECT_EQ(rump_sys_fsetxattr(fd_, "user.a", "", 0, RUMP_XATTR_REPLACE), 0);
  EXPECT_EQ(rump_sys_lgetxattr("/file", "user.a", room, sizeof room), 0);
  EXPECT_EQ(rump_sys_fremovexattr(fd_, "user.a"), 0);
  expect_error(rump_sys_removexattr("/file", "user.a"), ENODATA);
  expect_error(rump_sys_setxattr("/file", "user.a", "", 0, 3), EINVAL);
}

TEST_F(Xattrs, ListsHoldEachNameOnceWithItsNul) {
  EXPECT_EQ(rump_sys_listxattr("/file", nullptr, 0), 0);
  EXPECT_EQ(rump_sys_setxattr("/file", "user.one", "1", 1, 0), 0);
  EXPECT_EQ(rump_sys_setxattr("/file", "trusted.two", "2", 1, 0), 0);
  constexpr ssize_t kBytes = sizeof "user.one" + sizeof "trusted.two";
  EXPECT_EQ(rump_sys_listxattr("/link", nullptr, 0), kBytes);
  char room[kBytes];
  EXPECT_EQ(rump_sys_flistxattr(fd_, room, sizeof room), kBytes);
  const std::set<std::string> names = {room, room + strlen(room) + 1};
  EXPECT_EQ(names, (std::set<std::string>{"user.one", "trusted.two"}));
  expect_error(rump_sys_listxattr("/file", room, sizeof room - 1), ERANGE);
  expect_error(rump_sys_listxattr("/none", room, sizeof room), ENOENT);
}

TEST_F(Xattrs, LinksHaveTheirOwn) {
  EXPECT_EQ(rump_sys_lsetxattr("/link", "trusted.mine", "x", 1, 0), 0);
  EXPECT_EQ(rump_sys_llistxattr("/link", nullptr, 0), static_cast<ssize_t>(sizeof "trusted.mine"));
  EXPECT_EQ(rump_sys_listxattr("/link", nullptr, 0), 0);
  EXPECT_EQ(rump_sys_lremovexattr("/link", "trusted.mine"), 0);
}

}  // namespace
