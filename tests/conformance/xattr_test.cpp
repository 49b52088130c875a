// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extended attributes: values, modes, and who may see and change them.
#include <algorithm>

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Strings = std::vector<std::string>;

class Xattr : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    if (IsSkipped()) return;
    put(root(), "f", "");
    must(root().mkdir("d"));
    must(root().symlink("f", "s"));
    if (code(set(root(), "f", "user.probe", "")) == Errc::not_supported && GetParam().name == "host_tmpfs")
      GTEST_SKIP() << "the host's kernel has no user attributes in tmpfs (Linux 6.6 and newer do)";
    must(root().remove_xattr("f", Follow::no, "user.probe"));
  }

  static Result<> set(Calls& calls, At path, const std::string& name, std::string_view value,
                      XattrMode mode = XattrMode::set) {
    return calls.set_xattr(path, Follow::no, name, bytes_of(value), mode);
  }
  static Result<std::string> value(Calls& calls, At path, const std::string& name) {
    std::string text(TRY(calls.get_xattr(path, Follow::no, name, {})), '?');
    if (!text.empty()) {
      const std::size_t size =
          TRY(calls.get_xattr(path, Follow::no, name, std::as_writable_bytes(std::span(text))));
      text.resize(size);
    }
    return text;
  }
  static Strings names(Calls& calls, At path) {
    Strings all = must(calls.list_xattr(path, Follow::no));
    std::ranges::sort(all);
    return all;
  }
};

TEST_P(Xattr, SetGetListRemove) {
  for (const char* name : {"f", "d"}) {
    EXPECT_EQ(names(root(), name), Strings{});
    must(set(root(), name, "user.one", "first"));
    must(set(root(), name, "user.two", std::string("with\0zero", 9)));
    must(set(root(), name, "user.none", ""));
    EXPECT_EQ(must(value(root(), name, "user.one")), "first");
    EXPECT_EQ(must(value(root(), name, "user.two")), std::string("with\0zero", 9));
    EXPECT_EQ(must(value(root(), name, "user.none")), "");
    EXPECT_EQ(names(root(), name), (Strings{"user.none", "user.one", "user.two"}));
    must(set(root(), name, "user.one", "changed"));
    EXPECT_EQ(must(value(root(), name, "user.one")), "changed");
    must(root().remove_xattr(name, Follow::no, "user.one"));
    EXPECT_EQ(code(value(root(), name, "user.one")), Errc::no_data);
    EXPECT_EQ(code(root().remove_xattr(name, Follow::no, "user.one")), Errc::no_data);
    EXPECT_EQ(names(root(), name), (Strings{"user.none", "user.two"}));
  }
}

TEST_P(Xattr, CreateAndReplace) {
  EXPECT_EQ(code(set(root(), "f", "user.a", "1", XattrMode::replace)), Errc::no_data);
  EXPECT_EQ(code(set(root(), "f", "user.a", "2", XattrMode::create)), kDone);
  EXPECT_EQ(code(set(root(), "f", "user.a", "3", XattrMode::create)), Errc::exists);
  EXPECT_EQ(must(value(root(), "f", "user.a")), "2");
  EXPECT_EQ(code(set(root(), "f", "user.a", "4", XattrMode::replace)), kDone);
  EXPECT_EQ(must(value(root(), "f", "user.a")), "4");
}

TEST_P(Xattr, SmallRoom) {
  must(set(root(), "f", "user.a", "0123456789"));
  std::array<std::byte, 16> room;
  EXPECT_EQ(must(root().get_xattr("f", Follow::no, "user.a", {})), 10u);
  EXPECT_EQ(code(root().get_xattr("f", Follow::no, "user.a", std::span(room).first(9))), Errc::range);
  EXPECT_EQ(must(root().get_xattr("f", Follow::no, "user.a", std::span(room).first(10))), 10u);
  EXPECT_EQ(must(root().get_xattr("f", Follow::no, "user.a", room)), 10u);
}

