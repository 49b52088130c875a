// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names and paths: their limits, slashes, symlinks on the way.
#include <algorithm>

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Names = Conformance;
using Strings = std::vector<std::string>;

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

class NamesWithLinks : public Names {};
class NamesOfAnyBytes : public Names {};

TEST_P(Names, LongestName) {
  const std::string longest(traits().name_max, 'n');
  put(root(), longest, "content");
  EXPECT_EQ(get(root(), longest), "content");
  EXPECT_EQ(names_in(root(), "."), Strings{longest});
  must(root().mkdir("d"));
  must(root().rename(longest, "d/" + longest));
  must(root().mkdir(longest));
  if (!traits().links) return;
  must(root().symlink(longest, longest + "/" + longest));
  EXPECT_EQ(target_of(root(), longest + "/" + longest), longest);
}

TEST_P(Names, TooLongName) {
  const std::string name(traits().name_max + 1, 'n');
  put(root(), "f", "");
  must(root().mkdir("d"));
  EXPECT_EQ(code(root().open(name, kOpenRead)), Errc::name_too_long);
  EXPECT_EQ(code(root().open(name, kOpenWrite | kOpenCreate, 0644)), Errc::name_too_long);
  EXPECT_EQ(code(root().stat(name)), Errc::name_too_long);
  EXPECT_EQ(code(root().stat(name + "/f")), Errc::name_too_long);
  EXPECT_EQ(code(root().stat("d/" + name)), Errc::name_too_long);
  EXPECT_EQ(code(root().mkdir(name)), Errc::name_too_long);
  EXPECT_EQ(code(root().mknod(name, FileType::file, 0644, {})), Errc::name_too_long);
  EXPECT_EQ(code(root().rename("f", name)), Errc::name_too_long);
  EXPECT_EQ(code(root().rename(name, "f")), Errc::name_too_long);
  EXPECT_EQ(code(root().unlink(name)), Errc::name_too_long);
  EXPECT_EQ(code(root().rmdir(name)), Errc::name_too_long);
  EXPECT_EQ(code(root().truncate(name, 0)), Errc::name_too_long);
  EXPECT_EQ(names_in(root(), "."), (Strings{"d", "f"}));
  if (!traits().links) return;
  EXPECT_EQ(code(root().symlink("f", name)), Errc::name_too_long);
  EXPECT_EQ(code(root().link("f", name)), Errc::name_too_long);
  EXPECT_EQ(code(root().mknod(name, FileType::fifo, 0644, {})), Errc::name_too_long);
  must(root().symlink(name, "link"));
  EXPECT_EQ(code(root().stat("link", Follow::yes)), Errc::name_too_long);
}

TEST_P(Names, LongestPath) {
  put(root(), "f", "content");
  const std::string longest = repeated("./", 2047) + "f";
  ASSERT_EQ(longest.size(), 4095u);
  EXPECT_EQ(get(root(), longest), "content");
  EXPECT_EQ(code(root().stat("/" + longest)), Errc::name_too_long);
  EXPECT_EQ(code(root().open("." + longest, kOpenRead)), Errc::name_too_long);
  EXPECT_EQ(code(root().mkdir(repeated("./", 2048) + "d")), Errc::name_too_long);
  EXPECT_EQ(code(root().rename("f", repeated("./", 2048) + "g")), Errc::name_too_long);
  EXPECT_EQ(code(root().stat(repeated("/", 4095))), kDone);
}

TEST_P(Names, DeepTree) {
  constexpr int kDepth = 300;
  const std::string name(100, 'd');
  for (int i = 0; i < kDepth; ++i) {
    must(root().mkdir(name));
    must(root().chdir(name));
  }
  put(root(), "f", "at the bottom");
  EXPECT_EQ(ino_of(root(), repeated("../", kDepth)), ino_of(root(), "/"));
  EXPECT_EQ(get(root(), "f"), "at the bottom");
  must(root().unlink("f"));
  for (int i = 0; i < kDepth; ++i) {
    must(root().chdir(".."));
    must(root().rmdir(name));
  }
  EXPECT_EQ(names_in(root(), "/"), Strings{});
}

TEST_P(Names, EmptyPath) {
  EXPECT_EQ(code(root().stat("")), Errc::not_found);
  EXPECT_EQ(code(root().open("", kOpenRead)), Errc::not_found);
  EXPECT_EQ(code(root().open("", kOpenWrite | kOpenCreate, 0644)), Errc::not_found);
  EXPECT_EQ(code(root().access("", 0)), Errc::not_found);
  EXPECT_EQ(code(root().truncate("", 0)), Errc::not_found);
  EXPECT_EQ(code(root().chmod("", 0)), Errc::not_found);
  EXPECT_EQ(code(root().symlink("target", "")), Errc::not_found);
}

TEST_P(NamesOfAnyBytes, AnyByteButSlash) {
  Strings expected;
  for (int byte = 1; byte < 256; ++byte) {
    if (byte == '/') continue;
    const std::string name = std::string("x") + static_cast<char>(byte);
    put(root(), name, std::to_string(byte));
    expected.push_back(name);
  }
  std::ranges::sort(expected);
  EXPECT_EQ(names_in(root(), "."), expected);
  EXPECT_EQ(get(root(), "x\xff"), "255");
  for (const char* name : {"...", " ", "-", "\n", "a.", "A", "a"}) put(root(), name, name);
  EXPECT_EQ(get(root(), "..."), "...");
  EXPECT_EQ(get(root(), "A"), "A");
  EXPECT_EQ(get(root(), "a"), "a");
}

