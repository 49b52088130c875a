// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp out of an image against GNU cp on the same files.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "tests/tools/cp_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

TEST_F(CpTest, AnArchiveIsTheTree) {
  make_image();
  cp({"-a", in_image("/tree"), scratch("copy")});
  must({"cp", "-a", source("tree"), scratch("expected")});
  // The fourth name of the hard link is outside of both copies.
  EXPECT_EQ(describe(scratch("copy"), true), describe(scratch("expected"), true));
}

TEST_F(CpTest, RecursiveWithoutAttributes) {
  make_image();
  cp({"-r", in_image("/tree"), scratch("copy")});
  // GNU cp -r alone breaks hard links; fs-cp keeps them always.
  must({"cp", "-r", "--preserve=links", source("tree"), scratch("expected")});
  EXPECT_EQ(describe(scratch("copy"), false), describe(scratch("expected"), false));
}

TEST_F(CpTest, HolesStayHoles) {
  make_image();
  cp({in_image("/tree/sparse"), scratch("sparse")});
  EXPECT_TRUE(read_file(scratch("sparse")) == read_file(source("tree/sparse")));
  EXPECT_LT(stat_of(scratch("sparse")).st_blocks * 512, 1 << 20);
  EXPECT_EQ(stat_of(scratch("sparse")).st_size, 12 << 20);
}

TEST_F(CpTest, HardLinksAreKeptAcrossOperands) {
  make_image();
  fs::create_directory(scratch("d"));
  cp({"-r", in_image("/one-outside"), in_image("/tree"), scratch("d")});
  const struct stat first = stat_of(scratch("d/one-outside"));
  EXPECT_EQ(first.st_nlink, 3U);
  EXPECT_EQ(stat_of(scratch("d/tree/a/one")).st_ino, first.st_ino);
  EXPECT_EQ(stat_of(scratch("d/tree/b/one-too")).st_ino, first.st_ino);
}

TEST_F(CpTest, ACopyOverItselfGivesTheSameTree) {
  make_image();
  for (int i = 0; i < 2; ++i) cp({"-aT", in_image("/tree"), scratch("copy")});
  must({"cp", "-a", source("tree"), scratch("expected")});
  EXPECT_EQ(describe(scratch("copy"), true), describe(scratch("expected"), true));
}

TEST_F(CpTest, DestinationsAreThoseOfGnuCp) {
  make_image();
  const std::string image = in_image("/tree/a");
  struct Case {
    const char* what;
    Arguments ours;
    std::vector<std::string> gnu;
  };
  const std::string from = source("tree/a");
  const std::vector<Case> cases = {
      {"a new name", {"-r", image, "new"}, {"-r", from, "new"}},
      {"a new name with a slash", {"-r", image, "new/"}, {"-r", from, "new/"}},
      {"into a directory", {"-r", image, "dir"}, {"-r", from, "dir"}},
      {"its content", {"-r", image + "/.", "dir"}, {"-r", from + "/.", "dir"}},
      {"a trailing slash means nothing", {"-r", image + "/", "dir"}, {"-r", from + "/", "dir"}},
      {"-T merges", {"-rT", image, "dir"}, {"-rT", from, "dir"}},
      {"-t",
       {"-r", "-t", "dir", image, in_image("/tree/secret")},
       {"-r", "-t", "dir", from, source("tree/secret")}},
      {"a file to a name", {image + "/one", "f"}, {from + "/one", "f"}},
      {"a file into a directory", {image + "/one", "dir/"}, {from + "/one", "dir/"}},
      {"files into a directory",
       {image + "/one", image + "/two", "dir"},
       {from + "/one", from + "/two", "dir"}},
      {"a file over a file", {image + "/two", "file"}, {from + "/two", "file"}},
      {"not over a file", {"-n", image + "/two", "file"}, {"-n", from + "/two", "file"}},
      {"through a link the user names", {image + "/two", "to-file"}, {from + "/two", "to-file"}},
      {"a link as a link", {"-P", in_image("/tree/link"), "l"}, {"-P", source("tree/link"), "l"}},
      {"a link followed", {in_image("/tree/link"), "l"}, {source("tree/link"), "l"}},
  };
  for (const Case& each : cases) {
    for (const char* root : {"ours", "gnu"}) {
      fs::remove_all(scratch(root));
      write_file(scratch(std::string(root) + "/dir/old"), "old");
      write_file(scratch(std::string(root) + "/file"), "a file");
      fs::create_symlink("file", scratch(std::string(root) + "/to-file"));
    }
    same_as_gnu(each.what, each.ours, each.gnu);
  }
}

TEST_F(CpTest, TheWholeImageMergesIntoADirectory) {
  make_image();
  fs::create_directory(scratch("d"));
  cp({"-r", image_ + ":/", scratch("d")});
  EXPECT_EQ(read_file(scratch("d/tree/a/one")), "1");
}

