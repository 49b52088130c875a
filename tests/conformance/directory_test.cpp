// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file mkdir, rmdir, reading directories, and the current one.
#include <algorithm>
#include <map>
#include <set>

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Directory = Conformance;
using Strings = std::vector<std::string>;

class DirectoryWithOwners : public Directory {};

TEST_P(DirectoryWithOwners, MakeOne) {
  auto user = as(1000, 1001);
  must(root().chmod(".", 0777));
  must(user->mkdir("d", 0777));
  const Attr attr = must(root().stat("d"));
  EXPECT_EQ(attr.type, FileType::dir);
  EXPECT_EQ(attr.mode, 0755u);
  EXPECT_EQ(attr.nlink, 2u);
  EXPECT_EQ(attr.uid, 1000u);
  EXPECT_EQ(attr.gid, 1001u);
  EXPECT_EQ(names_in(root(), "d"), Strings{});
}

TEST_P(DirectoryWithOwners, MakeKeepsStickyOnly) {
  root().umask(0);
  must(root().mkdir("d", 07777));
  EXPECT_EQ(mode_of(root(), "d"), 01777u);
}

TEST_P(Directory, MakeWhereSomethingIs) {
  must(root().mkdir("d"));
  put(root(), "f", "");
  try_symlink("nowhere", "link");
  for (const std::string& name :
       names_without_links({"d", "d/", "f", ".", "..", "/", "d/.", "d/..", "link"}, 1))
    EXPECT_EQ(code(root().mkdir(name)), Errc::exists) << name;
  EXPECT_EQ(code(root().mkdir("missing/d")), Errc::not_found);
  EXPECT_EQ(code(root().mkdir("f/d")), Errc::not_dir);
  EXPECT_EQ(code(root().mkdir("")), Errc::not_found);
  EXPECT_EQ(code(root().mkdir("new/.")), Errc::not_found);
  EXPECT_EQ(names_in(root(), "."), names_without_links({"d", "f", "link"}, 1));
}

TEST_P(Directory, LinkCountsFollowSubdirectories) {
  EXPECT_EQ(links_of(root(), "."), 2u);
  must(root().mkdir("d"));
  for (const char* name : {"d/a", "d/b", "d/c"}) must(root().mkdir(name));
  put(root(), "d/f", "");
  EXPECT_EQ(links_of(root(), "d"), 5u);
  EXPECT_EQ(links_of(root(), "."), 3u);
  must(root().rmdir("d/b"));
  EXPECT_EQ(links_of(root(), "d"), 4u);
}

TEST_P(Directory, DotAndDotDot) {
  must(root().mkdir("d"));
  must(root().mkdir("d/e"));
  EXPECT_EQ(ino_of(root(), "d/."), ino_of(root(), "d"));
  EXPECT_EQ(ino_of(root(), "d/e/.."), ino_of(root(), "d"));
  EXPECT_EQ(ino_of(root(), "d/e/../.."), ino_of(root(), "."));
  EXPECT_EQ(ino_of(root(), "/.."), ino_of(root(), "/"));
  EXPECT_EQ(ino_of(root(), "/../../d"), ino_of(root(), "d"));
}

TEST_P(Directory, Remove) {
  must(root().mkdir("d"));
  must(root().mkdir("d/e"));
  put(root(), "f", "");
  try_symlink("d", "link");
  EXPECT_EQ(code(root().rmdir("d")), Errc::not_empty);
  for (const std::string& name : names_without_links({"f", "link", "link/"}, 2))
    EXPECT_EQ(code(root().rmdir(name)), Errc::not_dir) << name;
  EXPECT_EQ(code(root().rmdir("missing")), Errc::not_found);
  EXPECT_EQ(code(root().rmdir("d/e/")), kDone);
  EXPECT_EQ(code(root().rmdir("d")), kDone);
  EXPECT_EQ(code(root().stat("d")), Errc::not_found);
}

TEST_P(Directory, RemoveDotDotDotAndTheRoot) {
  must(root().mkdir("d"));
  must(root().mkdir("d/e"));
  EXPECT_EQ(code(root().rmdir(".")), Errc::invalid);
  EXPECT_EQ(code(root().rmdir("d/e/.")), Errc::invalid);
  EXPECT_EQ(code(root().rmdir("..")), Errc::not_empty);
  EXPECT_EQ(code(root().rmdir("d/e/..")), Errc::not_empty);
  EXPECT_EQ(code(root().rmdir("/")), Errc::busy);
  EXPECT_EQ(code(root().rmdir("")), Errc::not_found);
}

