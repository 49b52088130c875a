// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-stat beside GNU stat on the same files.
#include <unistd.h>

#include <algorithm>

#include "tests/tools/varied.hpp"

namespace tools {
namespace {

const std::vector<std::string> kPaths = {
    "/files/small",   "/files/empty",     "/files/large",   "/files/old",
    "/files/future",  "/files/ancient",   "/files/link",    "/files/dangling",
    "/files/dirlink", "/files/two words", "/files/it's",    "/files/fifo",
    "/files/setuid",  "/files/bad\xff",   "/files/\033[2J", "/files/日本語"};

class StatTest : public VariedTest {
 protected:
  void compare(const Arguments& options, const std::string& path) {
    Arguments arguments = options;
    arguments.push_back(in_image(path));
    Arguments command = {"stat"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    EXPECT_EQ(ours({}, "stat", arguments), gnu({}, command)) << testing::PrintToString(arguments);
  }
};

TEST_F(StatTest, DirectivesAreThoseOfGnuStat) {
  for (const std::string& path : kPaths)
    for (const char* format : {"%n", "%N", "%a %A %B %f %F %g %G %h %r %R %s %t %T %u %U %Hr %Lr", "%y %Y",
                               "%.3Y|%20.3Y|%-20.3Y|%020.3Y", "%.Y|%.12Y|%+.1Y|% Y|%.0Y|%5.0Y|%012.0Y",
                               "%05a|%#a|%#f|%-8h|%010u|%.7g|%10.3A|%.2F|%q|%H|%Hx|%%|%'s|%+s"})
      compare({"-c", format}, path);
}

TEST_F(StatTest, DirectoriesAndFollowedLinks) {
  compare({"-c", "%n %N %a %A %f %F %h %u %y"}, "/types/tw");
  compare({"-L", "-c", "%n %N %a %A %f %F %s %y"}, "/files/link");
  compare({"-L", "-c", "%F %h"}, "/files/dirlink");
}

/// What cannot be read is said, and the rest is shown all the same.
TEST_F(StatTest, DamagedAttributesAndLinksAreNamed) {
  const std::string image = scratch("damaged.img"), tree = scratch("tree");
  write_file(tree + "/file", "x");
  must({"ln", "-s", std::string(100, 't'), tree + "/link"});
  must({"mke2fs", "-q", "-F", "-t", "ext4", "-I", "128", "-b", "1024", "-d", tree, image, "4M"});
  must({"debugfs", "-w", "-R", "ea_set /file user.note " + std::string(200, 'v'), image});
  const auto number = [&](const std::string& request, const char* label) {
    const std::string text = must({"debugfs", "-R", request, image});
    return std::stoul(text.substr(text.find(label) + std::string(label).size()));
  };
  std::string bytes = read_file(image);
  bytes[number("stat /file", "File ACL: ") * 1024 + 40] ^= 1;
  bytes[number("blocks /link", "") * 1024] = '\0';
  write_file(image, bytes);
  const auto shown = [&](const std::string& path, const char* reason, const char* line) {
    const Outcome outcome = run_tool("stat", {image + ":" + path});
    EXPECT_EQ(outcome.status, 1) << path;
    EXPECT_TRUE(outcome.err.contains(image + ":" + path + ": corrupt image: " + reason)) << outcome.err;
    EXPECT_TRUE(outcome.out.contains(line)) << outcome.out;
    EXPECT_TRUE(outcome.out.contains(" Birth: ")) << outcome.out;
  };
  shown("/file", "an attribute block's checksum is wrong", "regular file\n");
  shown("/link", "the symbolic link is empty", "symbolic link\n");
}

TEST_F(StatTest, PrintfHasEscapes) {
  compare({"--printf", "%n\\n\\x41\\101\\t%s\\e\\\\\\\"%%"}, "/files/small");
  compare({"--printf", "%n"}, "/files/small");
}

/// Inode, blocks, times of access and birth are not those of the source; debugfs knows them.
TEST_F(StatTest, TheDefaultFormIsThatOfGnuStat) {
  const std::string form = ours({}, "stat", {in_image("/files/small")});
  const std::string expected = gnu({}, {"stat", in_image("/files/small")});
  const auto line = [](const std::string& text, int number) {
    std::size_t at = 0;
    for (; number > 0; --number) at = text.find('\n', at) + 1;
    return text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(line(form, 0), line(expected, 0));
  EXPECT_TRUE(
      matches(line(form, 1), "^  Size: 5         \tBlocks: [0-9]+ +IO Block: (1024|4096)   regular file$"))
      << form;
  EXPECT_TRUE(matches(line(form, 2), "^Device: 0,1\tInode: [0-9]+ +  Links: 1$")) << form;
  EXPECT_EQ(line(form, 3), line(expected, 3));
  EXPECT_EQ(line(form, 5), line(expected, 5)) << "modified";
  EXPECT_TRUE(matches(line(form, 7), "^ Birth: 20[0-9]{2}-[0-9-]{5} [0-9:]{8}\\.[0-9]{9} \\+0000$")) << form;
  EXPECT_EQ(std::count(form.begin(), form.end(), '\n'), 8) << "nothing that GNU does not show";
}

TEST_F(StatTest, WhatDebugfsKnows) {
  const std::string said = must({"debugfs", "-R", "stat /files/large", image_});
  const std::string form =
      ours({}, "stat", {"-c", "Inode: %i |Links: %h   Blockcount: %b\n", in_image("/files/large")});
  EXPECT_NE(said.find(form.substr(0, form.find(" |"))), said.npos) << form << said;
  const std::size_t at = form.find('|') + 1;
  EXPECT_NE(said.find(form.substr(at, form.find('\n') - at)), said.npos) << form << said;
}

TEST_F(StatTest, DevicesShowTheirNumbers) {
  must({"debugfs", "-w", "-R", "mknod disk b 259 7", image_});
  EXPECT_EQ(ours({}, "stat", {"-c", "%F %t,%T %Hr,%Lr %r %R", in_image("/disk")}),
            "block special file 103,7 259,7 66311 10307\n");
  EXPECT_TRUE(matches(ours({}, "stat", {in_image("/disk")}), "Links: 1     Device type: 259,7\n"));
}

TEST_F(StatTest, EveryLetterOnAMountOfTheImage) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to mount the image";
  const std::string mount = scratch("mnt");
  must({"mkdir", mount});
  if (oracle::run({"mount", "-o", "ro,loop,noload", image_, mount}).status != 0)
    GTEST_SKIP() << "needs a loop device and ext4, to mount the image";
  const std::string format = "%a %A %b %B %f %F %g %G %h %i %o %r %R %s %t %T %u %U %w %W %x %X %y %Y %z %Z";
  std::string expected, got;
  for (const std::string& path : kPaths) {
    expected += oracle::run({"stat", "-c", format, mount + path}).out;
    got += ours({}, "stat", {"-c", format, in_image(path)});
  }
  const std::string volume = "%i %l %t %T %s %S %f %c %d";
  expected += oracle::run({"stat", "-f", "-c", volume, mount}).out;
  must({"umount", mount});
  got += ours({}, "stat", {"-f", "-c", volume, image_});
  EXPECT_EQ(got, expected);
}

TEST_F(StatTest, FormsForScripts) {
  const std::string path = in_image("/files/small");
  EXPECT_TRUE(
      matches(ours({}, "stat", {"-t", path}), "/files/small 5 [0-9]+ 81a4 [0-9]+ [0-9]+ 1 [0-9]+ 1 0 0 "));
  EXPECT_EQ(ours({}, "stat", {"--zero", "-c", "%s", path, path}), std::string("5\0"
                                                                              "5\0",
                                                                              4));
  EXPECT_TRUE(matches(ours({}, "stat", {"-f", image_}),
                      "^  File: \".*disk.img:/\"\n    ID: [0-9a-f]+ +Namelen: 255 +"
                      "Type: ext2/ext3\nBlock size: "));
  EXPECT_EQ(ours({}, "stat", {"-c", "%m", path}), image_ + ":/\n");
}

TEST_F(StatTest, WhatIsMissingIsSaidAndTheRestShown) {
  const Outcome outcome = run_tool("stat", {"-c%s", in_image("/nothing"), in_image("/files/small")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "fs-stat: " + in_image("/nothing") + ": no such file or directory\n");
  EXPECT_EQ(outcome.out, "5\n");
  EXPECT_EQ(run_tool("stat", {"-L", in_image("/files/dangling")}).status, 1);
  EXPECT_EQ(run_tool("stat", {"-c%5%", image_}).status, 2);
  EXPECT_EQ(run_tool("stat", {"--json", "-t", image_}).status, 2);
}

}  // namespace
}  // namespace tools
