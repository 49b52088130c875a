// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file rename, with its flags.
#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Rename = Conformance;
using Strings = std::vector<std::string>;

class RenameWithLinks : public Rename {};

TEST_P(Rename, GivesAnotherName) {
  put(root(), "f", "content");
  const u64 ino = ino_of(root(), "f");
  must(root().rename("f", "g"));
  EXPECT_EQ(code(root().stat("f")), Errc::not_found);
  EXPECT_EQ(ino_of(root(), "g"), ino);
  EXPECT_EQ(links_of(root(), "g"), 1u);
  EXPECT_EQ(get(root(), "g"), "content");
  EXPECT_EQ(names_in(root(), "."), Strings{"g"});
}

TEST_P(Rename, FileOverFile) {
  put(root(), "f", "new");
  put(root(), "g", "old");
  if (traits().links) must(root().link("g", "other"));
  const u64 ino = ino_of(root(), "f");
  must(root().rename("f", "g"));
  EXPECT_EQ(ino_of(root(), "g"), ino);
  EXPECT_EQ(get(root(), "g"), "new");
  if (!traits().links) return;
  EXPECT_EQ(get(root(), "other"), "old");
  EXPECT_EQ(links_of(root(), "other"), 1u);
  EXPECT_EQ(names_in(root(), "."), (Strings{"g", "other"}));
}

TEST_P(Rename, VictimStaysReadableWhileOpen) {
  put(root(), "f", "new");
  put(root(), "g", "old");
  const Fd victim = must(root().open("g", kOpenRead));
  must(root().rename("f", "g"));
  EXPECT_EQ(get(root(), victim), "old");
  EXPECT_EQ(must(root().fstat(victim)).nlink, 0u);
  EXPECT_EQ(get(root(), "g"), "new");
}

TEST_P(Rename, OntoItself) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  must(root().mkdir("d/e"));
  EXPECT_EQ(code(root().rename("f", "f")), kDone);
  EXPECT_EQ(code(root().rename("f", "./d/../f")), kDone);
  EXPECT_EQ(code(root().rename("d", "d")), kDone);
  EXPECT_EQ(code(root().rename("d/", "d//")), kDone);
  EXPECT_EQ(get(root(), "f"), "content");
  EXPECT_EQ(links_of(root(), "d"), 3u);
}

TEST_P(RenameWithLinks, OntoAnotherNameOfTheSameFileKeepsBoth) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  must(root().link("f", "g"));
  must(root().link("f", "d/h"));
  must(root().rename("f", "g"));
  must(root().rename("g", "d/h"));
  EXPECT_EQ(links_of(root(), "f"), 3u);
  EXPECT_EQ(names_in(root(), "."), (Strings{"d", "f", "g"}));
  EXPECT_EQ(names_in(root(), "d"), Strings{"h"});
}

TEST_P(RenameWithLinks, SymlinksAreRenamedThemselves) {
  put(root(), "f", "content");
  put(root(), "g", "other");
  must(root().symlink("f", "link"));
  must(root().symlink("g", "victim"));
  must(root().rename("link", "victim"));
  EXPECT_EQ(target_of(root(), "victim"), "f");
  EXPECT_EQ(get(root(), "g"), "other");
  EXPECT_EQ(code(root().stat("link")), Errc::not_found);
  must(root().rename("f", "victim"));
  EXPECT_EQ(must(root().stat("victim")).type, FileType::file);
}

TEST_P(Rename, DirectoryOverDirectory) {
  must(root().mkdir("d"));
  put(root(), "d/f", "content");
  must(root().mkdir("empty"));
  must(root().mkdir("full"));
  put(root(), "full/f", "");
  EXPECT_EQ(code(root().rename("d", "full")), Errc::not_empty);
  EXPECT_EQ(links_of(root(), "."), 5u);
  const u64 ino = ino_of(root(), "d");
  must(root().rename("d", "empty"));
  EXPECT_EQ(ino_of(root(), "empty"), ino);
  EXPECT_EQ(names_in(root(), "empty"), Strings{"f"});
  EXPECT_EQ(links_of(root(), "."), 4u);
}

