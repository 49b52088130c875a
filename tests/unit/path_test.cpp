// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Path resolution: components, symlinks, "..", mounts, limits and permissions.
#include "vfs/path.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/fixtures/test_fs.hpp"
#include "vfs/syscall.hpp"

namespace rump {
namespace {

using test::TestKernel;

/// /dir/sub/file, /file, and symlinks among them.
struct PathTest : testing::Test {
  PathTest() {
    dir = t.mount->add(1, "dir", FileType::dir);
    sub = t.mount->add(dir, "sub", FileType::dir);
    file = t.mount->add(sub, "file", FileType::file, 0644);
    top = t.mount->add(1, "file", FileType::file, 0644);
    link("to_sub", "dir/sub");
    link("to_file", "/dir/sub/file");
    link("up", "dir/sub/../../file");
    link("loop", "loop");
    link("empty", "");
    link("dangling", "nowhere");
  }
  Key link(std::string name, std::string target) {
    const Key key = t.mount->add(1, std::move(name), FileType::symlink, 0777);
    t.mount->nodes[key].target = std::move(target);
    return key;
  }
  /// The key at the end of the path, or the error.
  Result<Key> find(std::string_view path, Follow follow = Follow::yes, const Cred& cred = {}) {
    const VnodeRef root = t.root();
    return TRY(resolve({t.kernel, cred, root, root}, path, follow))->key();
  }
  Errc error(std::string_view path, Follow follow = Follow::yes, const Cred& cred = {}) {
    const auto found = find(path, follow, cred);
    EXPECT_FALSE(found) << path;
    return found ? Errc{} : found.error().code;
  }