TEST_P(Directory, RemovedNameIsFree) {
  must(root().mkdir("d"));
  const Fd d = must(root().open("d", kOpenRead));
  must(root().rmdir("d"));
  put(root(), "d", "a file now");
  EXPECT_EQ(get(root(), "d"), "a file now");
  EXPECT_EQ(must(root().fstat(d)).type, FileType::dir);
}

TEST_P(Directory, CurrentDirectory) {
  must(root().mkdir("d"));
  must(root().mkdir("d/e"));
  put(root(), "f", "");
  try_symlink("d/e", "link");
  must(root().chdir(traits().links ? "link" : "d/e"));
  EXPECT_EQ(ino_of(root(), "."), ino_of(root(), "/d/e"));
  EXPECT_EQ(ino_of(root(), ".."), ino_of(root(), "/d"));
  must(root().chdir(".."));
  EXPECT_EQ(ino_of(root(), "e"), ino_of(root(), "/d/e"));
  EXPECT_EQ(code(root().chdir("/f")), Errc::not_dir);
  EXPECT_EQ(code(root().chdir("missing")), Errc::not_found);
  EXPECT_EQ(code(root().chdir("")), Errc::not_found);
  const Fd e = must(root().open("e", kOpenRead));
  const Fd file = must(root().open("/f", kOpenRead));
  EXPECT_EQ(code(root().fchdir(file)), Errc::not_dir);
  must(root().fchdir(e));
  EXPECT_EQ(ino_of(root(), "."), ino_of(root(), "/d/e"));
}

TEST_P(Directory, CurrentDirectoryRemoved) {
  must(root().mkdir("d"));
  must(root().chdir("d"));
  must(root().rmdir("/d"));
  EXPECT_EQ(must(root().stat(".")).nlink, 0u);
  EXPECT_EQ(code(root().open("f", kOpenWrite | kOpenCreate, 0644)), Errc::not_found);
  EXPECT_EQ(code(root().mkdir("e")), Errc::not_found);
  EXPECT_EQ(code(root().symlink("target", "s")), Errc::not_found);
  EXPECT_EQ(code(root().stat("f")), Errc::not_found);
  const Fd fd = must(root().open(".", kOpenRead));
  EXPECT_EQ(code(root().read_dir(fd)), Errc::not_found);
  must(root().chdir("/"));
}

TEST_P(Directory, ReadShowsEverything) {
  must(root().mkdir("d"));
  must(root().mkdir("d/sub"));
  put(root(), "d/file", "");
  try_symlink("file", "d/link");
  if (traits().links) must(root().mknod("d/fifo", FileType::fifo, 0644, {}));
  const Fd fd = must(root().open("d", kOpenRead));
  std::map<std::string, Entry> found;
  for (const Entry& entry : entries_of(root(), fd))
    EXPECT_TRUE(found.emplace(entry.name, entry).second) << entry.name << " came twice";
  std::map<std::string, FileType> expected{
      {".", FileType::dir}, {"..", FileType::dir}, {"sub", FileType::dir}, {"file", FileType::file}};
  if (traits().links) expected.insert({{"link", FileType::symlink}, {"fifo", FileType::fifo}});
  EXPECT_EQ(found.size(), expected.size());
  for (const auto& [name, type] : expected) {
    ASSERT_TRUE(found.contains(name)) << name;
    EXPECT_EQ(found.at(name).type, type) << name;
    EXPECT_EQ(found.at(name).ino, ino_of(root(), "d/" + name)) << name;
  }
}

TEST_P(Directory, ReadOfAFile) {
  put(root(), "f", "");
  const Fd fd = must(root().open("f", kOpenRead));
  EXPECT_EQ(code(root().read_dir(fd)), Errc::not_dir);
}

TEST_P(Directory, ReadAgainSeesChanges) {
  must(root().mkdir("d"));
  const Fd fd = must(root().open("d", kOpenRead));
  EXPECT_EQ(entries_of(root(), fd).size(), 2u);
  put(root(), "d/f", "");
  EXPECT_EQ(entries_of(root(), fd).size(), 3u);
  must(root().unlink("d/f"));
  EXPECT_EQ(entries_of(root(), fd).size(), 2u);
}

std::string numbered(const std::string& stem, int number) { return stem + std::to_string(number); }

