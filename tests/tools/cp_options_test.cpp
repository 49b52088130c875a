// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Each option of fs-cp beside GNU cp's on the same files.
#include <filesystem>

#include "tests/tools/cp_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

/// GNU cp keeps hard links on demand only.
constexpr const char* kTree = "-r --preserve=links";

TEST_F(CpTest, UpdateLeavesWhatIsAsNewAsItsSource) {
  make_image();
  for (const char* time : {"2001-02-03 04:05:05", "2001-02-03 04:05:06", "2001-02-03 04:05:07"})
    for (const char* options : {"-u", "-pu", "-un", "-uf"})
      options_as_gnu(options, "/tree/a/two", "there",
                     std::string("echo old >there; touch -d '") + time + "' there",
                     options == std::string("-pu"));
  options_as_gnu("-ru --preserve=links", "/tree", "there",
                 "mkdir -p there/a; echo old >there/a/one; ln -s x there/link");
  // GNU cp 9.1 knows no values.
  for (const char* which : {"older", "none", "all"}) {
    write_file(scratch("there"), "old");
    cp({std::string("--update=") + which, in_image("/tree/a/two"), scratch("there")});
    EXPECT_EQ(read_file(scratch("there")), which == std::string("all") ? "22" : "old") << which;
  }
  failing_cp({"--update=newer", in_image("/tree/a/two"), scratch("there")}, 2);
}

TEST_F(CpTest, NothingIsOverwrittenWhenAskedNotTo) {
  make_image();
  options_as_gnu("-rn --preserve=links", "/tree", "there",
                 "mkdir -p there/a; echo old >there/a/one; ln -s x there/link; touch there/fifo");
}

TEST_F(CpTest, InteractiveAsks) {
  make_image();
  for (const char* answer : {"y", "n", "", "Yes"}) {
    write_file(scratch("there"), "old");
    const std::string command = std::string("printf '%s\\n' \"$0\" | " FSU_TOOLS_DIR "/fs-cp -i ") +
                                in_image("/tree/a/two") + " " + scratch("there");
    const Outcome outcome = oracle::run({"bash", "-c", command, answer});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "fs-cp: overwrite " + scratch("there") + "? ");
    const std::string first = std::string(answer).substr(0, 1);
    EXPECT_EQ(read_file(scratch("there")), first == "y" || first == "Y" ? "22" : "old") << answer;
  }
  cp({"-i", in_image("/tree/a/two"), scratch("new")});
}

TEST_F(CpTest, DestinationsAreRemovedFirstWhenAsked) {
  make_image();
  const char* linked = "echo old >there; ln there other; ln -s there to-it";
  for (const char* options : {"", "-f", "--remove-destination", "-p --remove-destination"}) {
    options_as_gnu(options, "/tree/a/two", "there", linked);
    options_as_gnu(options, "/tree/a/two", "to-it", linked);
  }
  options_as_gnu("--remove-destination", "/tree/a/two", "there", "mkfifo there");
  options_as_gnu("-r --preserve=links --remove-destination", "/tree", ".",
                 "mkdir -p tree/a; ln -s x tree/a/one");
}

TEST_F(CpTest, SymlinksAreFollowedAsAsked) {
  fs::create_directory_symlink("a", source("tree/to-dir"));
  make_image();
  for (const char* options : {"", "-P", "-L", "-H", "-d", "-r", "-rP", "-rH", "-rd", "-rPL", "-rLP", "-rHP"})
    options_as_gnu(std::string(options) + " --preserve=links", "/tree/link", "copy");
  for (const char* options : {"-r", "-rL", "-rH", "-rd", "-a", "-aL", "-aH"})
    options_as_gnu(std::string(options) + " --preserve=links", "/tree/to-dir", "copy");
  options_as_gnu("-rH --preserve=links", "/tree", "copy");
}

TEST_F(CpTest, ParentsAreMade) {
  must({"chmod", "0711", source("tree/a")});
  make_image();
  // What GNU cp makes of an absolute path, it makes of the same path below its root.
  const auto compare = [&](const std::string& options, const std::string& path, const std::string& before) {
    for (const char* root : {"ours", "gnu"}) {
      if (fs::exists(scratch(root))) must({"chmod", "-R", "u+rwX", scratch(root)});
      fs::remove_all(scratch(root));
      fs::create_directories(scratch(root));
      must({"bash", "-c", "cd " + scratch(root) + " && mkdir to && { " + before + "; }"});
    }
    must({"bash", "-c",
          "cd " + scratch("ours") + " && " FSU_TOOLS_DIR "/fs-cp --parents " + options + " " +
              in_image("/" + path) + " to"});
    must({"bash", "-c",
          "cd " + source() + " && cp --parents " + options + " " + path + " " + scratch("gnu/to")});
    // Parents that are all there stay as they are, and tell when the test has made them.
    const bool times = (options.contains('p') || options.contains('a')) && !before.contains("/c");
    EXPECT_EQ(describe(scratch("ours"), false), describe(scratch("gnu"), false)) << options << path;
    if (times) {
      EXPECT_EQ(describe(scratch("ours/to"), true), describe(scratch("gnu/to"), true)) << options << path;
    }
  };
  for (const char* options : {"", "-p", "-a"}) {
    compare(options, "tree/a/two", "true");
    compare(options, "tree/a//two", "mkdir -p to/tree");
    compare(options, "one-outside", "true");
  }
  for (const char* options : {"-r", "-a"}) compare(options, "tree/b/c", "mkdir -p to/tree/b/c");
  fs::create_directory(scratch("to"));
  failing_cp({"--parents", in_image("/tree/a/two"), scratch("none")}, 2);
  failing_cp({"--parents", in_image("/tree/a/../a/two"), scratch("to")}, 1);
  failing_cp({"--parents", in_image("/tree/secret/two"), scratch("to")}, 1);
  fs::remove_all(scratch("to"));
  fs::create_directories(scratch("elsewhere/a"));
  fs::create_directory(scratch("to"));
  fs::create_directory_symlink(scratch("elsewhere"), scratch("to/tree"));
  failing_cp({"--parents", in_image("/tree/a/two"), scratch("to")}, 1);
  EXPECT_FALSE(fs::exists(scratch("elsewhere/a/two"))) << "not through a symlink below the destination";
}

