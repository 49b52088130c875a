// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp out of images that mean harm: made with debugfs, which checks nothing.
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tests/tools/image.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class HostileTest : public ImageTest {
 protected:
  void SetUp() override {
    fs::create_directory(scratch("outside"));
    write_file(scratch("outside/victim"), "untouched");
    write_file(source("payload/victim"), "evil");
    write_file(source("good/file"), "good");
  }
  Outcome copy_all(const Arguments& options = {"-a"}) {
    Arguments arguments = options;
    arguments.push_back(image_ + ":/");
    arguments.push_back(scratch("copy"));
    return run_tool("cp", arguments);
  }
  void outside_is_untouched() {
    EXPECT_EQ(read_file(scratch("outside/victim")), "untouched");
    EXPECT_EQ(std::distance(fs::directory_iterator(scratch("outside")), fs::directory_iterator()), 1);
  }
};

TEST_F(HostileTest, ADirectoryOfTheSameNameAsASymlinkDoesNotLeadThroughIt) {
  fs::create_symlink(scratch("outside"), source("door-one"));
  write_file(source("door-two/victim"), "evil");
  make_image_with_twins("door-two", "door-one");
  const Outcome outcome = copy_all();
  EXPECT_EQ(outcome.status, 1) << outcome.err;
  outside_is_untouched();
  EXPECT_EQ(read_file(scratch("copy/good/file")), "good");
}

TEST_F(HostileTest, AFileOfTheSameNameAsASymlinkIsNotWrittenThroughIt) {
  fs::create_symlink(scratch("outside/victim"), source("file-one"));
  write_file(source("file-two"), "evil");
  make_image_with_twins("file-two", "file-one");
  for (const char* option : {"-r", "-a", "-rf"}) {
    fs::remove_all(scratch("copy"));
    EXPECT_EQ(copy_all({option}).status, 1);
    outside_is_untouched();
  }
}

TEST_F(HostileTest, SymlinksThatAreThereAreNotFollowedBelowTheDestination) {
  make_image();
  fs::create_directory(scratch("copy"));
  fs::create_directory_symlink(scratch("outside"), scratch("copy/payload"));
  const Outcome outcome = copy_all();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find(scratch("copy/payload") + ": cannot overwrite a non-directory with a directory"),
            std::string::npos)
      << outcome.err;
  outside_is_untouched();
  EXPECT_EQ(read_file(scratch("copy/good/file")), "good");
}

TEST_F(HostileTest, TwoFilesOfOneNameAreNotWrittenOverEachOther) {
  write_file(source("pair/same-one"), "first");
  write_file(source("pair/same-two"), "second");
  make_image_with_twins("same-two", "same-one");
  for (const Arguments& options : {Arguments{"-a"}, Arguments{"-rf"}}) {
    fs::remove_all(scratch("copy"));
    const Outcome outcome = copy_all(options);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.err.find("not overwritten: this copy has just made it"), std::string::npos)
        << outcome.err;
    EXPECT_EQ(read_file(scratch("copy/good/file")), "good");
  }
  fs::create_directories(scratch("copy/pair"));
  fs::remove(scratch("copy/pair/same-one"));
  EXPECT_NE(run_tool("cp", {"-rT", image_ + ":/", scratch("copy")}).err.find("not overwritten: this copy"),
            std::string::npos)
      << "in a directory that was there before";
}

TEST_F(HostileTest, TwoOperandsOfOneNameAreNotWrittenOverEachOther) {
  write_file(source("payload/file"), "other");
  make_image();
  fs::create_directory(scratch("copy"));
  const Outcome outcome =
      run_tool("cp", {in_image("/good/file"), in_image("/payload/file"), scratch("copy")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(read_file(scratch("copy/file")), "good");
}

TEST_F(HostileTest, ADirectoryCycleEnds) {
  make_image({"link /payload /payload/again"});
  const Outcome outcome = copy_all();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("corrupt image: directory cycle"), std::string::npos) << outcome.err;
  EXPECT_EQ(read_file(scratch("copy/payload/victim")), "evil");
}

TEST_F(HostileTest, ADirectoryInTwoPlacesIsCopiedOnce) {
  make_image({"link /payload /good/payload-too"});
  const Outcome outcome = copy_all();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("two parents"), std::string::npos) << outcome.err;
  EXPECT_NE(fs::exists(scratch("copy/payload/victim")), fs::exists(scratch("copy/good/payload-too/victim")));
}

