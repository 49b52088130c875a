// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Who may do what: mode bits, sticky directories, privileges.
#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

constexpr u32 kOwner = 1000, kGroup = 2000, kMember = 1001, kOther = 1002;
constexpr u32 kReadWrite = kOpenRead | kOpenWrite;

class Permission : public Conformance {
 protected:
  /// Something of kOwner and kGroup.
  void give(At path, u32 mode) {
    must(root().chown(path, Follow::no, kOwner, kGroup));
    must(root().chmod(path, mode));
  }
  std::unique_ptr<Calls> owner() { return as(kOwner, kGroup); }
  std::unique_ptr<Calls> member() { return as(kMember, 77, {5, kGroup, 6}); }
  std::unique_ptr<Calls> other() { return as(kOther, 78); }
};

TEST_P(Permission, FirstClassThatMatchesDecides) {
  put(root(), "f", "content");
  struct Case {
    u32 mode;
    bool owner, member, other;
  };
  for (const auto& [mode, may_owner, may_member, may_other] : {Case{0400, true, false, false},
                                                               {0040, false, true, false},
                                                               {0004, false, false, true},
                                                               {0044, false, true, true},
                                                               {0404, true, false, true},
                                                               {0077, false, true, true},
                                                               {0333, false, false, false},
                                                               {0444, true, true, true}}) {
    give("f", mode);
    EXPECT_EQ(code(owner()->open("f", kOpenRead)), may_owner ? kDone : Errc::denied) << mode;
    EXPECT_EQ(code(member()->open("f", kOpenRead)), may_member ? kDone : Errc::denied) << mode;
    EXPECT_EQ(code(other()->open("f", kOpenRead)), may_other ? kDone : Errc::denied) << mode;
    EXPECT_EQ(code(root().open("f", kReadWrite)), kDone) << mode;
  }
}

TEST_P(Permission, OpeningForWriting) {
  put(root(), "f", "content");
  give("f", 0460);
  EXPECT_EQ(code(owner()->open("f", kOpenWrite)), Errc::denied);
  EXPECT_EQ(code(owner()->open("f", kReadWrite)), Errc::denied);
  EXPECT_EQ(code(owner()->open("f", kOpenRead)), kDone);
  EXPECT_EQ(code(member()->open("f", kReadWrite)), kDone);
  EXPECT_EQ(code(owner()->truncate("f", 0)), Errc::denied);
  EXPECT_EQ(code(owner()->open("f", kOpenWrite | kOpenCreate, 0666)), Errc::denied);
  EXPECT_EQ(code(owner()->open("f", kOpenWrite | kOpenTruncate)), Errc::denied);
  EXPECT_EQ(get(root(), "f"), "content");
  EXPECT_EQ(code(member()->truncate("f", 3)), kDone);
}

TEST_P(Permission, SearchOnEachComponent) {
  must(root().mkdir("a"));
  must(root().mkdir("a/b"));
  put(root(), "a/b/f", "content", 0666);
  must(root().chmod("a/b", 0777));
  auto user = other();
  for (const char* closed : {"a", "a/b"}) {
    const u32 before = mode_of(root(), closed);
    must(root().chmod(closed, 0766));
    EXPECT_EQ(code(user->open("a/b/f", kOpenRead)), Errc::denied) << closed;
    EXPECT_EQ(code(user->stat("a/b/f")), Errc::denied) << closed;
    EXPECT_EQ(code(user->stat("a/b/missing")), Errc::denied) << closed;
    EXPECT_EQ(code(user->unlink("a/b/f")), Errc::denied) << closed;
    EXPECT_EQ(code(user->mkdir("a/b/d")), Errc::denied) << closed;
    EXPECT_EQ(code(user->rename("a/b/f", "a/b/g")), Errc::denied) << closed;
    EXPECT_EQ(code(user->link("a/b/f", "a/b/g")), Errc::denied) << closed;
    EXPECT_EQ(code(user->chmod("a/b/f", 0)), Errc::denied) << closed;
    EXPECT_EQ(code(user->truncate("a/b/f", 0)), Errc::denied) << closed;
    EXPECT_EQ(code(user->chdir("a/b")), Errc::denied) << closed;
    EXPECT_EQ(code(user->stat("a/b/../b/f")), Errc::denied) << closed;
    must(root().chmod(closed, before));
  }
  EXPECT_EQ(get(*user, "a/b/f"), "content");
}

