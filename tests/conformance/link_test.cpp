// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Hard links, symlinks, unlink, and special files.
#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Link = Conformance;
using Strings = std::vector<std::string>;

TEST_P(Link, AnotherNameForOneFile) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  must(root().link("f", "d/g"));
  EXPECT_EQ(ino_of(root(), "f"), ino_of(root(), "d/g"));
  EXPECT_EQ(links_of(root(), "f"), 2u);
  put(root(), "d/g", "changed");
  EXPECT_EQ(get(root(), "f"), "changed");
  must(root().unlink("f"));
  EXPECT_EQ(links_of(root(), "d/g"), 1u);
  EXPECT_EQ(get(root(), "d/g"), "changed");
}

TEST_P(Link, ManyNames) {
  put(root(), "f", "content");
  for (u32 i = 0; i < 500; ++i) must(root().link("f", "l" + std::to_string(i)));
  EXPECT_EQ(links_of(root(), "f"), 501u);
  for (u32 i = 0; i < 500; i += 2) must(root().unlink("l" + std::to_string(i)));
  EXPECT_EQ(links_of(root(), "l1"), 251u);
}

TEST_P(Link, Refusals) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  must(root().symlink("nowhere", "dangling"));
  for (const char* name : {"f", "d", "dangling", ".", "..", "/", "d/."})
    EXPECT_EQ(code(root().link("f", name)), Errc::exists) << name;
  EXPECT_EQ(code(root().link("d", "new")), Errc::not_permitted);
  EXPECT_EQ(code(root().link(".", "new")), Errc::not_permitted);
  EXPECT_EQ(code(root().link("d", "f")), Errc::exists);
  EXPECT_EQ(code(root().link("missing", "new")), Errc::not_found);
  EXPECT_EQ(code(root().link("missing", "f")), Errc::not_found);
  EXPECT_EQ(code(root().link("f", "missing/new")), Errc::not_found);
  EXPECT_EQ(code(root().link("f", "f/new")), Errc::not_dir);
  EXPECT_EQ(code(root().link("f/", "new")), Errc::not_dir);
  EXPECT_EQ(code(root().link("f", "new/")), Errc::not_found);
  EXPECT_EQ(code(root().link("f", "")), Errc::not_found);
  EXPECT_EQ(code(root().link("", "new")), Errc::not_found);
  EXPECT_EQ(names_in(root(), "."), (Strings{"d", "dangling", "f"}));
  EXPECT_EQ(links_of(root(), "f"), 1u);
}

TEST_P(Link, ToASymlinkOrThroughIt) {
  put(root(), "f", "content");
  must(root().symlink("f", "s"));
  must(root().symlink("nowhere", "dangling"));
  must(root().link("s", "same", Follow::no));
  EXPECT_EQ(target_of(root(), "same"), "f");
  EXPECT_EQ(links_of(root(), "s"), 2u);
  EXPECT_EQ(links_of(root(), "f"), 1u);
  must(root().link("s", "through", Follow::yes));
  EXPECT_EQ(ino_of(root(), "through"), ino_of(root(), "f"));
  EXPECT_EQ(code(root().link("dangling", "x", Follow::yes)), Errc::not_found);
  EXPECT_EQ(code(root().link("dangling", "x", Follow::no)), kDone);
}

TEST_P(Link, Unlink) {
  put(root(), "f", "");
  must(root().mkdir("d"));
  must(root().symlink("f", "s"));
  must(root().symlink("d", "to_d"));
  EXPECT_EQ(code(root().unlink("missing")), Errc::not_found);
  EXPECT_EQ(code(root().unlink("")), Errc::not_found);
  EXPECT_EQ(code(root().unlink("f/")), Errc::not_dir);
  EXPECT_EQ(code(root().unlink("f/x")), Errc::not_dir);
  EXPECT_EQ(code(root().unlink("missing/")), Errc::not_found);
  EXPECT_EQ(code(root().unlink("to_d/")), Errc::not_dir);
  for (const char* name : {"d", "d/", ".", "..", "/", "d/.", "d/.."})
    EXPECT_EQ(code(root().unlink(name)), Errc::is_dir) << name;
  must(root().unlink("s"));
  must(root().unlink("to_d"));
  EXPECT_EQ(names_in(root(), "."), (Strings{"d", "f"}));
}

