// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file open, close and dup.
#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Open = Conformance;

constexpr u32 kReadWrite = kOpenRead | kOpenWrite;
constexpr u32 kNew = kOpenCreate | kOpenExclusive;

class OpenWithLinks : public Open {};
class OpenWithOwners : public Open {};

TEST_P(Open, ReadingNeedsTheFile) {
  EXPECT_EQ(code(root().open("f", kOpenRead)), Errc::not_found);
  EXPECT_EQ(code(root().open("f", kReadWrite)), Errc::not_found);
  EXPECT_EQ(code(root().open("f", kOpenWrite | kOpenTruncate)), Errc::not_found);
  EXPECT_EQ(code(root().open("d/f", kOpenWrite | kOpenCreate, 0644)), Errc::not_found);
  EXPECT_EQ(code(root().stat("f")), Errc::not_found);
}

TEST_P(OpenWithOwners, CreateMakesAnEmptyFileOfTheCaller) {
  auto user = as(1000, 1001);
  must(root().mkdir("d"));
  must(root().chmod("d", 0777));
  must(user->open("d/f", kOpenWrite | kOpenCreate, 0666));
  const Attr attr = must(root().stat("d/f"));
  EXPECT_EQ(attr.type, FileType::file);
  EXPECT_EQ(attr.size, 0u);
  EXPECT_EQ(attr.nlink, 1u);
  EXPECT_EQ(attr.mode, 0644u);
  EXPECT_EQ(attr.uid, 1000u);
  EXPECT_EQ(attr.gid, 1001u);
}

TEST_P(Open, CreateOpensWhatIsThere) {
  put(root(), "f", "content", 0600);
  const Fd fd = must(root().open("f", kReadWrite | kOpenCreate, 0777));
  EXPECT_EQ(get(root(), fd), "content");
  EXPECT_TRUE(!traits().owners || mode_of(root(), "f") == 0600);
}

TEST_P(Open, ExclusiveWantsNothingThere) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  try_symlink("nowhere", "dangling");
  try_symlink("f", "link");
  for (const std::string& name : names_without_links({"f", "d", ".", "d/.", "d/..", "dangling", "link"}, 2))
    EXPECT_EQ(code(root().open(name, kOpenWrite | kNew, 0644)), Errc::exists) << name;
  EXPECT_EQ(code(root().stat("nowhere")), Errc::not_found);
  EXPECT_EQ(get(root(), "f"), "content");
}

TEST_P(Open, TruncateEmptiesWithoutAnotherInode) {
  put(root(), "f", "content");
  const u64 ino = ino_of(root(), "f");
  const Fd other = must(root().open("f", kOpenRead));
  must(root().open("f", kOpenWrite | kOpenTruncate));
  EXPECT_EQ(ino_of(root(), "f"), ino);
  EXPECT_EQ(get(root(), other), "");
  EXPECT_EQ(must(root().fstat(other)).size, 0u);
}

TEST_P(OpenWithOwners, ModeOfANewFileDoesNotBindItsMaker) {
  auto user = as(1000, 1000);
  must(root().chmod(".", 0777));
  const Fd fd = must(user->open("f", kReadWrite | kOpenCreate, 0));
  EXPECT_EQ(must(user->write(fd, bytes_of("text"))), 4u);
  EXPECT_EQ(get(*user, fd), "text");
  EXPECT_EQ(mode_of(root(), "f"), 0u);
  EXPECT_EQ(code(user->open("f", kOpenRead)), Errc::denied);
}

TEST_P(OpenWithOwners, CreateTakesPermissionBitsAlone) {
  root().umask(0);
  must(root().open("f", kOpenWrite | kOpenCreate, 07777));
  EXPECT_EQ(mode_of(root(), "f"), 07777u);
  root().umask(0777);
  must(root().open("g", kOpenWrite | kOpenCreate, 07777));
  EXPECT_EQ(mode_of(root(), "g"), 07000u);
}