TEST_P(Permission, SearchWithoutRead) {
  must(root().mkdir("d"));
  put(root(), "d/f", "content");
  must(root().chmod("d", 0711));
  auto user = other();
  EXPECT_EQ(get(*user, "d/f"), "content");
  EXPECT_EQ(code(user->open("d", kOpenRead)), Errc::denied);
  EXPECT_EQ(code(user->chdir("d")), kDone);
  must(root().chmod("d", 0744));
  auto reader = other();
  const Fd fd = must(reader->open("d", kOpenRead));
  EXPECT_EQ(entries_of(*reader, fd).size(), 3u);
  EXPECT_EQ(code(reader->stat({fd, "f"})), Errc::denied);
  EXPECT_EQ(code(reader->fchdir(fd)), Errc::denied);
}

TEST_P(Permission, ChangingADirectoryNeedsWriteAndSearch) {
  must(root().mkdir("d"));
  must(root().mkdir("d/sub"));
  put(root(), "d/f", "");
  must(root().chmod(".", 0777));
  put(root(), "g", "");
  must(root().chmod("g", 0666));
  auto user = other();
  for (const u32 mode : {0755U, 0776U}) {
    must(root().chmod("d", mode));
    EXPECT_EQ(code(user->open("d/new", kOpenWrite | kOpenCreate, 0644)), Errc::denied) << mode;
    EXPECT_EQ(code(user->mkdir("d/new")), Errc::denied) << mode;
    EXPECT_EQ(code(user->mknod("d/new", FileType::fifo, 0644, {})), Errc::denied) << mode;
    EXPECT_EQ(code(user->symlink("target", "d/new")), Errc::denied) << mode;
    EXPECT_EQ(code(user->link("g", "d/new")), Errc::denied) << mode;
    EXPECT_EQ(code(user->unlink("d/f")), Errc::denied) << mode;
    EXPECT_EQ(code(user->rmdir("d/sub")), Errc::denied) << mode;
    EXPECT_EQ(code(user->rename("d/f", "new")), Errc::denied) << mode;
    EXPECT_EQ(code(user->rename("g", "d/new")), Errc::denied) << mode;
  }
  must(root().chmod("d", 0755));
  EXPECT_EQ(code(user->open("d/f", kOpenRead | kOpenCreate, 0644)), kDone);
  EXPECT_EQ(code(user->mkdir("d/sub")), Errc::exists);
  EXPECT_EQ(code(user->unlink("d/missing")), Errc::not_found);
  must(root().chmod("d", 0777));
  EXPECT_EQ(code(user->unlink("d/f")), kDone);
  EXPECT_EQ(code(user->rmdir("d/sub")), kDone);
}

TEST_P(Permission, MovingADirectoryChangesItsParentEntry) {
  must(root().mkdir("a"));
  must(root().mkdir("b"));
  must(root().mkdir("a/d"));
  for (const char* name : {"a", "b"}) must(root().chmod(name, 0777));
  auto user = other();
  EXPECT_EQ(code(user->rename("a/d", "b/d")), Errc::denied);
  EXPECT_EQ(code(user->rename("a/d", "a/e")), kDone);
  must(root().chmod("a/e", 0777));
  EXPECT_EQ(code(user->rename("a/e", "b/d")), kDone);
  put(root(), "a/f", "", 0400);
  EXPECT_EQ(code(user->rename("a/f", "b/f")), kDone);
  must(root().chmod("b/d", 0755));
  EXPECT_EQ(code(user->rename("b/d", "b/f", kRenameExchange)), kDone);
}

