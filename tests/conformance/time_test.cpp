// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Which call changes which time of which file, and setting times by hand.
#include <chrono>
#include <thread>

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

constexpr TimeChange kOmit{TimeChange::Kind::omit, {}};
constexpr TimeChange kNow{TimeChange::Kind::now, {}};
TimeChange set_to(i64 seconds, u32 nanoseconds) { return {TimeChange::Kind::set, {seconds, nanoseconds}}; }

const std::string kChecked[] = {"d", "e", "d/f", "d/g", "d/sub", "d/s"};

/// A call, and the times that it changes, file by file: "d:mc d/f:c". What is not named keeps all its times.
struct Case {
  const char* what;
  std::function<void(Calls&)> act;
  std::string changes;
};

class Times : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    if (IsSkipped()) return;
    must(root().mkdir("d"));
    must(root().mkdir("e"));
    must(root().mkdir("d/sub"));
    put(root(), "d/f", "content");
    put(root(), "d/g", "other");
    must(root().symlink("f", "d/s"));
  }

  /// Makes every change visible: access and modification long ago, the change some ticks ago.
  void age() {
    for (const std::string& name : kChecked)
      must(root().utimens(name, Follow::no, set_to(1000, 0), set_to(1000, 0)));
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }

  std::string times_changed(const Attr& before, const Attr& after) {
    std::string changed;
    if (after.access != before.access) changed += 'a';
    if (after.modify != before.modify) changed += 'm';
    if (after.change != before.change) changed += 'c';
    return changed;
  }

  void expect_changes(const Case& test) {
    age();
    std::vector<Attr> before;
    std::vector<Fd> fds;
    for (const std::string& name : kChecked) before.push_back(must(root().stat(name)));
    test.act(root());
    std::string changes;
    for (const Attr& old : before) {
      const std::string& name = kChecked[&old - before.data()];
      const auto now = find(old.ino);
      if (!now) continue;
      if (const std::string changed = times_changed(old, *now); !changed.empty())
        changes += (changes.empty() ? "" : " ") + name + ":" + changed;
    }
    EXPECT_EQ(changes, test.changes) << test.what;
  }

  /// The file of that inode, wherever it is now.
  std::optional<Attr> find(u64 ino) {
    for (const char* name : {"d", "e", "d/f", "d/g", "d/sub", "d/s", "d/x", "e/x"}) {
      const auto attr = root().stat(name);
      if (attr && attr->ino == ino) return *attr;
    }
    return std::nullopt;
  }
};

void open_and(Calls& calls, const char* name, u32 flags, const std::function<void(Fd)>& act) {
  const Fd fd = must(calls.open(name, flags, 0644));
  act(fd);
  must(calls.close(fd));
}

TEST_P(Times, Data) {
  std::array<std::byte, 4> room{};
  const std::vector<Case> cases{
      {"read", [&](Calls& c) { open_and(c, "d/f", kOpenRead, [&](Fd fd) { must(c.read(fd, room)); }); },
       "d/f:a"},
      {"pread", [&](Calls& c) { open_and(c, "d/f", kOpenRead, [&](Fd fd) { must(c.pread(fd, room, 2)); }); },
       "d/f:a"},
      {"open for reading", [](Calls& c) { open_and(c, "d/f", kOpenRead, [](Fd) {}); }, ""},
      {"open for writing", [](Calls& c) { open_and(c, "d/f", kOpenWrite, [](Fd) {}); }, ""},
      {"open with create", [](Calls& c) { open_and(c, "d/f", kOpenWrite | kOpenCreate, [](Fd) {}); }, ""},
      {"write", [&](Calls& c) { open_and(c, "d/f", kOpenWrite, [&](Fd fd) { must(c.write(fd, room)); }); },
       "d/f:mc"},
      {"write nothing",
       [](Calls& c) { open_and(c, "d/f", kOpenWrite, [&](Fd fd) { must(c.write(fd, {})); }); }, ""},
      {"append",
       [&](Calls& c) {
         open_and(c, "d/f", kOpenWrite | kOpenAppend, [&](Fd fd) { must(c.write(fd, room)); });
       },
       "d/f:mc"},
      {"truncate", [](Calls& c) { must(c.truncate("d/f", 3)); }, "d/f:mc"},
      {"grow", [](Calls& c) { must(c.truncate("d/f", 5000)); }, "d/f:mc"},
      {"ftruncate",
       [](Calls& c) { open_and(c, "d/f", kOpenWrite, [&](Fd fd) { must(c.ftruncate(fd, 1)); }); }, "d/f:mc"},
      {"open with truncate", [](Calls& c) { open_and(c, "d/f", kOpenWrite | kOpenTruncate, [](Fd) {}); },
       "d/f:mc"},
      {"open with truncate when empty",
       [](Calls& c) { open_and(c, "d/f", kOpenWrite | kOpenTruncate, [](Fd) {}); }, "d/f:mc"},
      {"seek and fsync",
       [](Calls& c) {
         open_and(c, "d/f", kOpenRead, [&](Fd fd) {
           must(c.seek(fd, 0, Whence::end));
           must(c.fsync(fd));
         });
       },
       ""},
  };
  for (const Case& test : cases) expect_changes(test);
}