TEST_P(OpenWithLinks, CreateThroughSymlinks) {
  must(root().mkdir("d"));
  must(root().symlink("d/made", "link"));
  must(root().symlink("link", "chain"));
  put(root(), "chain", "through two");
  EXPECT_EQ(get(root(), "d/made"), "through two");
  EXPECT_EQ(must(root().stat("chain")).type, FileType::symlink);

  must(root().symlink("missing/made", "broken"));
  EXPECT_EQ(code(root().open("broken", kOpenWrite | kOpenCreate, 0644)), Errc::not_found);
  must(root().symlink("/d/absolute", "absolute"));
  put(root(), "absolute", "from the root");
  EXPECT_EQ(get(root(), "d/absolute"), "from the root");
}

TEST_P(OpenWithLinks, NoFollow) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  must(root().symlink("f", "link"));
  must(root().symlink("d", "to_d"));
  must(root().symlink("nowhere", "dangling"));
  EXPECT_EQ(code(root().open("link", kOpenRead | kOpenNoFollow)), Errc::loop);
  EXPECT_EQ(code(root().open("link", kOpenWrite | kOpenTruncate | kOpenNoFollow)), Errc::loop);
  EXPECT_EQ(code(root().open("dangling", kOpenWrite | kOpenCreate | kOpenNoFollow, 0644)), Errc::loop);
  EXPECT_EQ(code(root().open("to_d", kOpenRead | kOpenDirectory | kOpenNoFollow)), Errc::not_dir);
  EXPECT_EQ(code(root().open("to_d/", kOpenRead | kOpenNoFollow)), kDone);
  EXPECT_EQ(code(root().open("f", kOpenRead | kOpenNoFollow)), kDone);
  EXPECT_EQ(get(root(), "f"), "content");
  put(root(), "d/inside", "");
  EXPECT_EQ(code(root().open("to_d/inside", kOpenRead | kOpenNoFollow)), kDone);
}

TEST_P(Open, Directory) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  try_symlink("d", "to_d");
  EXPECT_EQ(code(root().open("f", kOpenRead | kOpenDirectory)), Errc::not_dir);
  for (const std::string& name : names_without_links({"d", "to_d"}, 1))
    EXPECT_EQ(code(root().open(name, kOpenRead | kOpenDirectory)), kDone) << name;
  EXPECT_EQ(code(root().open("missing", kOpenRead | kOpenDirectory)), Errc::not_found);
  EXPECT_EQ(code(root().open("f", kOpenWrite | kOpenDirectory)), Errc::not_dir);
}

TEST_P(Open, DirectoriesAreNotForWriting) {
  must(root().mkdir("d"));
  try_symlink("d", "to_d");
  for (const std::string& name : names_without_links({"d", ".", "..", "/", "d/", "d/..", "d/.", "to_d"}, 1)) {
    EXPECT_EQ(code(root().open(name, kOpenWrite)), Errc::is_dir) << name;
    EXPECT_EQ(code(root().open(name, kReadWrite)), Errc::is_dir) << name;
    EXPECT_EQ(code(root().open(name, kOpenWrite | kOpenTruncate)), Errc::is_dir) << name;
    EXPECT_EQ(code(root().open(name, kOpenWrite | kOpenCreate, 0644)), Errc::is_dir) << name;
    EXPECT_EQ(code(root().open(name, kOpenRead)), kDone) << name;
  }
  EXPECT_EQ(code(root().open("d", kOpenRead | kOpenCreate, 0644)), Errc::is_dir);
}

TEST_P(Open, BytesOfADirectory) {
  must(root().mkdir("d"));
  const Fd fd = must(root().open("d", kOpenRead));
  std::array<std::byte, 8> room;
  EXPECT_EQ(code(root().read(fd, room)), Errc::is_dir);
  EXPECT_EQ(code(root().pread(fd, room, 0)), Errc::is_dir);
  EXPECT_EQ(code(root().write(fd, room)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().ftruncate(fd, 0)), Errc::invalid);
  EXPECT_EQ(code(root().truncate("d", 0)), Errc::is_dir);
}