TEST_P(Names, Slashes) {
  must(root().mkdir("d//"));
  must(root().mkdir("d/e/"));
  put(root(), "d//e///f", "content");
  EXPECT_EQ(get(root(), "//d/e//f"), "content");
  EXPECT_EQ(must(root().stat("d/e/")).type, FileType::dir);
  EXPECT_EQ(code(root().stat("d/e/f/")), Errc::not_dir);
  EXPECT_EQ(code(root().access("d/e/f/", 0)), Errc::not_dir);
  EXPECT_EQ(code(root().chmod("d/e/f/", 0600)), Errc::not_dir);
  EXPECT_EQ(code(root().truncate("d/e/f/", 0)), Errc::not_dir);
  EXPECT_EQ(code(root().unlink("d/e/f/")), Errc::not_dir);
  EXPECT_EQ(code(root().rmdir("d/e/f/")), Errc::not_dir);
  EXPECT_EQ(get(root(), "d/e/f"), "content");
  must(root().unlink("d/e/f"));
  must(root().rmdir("d/e///"));
}

TEST_P(NamesWithLinks, SlashAfterASymlink) {
  must(root().mkdir("d"));
  put(root(), "f", "");
  must(root().symlink("d", "to_d"));
  must(root().symlink("f", "to_f"));
  must(root().symlink("nowhere", "dangling"));
  EXPECT_EQ(must(root().stat("to_d")).type, FileType::symlink);
  EXPECT_EQ(must(root().stat("to_d/")).type, FileType::dir);
  EXPECT_EQ(must(root().stat("to_d/.")).type, FileType::dir);
  EXPECT_EQ(code(root().stat("to_f/")), Errc::not_dir);
  EXPECT_EQ(code(root().stat("dangling/")), Errc::not_found);
  EXPECT_EQ(code(root().mkdir("to_d/")), Errc::exists);
  EXPECT_EQ(code(root().rmdir("to_d/")), Errc::not_dir);
  EXPECT_EQ(code(root().mkdir("to_d/e")), kDone);
  EXPECT_EQ(names_in(root(), "d"), Strings{"e"});
}

TEST_P(NamesWithLinks, MkdirAtADanglingSymlinkWithASlash) {
  must(root().symlink("nowhere", "dangling"));
  EXPECT_EQ(code(root().mkdir("dangling/")), Errc::exists);
  EXPECT_EQ(code(root().mkdir("dangling")), Errc::exists);
  EXPECT_EQ(names_in(root(), "."), Strings{"dangling"});
}

TEST_P(Names, FileOnTheWay) {
  put(root(), "f", "");
  for (const char* name : {"f/x", "f/.", "f/..", "f/../f"}) {
    EXPECT_EQ(code(root().stat(name)), Errc::not_dir) << name;
    EXPECT_EQ(code(root().open(name, kOpenWrite | kOpenCreate, 0644)), Errc::not_dir) << name;
    EXPECT_EQ(code(root().unlink(name)), Errc::not_dir) << name;
    EXPECT_EQ(code(root().mkdir(name)), Errc::not_dir) << name;
    EXPECT_EQ(code(root().rmdir(name)), Errc::not_dir) << name;
  }
  EXPECT_EQ(code(root().stat("missing/..")), Errc::not_found);
}

TEST_P(NamesWithLinks, ChainsOfSymlinks) {
  put(root(), "l0", "content");
  for (int i = 1; i <= 41; ++i) must(root().symlink("l" + std::to_string(i - 1), "l" + std::to_string(i)));
  EXPECT_EQ(get(root(), "l40"), "content");
  EXPECT_EQ(code(root().open("l41", kOpenRead)), Errc::loop);
  EXPECT_EQ(code(root().stat("l41", Follow::yes)), Errc::loop);
  EXPECT_EQ(must(root().stat("l41", Follow::no)).type, FileType::symlink);
}

TEST_P(NamesWithLinks, SymlinksOnTheWayCountTogether) {
  must(root().mkdir("d"));
  must(root().symlink(".", "d/s"));
  put(root(), "d/f", "content");
  EXPECT_EQ(get(root(), "d/" + repeated("s/", 40) + "f"), "content");
  EXPECT_EQ(code(root().stat("d/" + repeated("s/", 41) + "f")), Errc::loop);
}

TEST_P(NamesWithLinks, Loops) {
  must(root().symlink("b", "a"));
  must(root().symlink("a", "b"));
  must(root().symlink("self", "self"));
  must(root().symlink("self/x", "below"));
  for (const char* name : {"a", "b", "self", "below"}) {
    EXPECT_EQ(code(root().stat(name, Follow::yes)), Errc::loop) << name;
    EXPECT_EQ(code(root().open(name, kOpenRead)), Errc::loop) << name;
    EXPECT_EQ(code(root().open(name, kOpenWrite | kOpenCreate, 0644)), Errc::loop) << name;
    EXPECT_EQ(code(root().chdir(name)), Errc::loop) << name;
    EXPECT_EQ(code(root().mkdir(std::string(name) + "/d")), Errc::loop) << name;
    EXPECT_EQ(code(root().stat(name)), kDone) << name;
  }
  for (const char* name : {"a", "b", "self", "below"}) EXPECT_EQ(code(root().unlink(name)), kDone) << name;
}

TEST_P(NamesWithLinks, SymlinkExpandsPastThePathLimitInSum) {
  must(root().mkdir("d"));
  put(root(), "d/f", "content");
  must(root().symlink(repeated("./", 1900) + "d", "long"));
  EXPECT_EQ(get(root(), repeated("./", 1900) + "long/" + repeated("./", 100) + "f"), "content");
}

INSTANTIATE_TEST_SUITE_P(On, NamesOfAnyBytes, testing::ValuesIn(having(&Traits::all_names, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, NamesWithLinks, testing::ValuesIn(having(&Traits::links, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, Names, testing::ValuesIn(targets()), TargetName());

}  // namespace
}  // namespace conformance
