// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-mkdir, fs-rmdir, fs-rm, fs-mv, fs-touch, fs-truncate and fs-write beside their GNU namesakes.
#include "tests/tools/edit_tree.hpp"

namespace tools {
namespace {

TEST_F(EditTest, MkdirIsThatOfGnu) {
  both("touch", {"/file"});
  both("mkdir", {"/a", "/b"});
  for (const Arguments& arguments : {Arguments{"/a"},
                                     {"-v", "/v"},
                                     {"-p", "/a"},
                                     {"-pv", "/p/q/r"},
                                     {"-p", "/p/q/r/"},
                                     {"-pv", "/a/x", "/b/../b/y", "/./z"},
                                     {"/no/such"},
                                     {"-p", "/file"},
                                     {"-p", "/file/x"},
                                     {"/file/x", "/later"},
                                     {"-m", "750", "/m"},
                                     {"-m", "1777", "/t"},
                                     {"-m", "u=rwx,g+s,o=", "/n"},
                                     {"--mode=a-w", "--parents", "/w/w"},
                                     {"-pm", "700", "/deep/deeper"},
                                     {"-m", "u=rx", "/p"}})
    both("mkdir", arguments);
  same_trees();
}

TEST_F(EditTest, RmdirIsThatOfGnu) {
  both("mkdir", {"-p", "/a/b/c", "/a/d", "/x/y/z", "/full/one", "/e"});
  both("touch", {"/file"});
  for (const Arguments& arguments : {Arguments{"/a"},
                                     {"/file"},
                                     {"/none"},
                                     {"/e/."},
                                     {"-v", "/e/"},
                                     {"-pv", "/a/b/c"},
                                     {"-p", "--ignore-fail-on-non-empty", "/a/d/../d"},
                                     {"--ignore-fail-on-non-empty", "/full", "/none"},
                                     {"/full/one", "/none", "/full"}})
    both("rmdir", arguments);
  // GNU's goes on to the root of the file system, and fails there.
  const Outcome outcome = ours("rmdir", {"-pv", "/x/y/z"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.ends_with("fs-rmdir: removing directory, '" + in_image("/x") + "'\n"))
      << outcome.out;
  both("rm", {"-rf", "/x"});
  same_trees();
}

TEST_F(EditTest, RmIsThatOfGnu) {
  both("mkdir", {"-p", "/tree/a/b/c", "/tree/d", "/empty", "/full/x", "/kept/y"});
  both("touch", {"/tree/1", "/tree/a/2", "/tree/a/b/3", "/file", "/other", "/kept/file", "/two words"});
  ASSERT_EQ(apply("ln -s kept /link\nln -s nowhere /dangling\nln /file /second\n").status, 0);
  must({"sh", "-c", "cd \"$1\" && ln -s kept link && ln -s nowhere dangling && ln file second", "sh", tree_});
  for (const Arguments& arguments : {Arguments{"/file"},
                                     {"/file"},
                                     {"-f", "/file"},
                                     {"-f", "/other/x", "/none/x"},
                                     {"/empty"},
                                     {"/other/"},
                                     {"-d", "/full"},
                                     {"-dv", "/empty"},
                                     {"-r", "/full/."},
                                     {"-r", "/full/.."},
                                     {"-rf", "/full/x/../."},
                                     {"-v", "/link", "/dangling", "/none", "/two words"},
                                     {"-rv", "/tree"},
                                     {"-r", "/none", "/full"},
                                     {"-f"}})
    both("rm", arguments);
  same_trees();
}

TEST_F(EditTest, RmAsksWhereItIsTold) {
  both("mkdir", {"/d"});
  for (const char* name : {"/d/a", "/d/b", "/e"}) both("touch", {name});
  write_file(scratch_ / "answers", "y\ny\nn\nn\n");
  const Outcome outcome = ours("rm", {"-ri", "/d"}, scratch_ / "answers");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "fs-rm: descend into directory '" + in_image("/d") +
                             "'? fs-rm: remove regular empty file '" + in_image("/d/a") +
                             "'? fs-rm: remove regular empty file '" + in_image("/d/b") + "'? ");
  write_file(scratch_ / "answers", "no\n");
  const Outcome once = ours("rm", {"-rI", "/d", "/e"}, scratch_ / "answers");
  EXPECT_EQ(once.err, "fs-rm: remove 2 arguments recursively? ");
  gnu("rm", {"/d/a"});
  same_trees();
}

TEST_F(EditTest, RmKeepsTheRoot) {
  both("mkdir", {"-p", "/a/b"});
  for (const char* root : {"/", "/.", "/a/..", "//"}) {
    const Outcome refused = ours("rm", {"-rf", root});
    EXPECT_EQ(refused.status, 1) << root;
    EXPECT_NE(refused.err, "") << root;
  }
  same_trees();
  const Outcome emptied = ours("rm", {"-rv", "--no-preserve-root", "/"});
  EXPECT_EQ(emptied.status, 0) << emptied.err;
  EXPECT_EQ(emptied.out,
            "removed directory '" + in_image("/a/b") + "'\nremoved directory '" + in_image("/a") + "'\n");
}

TEST_F(EditTest, MvIsThatOfGnu) {
  both("mkdir", {"-p", "/d", "/e/full", "/f", "/g/sub"});
  for (int i = 1; i <= 9; ++i)
    both("touch", {"-d", "2020-01-0" + std::to_string(i), "/" + std::to_string(i)});
  both("touch", {"/f/keep"});
  ASSERT_EQ(apply("ln /9 /nine\nwrite -n /1 one\nwrite -n /2 two\ntouch -d 2020-01-01 /1\n"
                  "touch -d 2020-01-02 /2\n")
                .status,
            0);
  must({"sh", "-c",
        "cd \"$1\" && ln 9 nine && printf one > 1 && printf two > 2 && touch -d 2020-01-01 1 && "
        "touch -d 2020-01-02 2",
        "sh", tree_});
  for (const Arguments& arguments : {Arguments{"-v", "/1", "/one"},
                                     {"/one", "/2"},
                                     {"-v", "/3", "/4", "/d"},
                                     {"/none", "/5", "/d"},
                                     {"-n", "/6", "/7"},
                                     {"-vu", "/6", "/7"},
                                     {"-u", "/7", "/6"},
                                     {"-vt", "/d", "/8"},
                                     {"-T", "/d", "/e"},
                                     {"-T", "/d", "/moved"},
                                     {"/moved", "/moved/sub"},
                                     {"/moved", "/moved"},
                                     {"/6", "/6"},
                                     {"/6", "/6/"},
                                     {"/9", "/nine"},
                                     {"-T", "/6", "/f"},
                                     {"/f", "/6"},
                                     {"/f/", "/renamed"},
                                     {"/g", "/e"},
                                     {"/renamed", "/e/g/sub"},
                                     {"/6", "/none/x"},
                                     {"/6", "/2", "/nine"}})
    both("mv", arguments);
  same_trees();
}

TEST_F(EditTest, MvGoesToOtherImages) {
  const std::string other = scratch_ / "other.img";
  must({"cp", image_, other});
  const auto moved = [&](const Arguments& arguments) { return ours("mv", arguments); };
  const auto there = [&](const std::string& path) {
    return ours("stat", {"-c", "%n %a %u:%g %h %s %Y", other + ":" + path}).out.substr(other.size() + 1);
  };
  const auto here = [&](const std::string& path) {
    return ours("stat", {"-c", "%n %a %u:%g %h %s %Y", path}).out.substr(image_.size() + 1);
  };
  ASSERT_EQ(apply("mkdir -p /tree/inner\nwrite /tree/file text\nln /tree/file /tree/inner/second\n"
                  "ln -s inner /tree/link\nchmod 6750 /tree/inner\nwrite /tree/new new\n"
                  "touch -d 2001-02-03 /tree/file /tree/inner\ntouch /a /b /old\n"
                  "touch -d 2000-01-01 /old\n")
                .status,
            0);
  std::vector<std::string> before;
  for (const char* path : {"/tree/file", "/tree/inner", "/tree/inner/second", "/tree/link"})
    before.push_back(here(path));
  const Outcome tree = moved({"-v", "/tree", other + ":/"});
  EXPECT_EQ(tree.status, 0) << tree.err;
  EXPECT_TRUE(tree.out.contains("removed directory '" + in_image("/tree/inner") + "'\n")) << tree.out;
  std::vector<std::string> after;
  for (const char* path : {"/tree/file", "/tree/inner", "/tree/inner/second", "/tree/link"})
    after.push_back(there(path));
  EXPECT_EQ(after, before);
  EXPECT_EQ(ours("ls", {"/"}).out, "a\nb\nold\n");
  EXPECT_EQ(moved({"/a", "/b", other + ":/tree"}).status, 0);
  EXPECT_EQ(moved({"-u", "/old", other + ":/tree/new"}).status, 0);
  EXPECT_EQ(ours("ls", {"/"}).out, "old\n") << "older: it stays";
  EXPECT_EQ(moved({"-n", "/old", other + ":/tree/new"}).status, 0);
  EXPECT_EQ(moved({"-T", "/old", other + ":/tree"}).status, 1) << "a directory is there";
  EXPECT_EQ(moved({"/none", other + ":/tree"}).status, 1);
  EXPECT_EQ(moved({"/old", other + ":/tree/file/x"}).status, 1);
  EXPECT_EQ(ours("ls", {"/"}).out, "old\n");
  EXPECT_EQ(moved({"/old", other + ":/tree/new"}).status, 0);
  EXPECT_EQ(there("/tree/new").substr(0, 10), "/tree/new ");
  EXPECT_EQ(moved({other + ":/tree", "/back"}).status, 0);
  EXPECT_EQ(ours("ls", {other + ":/"}).out, "");
  EXPECT_EQ(ours("mv", {"/a", "host:/tmp"}).status, 2);
  EXPECT_EQ(ours("mv", {"/a"}).status, 2);
  EXPECT_EQ(ours("mv", {"-T", "/a", "/b", "/c"}).status, 2);
  EXPECT_EQ(oracle::run({FSU_MKLOGFS, "check", other}).status, 0);
}

TEST_F(EditTest, TouchIsThatOfGnu) {
  const auto compare = [&](const std::string& path) {  // logfs knows no times of access
    EXPECT_EQ(facts(path, "%.9Y"), must({"stat", "-c", "%.9Y", in_tree(path)})) << path;
  };
  for (const Arguments& arguments : {Arguments{"-d", "2020-02-03", "/a"},
                                     {"-d", "2020-02-03 04:05", "/b"},
                                     {"-d", "2020-02-03T04:05:06.789123456+01:30", "/c"},
                                     {"-d", "2020-02-03T04:05:06Z", "/d"},
                                     {"-d", "1969-12-31 23:59:59.5 UTC", "/e"},
                                     {"-d", "@123456789.25", "/f"},
                                     {"-d", "2020-07-03 04:05:06 -0430", "/g"},
                                     {"-t", "202002030405.06", "/h"},
                                     {"-t", "6912312359", "/i"},
                                     {"-t", "6801010000", "/j"},
                                     {"-a", "-d", "2001-01-01", "/a"},
                                     {"-m", "-d", "2002-01-01", "/b"},
                                     {"--time=access", "-d", "2003-01-01", "/c"},
                                     {"-am", "-d", "2004-01-01", "/d"},
                                     {"-r", "/a", "/k"},
                                     {"-m", "-r", "/b", "/f"},
                                     {"-c", "-d", "2020-01-01", "/none"},
                                     {"-d", "2020-01-01", "/no/such", "/g"},
                                     {"-h", "-d", "2020-01-01", "/none"}})
    both("touch", arguments);
  for (char name = 'a'; name <= 'k'; ++name) compare(std::string("/") + name);
  both("mkdir", {"/dir"});
  both("touch", {"-d", "2010-10-10", "/dir"});
  compare("/dir");
  ASSERT_EQ(apply("ln -s a /link\ntouch -h -d 2005-05-05 /link\ntouch -d 2006-06-06 /link\n").status, 0);
  EXPECT_EQ(facts("/link", "%Y"), must({"date", "-ud", "2005-05-05", "+%s"}));
  EXPECT_EQ(facts("/a", "%Y"), must({"date", "-ud", "2006-06-06", "+%s"}));
  for (const Arguments& wrong : {Arguments{"-d", "yesterday"},
                                 {"-d", "2020-02-30"},
                                 {"-t", "1"},
                                 {"-t", "13010000"},
                                 {"-d", "2020-01-01", "-t", "01010000"},
                                 {"-r", "host:/none"}}) {
    Arguments arguments = wrong;
    arguments.emplace_back("/x");
    EXPECT_EQ(ours("touch", arguments).status, 2) << testing::PrintToString(wrong);
  }
  EXPECT_EQ(ours("touch", {"-r", "/none", "/x"}).status, 1);
  must({"touch", "-d", "2007-07-07", scratch_ / "reference"});
  EXPECT_EQ(ours("touch", {"--reference=" + (scratch_ / "reference"), "/a"}).status, 0);
  EXPECT_EQ(facts("/a", "%Y"), must({"stat", "-c", "%Y", scratch_ / "reference"}));
}

TEST_F(EditTest, TruncateIsThatOfGnu) {
  both("mkdir", {"/dir"});
  for (const Arguments& arguments : {Arguments{"-s", "1000", "/a"},
                                     {"-s", "+24", "/a"},
                                     {"-s", "-1K", "/a"},
                                     {"-s", "-1", "/a"},
                                     {"-s", "3KB", "/b", "/c"},
                                     {"-s", "%4096", "/b"},
                                     {"--size=/1000", "/b"},
                                     {"-s", "<5", "/c"},
                                     {"-s", ">1KiB", "/c"},
                                     {"-s", "<1M", "/c"},
                                     {"-r", "/b", "/d"},
                                     {"-r", "/b", "-s", "+1", "/e"},
                                     {"-c", "-s", "5", "/none"},
                                     {"-s", "5", "/dir"},
                                     {"-s", "5", "/no/such", "/f"}})
    both("truncate", arguments);
  same_trees();
  for (const Arguments& wrong : {Arguments{},
                                 {"-s", "x"},
                                 {"-s", "%0"},
                                 {"-s", "5Q"},
                                 {"-s", "9E"},
                                 {"-o"},
                                 {"-r", "/a", "-s", "5"}}) {
    Arguments arguments = wrong;
    arguments.emplace_back("/x");
    EXPECT_EQ(ours("truncate", arguments).status, 2) << testing::PrintToString(wrong);
  }
  EXPECT_EQ(ours("truncate", {"-o", "-s", "3", "/blocks"}).status, 0);
  EXPECT_EQ(facts("/blocks", "%s"), "3072\n");
}

TEST_F(EditTest, WriteTakesStandardInput) {
  const std::string first(300'000, 'x'), second = "second\n";
  write_file(scratch_ / "first", first);
  write_file(scratch_ / "second", second);
  const auto content = [this](const std::string& path) { return ours("cat", {path}).out; };
  EXPECT_EQ(ours("write", {"/a"}, scratch_ / "first").status, 0);
  EXPECT_TRUE(content("/a") == first);
  EXPECT_EQ(facts("/a", "%a %u:%g"), "644 0:0\n");
  EXPECT_EQ(ours("write", {"-a", "/a"}, scratch_ / "second").status, 0);
  EXPECT_TRUE(content("/a") == first + second);
  EXPECT_EQ(ours("write", {"-o", "1K", "/a"}, scratch_ / "second").status, 0);
  EXPECT_TRUE(content("/a") == std::string(first + second).replace(1024, second.size(), second));
  EXPECT_EQ(ours("write", {"/a"}, scratch_ / "second").status, 0) << "emptied first";
  EXPECT_EQ(content("/a"), second);
  EXPECT_EQ(ours("write", {"--offset=10", "/new"}, scratch_ / "second").status, 0);
  EXPECT_EQ(content("/new"), std::string(10, '\0') + second);
  EXPECT_EQ(ours("write", {"-c", "/none"}, scratch_ / "second").status, 1);
  EXPECT_EQ(ours("write", {"-a", "-o", "1", "/a"}).status, 2);
  EXPECT_EQ(ours("write", {"/a", "/b"}).status, 2);
  const std::string pipe =
      "head -c 3000000 /dev/zero | tr '\\0' y | " FSU_LOGFS_TOOLS " write " + in_image("/pipe");
  must({"sh", "-c", pipe});
  EXPECT_TRUE(content("/pipe") == std::string(3'000'000, 'y'));
  const std::string rest = "(head -c 5 > /dev/null; " FSU_LOGFS_TOOLS " write " + in_image("/rest") + ")";
  must({"sh", "-c", "printf first-rest > \"$1/in\"; " + rest + " < \"$1/in\"", "sh", scratch_ / ""});
  EXPECT_EQ(content("/rest"), "-rest") << "from where it stands";
  const Outcome own = ours("write", {"/x"}, image_);
  EXPECT_EQ(own.status, 2);
  EXPECT_TRUE(own.err.starts_with("fs-write: standard input is the image\n")) << own.err;
  EXPECT_EQ(ours("write", {"/x"}, scratch_ / "").status, 2) << "a directory";
  must({"truncate", "-s", "20M", scratch_ / "large"});
  const Outcome full = ours("write", {"/large"}, scratch_ / "large");
  EXPECT_EQ(full.status, 1);
  EXPECT_TRUE(full.err.contains("no space left on device")) << full.err;
}

}  // namespace
}  // namespace tools