TEST_P(Rename, DirectoryAndFileDoNotReplaceEachOther) {
  must(root().mkdir("d"));
  put(root(), "f", "content");
  try_symlink("d", "link");
  for (const std::string& name : names_without_links({"f", "link"}, 1)) {
    EXPECT_EQ(code(root().rename("d", name)), Errc::not_dir) << name;
    EXPECT_EQ(code(root().rename(name, "d")), Errc::is_dir) << name;
  }
  EXPECT_EQ(names_in(root(), "."), names_without_links({"d", "f", "link"}, 1));
}

TEST_P(Rename, AcrossDirectoriesTakesTheParentAlong) {
  must(root().mkdir("a"));
  must(root().mkdir("b"));
  must(root().mkdir("a/d"));
  put(root(), "a/d/f", "content");
  must(root().rename("a/d", "b/e"));
  EXPECT_EQ(links_of(root(), "a"), 2u);
  EXPECT_EQ(links_of(root(), "b"), 3u);
  EXPECT_EQ(links_of(root(), "b/e"), 2u);
  EXPECT_EQ(ino_of(root(), "b/e/.."), ino_of(root(), "b"));
  EXPECT_EQ(get(root(), "b/e/../e/f"), "content");
  put(root(), "a/f", "moved");
  must(root().rename("a/f", "b/f"));
  EXPECT_EQ(names_in(root(), "a"), Strings{});
  EXPECT_EQ(links_of(root(), "b"), 3u);
}

TEST_P(Rename, AcrossDirectoriesOverAnEmptyOne) {
  must(root().mkdir("a"));
  must(root().mkdir("b"));
  must(root().mkdir("a/d"));
  must(root().mkdir("b/d"));
  const u64 ino = ino_of(root(), "a/d");
  must(root().rename("a/d", "b/d"));
  EXPECT_EQ(ino_of(root(), "b/d"), ino);
  EXPECT_EQ(links_of(root(), "a"), 2u);
  EXPECT_EQ(links_of(root(), "b"), 3u);
  EXPECT_EQ(ino_of(root(), "b/d/.."), ino_of(root(), "b"));
}

TEST_P(Rename, CurrentDirectoryFollows) {
  must(root().mkdir("a"));
  must(root().mkdir("b"));
  must(root().chdir("a"));
  must(root().rename("/a", "/b/c"));
  put(root(), "f", "content");
  EXPECT_EQ(get(root(), "/b/c/f"), "content");
  EXPECT_EQ(ino_of(root(), ".."), ino_of(root(), "/b"));
}

TEST_P(Rename, IntoItsOwnSubdirectory) {
  must(root().mkdir("a"));
  must(root().mkdir("a/b"));
  must(root().mkdir("a/b/c"));
  EXPECT_EQ(code(root().rename("a", "a/d")), Errc::invalid);
  EXPECT_EQ(code(root().rename("a", "a/b/c/d")), Errc::invalid);
  EXPECT_EQ(code(root().rename("a", "a/b")), Errc::invalid);
  EXPECT_EQ(code(root().rename("a", "a/b/c/d", kRenameNoReplace)), Errc::invalid);
  put(root(), "f", "");
  EXPECT_EQ(code(root().rename("a", "a/b/../../a/b/d")), Errc::invalid);
}

TEST_P(Rename, OverItsOwnAncestor) {
  must(root().mkdir("a"));
  must(root().mkdir("a/b"));
  must(root().mkdir("a/b/c"));
  put(root(), "a/b/f", "");
  EXPECT_EQ(code(root().rename("a/b/c", "a/b")), Errc::not_empty);
  EXPECT_EQ(code(root().rename("a/b/c", "a")), Errc::not_empty);
  EXPECT_EQ(code(root().rename("a/b/f", "a")), Errc::not_empty);
  EXPECT_EQ(code(root().rename("a/b/f", "a/b")), Errc::not_empty);
}