TEST_P(Times, Attributes) {
  std::array<char, 16> room;
  const std::vector<Case> cases{
      {"stat", [](Calls& c) { must(c.stat("d/f")); }, ""},
      {"access", [](Calls& c) { must(c.access("d/f", rump::kMayRead)); }, ""},
      {"chdir",
       [](Calls& c) {
         must(c.chdir("d"));
         must(c.chdir("/"));
       },
       ""},
      {"chmod", [](Calls& c) { must(c.chmod("d/f", 0600)); }, "d/f:c"},
      {"fchmod", [](Calls& c) { open_and(c, "d/f", kOpenRead, [&](Fd fd) { must(c.fchmod(fd, 0600)); }); },
       "d/f:c"},
      {"chown", [](Calls& c) { must(c.chown("d/f", Follow::no, 1, 2)); }, "d/f:c"},
      {"chown of a symlink", [](Calls& c) { must(c.chown("d/s", Follow::no, 1, 2)); }, "d/s:c"},
      {"chown through a symlink", [](Calls& c) { must(c.chown("d/s", Follow::yes, 1, 2)); }, "d/f:c d/s:a"},
      {"utimens of modification",
       [](Calls& c) { must(c.utimens("d/f", Follow::no, kOmit, set_to(2000, 5))); }, "d/f:mc"},
      {"utimens of access", [](Calls& c) { must(c.utimens("d/f", Follow::no, set_to(2000, 5), kOmit)); },
       "d/f:ac"},
      {"utimens now", [](Calls& c) { must(c.utimens("d/f", Follow::no, kNow, kNow)); }, "d/f:amc"},
      {"utimens of nothing", [](Calls& c) { must(c.utimens("d/f", Follow::no, kOmit, kOmit)); }, ""},
      {"readlink", [&](Calls& c) { must(c.readlink("d/s", room)); }, "d/s:a"},
      {"stat through a symlink", [](Calls& c) { must(c.stat("d/s", Follow::yes)); }, "d/s:a"},
      {"read a directory",
       [](Calls& c) { open_and(c, "d", kOpenRead, [&](Fd fd) { must(c.read_dir(fd)); }); }, "d:a"},
  };
  for (const Case& test : cases) expect_changes(test);
}

TEST_P(Times, Names) {
  const std::vector<Case> cases{
      {"create", [](Calls& c) { open_and(c, "e/new", kOpenWrite | kOpenCreate, [](Fd) {}); }, "e:mc"},
      {"mkdir", [](Calls& c) { must(c.mkdir("e/dir")); }, "e:mc"},
      {"mknod", [](Calls& c) { must(c.mknod("e/fifo", FileType::fifo, 0644, {})); }, "e:mc"},
      {"symlink", [](Calls& c) { must(c.symlink("f", "e/link")); }, "e:mc"},
      {"mkdir where something is", [](Calls& c) { EXPECT_EQ(code(c.mkdir("d/f")), Errc::exists); }, ""},
      {"unlink of nothing", [](Calls& c) { EXPECT_EQ(code(c.unlink("d/none")), Errc::not_found); }, ""},
      {"rmdir", [](Calls& c) { must(c.rmdir("e/dir")); }, "e:mc"},
      {"link", [](Calls& c) { must(c.link("d/f", "e/hard")); }, "e:mc d/f:c"},
      {"unlink", [](Calls& c) { must(c.unlink("e/hard")); }, "e:mc d/f:c"},
      {"rename in a directory", [](Calls& c) { must(c.rename("d/f", "d/x")); }, "d:mc d/f:c"},
      {"rename back", [](Calls& c) { must(c.rename("d/x", "d/f")); }, "d:mc"},
      {"rename onto itself", [](Calls& c) { must(c.rename("d/f", "d/f")); }, ""},
      {"rename across", [](Calls& c) { must(c.rename("d/f", "e/x")); }, "d:mc e:mc d/f:c"},
      {"exchange", [](Calls& c) { must(c.rename("e/x", "d/g", kRenameExchange)); }, "d:mc e:mc d/g:c"},
  };
  for (const Case& test : cases) {
    if (std::string(test.what) == "rename back") {
      test.act(root());
      continue;
    }
    if (std::string(test.what) == "exchange") put(root(), "d/f", "again");
    expect_changes(test);
  }
}