TEST_P(Xattr, Names) {
  const std::string longest = "user." + std::string(250, 'n');
  must(set(root(), "f", longest, "value"));
  EXPECT_EQ(must(value(root(), "f", longest)), "value");
  EXPECT_EQ(code(set(root(), "f", longest + "n", "")), Errc::range);
  EXPECT_EQ(code(value(root(), "f", longest + "n")), Errc::range);
  EXPECT_EQ(code(set(root(), "f", "", "")), Errc::range);
  EXPECT_EQ(code(set(root(), "f", "user.", "")), Errc::invalid);
  EXPECT_EQ(code(value(root(), "f", "user.")), Errc::invalid);
  for (const char* name : {"nodot", "bogus.name", "users.x", ".x"}) {
    EXPECT_EQ(code(set(root(), "f", name, "")), Errc::not_supported) << name;
    EXPECT_EQ(code(value(root(), "f", name)), Errc::not_supported) << name;
    EXPECT_EQ(code(root().remove_xattr("f", Follow::no, name)), Errc::not_supported) << name;
  }
  EXPECT_EQ(names(root(), "f"), Strings{longest});
  must(set(root(), "f", "user.a.b/c d", "odd"));
  EXPECT_EQ(must(value(root(), "f", "user.a.b/c d")), "odd");
  EXPECT_EQ(code(value(root(), "f", "user.A.b/c d")), Errc::no_data);
}

TEST_P(Xattr, OnlyOnFilesAndDirectories) {
  must(root().mknod("fifo", FileType::fifo, 0644, {}));
  for (const char* name : {"s", "fifo"}) {
    EXPECT_EQ(code(set(root(), name, "user.a", "")), Errc::not_permitted) << name;
    EXPECT_EQ(code(value(root(), name, "user.a")), Errc::no_data) << name;
    EXPECT_EQ(code(root().remove_xattr(name, Follow::no, "user.a")), Errc::not_permitted) << name;
    must(set(root(), name, "trusted.a", "value"));
    EXPECT_EQ(must(value(root(), name, "trusted.a")), "value") << name;
  }
}

TEST_P(Xattr, ThroughSymlinks) {
  must(root().set_xattr("s", Follow::yes, "user.a", bytes_of("value"), XattrMode::set));
  EXPECT_EQ(must(value(root(), "f", "user.a")), "value");
  EXPECT_EQ(must(root().get_xattr("s", Follow::yes, "user.a", {})), 5u);
  EXPECT_EQ(must(root().list_xattr("s", Follow::yes)), Strings{"user.a"});
  EXPECT_EQ(names(root(), "s"), Strings{});
  must(root().remove_xattr("s", Follow::yes, "user.a"));
  EXPECT_EQ(names(root(), "f"), Strings{});
}

TEST_P(Xattr, UserAttributesFollowTheMode) {
  must(root().chown("f", Follow::no, 1000, 2000));
  must(root().chmod("f", 0640));
  auto owner = as(1000, 1);
  auto reader = as(5, 2000);
  auto other = as(6, 6);
  must(set(*owner, "f", "user.a", "value"));
  EXPECT_EQ(must(value(*reader, "f", "user.a")), "value");
  EXPECT_EQ(code(set(*reader, "f", "user.a", "x")), Errc::denied);
  EXPECT_EQ(code(reader->remove_xattr("f", Follow::no, "user.a")), Errc::denied);
  EXPECT_EQ(code(value(*other, "f", "user.a")), Errc::denied);
  EXPECT_EQ(code(value(*other, "f", "user.missing")), Errc::denied);
  EXPECT_EQ(names(*other, "f"), Strings{"user.a"});
  must(root().chmod("f", 0620));
  EXPECT_EQ(code(value(*reader, "f", "user.a")), Errc::denied);
  EXPECT_EQ(code(set(*reader, "f", "user.b", "x")), kDone);
}