  TestKernel t;
  Key dir, sub, file, top;
};

TEST_F(PathTest, FindsByName) {
  EXPECT_EQ(find("/"), 1u);
  EXPECT_EQ(find("/dir"), dir);
  EXPECT_EQ(find("dir/sub/file"), file);
  EXPECT_EQ(find("//dir///sub//file"), file);
  EXPECT_EQ(find("/./dir/./sub/."), sub);
  EXPECT_EQ(find("/dir/"), dir);
  EXPECT_EQ(error("/dir/none"), Errc::not_found);
  EXPECT_EQ(error("/none/file"), Errc::not_found);
}

TEST_F(PathTest, DotDotStopsAtTheRoot) {
  EXPECT_EQ(find("/.."), 1u);
  EXPECT_EQ(find("/../../dir/../file"), top);
  EXPECT_EQ(find("/dir/sub/../.."), 1u);
}

TEST_F(PathTest, AFileIsNoDirectory) {
  EXPECT_EQ(error("/file/"), Errc::not_dir);
  EXPECT_EQ(error("/file/x"), Errc::not_dir);
  EXPECT_EQ(error("/file/."), Errc::not_dir);
  EXPECT_EQ(error("/file/.."), Errc::not_dir);
  EXPECT_EQ(error("/to_file/"), Errc::not_dir);
}

TEST_F(PathTest, FollowsSymlinks) {
  EXPECT_EQ(find("/to_sub/file"), file);
  EXPECT_EQ(find("/to_file"), file);
  EXPECT_EQ(find("/up"), top);
  EXPECT_EQ(find("/to_sub/.."), dir) << ".. is that of the target";
  EXPECT_NE(find("/to_file", Follow::no), file);
  EXPECT_EQ(find("/to_sub/", Follow::no), sub) << "a trailing slash follows";
  EXPECT_EQ(error("/dangling"), Errc::not_found);
  EXPECT_TRUE(find("/dangling", Follow::no));
}

TEST_F(PathTest, SymlinksAreBounded) {
  EXPECT_EQ(error("/loop"), Errc::loop);
  EXPECT_EQ(error("/loop/x"), Errc::loop);
  EXPECT_EQ(error("/empty"), Errc::not_found);
  // A chain of exactly the limit works, one more does not.
  link("c0", "file");
  for (u32 i = 1; i <= kSymlinksMax; ++i) link("c" + std::to_string(i), "c" + std::to_string(i - 1));
  EXPECT_EQ(find("/c" + std::to_string(kSymlinksMax - 1)), top);
  EXPECT_EQ(error("/c" + std::to_string(kSymlinksMax)), Errc::loop);
}

TEST_F(PathTest, ALinkInTheMiddleKeepsTheRestOfThePath) {
  link("a", "dir/./");
  link("b", "a/sub/..//");
  EXPECT_EQ(find("/b/sub/file"), file);
  link("long", std::string(4000, '/') + "dir");
  EXPECT_EQ(find("/long/sub/file"), file);
  EXPECT_EQ(error("/long/" + std::string(200, '/') + "sub"), Errc::name_too_long);
}

TEST_F(PathTest, LimitsOfNamesAndPaths) {
  EXPECT_EQ(error(""), Errc::not_found);
  EXPECT_EQ(error("/" + std::string(255, 'n')), Errc::not_found);
  EXPECT_EQ(error("/" + std::string(256, 'n')), Errc::name_too_long);
  EXPECT_EQ(error(std::string(5000, '/')), Errc::name_too_long);
  EXPECT_EQ(error(std::string_view("/fi\0le", 6)), Errc::invalid);
}

TEST_F(PathTest, SearchPermissionIsNeededOnEveryDirectory) {
  t.mount->nodes[dir].attr.mode = 0710;
  t.mount->nodes[dir].attr.uid = 5;
  t.mount->nodes[dir].attr.gid = 50;
  EXPECT_EQ(find("/dir/sub/file"), file) << "user 0 searches everything";
  EXPECT_EQ(find("/dir/sub/file", Follow::yes, {.uid = 5, .gid = 1}), file);
  EXPECT_EQ(find("/dir/sub/file", Follow::yes, {.uid = 6, .gid = 50}), file);
  Cred member{.uid = 6, .gid = 1};
  member.groups[0] = 50;
  member.group_count = 1;
  EXPECT_EQ(find("/dir/sub/file", Follow::yes, member), file);
  EXPECT_EQ(error("/dir/sub/file", Follow::yes, {.uid = 6, .gid = 1}), Errc::denied);
  EXPECT_EQ(find("/dir", Follow::yes, {.uid = 6, .gid = 1}), dir) << "naming it needs no search in it";
}

TEST_F(PathTest, ADirectoryThatIsItsOwnChildDoesNotHang) {
  t.mount->nodes[sub].entries.emplace_back("again", sub);
  t.mount->nodes[sub].entries.emplace_back("above", dir);
  std::string path = "/dir/sub";
  for (int i = 0; i < 300; ++i) path += "/again/above/sub";
  EXPECT_EQ(find(path.substr(0, 4000)).error().code, Errc::not_found);
  EXPECT_EQ(find("/dir/sub/again/again/above/sub/file"), file);
}

TEST_F(PathTest, AParentThatIsNoDirectoryIsCorrupt) {
  t.mount->nodes[sub].parent = file;
  EXPECT_EQ(error("/dir/sub/.."), Errc::corrupt);
  t.mount->nodes[sub].parent = 999;
  EXPECT_EQ(error("/dir/sub/.."), Errc::corrupt);
}

TEST_F(PathTest, LookupsCrossMountsBothWays) {
  test::TestDevice device(512, 8);
  Mount* inner = t.kernel.mount(TestKernel::kType, device, {}).value();
  auto* nodes = static_cast<test::TestMount*>(inner);
  const Key inside = nodes->add(1, "inside", FileType::dir);
  ASSERT_TRUE(t.kernel.attach(*inner, t.get(sub)));
  EXPECT_EQ(t.kernel.attach(*inner, t.get(dir)).error().code, Errc::busy);

  EXPECT_EQ(find("/dir/sub/inside"), inside);
  EXPECT_EQ(find("/to_sub/inside"), inside);
  EXPECT_EQ(error("/dir/sub/file"), Errc::not_found) << "it is covered";
  EXPECT_EQ(find("/dir/sub/.."), dir);
  EXPECT_EQ(find("/dir/sub/inside/../../sub/inside"), inside);
  {
    const VnodeRef root = t.root();
    const VnodeRef crossed = resolve({t.kernel, {}, root, root}, "/dir/sub", Follow::yes).value();
    EXPECT_EQ(&crossed->mount(), inner);
    EXPECT_EQ(t.kernel.unmount(*inner).error().code, Errc::busy);
    EXPECT_EQ(find("/dir/sub/inside"), inside) << "still attached after a refused unmount";
  }
  EXPECT_EQ(t.kernel.unmount(*t.mount).error().code, Errc::busy) << "something is mounted inside";
  ASSERT_TRUE(t.kernel.unmount(*inner));
  EXPECT_EQ(find("/dir/sub/file"), file);
}

TEST_F(PathTest, TheRootOfAMountListsTheDirectoryAboveAsItsParent) {
  test::TestDevice device(512, 8);
  Mount* inner = t.kernel.mount(TestKernel::kType, device, {}).value();
  ASSERT_TRUE(t.kernel.attach(*inner, t.get(sub)));
  Process process(t.kernel, t.root());
  const Fd fd = process.open(kCwd, "/dir/sub", kOpenRead).value();
  DirBatch batch(DirBatch::Attrs::yes);
  ASSERT_TRUE(process.read_dir(fd, batch));
  ASSERT_EQ(batch.entries().size(), 2u);
  EXPECT_EQ(batch.entries()[0].ino, 1u) << "the inner root";
  EXPECT_EQ(batch.entries()[1].ino, dir);
}

TEST_F(PathTest, MountsInsideEachOtherAreRefused) {
  test::TestDevice one(512, 8), two(512, 8);
  Mount* a = t.kernel.mount(TestKernel::kType, one, {}).value();
  Mount* b = t.kernel.mount(TestKernel::kType, two, {}).value();
  ASSERT_TRUE(t.kernel.attach(*b, t.kernel.root_of(*a).value()));
  EXPECT_EQ(t.kernel.attach(*a, t.kernel.root_of(*b).value()).error().code, Errc::loop);
  EXPECT_EQ(t.kernel.attach(*t.mount, t.root()).error().code, Errc::loop);
  EXPECT_EQ(t.kernel.attach(*a, t.get(top)).error().code, Errc::not_dir);
  EXPECT_TRUE(t.kernel.attach(*a, t.get(sub)));
  EXPECT_EQ(&t.kernel.cross_down(t.get(sub)).value()->mount(), b);
}

TEST_F(PathTest, OneImageIsMountedOnce) {
  EXPECT_EQ(t.kernel.mount(TestKernel::kType, t.device, {}).error().code, Errc::busy);
  test::TestDevice one(512, 8), same(512, 8), other(512, 8);
  one.handle = same.handle = 77;
  other.handle = 78;
  ASSERT_TRUE(t.kernel.mount(TestKernel::kType, one, {}));
  EXPECT_EQ(t.kernel.mount(TestKernel::kType, same, {}).error().code, Errc::busy);
  EXPECT_TRUE(t.kernel.mount(TestKernel::kType, other, {}));
}

}  // namespace
}  // namespace rump