TEST_P(Permission, StickyDirectory) {
  must(root().mkdir("d"));
  give("d", 01777);
  auto mine = member();
  auto thief = other();
  put(*mine, "d/f", "", 0666);
  put(*thief, "d/g", "", 0666);
  must(mine->mkdir("d/sub", 0777));
  EXPECT_EQ(code(thief->unlink("d/f")), Errc::not_permitted);
  EXPECT_EQ(code(thief->rmdir("d/sub")), Errc::not_permitted);
  EXPECT_EQ(code(thief->rename("d/f", "d/x")), Errc::not_permitted);
  EXPECT_EQ(code(thief->rename("d/g", "d/f")), Errc::not_permitted);
  EXPECT_EQ(code(thief->rename("d/g", "d/f", kRenameExchange)), Errc::not_permitted);
  EXPECT_EQ(code(thief->rename("d/g", "d/x")), kDone);
  EXPECT_EQ(code(mine->rename("d/f", "d/y")), kDone);
  EXPECT_EQ(code(mine->rmdir("d/sub")), kDone);
  EXPECT_EQ(code(owner()->unlink("d/y")), kDone);
  EXPECT_EQ(code(root().unlink("d/x")), kDone);
}

TEST_P(Permission, Chmod) {
  put(root(), "f", "");
  give("f", 0644);
  EXPECT_EQ(code(member()->chmod("f", 0666)), Errc::not_permitted);
  EXPECT_EQ(code(other()->chmod("f", 0666)), Errc::not_permitted);
  EXPECT_EQ(mode_of(root(), "f"), 0644u);
  EXPECT_EQ(code(owner()->chmod("f", 0)), kDone);
  EXPECT_EQ(mode_of(root(), "f"), 0u);
  EXPECT_EQ(code(owner()->chmod("f", 04751)), kDone);
  EXPECT_EQ(mode_of(root(), "f"), 04751u);
  auto reader = other();
  must(root().chmod("f", 0644));
  const Fd fd = must(reader->open("f", kOpenRead));
  EXPECT_EQ(code(reader->fchmod(fd, 0777)), Errc::not_permitted);
  EXPECT_EQ(code(root().chmod("f", 07777)), kDone);
  EXPECT_EQ(mode_of(root(), "f"), 07777u);
}

TEST_P(Permission, ChmodDropsSetgidOfAForeignGroup) {
  put(root(), "f", "");
  must(root().chown("f", Follow::no, kOwner, 555));
  auto user = owner();
  must(user->chmod("f", 06755));
  EXPECT_EQ(mode_of(root(), "f"), 04755u);
  must(root().chown("f", Follow::no, kOwner, kGroup));
  must(user->chmod("f", 06755));
  EXPECT_EQ(mode_of(root(), "f"), 06755u);
  must(root().chown("f", Follow::no, kMember, kGroup));
  must(member()->chmod("f", 02755));
  EXPECT_EQ(mode_of(root(), "f"), 02755u);
}

TEST_P(Permission, Chown) {
  put(root(), "f", "");
  give("f", 0644);
  EXPECT_EQ(code(owner()->chown("f", Follow::no, kOther, {})), Errc::not_permitted);
  EXPECT_EQ(code(owner()->chown("f", Follow::no, {}, 555)), Errc::not_permitted);
  EXPECT_EQ(code(other()->chown("f", Follow::no, {}, 78)), Errc::not_permitted);
  EXPECT_EQ(code(other()->chown("f", Follow::no, kOther, {})), Errc::not_permitted);
  EXPECT_EQ(code(owner()->chown("f", Follow::no, kOwner, kGroup)), kDone);
  EXPECT_EQ(code(as(kOwner, 1, {555})->chown("f", Follow::no, {}, 555)), kDone);
  EXPECT_EQ(must(root().stat("f")).gid, 555u);
  EXPECT_EQ(must(root().stat("f")).uid, kOwner);
  EXPECT_EQ(code(root().chown("f", Follow::no, 4000000000U, 4000000001U)), kDone);
  EXPECT_EQ(must(root().stat("f")).uid, 4000000000U);
  EXPECT_EQ(must(root().stat("f")).gid, 4000000001U);
}