TEST_F(CpTest, WhatIsRefused) {
  make_image();
  fs::create_directory(scratch("d"));
  write_file(scratch("file"), "a file");
  EXPECT_NE(failing_cp({in_image("/tree"), scratch("x")}, 1).err.find("-r is not given"), std::string::npos);
  EXPECT_FALSE(fs::exists(scratch("x")));
  failing_cp({in_image("/tree/secret"), in_image("/tree/a"), scratch("nodir")}, 2);
  failing_cp({in_image("/tree/secret"), in_image("/new")}, 2);
  failing_cp({scratch("file"), scratch("d")}, 2);
  failing_cp({scratch("file"), in_image("/new")}, 2);
  failing_cp({in_image("/tree/secret")}, 2);
  failing_cp({"-t", scratch("file"), in_image("/tree/secret")}, 2);
  failing_cp({in_image("/tree/secret"), scratch("none/x")}, 2);
  failing_cp({in_image("/tree/secret"), scratch("newdir/")}, 1);
  failing_cp({"-rT", in_image("/tree"), scratch("file")}, 1);
  EXPECT_EQ(read_file(scratch("file")), "a file");
}

TEST_F(CpTest, ErrorsOfOneFileLeaveTheOthers) {
  make_image();
  fs::create_directories(scratch("d/two/in-the-way"));
  const Outcome outcome =
      failing_cp({in_image("/tree/a/two"), in_image("/none"), in_image("/tree/a/one"), scratch("d")}, 1);
  EXPECT_EQ(outcome.err, "fs-cp: " + scratch("d/two") +
                             ": cannot overwrite a directory with a non-directory\n" +
                             "fs-cp: " + in_image("/none") + ": no such file or directory\n");
  EXPECT_EQ(read_file(scratch("d/one")), "1");
}

TEST_F(CpTest, ForceReplacesWhatCannotBeOpened) {
  make_image();
  write_file(scratch("f"), "old");
  fs::create_symlink("f", scratch("link"));
  fs::create_directory(scratch("d"));
  fs::create_symlink("../f", scratch("d/two"));
  failing_cp({in_image("/tree/a/two"), scratch("d")}, 1);
  EXPECT_EQ(read_file(scratch("f")), "old");
  cp({"-f", in_image("/tree/a/two"), scratch("d")});
  EXPECT_EQ(read_file(scratch("f")), "old");
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(scratch("d/two"))));
}

TEST_F(CpTest, VerboseSaysWhatIsCopied) {
  make_image();
  const Outcome outcome = run_tool("cp", {"-rv", in_image("/tree/a"), scratch("v w")});
  const std::string first = in_image("/tree/a") + " -> '" + scratch("v w") + "'\n";
  const std::string one = in_image("/tree/a/one") + " -> '" + scratch("v w/one") + "'\n";
  const std::string two = in_image("/tree/a/two") + " -> '" + scratch("v w/two") + "'\n";
  // The order within a directory is the image's.
  EXPECT_TRUE(outcome.out == first + one + two || outcome.out == first + two + one) << outcome.out;
}

TEST_F(CpTest, FollowsLinksWhenAsked) {
  fs::create_symlink("..", source("tree/a/up"));
  make_image();
  const Outcome outcome = failing_cp({"-rL", in_image("/tree"), scratch("copy")}, 1);
  EXPECT_NE(outcome.err.find("/tree/a/up: directory cycle\n"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("/tree/dangling: no such file or directory\n"), std::string::npos)
      << outcome.err;
  EXPECT_EQ(read_file(scratch("copy/link")), "1");
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(scratch("copy/link"))));
}

TEST_F(CpTest, AMissingImageLeavesTheOthers) {
  make_image();
  fs::create_directory(scratch("d"));
  const Outcome outcome = failing_cp({scratch("none.img") + ":/x", in_image("/tree/a/one"), scratch("d")}, 2);
  EXPECT_EQ(outcome.err, "fs-cp: " + scratch("none.img") + ": No such file or directory\n");
  EXPECT_EQ(read_file(scratch("d/one")), "1");
  failing_cp({scratch("none.img") + ":/x", in_image("/tree/a/one"), scratch("new")}, 2);
  EXPECT_FALSE(fs::exists(scratch("new"))) << "two sources need a directory, whatever can be opened";
}

TEST_F(CpTest, AHostFileMayBeCalledDash) {
  make_image();
  must({"bash", "-c",
        "cd " + scratch("") + " && " FSU_TOOLS_DIR "/fs-cp " + in_image("/tree/a/one") + " host:-"});
  EXPECT_EQ(read_file(scratch("-")), "1");
}

TEST_F(CpTest, ForceDoesNotReplaceSpecialFiles) {
  make_image();
  ASSERT_EQ(mkfifo(scratch("fifo").c_str(), 0600), 0);
  for (const char* option : {"-p", "-f"}) {
    EXPECT_NE(failing_cp({option, in_image("/tree/a/one"), scratch("fifo")}, 1)
                  .err.find("not overwritten: it is not a regular file"),
              std::string::npos);
    EXPECT_TRUE(S_ISFIFO(stat_of(scratch("fifo")).st_mode));
  }
}

}  // namespace
}  // namespace tools