TEST_P(Open, TrailingSlashes) {
  put(root(), "f", "content");
  try_symlink("f", "link");
  try_symlink("new", "dangling");
  for (const std::string& name : names_without_links({"f/", "f//", "link/"}, 1))
    EXPECT_EQ(code(root().open(name, kOpenRead)), Errc::not_dir) << name;
  EXPECT_EQ(code(root().open("new/", kOpenRead)), Errc::not_found);
  for (const std::string& name : names_without_links({"new/", "f/", "link/", "dangling/"}, 2))
    EXPECT_EQ(code(root().open(name, kOpenWrite | kOpenCreate, 0644)), Errc::is_dir) << name;
  EXPECT_EQ(code(root().stat("new")), Errc::not_found);
  EXPECT_EQ(code(root().open("f/.", kOpenRead)), Errc::not_dir);
  EXPECT_EQ(code(root().open("f/..", kOpenRead)), Errc::not_dir);
}

TEST_P(Open, DescriptorsAreForWhatTheyWereOpenedFor) {
  put(root(), "f", "content");
  std::array<std::byte, 8> room{};
  const Fd reader = must(root().open("f", kOpenRead));
  EXPECT_EQ(code(root().write(reader, room)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().pwrite(reader, room, 0)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().ftruncate(reader, 0)), Errc::invalid);
  const Fd writer = must(root().open("f", kOpenWrite));
  EXPECT_EQ(code(root().read(writer, room)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().pread(writer, room, 0)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().ftruncate(writer, 3)), kDone);
  EXPECT_EQ(get(root(), "f"), "con");
}

TEST_P(Open, ClosedDescriptors) {
  put(root(), "f", "content");
  const Fd fd = must(root().open("f", kOpenRead));
  must(root().close(fd));
  EXPECT_EQ(code(root().close(fd)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().fstat(fd)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().dup(fd)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().fchdir(fd)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().open({fd, "f"}, kOpenRead)), Errc::bad_descriptor);
  EXPECT_EQ(code(root().open({fd, "/f"}, kOpenRead)), kDone);
}

TEST_P(Open, AtADirectory) {
  must(root().mkdir("d"));
  put(root(), "d/f", "content");
  put(root(), "file", "");
  const Fd d = must(root().open("d", kOpenRead | kOpenDirectory));
  const Fd file = must(root().open("file", kOpenRead));
  EXPECT_EQ(get(root(), At(d, "f")), "content");
  EXPECT_EQ(get(root(), At(d, "../d/f")), "content");
  EXPECT_EQ(get(root(), At(d, "/d/f")), "content");
  EXPECT_EQ(code(root().open({file, "f"}, kOpenRead)), Errc::not_dir);
  EXPECT_EQ(code(root().open({d, ""}, kOpenRead)), Errc::not_found);
  must(root().rename("d", "e"));
  EXPECT_EQ(get(root(), At(d, "f")), "content");
}

TEST_P(Open, DupSharesThePosition) {
  put(root(), "f", "abcdef");
  const Fd one = must(root().open("f", kOpenRead));
  const Fd two = must(root().dup(one));
  EXPECT_NE(one, two);
  std::array<std::byte, 2> room;
  must(root().read(one, room));
  EXPECT_EQ(must(root().seek(two, 0, Whence::current)), 2u);
  must(root().close(one));
  EXPECT_EQ(must(root().read(two, room)), 2u);
  EXPECT_EQ(room[0], std::byte{'c'});
  EXPECT_EQ(must(root().seek(two, 0, Whence::current)), 4u);
}

INSTANTIATE_TEST_SUITE_P(On, OpenWithOwners, testing::ValuesIn(having(&Traits::owners, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, OpenWithLinks, testing::ValuesIn(having(&Traits::links, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, Open, testing::ValuesIn(targets()), TargetName());

}  // namespace
}  // namespace conformance