TEST_P(Permission, ChownOfSymlinks) {
  put(root(), "f", "");
  must(root().symlink("f", "s"));
  must(root().chown("s", Follow::no, 5, 6));
  EXPECT_EQ(must(root().stat("s")).uid, 5u);
  EXPECT_EQ(must(root().stat("f")).uid, 0u);
  must(root().chown("s", Follow::yes, 7, 8));
  EXPECT_EQ(must(root().stat("s")).uid, 5u);
  EXPECT_EQ(must(root().stat("f")).uid, 7u);
  must(root().chmod("s", 0600));
  EXPECT_EQ(mode_of(root(), "s"), 0777u);
  EXPECT_EQ(mode_of(root(), "f"), 0600u);
}

TEST_P(Permission, ChownClearsSetuidAndSetgid) {
  put(root(), "f", "");
  must(root().mkdir("d"));
  const auto reset = [&](u32 mode) { give("f", mode); };
  auto user = as(kOwner, kGroup, {555});
  reset(06755);
  must(user->chown("f", Follow::no, {}, 555));
  EXPECT_EQ(mode_of(root(), "f"), 0755u);
  reset(06755);
  must(root().chown("f", Follow::no, kOther, {}));
  EXPECT_EQ(mode_of(root(), "f"), 0755u);
  reset(06755);
  must(user->chown("f", Follow::no, {}, {}));
  EXPECT_EQ(mode_of(root(), "f"), 0755u);
  reset(06745);
  must(user->chown("f", Follow::no, kOwner, {}));
  EXPECT_EQ(mode_of(root(), "f"), 02745u);
  must(root().chmod("d", 06775));
  must(root().chown("d", Follow::no, kOwner, kGroup));
  EXPECT_EQ(mode_of(root(), "d"), 06775u);
}

TEST_P(Permission, WritingClearsSetuidAndSetgid) {
  put(root(), "f", "content");
  give("f", 06777);
  auto user = owner();
  const Fd fd = must(user->open("f", kReadWrite));
  must(user->pwrite(fd, {}, 0));
  EXPECT_EQ(mode_of(root(), "f"), 06777u);
  must(user->pwrite(fd, bytes_of("x"), 0));
  EXPECT_EQ(mode_of(root(), "f"), 0777u);
  must(root().chmod("f", 06777));
  must(user->truncate("f", 3));
  EXPECT_EQ(mode_of(root(), "f"), 0777u);
  must(root().chmod("f", 06777));
  must(user->ftruncate(fd, 100));
  EXPECT_EQ(mode_of(root(), "f"), 0777u);
  must(root().chmod("f", 06777));
  must(user->open("f", kOpenWrite | kOpenTruncate));
  EXPECT_EQ(mode_of(root(), "f"), 0777u);
  must(root().chmod("f", 06767));
  must(user->pwrite(fd, bytes_of("x"), 0));
  EXPECT_EQ(mode_of(root(), "f"), 02767u);
  must(root().chmod("f", 06777));
  must(root().truncate("f", 2));
  const Fd privileged = must(root().open("f", kOpenWrite));
  must(root().write(privileged, bytes_of("root keeps them")));
  EXPECT_EQ(mode_of(root(), "f"), 06777u);
}

TEST_P(Permission, SetgidDirectoryGivesItsGroup) {
  must(root().mkdir("d"));
  give("d", 02777);
  auto user = other();
  put(*user, "d/f", "");
  must(user->mkdir("d/sub", 0755));
  must(user->symlink("target", "d/s"));
  must(user->mknod("d/fifo", FileType::fifo, 0644, {}));
  for (const char* name : {"d/f", "d/sub", "d/s", "d/fifo"}) {
    EXPECT_EQ(must(root().stat(name)).gid, kGroup) << name;
    EXPECT_EQ(must(root().stat(name)).uid, kOther) << name;
  }
  EXPECT_EQ(mode_of(root(), "d/sub"), 02755u);
  EXPECT_EQ(mode_of(root(), "d/f"), 0644u);
  must(user->mkdir("d/sub/subsub", 0700));
  EXPECT_EQ(mode_of(root(), "d/sub/subsub"), 02700u);
  EXPECT_EQ(must(root().stat("d/sub/subsub")).gid, kGroup);
}