TEST_P(Rename, BetweenParentAndChild) {
  must(root().mkdir("a"));
  must(root().mkdir("a/b"));
  put(root(), "f", "down");
  put(root(), "a/b/g", "up");
  must(root().rename("f", "a/b/f"));
  must(root().rename("a/b/g", "a/g"));
  must(root().rename("a/b", "b"));
  EXPECT_EQ(get(root(), "b/f"), "down");
  EXPECT_EQ(get(root(), "a/g"), "up");
  EXPECT_EQ(links_of(root(), "a"), 2u);
  EXPECT_EQ(links_of(root(), "."), 4u);
  must(root().rename("a", "b/a"));
  EXPECT_EQ(ino_of(root(), "b/a/.."), ino_of(root(), "b"));
}

TEST_P(Rename, DotAndDotDotAndTheRoot) {
  must(root().mkdir("a"));
  must(root().mkdir("a/b"));
  put(root(), "f", "");
  for (const char* name : {".", "..", "a/.", "a/..", "a/b/..", "/", "a/./"}) {
    EXPECT_EQ(code(root().rename(name, "x")), Errc::busy) << name;
    EXPECT_EQ(code(root().rename("a/b", name)), Errc::busy) << name;
    EXPECT_EQ(code(root().rename("f", name)), Errc::busy) << name;
  }
}

TEST_P(Rename, MissingThings) {
  must(root().mkdir("d"));
  put(root(), "f", "");
  EXPECT_EQ(code(root().rename("missing", "f")), Errc::not_found);
  EXPECT_EQ(code(root().rename("missing", "missing")), Errc::not_found);
  EXPECT_EQ(code(root().rename("f", "missing/f")), Errc::not_found);
  EXPECT_EQ(code(root().rename("d/missing", "f")), Errc::not_found);
  EXPECT_EQ(code(root().rename("f/x", "g")), Errc::not_dir);
  EXPECT_EQ(code(root().rename("f", "f/x")), Errc::not_dir);
  EXPECT_EQ(code(root().rename("", "x")), Errc::not_found);
  EXPECT_EQ(code(root().rename("f", "")), Errc::not_found);
  EXPECT_EQ(code(root().rename("missing", "d", kRenameNoReplace)), Errc::not_found);
  EXPECT_EQ(names_in(root(), "."), (Strings{"d", "f"}));
}

TEST_P(Rename, TrailingSlashes) {
  must(root().mkdir("d"));
  must(root().mkdir("empty"));
  put(root(), "f", "content");
  try_symlink("d", "link");
  for (const std::string& name : names_without_links({"f/", "link/"}, 1))
    EXPECT_EQ(code(root().rename(name, "g")), Errc::not_dir) << name;
  EXPECT_EQ(code(root().rename("f", "g/")), Errc::not_dir);
  EXPECT_EQ(code(root().rename("d", "f/")), Errc::not_dir);
  EXPECT_EQ(code(root().rename("missing/", "g")), Errc::not_found);
  EXPECT_EQ(code(root().rename("d/", "empty/")), kDone);
  EXPECT_EQ(code(root().rename("empty", "new/")), kDone);
  EXPECT_EQ(code(root().rename("new//", "d")), kDone);
  EXPECT_EQ(names_in(root(), "."), names_without_links({"d", "f", "link"}, 1));
}

TEST_P(Rename, NoReplace) {
  must(root().mkdir("d"));
  put(root(), "f", "f");
  put(root(), "g", "g");
  if (traits().links) must(root().link("f", "again"));
  try_symlink("nowhere", "dangling");
  for (const std::string& name : names_without_links({"g", "d", "f", "again", "dangling"}, 2))
    EXPECT_EQ(code(root().rename("f", name, kRenameNoReplace)), Errc::exists) << name;
  for (const char* name : {".", "..", "d/.", "/"})
    EXPECT_EQ(code(root().rename("f", name, kRenameNoReplace)), Errc::exists) << name;
  EXPECT_EQ(code(root().rename("f", "d/f", kRenameNoReplace)), kDone);
  EXPECT_EQ(code(root().rename("d", "e", kRenameNoReplace)), kDone);
  EXPECT_EQ(get(root(), "e/f"), "f");
}

TEST_P(Rename, FlagsExcludeEachOther) {
  put(root(), "f", "f");
  put(root(), "g", "g");
  EXPECT_EQ(code(root().rename("f", "g", kRenameNoReplace | kRenameExchange)), Errc::invalid);
}

