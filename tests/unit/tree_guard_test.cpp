// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Which directories a walk may enter.
#include "utils/list/tree_guard.hpp"

#include <gtest/gtest.h>

#include <string>

#include "vfs/vnode.hpp"

namespace fsu {
namespace {

TEST(InoSet, TellsNewFromKnown) {
  InoSet set;
  EXPECT_TRUE(set.insert(63));
  EXPECT_TRUE(set.insert(64));
  EXPECT_TRUE(set.insert(~std::uint64_t{0}));
  EXPECT_FALSE(set.insert(63));
  EXPECT_FALSE(set.insert(~std::uint64_t{0}));
  EXPECT_TRUE(set.contains(64));
  EXPECT_FALSE(set.contains(65));
  EXPECT_FALSE(set.contains(640));
  set.clear();
  EXPECT_TRUE(set.insert(63));
}

TEST(TreeGuard, RefusesCyclesSecondParentsAndDepth) {
  TreeGuard guard(false);
  EXPECT_EQ(guard.enter(2, 0, "/"), nullptr);
  EXPECT_EQ(guard.enter(3, 1, "/a"), nullptr);
  EXPECT_STREQ(guard.enter(2, 2, "/a/up"), "corrupt image: directory cycle");
  EXPECT_EQ(guard.enter(4, 2, "/a/b"), nullptr);
  EXPECT_EQ(guard.enter(5, 1, "/c"), nullptr);
  EXPECT_STREQ(guard.enter(4, 2, "/c/b"), "corrupt image: the directory has two parents");
  EXPECT_STREQ(guard.enter(9, TreeGuard::kDepthMax, "/d"), "directories are nested too deep");
  EXPECT_STREQ(guard.enter(9, 1, std::string(rump::kPathMax + 1, 'd')), "directories are nested too deep");
  guard.begin();
  EXPECT_EQ(guard.enter(4, 0, "/c/b"), nullptr);
}

TEST(TreeGuard, SymlinksMayMeetButNotNest) {
  TreeGuard guard(true);
  EXPECT_EQ(guard.enter(2, 0, "/"), nullptr);
  EXPECT_EQ(guard.enter(3, 1, "/a"), nullptr);
  EXPECT_EQ(guard.enter(3, 1, "/to-a"), nullptr);
  EXPECT_STREQ(guard.enter(2, 2, "/to-a/up"), "directory cycle");
}

}  // namespace
}  // namespace fsu