TEST_P(Link, SymlinkHoldsAnyText) {
  const Strings targets{"f",
                        "nowhere",
                        "/",
                        "..",
                        "a/../b//c/",
                        " \t\n",
                        "\x01\xff\xfe",
                        std::string(59, 'a'),
                        std::string(60, 'b'),
                        std::string(61, 'c'),
                        std::string(255, 'd'),
                        std::string(1000, 'e'),
                        std::string(4094, 'f')};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string name = "s" + std::to_string(i);
    must(root().symlink(targets[i], name));
    EXPECT_EQ(target_of(root(), name), targets[i]);
    const Attr attr = must(root().stat(name));
    EXPECT_EQ(attr.type, FileType::symlink);
    EXPECT_EQ(attr.size, targets[i].size());
    EXPECT_EQ(attr.mode, 0777u);
    EXPECT_EQ(attr.nlink, 1u);
  }
}

TEST_P(Link, SymlinkLimits) {
  EXPECT_EQ(code(root().symlink("", "s")), Errc::not_found);
  EXPECT_EQ(code(root().symlink(std::string(4095, 'x'), "s")), kDone);
  EXPECT_EQ(code(root().symlink(std::string(4096, 'x'), "t")), Errc::name_too_long);
  EXPECT_EQ(names_in(root(), "."), Strings{"s"});
}

TEST_P(Link, SymlinkWhereSomethingIs) {
  put(root(), "f", "");
  must(root().mkdir("d"));
  must(root().symlink("nowhere", "dangling"));
  for (const char* name : {"f", "d", "dangling", ".", "..", "/"})
    EXPECT_EQ(code(root().symlink("target", name)), Errc::exists) << name;
  EXPECT_EQ(code(root().symlink("target", "new/")), Errc::not_found);
  EXPECT_EQ(code(root().symlink("target", "missing/new")), Errc::not_found);
  EXPECT_EQ(code(root().symlink("target", "f/new")), Errc::not_dir);
}

TEST_P(Link, ReadlinkIntoSmallRoom) {
  put(root(), "f", "");
  must(root().mkdir("d"));
  must(root().symlink("0123456789", "s"));
  std::array<char, 4> room;
  EXPECT_EQ(must(root().readlink("s", room)), 4u);
  EXPECT_EQ(std::string(room.data(), 4), "0123");
  EXPECT_EQ(code(root().readlink("s", std::span(room).first(0))), Errc::invalid);
  EXPECT_EQ(code(root().readlink("f", room)), Errc::invalid);
  EXPECT_EQ(code(root().readlink("d", room)), Errc::invalid);
  EXPECT_EQ(code(root().readlink("missing", room)), Errc::not_found);
  EXPECT_EQ(code(root().readlink("s/", room)), Errc::not_found);
}

TEST_P(Link, SymlinkTargetsAreRelativeToTheirDirectory) {
  must(root().mkdir("a"));
  must(root().mkdir("b"));
  put(root(), "a/f", "in a");
  put(root(), "b/f", "in b");
  must(root().symlink("f", "a/s"));
  must(root().rename("a/s", "b/s"));
  EXPECT_EQ(get(root(), "b/s"), "in b");
  must(root().symlink("../a/f", "b/up"));
  EXPECT_EQ(get(root(), "b/up"), "in a");
  must(root().chdir("a"));
  EXPECT_EQ(get(root(), "../b/up"), "in a");
}

TEST_P(Link, SpecialFiles) {
  must(root().mknod("fifo", FileType::fifo, 0644, {}));
  must(root().mknod("socket", FileType::socket, 0600, {}));
  must(root().mknod("file", FileType::file, 0666, {}));
  must(root().mknod("chr", FileType::chr, 0640, {5, 259}));
  must(root().mknod("block", FileType::block, 0660, {259, 70000}));
  EXPECT_EQ(must(root().stat("fifo")).type, FileType::fifo);
  EXPECT_EQ(must(root().stat("socket")).type, FileType::socket);
  EXPECT_EQ(must(root().stat("file")).type, FileType::file);
  EXPECT_EQ(mode_of(root(), "file"), 0644u);
  EXPECT_EQ(must(root().stat("chr")).type, FileType::chr);
  EXPECT_EQ(must(root().stat("chr")).device, (DeviceNumber{5, 259}));
  EXPECT_EQ(must(root().stat("block")).type, FileType::block);
  EXPECT_EQ(must(root().stat("block")).device, (DeviceNumber{259, 70000}));
  EXPECT_EQ(code(root().mknod("fifo", FileType::file, 0644, {})), Errc::exists);
  EXPECT_EQ(code(root().mknod("new/", FileType::file, 0644, {})), Errc::not_found);
  EXPECT_EQ(code(root().mknod("d", FileType::dir, 0755, {})), Errc::not_permitted);
  must(root().link("chr", "chr2"));
  must(root().rename("chr2", "fifo"));
  EXPECT_EQ(links_of(root(), "chr"), 2u);
}

INSTANTIATE_TEST_SUITE_P(On, Link, testing::ValuesIn(having(&Traits::links, targets())), TargetName());

}  // namespace
}  // namespace conformance
