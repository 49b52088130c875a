// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Files and directories without a name that somebody still has open.
#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Unlinked = Conformance;

constexpr u32 kReadWrite = kOpenRead | kOpenWrite;

class UnlinkedAlone : public Unlinked {};
class UnlinkedWithLinks : public Unlinked {};

TEST_P(Unlinked, FileKeepsWorking) {
  put(root(), "f", "content");
  const Fd fd = must(root().open("f", kReadWrite));
  must(root().unlink("f"));
  EXPECT_EQ(code(root().stat("f")), Errc::not_found);
  EXPECT_EQ(must(root().fstat(fd)).nlink, 0u);
  EXPECT_EQ(get(root(), fd), "content");
  EXPECT_EQ(must(root().pwrite(fd, bytes_of(" grows"), 7)), 6u);
  EXPECT_EQ(get(root(), fd), "content grows");
  must(root().ftruncate(fd, 3));
  EXPECT_EQ(get(root(), fd), "con");
  must(root().ftruncate(fd, 100000));
  must(root().fsync(fd));
  EXPECT_EQ(must(root().fstat(fd)).size, 100000u);
  if (!traits().owners) return;
  must(root().fchmod(fd, 0600));
  must(root().fchown(fd, 5, 6));
  const Attr attr = must(root().fstat(fd));
  EXPECT_EQ(attr.mode, 0600u);
  EXPECT_EQ(attr.uid, 5u);
}

TEST_P(Unlinked, NameIsFreeForAnother) {
  put(root(), "f", "old");
  const Fd old = must(root().open("f", kOpenRead));
  must(root().unlink("f"));
  put(root(), "f", "new");
  EXPECT_EQ(get(root(), old), "old");
  EXPECT_EQ(get(root(), "f"), "new");
  EXPECT_NE(must(root().fstat(old)).ino, ino_of(root(), "f"));
}

TEST_P(UnlinkedWithLinks, OtherNamesStay) {
  put(root(), "f", "content");
  must(root().link("f", "g"));
  const Fd fd = must(root().open("f", kOpenRead));
  must(root().unlink("f"));
  EXPECT_EQ(must(root().fstat(fd)).nlink, 1u);
  EXPECT_EQ(get(root(), "g"), "content");
  must(root().link("g", "h"));
  EXPECT_EQ(must(root().fstat(fd)).nlink, 2u);
}

TEST_P(Unlinked, DupKeepsTheFile) {
  put(root(), "f", "content");
  const Fd one = must(root().open("f", kOpenRead));
  const Fd two = must(root().dup(one));
  must(root().unlink("f"));
  must(root().close(one));
  EXPECT_EQ(get(root(), two), "content");
}

TEST_P(Unlinked, DirectoryKeepsWorking) {
  must(root().mkdir("d"));
  const Fd d = must(root().open("d", kOpenRead));
  must(root().rmdir("d"));
  EXPECT_EQ(must(root().fstat(d)).nlink, 0u);
  EXPECT_EQ(code(root().open({d, "f"}, kReadWrite | kOpenCreate, 0644)), Errc::not_found);
  EXPECT_EQ(code(root().mkdir({d, "e"})), Errc::not_found);
  EXPECT_EQ(code(root().stat({d, "f"})), Errc::not_found);
  EXPECT_EQ(code(root().read_dir(d)), Errc::not_found);
  put(root(), "f", "");
  EXPECT_EQ(code(root().link("f", {d, "f"})), Errc::not_found);
  EXPECT_EQ(code(root().symlink("target", {d, "s"})), Errc::not_found);
  EXPECT_EQ(code(root().mknod({d, "n"}, FileType::fifo, 0644, {})), Errc::not_found);
  must(root().fchdir(d));
  EXPECT_EQ(must(root().stat(".")).ino, must(root().fstat(d)).ino);
  must(root().chdir("/"));
}

TEST_P(Unlinked, DirectoryReplacedByRename) {
  must(root().mkdir("d"));
  must(root().mkdir("e"));
  put(root(), "e/f", "content");
  const Fd old = must(root().open("d", kOpenRead));
  must(root().rename("e", "d"));
  EXPECT_EQ(must(root().fstat(old)).nlink, 0u);
  EXPECT_EQ(code(root().mkdir({old, "x"})), Errc::not_found);
  EXPECT_EQ(get(root(), "d/f"), "content");
}

TEST_P(UnlinkedAlone, SpaceComesBackAfterTheLastClose) {
  put(root(), "other", "");
  const u64 before = must(root().statfs(".")).blocks_free;
  const u64 files_before = must(root().statfs(".")).files_free;
  const u32 block = must(root().statfs(".")).block_bytes;
  put(root(), "f", std::string(4 << 20, 'x'));
  const Fd one = must(root().open("f", kOpenRead));
  const Fd two = must(root().dup(one));
  must(root().fsync(one));
  const u64 full = must(root().statfs(".")).blocks_free;
  must(root().unlink("f"));
  must(root().close(one));
  EXPECT_LE(must(root().statfs(".")).blocks_free * block, full * block + (u64{1} << 20));
  must(root().close(two));
  EXPECT_GE(must(root().statfs(".")).blocks_free * block + (u64{1} << 20), before * block);
  EXPECT_EQ(must(root().statfs(".")).files_free, files_before);
}

TEST_P(Unlinked, ManyAtOnce) {
  std::vector<Fd> fds;
  for (int i = 0; i < 200; ++i) {
    put(root(), "f", std::to_string(i));
    fds.push_back(must(root().open("f", kOpenRead)));
    must(root().unlink("f"));
  }
  for (int i = 0; i < 200; i += 2) must(root().close(fds[i]));
  for (int i = 1; i < 200; i += 2) EXPECT_EQ(get(root(), fds[i]), std::to_string(i));
}

TEST_P(Unlinked, LeftOpenAtTheEnd) {
  put(root(), "f", std::string(100000, 'x'));
  must(root().open("f", kOpenRead));
  must(root().unlink("f"));
  must(root().mkdir("d"));
  must(root().chdir("d"));
  EXPECT_EQ(code(root().rmdir("/d")), kDone);
}

INSTANTIATE_TEST_SUITE_P(On, UnlinkedWithLinks, testing::ValuesIn(having(&Traits::links, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, UnlinkedAlone, testing::ValuesIn(having(&Traits::alone, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, Unlinked, testing::ValuesIn(targets()), TargetName());

}  // namespace
}  // namespace conformance