TEST_P(Times, Directories) {
  expect_changes({"move a directory", [](Calls& c) { must(c.rename("d/sub", "e/x")); }, "d:mc e:mc d/sub:c"});
  must(root().mkdir("d/sub"));
  expect_changes({"replace a directory", [](Calls& c) { must(c.rename("e/x", "d/sub")); }, "d:mc e:mc"});
  must(root().link("d/g", "e/g"));
  expect_changes({"replace a file", [](Calls& c) { must(c.rename("d/f", "d/g")); }, "d:mc d/f:c"});
}

TEST_P(Times, OfANewFile) {
  std::this_thread::sleep_for(std::chrono::milliseconds(25));
  put(root(), "new", "");
  must(root().mkdir("newdir"));
  must(root().symlink("target", "newlink"));
  const Time parent = must(root().stat(".")).modify;
  for (const char* name : {"new", "newdir", "newlink"}) {
    const Attr attr = must(root().stat(name));
    EXPECT_NE(attr.modify, must(root().stat("d/f")).modify) << name;
    EXPECT_EQ(attr.access, attr.modify) << name;
    EXPECT_EQ(attr.change, attr.modify) << name;
    EXPECT_LE(attr.modify.seconds, parent.seconds) << name;
    EXPECT_GE(attr.modify.seconds, parent.seconds - 60) << name;
  }
}

TEST_P(Times, SetByHand) {
  for (const auto& [seconds, nanoseconds] : {std::pair<i64, u32>{0, 0},
                                             {1, 1},
                                             {1700000000, 123456789},
                                             {1700000000, 999999999},
                                             {2147483647, 5},
                                             {2147483648, 5},
                                             {4000000000, 999999998},
                                             {-1, 999999999},
                                             {-1000000000, 7}}) {
    must(root().utimens("d/f", Follow::no, set_to(seconds, nanoseconds), set_to(seconds + 1, nanoseconds)));
    const Attr attr = must(root().stat("d/f"));
    const u32 kept = nanoseconds - nanoseconds % traits().time_unit;
    EXPECT_EQ(attr.access, (Time{seconds, kept}));
    EXPECT_EQ(attr.modify, (Time{seconds + 1, kept}));
  }
  EXPECT_EQ(code(root().utimens("d/f", Follow::no, set_to(1, 1000000000), kOmit)), Errc::invalid);
  EXPECT_EQ(code(root().utimens("missing", Follow::no, kNow, kNow)), Errc::not_found);
}

TEST_P(Times, OfSymlinks) {
  must(root().utimens("d/s", Follow::no, set_to(5, 0), set_to(6, 0)));
  EXPECT_EQ(must(root().stat("d/s")).modify.seconds, 6);
  EXPECT_NE(must(root().stat("d/f")).modify.seconds, 6);
  must(root().utimens("d/s", Follow::yes, set_to(7, 0), set_to(8, 0)));
  EXPECT_EQ(must(root().stat("d/s")).modify.seconds, 6);
  EXPECT_EQ(must(root().stat("d/f")).modify.seconds, 8);
  const Fd fd = must(root().open("d/f", kOpenRead));
  must(root().futimens(fd, kOmit, set_to(9, 0)));
  EXPECT_EQ(must(root().fstat(fd)).access.seconds, 7);
  EXPECT_EQ(must(root().fstat(fd)).modify.seconds, 9);
}

TEST_P(Times, WhoMaySetThem) {
  must(root().chown("d/f", Follow::no, 1000, 2000));
  must(root().chmod("d/f", 0464));
  auto owner = as(1000, 1);
  auto writer = as(5, 2000);
  auto other = as(6, 6);
  EXPECT_EQ(code(owner->utimens("d/f", Follow::no, kNow, kNow)), kDone);
  EXPECT_EQ(code(owner->utimens("d/f", Follow::no, set_to(1, 1), kOmit)), kDone);
  EXPECT_EQ(code(writer->utimens("d/f", Follow::no, kNow, kNow)), kDone);
  EXPECT_EQ(code(writer->utimens("d/f", Follow::no, set_to(1, 1), set_to(1, 1))), Errc::not_permitted);
  EXPECT_EQ(code(writer->utimens("d/f", Follow::no, kNow, kOmit)), Errc::not_permitted);
  EXPECT_EQ(code(writer->utimens("d/f", Follow::no, kOmit, kNow)), Errc::not_permitted);
  EXPECT_EQ(code(other->utimens("d/f", Follow::no, kNow, kNow)), Errc::denied);
  EXPECT_EQ(code(other->utimens("d/f", Follow::no, set_to(1, 1), kNow)), Errc::not_permitted);
  EXPECT_EQ(code(other->utimens("d/f", Follow::no, kOmit, kOmit)), kDone);
}

INSTANTIATE_TEST_SUITE_P(On, Times, testing::ValuesIn(having(&Traits::times, targets())), TargetName());

}  // namespace
}  // namespace conformance