TEST_P(Permission, SetgidFileInAForeignSetgidDirectory) {
  must(root().mkdir("d"));
  give("d", 02777);
  auto user = other();
  user->umask(0);
  must(user->open("d/f", kOpenWrite | kOpenCreate, 02775));
  EXPECT_EQ(mode_of(root(), "d/f"), 0775u);
  auto friendly = member();
  friendly->umask(0);
  must(friendly->open("d/g", kOpenWrite | kOpenCreate, 02775));
  EXPECT_EQ(mode_of(root(), "d/g"), 02775u);
}

TEST_P(Permission, Umask) {
  EXPECT_EQ(root().umask(027), 022u);
  put(root(), "f", "", 0666);
  must(root().mkdir("d", 0777));
  must(root().mknod("n", FileType::fifo, 0666, {}));
  EXPECT_EQ(mode_of(root(), "f"), 0640u);
  EXPECT_EQ(mode_of(root(), "d"), 0750u);
  EXPECT_EQ(mode_of(root(), "n"), 0640u);
  EXPECT_EQ(root().umask(07777), 027u);
  EXPECT_EQ(root().umask(0), 0777u);
  EXPECT_EQ(as(1, 1)->umask(0), 022u);
}

TEST_P(Permission, Access) {
  put(root(), "f", "");
  give("f", 0640);
  EXPECT_EQ(code(owner()->access("f", rump::kMayRead | rump::kMayWrite)), kDone);
  EXPECT_EQ(code(owner()->access("f", rump::kMayExecute)), Errc::denied);
  EXPECT_EQ(code(member()->access("f", rump::kMayRead)), kDone);
  EXPECT_EQ(code(member()->access("f", rump::kMayRead | rump::kMayWrite)), Errc::denied);
  EXPECT_EQ(code(other()->access("f", 0)), kDone);
  EXPECT_EQ(code(other()->access("f", rump::kMayRead)), Errc::denied);
  EXPECT_EQ(code(other()->access("missing", 0)), Errc::not_found);
  EXPECT_EQ(code(root().access("f", rump::kMayRead | rump::kMayWrite)), kDone);
  EXPECT_EQ(code(root().access("f", rump::kMayExecute)), Errc::denied);
  must(root().chmod("f", 0641));
  EXPECT_EQ(code(root().access("f", rump::kMayExecute)), kDone);
  EXPECT_EQ(code(member()->access("f", rump::kMayExecute)), Errc::denied);
  must(root().mkdir("d", 0));
  EXPECT_EQ(code(root().access("d", rump::kMayRead | rump::kMayWrite | rump::kMayExecute)), kDone);
}

TEST_P(Permission, DevicesNeedPrivilege) {
  must(root().chmod(".", 0777));
  auto user = owner();
  EXPECT_EQ(code(user->mknod("chr", FileType::chr, 0666, {1, 3})), Errc::not_permitted);
  EXPECT_EQ(code(user->mknod("block", FileType::block, 0666, {7, 0})), Errc::not_permitted);
  EXPECT_EQ(code(user->mknod("fifo", FileType::fifo, 0666, {})), kDone);
  EXPECT_EQ(code(user->mknod("socket", FileType::socket, 0666, {})), kDone);
  EXPECT_EQ(code(user->mknod("file", FileType::file, 0666, {})), kDone);
}

TEST_P(Permission, CheckedAtOpenOnly) {
  put(root(), "f", "content");
  give("f", 0600);
  auto user = owner();
  const Fd fd = must(user->open("f", kReadWrite));
  must(root().chmod("f", 0));
  must(root().chown("f", Follow::no, 0, 0));
  EXPECT_EQ(get(*user, fd), "content");
  EXPECT_EQ(must(user->pwrite(fd, bytes_of("X"), 0)), 1u);
  must(user->ftruncate(fd, 3));
  EXPECT_EQ(get(root(), "f"), "Xon");
  EXPECT_EQ(code(user->fchmod(fd, 0777)), Errc::not_permitted);
}

INSTANTIATE_TEST_SUITE_P(On, Permission, testing::ValuesIn(having(&Traits::owners, targets())), TargetName());

}  // namespace
}  // namespace conformance