TEST_P(Rename, ExchangeFiles) {
  must(root().mkdir("d"));
  put(root(), "f", "f");
  put(root(), "d/g", "g");
  must(root().rename("f", "d/g", kRenameExchange));
  EXPECT_EQ(get(root(), "f"), "g");
  EXPECT_EQ(get(root(), "d/g"), "f");
  if (traits().links) {
    must(root().symlink("target", "link"));
    must(root().rename("link", "f", kRenameExchange));
    EXPECT_EQ(target_of(root(), "f"), "target");
    EXPECT_EQ(get(root(), "link"), "g");
  }
  EXPECT_EQ(code(root().rename("f", "missing", kRenameExchange)), Errc::not_found);
  EXPECT_EQ(code(root().rename("missing", "f", kRenameExchange)), Errc::not_found);
  EXPECT_EQ(code(root().rename("f", "f", kRenameExchange)), kDone);
}

TEST_P(Rename, ExchangeDirectoryWithFile) {
  must(root().mkdir("a"));
  must(root().mkdir("b"));
  must(root().mkdir("a/d"));
  put(root(), "a/d/inside", "");
  put(root(), "b/f", "f");
  must(root().rename("a/d", "b/f", kRenameExchange));
  EXPECT_EQ(get(root(), "a/d"), "f");
  EXPECT_EQ(names_in(root(), "b/f"), Strings{"inside"});
  EXPECT_EQ(links_of(root(), "a"), 2u);
  EXPECT_EQ(links_of(root(), "b"), 3u);
  EXPECT_EQ(ino_of(root(), "b/f/.."), ino_of(root(), "b"));
}

TEST_P(Rename, ExchangeDirectories) {
  must(root().mkdir("a"));
  must(root().mkdir("b"));
  must(root().mkdir("a/d"));
  must(root().mkdir("a/d/in_d"));
  must(root().mkdir("b/e"));
  must(root().rename("a/d", "b/e", kRenameExchange));
  EXPECT_EQ(names_in(root(), "b/e"), Strings{"in_d"});
  EXPECT_EQ(names_in(root(), "a/d"), Strings{});
  EXPECT_EQ(ino_of(root(), "a/d/.."), ino_of(root(), "a"));
  EXPECT_EQ(ino_of(root(), "b/e/.."), ino_of(root(), "b"));
  EXPECT_EQ(links_of(root(), "a"), 3u);
  EXPECT_EQ(links_of(root(), "b"), 3u);
  EXPECT_EQ(links_of(root(), "b/e"), 3u);
}

TEST_P(Rename, ExchangeWithAnAncestor) {
  must(root().mkdir("a"));
  must(root().mkdir("a/b"));
  must(root().mkdir("a/b/c"));
  put(root(), "a/b/f", "");
  EXPECT_EQ(code(root().rename("a", "a/b", kRenameExchange)), Errc::invalid);
  EXPECT_EQ(code(root().rename("a", "a/b/c", kRenameExchange)), Errc::invalid);
  EXPECT_EQ(code(root().rename("a", "a/b/f", kRenameExchange)), Errc::invalid);
  EXPECT_EQ(code(root().rename("a/b", "a", kRenameExchange)), Errc::invalid);
  EXPECT_EQ(code(root().rename("a/b/c", "a", kRenameExchange)), Errc::invalid);
  EXPECT_EQ(code(root().rename("a/b/f", "a", kRenameExchange)), Errc::invalid);
}

TEST_P(Rename, IntoARemovedDirectory) {
  must(root().mkdir("d"));
  put(root(), "f", "");
  const Fd d = must(root().open("d", kOpenRead | kOpenDirectory));
  must(root().rmdir("d"));
  EXPECT_EQ(code(root().rename("f", {d, "f"})), Errc::not_found);
  EXPECT_EQ(code(root().rename({d, "x"}, "f")), Errc::not_found);
}

INSTANTIATE_TEST_SUITE_P(On, RenameWithLinks, testing::ValuesIn(having(&Traits::links, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, Rename, testing::ValuesIn(targets()), TargetName());

}  // namespace
}  // namespace conformance