TEST_F(CpTest, SlashesAreStrippedWhenAsked) {
  fs::create_directory_symlink("a", source("tree/to-dir"));
  make_image();
  for (const char* options : {"-rd", "-rd --strip-trailing-slashes", "-rd -x", "-rd --one-file-system"})
    for (const char* path : {"/tree/a///", "/tree/to-dir"}) options_as_gnu(options, path, "copy");
  // GNU cp strips them only in front of a directory.
  options_as_gnu("-rd --strip-trailing-slashes", "/tree/to-dir/", ".");
  options_as_gnu("-rd", "/tree/to-dir/", ".");
}

TEST_F(CpTest, TheUmaskHoldsWhereTheModeIsNotKept) {
  must({"chmod", "1777", source("tree/a")});
  must({"chmod", "0666", source("tree/a/two")});
  make_image();
  for (const char* mask : {"umask 000", "umask 027", "umask 077", "umask 777"}) {
    // A directory that its owner cannot read is described by root only.
    if (mask == std::string("umask 777") && geteuid() != 0) continue;
    for (const char* options :
         {kTree, "-a", "-r --no-preserve=mode --preserve=links", "-a --no-preserve=mode",
          "-r --preserve=links,mode", "-r --preserve=links,ownership"})
      options_as_gnu(options, "/tree", "copy", mask);
  }
}

TEST_F(CpTest, WhatIsPreservedIsWhatTheListSays) {
  if (geteuid() == 0)
    must({"chown", "-h", "123:456", source("tree/a/two"), source("tree/link"), source("tree/a")});
  make_image();
  for (const char* list :
       {"mode", "ownership", "timestamps", "mode,timestamps", "all", "xattr", "mode,ownership,xattr"})
    options_as_gnu(std::string("-r --preserve=links,") + list, "/tree", "copy", "true",
                   std::string(list).contains("timestamps") || list == std::string("all"));
  options_as_gnu("-r --preserve --preserve=links", "/tree", "copy", "true", true);
  for (const char* list : {"ownership", "mode", "mode,ownership", "xattr"})
    options_as_gnu(std::string("-a --no-preserve=") + list, "/tree", "copy", "true", true);
  options_as_gnu("-a --no-preserve=links", "/tree", "copy", "true", true);
  for (const char* list : {"", "colour", "mode,,links"})
    failing_cp({std::string("--no-preserve=") + list, in_image("/tree/a/two"), scratch("copy")}, 2);
}

TEST_F(CpTest, LinksToAnImageAreRefused) {
  make_image();
  for (const char* option : {"-l", "-s", "--link", "--symbolic-link"})
    EXPECT_NE(
        failing_cp({option, in_image("/tree/a/two"), scratch("copy")}, 2).err.find("nothing on the host can"),
        std::string::npos);
}

TEST_F(CpTest, AStreamIsTheFilesBytes) {
  make_image();
  const Outcome outcome = run_tool("cp", {in_image("/tree/b/c/three"), "-"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out == read_file(source("tree/b/c/three")));
  must({"bash", "-c", FSU_TOOLS_DIR "/fs-cp " + in_image("/tree/sparse") + " - >" + scratch("sparse")});
  EXPECT_TRUE(read_file(scratch("sparse")) == read_file(source("tree/sparse")));
  failing_cp({in_image("/tree/a/one"), in_image("/tree/a/two"), "-"}, 2);
  failing_cp({"-r", in_image("/tree/a"), "-"}, 2);
  failing_cp({"-", scratch("x")}, 2);
  failing_cp({in_image("/tree/a"), "-"}, 1);
  failing_cp({in_image("/tree/fifo"), "-"}, 1);
  failing_cp({in_image("/none"), "-"}, 1);
  const std::string before = read_file(image_);
  const Outcome onto =
      oracle::run({"bash", "-c", FSU_TOOLS_DIR "/fs-cp " + in_image("/tree/a/two") + " - >>" + image_});
  EXPECT_EQ(onto.status, 1);
  EXPECT_TRUE(read_file(image_) == before);
}

}  // namespace
}  // namespace tools