/// The next entries from `cookie` on, few at a time; moves the cookie.
std::vector<Entry> read_few(Calls& calls, Fd fd, u64& cookie, std::size_t count) {
  must(calls.seek_dir(fd, cookie));
  std::vector<Entry> batch = must(calls.read_dir(fd));
  if (batch.size() > count) batch.resize(count);
  if (!batch.empty()) cookie = batch.back().next_cookie;
  return batch;
}

TEST_P(Directory, ReadWhileOthersChangeIt) {
  constexpr int kStaying = 2000;
  must(root().mkdir("d"));
  for (int i = 0; i < kStaying; ++i) {
    must(root().mknod("d/" + numbered("stay", i), FileType::file, 0644, {}));
    if (i % 4 == 0) must(root().mknod("d/" + numbered("go", i), FileType::file, 0644, {}));
  }
  const Fd fd = must(root().open("d", kOpenRead));
  std::map<std::string, int> seen;
  u64 cookie = 0;
  int step = 0;
  for (auto batch = read_few(root(), fd, cookie, 7); !batch.empty();
       batch = read_few(root(), fd, cookie, 7)) {
    for (const Entry& entry : batch) ++seen[entry.name];
    // New names may come or not; were there one more each time, they could come for ever.
    if (step < 200) must(root().mknod("d/" + numbered("new", step), FileType::file, 0644, {}));
    if (step < 200 && step % 3 == 2) must(root().unlink("d/" + numbered("new", step - 1)));
    if (step < kStaying / 4) must(root().unlink("d/" + numbered("go", step * 4)));
    ASSERT_LT(++step, kStaying) << "the directory does not end";
  }
  for (int i = 0; i < kStaying; ++i) EXPECT_EQ(seen[numbered("stay", i)], 1) << i;
  EXPECT_EQ(seen["."], 1);
  EXPECT_EQ(seen[".."], 1);
  for (const auto& [name, count] : seen) EXPECT_LE(count, 1) << name;
}

TEST_P(Directory, CookiesLeadBack) {
  must(root().mkdir("d"));
  for (int i = 0; i < 400; ++i) put(root(), "d/" + numbered("f", i), "");
  const Fd fd = must(root().open("d", kOpenRead));
  const std::vector<Entry> all = entries_of(root(), fd);
  ASSERT_EQ(all.size(), 402u);
  for (std::size_t i = 0; i + 1 < all.size(); i += 13) {
    must(root().seek_dir(fd, all[i].next_cookie));
    EXPECT_EQ(must(root().read_dir(fd)).front().name, all[i + 1].name) << i;
  }
  must(root().seek_dir(fd, all.back().next_cookie));
  EXPECT_TRUE(must(root().read_dir(fd)).empty());
}

TEST_P(Directory, EmptiedWhileRead) {
  must(root().mkdir("d"));
  for (int i = 0; i < 1000; ++i) put(root(), "d/" + numbered("f", i), "");
  const Fd fd = must(root().open("d", kOpenRead));
  u64 cookie = 0;
  std::size_t removed = 0;
  for (auto batch = read_few(root(), fd, cookie, 50); !batch.empty();
       batch = read_few(root(), fd, cookie, 50)) {
    for (const Entry& entry : batch) {
      if (entry.type != FileType::file) continue;
      must(root().unlink("d/" + entry.name));
      ++removed;
    }
  }
  EXPECT_EQ(removed, 1000u);
  must(root().rmdir("d"));
}

TEST_P(Directory, ManyEntriesComeAndGo) {
  must(root().mkdir("d"));
  std::set<std::string> expected;
  for (int i = 0; i < 3000; ++i) {
    put(root(), "d/" + numbered("file_with_a_longer_name_", i), "");
    expected.insert(numbered("file_with_a_longer_name_", i));
    if (i % 3 == 0) {
      must(root().unlink("d/" + numbered("file_with_a_longer_name_", i / 2)));
      expected.erase(numbered("file_with_a_longer_name_", i / 2));
      put(root(), "d/" + numbered("n", i), "");
      expected.insert(numbered("n", i));
    }
  }
  EXPECT_EQ(names_in(root(), "d"), Strings(expected.begin(), expected.end()));
  for (const std::string& name : expected) EXPECT_EQ(code(root().stat("d/" + name)), kDone) << name;
}

INSTANTIATE_TEST_SUITE_P(On, DirectoryWithOwners, testing::ValuesIn(having(&Traits::owners, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, Directory, testing::ValuesIn(targets()), TargetName());

}  // namespace
}  // namespace conformance