TEST_P(Xattr, StickyDirectoriesAreTheirOwners) {
  must(root().chown("d", Follow::no, 1000, 2000));
  must(root().chmod("d", 01777));
  EXPECT_EQ(code(set(*as(5, 5), "d", "user.a", "")), Errc::not_permitted);
  EXPECT_EQ(code(set(*as(1000, 5), "d", "user.a", "")), kDone);
  EXPECT_EQ(code(as(5, 5)->remove_xattr("d", Follow::no, "user.a")), Errc::not_permitted);
  EXPECT_EQ(code(value(*as(5, 5), "d", "user.a")), kDone);
  must(root().chmod("d", 0777));
  EXPECT_EQ(code(set(*as(5, 5), "d", "user.a", "x")), kDone);
}

TEST_P(Xattr, TrustedIsForThePrivileged) {
  must(root().chmod("f", 0666));
  must(set(root(), "f", "trusted.a", "secret"));
  must(set(root(), "f", "user.a", "public"));
  auto user = as(1000, 1000);
  EXPECT_EQ(code(value(*user, "f", "trusted.a")), Errc::no_data);
  EXPECT_EQ(code(set(*user, "f", "trusted.b", "")), Errc::not_permitted);
  EXPECT_EQ(code(user->remove_xattr("f", Follow::no, "trusted.a")), Errc::not_permitted);
  EXPECT_EQ(names(*user, "f"), Strings{"user.a"});
  EXPECT_EQ(names(root(), "f"), (Strings{"trusted.a", "user.a"}));
  EXPECT_EQ(must(value(root(), "f", "trusted.a")), "secret");
}

TEST_P(Xattr, BigValues) {
  EXPECT_EQ(code(set(root(), "f", "user.a", std::string(65537, 'x'))), Errc::too_big);
  for (const std::size_t size : {10, 100, 1000, 3000}) {
    const std::string text(size, static_cast<char>('a' + size % 26));
    must(set(root(), "f", "user.a", text));
    EXPECT_EQ(must(value(root(), "f", "user.a")), text);
  }
  // How much fits is the format's; but all of it or nothing.
  const std::string big(60000, 'x');
  const Errc result = code(set(root(), "f", "user.a", big));
  EXPECT_TRUE(result == kDone || result == Errc::no_space || result == Errc::too_big);
  EXPECT_EQ(must(value(root(), "f", "user.a")), result == kDone ? big : std::string(3000, 'a' + 3000 % 26));
}

TEST_P(Xattr, ManyNames) {
  Strings expected;
  for (int i = 0; i < 40; ++i) {
    expected.push_back("user.n" + std::to_string(i));
    must(set(root(), "d", expected.back(), std::to_string(i)));
  }
  std::ranges::sort(expected);
  EXPECT_EQ(names(root(), "d"), expected);
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(must(value(root(), "d", "user.n" + std::to_string(i))), std::to_string(i));
  for (int i = 0; i < 40; i += 2) must(root().remove_xattr("d", Follow::no, "user.n" + std::to_string(i)));
  EXPECT_EQ(names(root(), "d").size(), 20u);
}

TEST_P(Xattr, StayWithTheFile) {
  must(set(root(), "f", "user.a", "value"));
  must(root().link("f", "g"));
  must(root().rename("f", "d/h"));
  EXPECT_EQ(must(value(root(), "d/h", "user.a")), "value");
  must(set(root(), "g", "user.a", "both"));
  EXPECT_EQ(must(value(root(), "d/h", "user.a")), "both");
  put(root(), "f", "");
  EXPECT_EQ(names(root(), "f"), Strings{});
}

TEST_P(Xattr, MissingFiles) {
  EXPECT_EQ(code(set(root(), "missing", "user.a", "")), Errc::not_found);
  EXPECT_EQ(code(value(root(), "missing", "user.a")), Errc::not_found);
  EXPECT_EQ(code(root().list_xattr("missing", Follow::no)), Errc::not_found);
  EXPECT_EQ(code(root().remove_xattr("f/x", Follow::no, "user.a")), Errc::not_dir);
}

INSTANTIATE_TEST_SUITE_P(On, Xattr, testing::ValuesIn(having(&Traits::xattrs, targets())), TargetName());

}  // namespace
}  // namespace conformance