TEST_F(HostileTest, PrivilegesAreLeftOutWithOneWarningAKind) {
  for (const char* name : {"suid", "suid2", "sgid"}) write_file(source(name), "x");
  must({"chmod", "4755", source("suid"), source("suid2")});
  must({"chmod", "2755", source("sgid")});
  make_image({"mknod null c 1 3", "mknod disk b 8 0"});
  const Outcome outcome = copy_all();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto count = [&](const std::string& text) {
    std::size_t found = 0;
    for (std::size_t at = outcome.err.find(text); at != outcome.err.npos; at = outcome.err.find(text, at + 1))
      ++found;
    return found;
  };
  EXPECT_EQ(count("setuid and setgid bits are left out"), 1U) << outcome.err;
  EXPECT_EQ(count("devices are left out"), 1U) << outcome.err;
  EXPECT_EQ(count("warning"), 2U) << outcome.err;
  for (const char* name : {"suid", "suid2", "sgid"}) {
    struct stat status;
    ASSERT_EQ(stat((scratch("copy/") + name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0755U) << name;
  }
  EXPECT_FALSE(fs::exists(scratch("copy/null")));
  EXPECT_FALSE(fs::exists(scratch("copy/disk")));
}

TEST_F(HostileTest, ATrustedImageKeepsThem) {
  write_file(source("suid"), "x");
  must({"chmod", "4755", source("suid")});
  make_image();
  EXPECT_EQ(copy_all({"-a", "--trusted-image"}).status, 0);
  struct stat status;
  ASSERT_EQ(stat(scratch("copy/suid").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 04755U);
}

TEST_F(HostileTest, ATrustedImageKeepsCapabilitiesOfOthersFiles) {
  // Revision 2, effective, CAP_NET_RAW permitted.
  const std::string capability("\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
  write_file(scratch("probe"), "");
  if (setxattr(scratch("probe").c_str(), "security.capability", capability.data(), 20, 0) != 0)
    GTEST_SKIP() << "capabilities cannot be set here";
  write_file(scratch("capability"), capability);
  write_file(source("ping"), "x");
  make_image({"ea_set -f " + scratch("capability") + " /ping security.capability", "sif /ping uid 1234"});
  const Outcome outcome = copy_all({"-a", "--trusted-image"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  struct stat status;
  ASSERT_EQ(stat(scratch("copy/ping").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1234U);
  std::string kept(20, 0);
  EXPECT_EQ(getxattr(scratch("copy/ping").c_str(), "security.capability", kept.data(), kept.size()), 20);
  EXPECT_EQ(kept, capability) << "a change of the owner drops it";
}

TEST_F(HostileTest, EscapeSequencesDoNotReachTheTerminal) {
  write_file(source("dir/\033[2Jname"), "x");
  make_image({"clri \"/dir/\033[2Jname\""});
  const Outcome outcome = copy_all();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err.find('\033'), std::string::npos);
  EXPECT_NE(outcome.err.find("$'\\033'"), std::string::npos) << outcome.err;
}

TEST_F(HostileTest, NamesThatAreNoNamesLeadNowhere) {
  struct Case {
    const char *made, *patched;
  };
  for (const Case& each : {Case{"escape-me", "../escape"}, Case{"absolute-name", "/tmp/absolute"},
                           Case{"aa", ".."}, Case{"up-and-up", "../../../"}, Case{"a-nul", "a\0nul"}}) {
    must({"bash", "-c", "rm -rf \"$0\"/src \"$0\"/copy", scratch("")});
    write_file(source("dir/" + std::string(each.made)), "evil");
    write_file(source("good/file"), "good");
    const std::string made = each.made;
    make_image_with_twins(made, std::string(each.patched, made.size()));
    const Outcome outcome = copy_all();
    EXPECT_EQ(read_file(scratch("copy/good/file")), "good") << outcome.err;
    EXPECT_FALSE(fs::exists(scratch("escape"))) << each.patched;
    EXPECT_FALSE(fs::exists(scratch("copy/escape"))) << each.patched;
    EXPECT_FALSE(fs::exists("/tmp/absolute"));
    outside_is_untouched();
    // The other ".." is passed over like the first: no file has this name.
    if (made == "aa") continue;
    EXPECT_EQ(outcome.status, 1) << each.patched;
    EXPECT_TRUE(outcome.err.contains("corrupt image")) << outcome.err;
  }
}

TEST_F(HostileTest, ASymlinkOfOneOperandIsNotWrittenThroughByAnother) {
  fs::create_directories(source("one"));
  fs::create_directory_symlink(scratch("outside"), source("one/payload"));
  fs::create_symlink(scratch("outside/victim"), source("one/file"));
  make_image();
  for (const char* options : {"-r", "-a", "-rf", "-au"}) {
    fs::remove_all(scratch("copy"));
    fs::create_directory(scratch("copy"));
    const Outcome outcome = run_tool("cp", {options, in_image("/one/payload"), in_image("/payload"),
                                            in_image("/one/file"), in_image("/good/file"), scratch("copy")});
    EXPECT_EQ(outcome.status, 1) << outcome.err;
    EXPECT_TRUE(fs::is_symlink(scratch("copy/payload")));
    outside_is_untouched();
  }
}

TEST_F(HostileTest, AHardLinkToASymlinkIsTheSymlink) {
  fs::create_symlink(scratch("outside/victim"), source("first"));
  make_image({"ln /first /good/second", "sif /first links_count 2"});
  const Outcome outcome = copy_all();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  struct stat first, second, victim;
  ASSERT_EQ(lstat(scratch("copy/first").c_str(), &first), 0);
  ASSERT_EQ(lstat(scratch("copy/good/second").c_str(), &second), 0);
  ASSERT_EQ(stat(scratch("outside/victim").c_str(), &victim), 0);
  EXPECT_EQ(first.st_ino, second.st_ino);
  EXPECT_TRUE(S_ISLNK(second.st_mode));
  EXPECT_EQ(victim.st_nlink, 1U);
  outside_is_untouched();
}

TEST_F(HostileTest, DeepNestingIsAnErrorOfOneDirectory) {
  std::string deep = "deep";
  for (int i = 0; i < 1100; ++i) deep += "/d";
  must({"mkdir", "-p", source(deep)});
  make_image();
  const Outcome outcome = copy_all({"-r"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_EQ(read_file(scratch("copy/good/file")), "good");
}

TEST_F(HostileTest, AnImageInItsOwnDestinationStays) {
  write_file(source("disk.img"), "evil");
  make_image();
  const std::string before = read_file(image_);
  for (const char* options : {"-rT", "-aT", "-rfT", "-rT --remove-destination", "-auT"}) {
    const Outcome inside = oracle::run(
        {"bash", "-c", "cd \"$0\" && exec " FSU_TOOLS_DIR "/fs-cp " + std::string(options) + " disk.img:/ .",
         scratch("")});
    EXPECT_EQ(inside.status, std::string(options) == "-auT" ? 0 : 1) << options << inside.err;
    EXPECT_TRUE(read_file(image_) == before) << options;
    EXPECT_EQ(read_file(scratch("good/file")), "good");
  }
}

TEST_F(HostileTest, TheUsersOwnSymlinksAreFollowedAndNoOthers) {
  make_image();
  fs::create_directory(scratch("real"));
  fs::create_directory_symlink("real", scratch("to-dir"));
  fs::create_symlink("real/file", scratch("to-file"));
  fs::create_symlink("to-file", scratch("to-link"));
  const std::string file = in_image("/good/file");
  // Where it leads nowhere cp refuses too.
  EXPECT_EQ(run_tool("cp", {file, scratch("to-file")}).status, 1);
  EXPECT_FALSE(fs::exists(scratch("real/file")));
  EXPECT_EQ(run_tool("cp", {file, scratch("to-dir")}).status, 0);
  write_file(scratch("real/file"), "old");
  EXPECT_EQ(run_tool("cp", {file, scratch("to-link")}).status, 0);
  EXPECT_EQ(read_file(scratch("real/file")), "good");
  EXPECT_TRUE(fs::is_symlink(scratch("to-link")));
  EXPECT_EQ(run_tool("cp", {"-r", in_image("/payload"), scratch("to-dir")}).status, 0);
  EXPECT_EQ(read_file(scratch("real/payload/victim")), "evil");
  // An image behind such a link is an image all the same.
  fs::create_symlink("disk.img", scratch("to-image"));
  const std::string before = read_file(image_);
  for (const char* option : {"-p", "-f"})
    EXPECT_EQ(run_tool("cp", {option, file, scratch("to-image")}).status, 1);
  EXPECT_TRUE(read_file(image_) == before);
}

TEST_F(HostileTest, TheImageItselfIsNeverTheDestination) {
  make_image();
  const std::string before = read_file(image_);
  for (const Arguments& options : {Arguments{}, Arguments{"-f"}}) {
    Arguments arguments = options;
    arguments.push_back(in_image("/good/file"));
    arguments.push_back(image_);
    EXPECT_EQ(run_tool("cp", arguments).status, 1);
    EXPECT_TRUE(read_file(image_) == before);
  }
}

}  // namespace
}  // namespace tools
