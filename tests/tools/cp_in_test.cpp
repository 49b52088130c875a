// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp into images and between them: against GNU cp on the same files, in a file system that is all
/// of POSIX but pipes, devices and extended attributes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/tools/cp_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class CpInTest : public CpTest {
 protected:
  void SetUp() override {
    CpTest::SetUp();
    fs::remove(source("tree/fifo"));
    must({"touch", "-d", "2002-03-04 05:06:07", source("tree")});
    make_logfs(logfs_);
  }
  static void make_logfs(const std::string& file, const char* bytes = "32M") {
    must({"truncate", "-s", bytes, file});
    must({FSU_MKLOGFS, "make", file});
  }
  static Outcome run(const std::string& tool, Arguments arguments) {
    arguments.insert(arguments.begin(), {FSU_LOGFS_TOOLS, tool});
    return oracle::run(arguments);
  }
  static void cp_in(const Arguments& arguments) {
    const Outcome outcome = run("cp", arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
  }
  static std::string failing_cp_in(const Arguments& arguments, int status = 1) {
    const Outcome outcome = run("cp", arguments);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    return outcome.err;
  }
  static void expect_sound(const std::string& file) {
    EXPECT_EQ(oracle::run({FSU_MKLOGFS, "check", file}).out, "") << file;
  }
  /// Expects the image to hold what is in the directory.
  void expect_same(const std::string& file, const std::string& directory, bool with_times = true) const {
    write_file(scratch("theirs"), describe(directory, with_times));
    write_file(scratch("ours"), described(file, with_times));
    EXPECT_EQ(oracle::run({"diff", scratch("theirs"), scratch("ours")}).out, "");
  }
  /// All that is in the image, by a copy out of it.
  std::string described(const std::string& file, bool with_times) const {
    expect_sound(file);
    const std::string copy = scratch("described");
    if (fs::exists(copy)) must({"chmod", "-R", "u+rwX", copy});
    fs::remove_all(copy);
    cp_in({"-aT", file + ":/", copy});
    return describe(copy, with_times);
  }
  std::string in_logfs(const std::string& path) const { return logfs_ + ":" + path; }

  const std::string logfs_ = scratch("logfs.img");
};

TEST_F(CpInTest, AnArchiveIsTheTree) {
  cp_in({"-a", source("tree"), source("one-outside"), in_logfs("/")});
  must({"mkdir", scratch("gnu")});
  must({"cp", "-a", source("tree"), source("one-outside"), scratch("gnu")});
  expect_same(logfs_, scratch("gnu"));
  // Holes stay holes.
  EXPECT_LT(std::stoul(run("stat", {"-c", "%b", in_logfs("/tree/sparse")}).out) * 512, 100000U);
}

TEST_F(CpInTest, NewFilesBelongToRoot) {
  cp_in({"-r", source("tree"), in_logfs("/")});
  EXPECT_EQ(run("stat", {"-c", "%u:%g %a", in_logfs("/tree/secret"), in_logfs("/tree/a")}).out,
            "0:0 640\n0:0 755\n");
  cp_in({"-r", "--chown=12:34", source("tree"), in_logfs("/given")});
  cp_in({"-a", "--chown=56", source("tree"), in_logfs("/kept")});
  EXPECT_EQ(run("stat", {"-c", "%u:%g %a", in_logfs("/given/secret"), in_logfs("/given/link"),
                         in_logfs("/given/a"), in_logfs("/kept/b/c/three"), in_logfs("/kept/b/c")})
                .out,
            "12:34 640\n12:34 777\n12:34 755\n56:56 644\n56:56 550\n");
  expect_sound(logfs_);
}

TEST_F(CpInTest, DestinationsAreThoseOfGnuCp) {
  const std::string tree = source("tree"), from = tree + "/a";
  struct Case {
    std::string ours;  ///< options and sources; seen from the tree
    std::string dest;
  };
  const std::vector<Case> cases = {
      {"-r " + from, "new"},
      {"-r " + from, "new/"},
      {"-r " + from, "dir"},
      {"-r " + from + "/.", "dir"},
      {"-r " + from + "/", "dir"},
      {"-r " + from + "/../b/..", "dir"},
      {"-rT " + from, "dir"},
      {"-r " + from + " " + tree + "/secret", "dir"},
      {from + "/one", "f"},
      {from + "/one", "dir/"},
      {from + "/one " + from + "/two", "dir"},
      {from + "/two", "file"},
      {"-n " + from + "/two", "file"},
      {"-u " + from + "/two", "file"},
      {"--remove-destination " + from + "/two", "to-file"},
      {from + "/two", "to-file"},
      {"-P " + tree + "/link", "l"},
      {tree + "/link", "l"},
      {"-rL " + tree + "/a " + tree + "/link", "dir"},
      {"-d " + tree + "/link " + tree + "/dangling", "dir"},
      {"--parents -r a b/c", "dir"},
      {"--parents -a b/c/three", "dir"},
      {"-p " + tree + "/secret", "s"},
      {"--sparse=always " + tree + "/sparse", "sp"},
      {"--sparse=never -p " + tree + "/sparse", "sp"},
      {"-a --no-preserve=mode " + tree, "copy"},
      {"-v " + from + "/one", "dir"},
      {"<(echo from a pipe)", "pipe"},
      {"/proc/version", "proc"},
      {"-r " + tree + "/none " + from, "dir"},
      {from + " " + tree + "/secret", "dir"},
      {"-rT " + from, "file"},
  };
  write_file(scratch("before/dir/old"), "old");
  write_file(scratch("before/file"), "a file");
  fs::create_symlink("file", scratch("before/to-file"));
  fs::create_directory(scratch("gnu"));
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& each = cases[i];
    const std::string root = "case" + std::to_string(i), gnu_root = scratch("gnu/" + root);
    must({"cp", "-a", scratch("before"), gnu_root});
    cp_in({"-a", scratch("before"), in_logfs("/" + root)});
    const auto status = [&](const std::string& command) {
      return oracle::run({"bash", "-c", "cd " + source("tree") + " && " + command}).status;
    };
    EXPECT_EQ(status(FSU_LOGFS_TOOLS " cp " + each.ours + " " + in_logfs("/" + root + "/" + each.dest)),
              status("cp --preserve=links " + each.ours + " " + gnu_root + "/" + each.dest))
        << root << ": " << each.ours << " " << each.dest;
  }
  expect_same(logfs_, scratch("gnu"), false);
}

TEST_F(CpInTest, FromOneImageIntoAnotherAndWithinOne) {
  make_image();
  cp_in({"-aT", in_image("/tree"), in_logfs("/tree")});
  must({"mkdir", scratch("gnu")});
  must({"cp", "-a", source("tree"), scratch("gnu")});
  expect_same(logfs_, scratch("gnu"));
  cp_in({"-a", in_logfs("/tree"), in_logfs("/copy")});
  must({"cp", "-a", scratch("gnu/tree"), scratch("gnu/copy")});
  expect_same(logfs_, scratch("gnu"));
  const std::string other = scratch("other.img");
  make_logfs(other);
  cp_in({"-a", in_logfs("/tree"), in_logfs("/copy"), other + ":/"});
  expect_same(other, scratch("gnu"));
}

TEST_F(CpInTest, BetweenTwoPartitionsOfOneImage) {
  const std::string disk = scratch("disk2.img");
  const std::string first = scratch("first"), second = scratch("second");
  for (const std::string& part : {first, second}) make_logfs(part, "8M");
  must({"bash", "-c",
        "truncate -s 20M " + disk + " && printf '2048,16384,83\\n18432,16384,83\\n' | sfdisk -q " + disk +
            " && dd status=none conv=notrunc bs=512 seek=2048 if=" + first + " of=" + disk +
            " && dd status=none conv=notrunc bs=512 seek=18432 if=" + second + " of=" + disk});
  cp_in({"-a", source("tree/a"), source("tree/b"), disk + "@1:/"});
  cp_in({"-r", disk + "@1:/b", disk + "@2:/"});
  EXPECT_EQ(run("cat", {disk + "@2:/b/c/three"}).out, std::string(300000, '3'));
  EXPECT_EQ(run("ls", {disk + "@2:/"}).out, "b\n");
}

TEST_F(CpInTest, WhatIsItsOwnSourceIsSkipped) {
  cp_in({"-r", source("tree/a"), in_logfs("/")});
  EXPECT_EQ(failing_cp_in({in_logfs("/a/one"), in_logfs("/a/one")}),
            "fs-cp: " + in_logfs("/a/one") + ": not overwritten: it is the source itself\n");
  EXPECT_EQ(failing_cp_in({"-r", in_logfs("/a"), in_logfs("/a/b")}),
            "fs-cp: " + in_logfs("/a/b") + ": is not copied into itself\n");
  EXPECT_EQ(failing_cp_in({logfs_, in_logfs("/me")}),
            "fs-cp: " + logfs_ + ": not copied: it is the image being written\n");
  EXPECT_EQ(run("cat", {in_logfs("/a/one"), in_logfs("/a/b/two")}).out, "122");
  expect_sound(logfs_);
}

TEST_F(CpInTest, AStreamBecomesAFile) {
  const auto shell = [](const std::string& command) { return oracle::run({"bash", "-c", command}); };
  EXPECT_EQ(shell("seq 2000000 | " FSU_LOGFS_TOOLS " cp - " + in_logfs("/numbers")).status, 0);
  EXPECT_EQ(run("cat", {in_logfs("/numbers")}).out, must({"seq", "2000000"}));
  cp_in({"-", in_logfs("/empty")});
  EXPECT_EQ(run("stat", {"-c", "%s %a", in_logfs("/empty")}).out, "0 644\n");
  for (const Arguments& refused : std::vector<Arguments>{{"-", in_logfs("/")},
                                                         {"-r", "-", in_logfs("/x")},
                                                         {"-", source("tree/secret"), in_logfs("/")},
                                                         {"-t", in_logfs("/"), "-"}})
    EXPECT_NE(failing_cp_in(refused, 2), "");
}

TEST_F(CpInTest, AFullImageIsOneErrorAFile) {
  const std::string small = scratch("small.img");
  make_logfs(small, "1M");
  write_file(source("large"), std::string(2 << 20, 'x'));
  EXPECT_EQ(failing_cp_in({source("tree/secret"), source("large"), small + ":/"}),
            "fs-cp: " + small + ":/large: no space left on device: the file system is full\n");
  expect_sound(small);
  EXPECT_EQ(run("cat", {small + ":/secret"}).out, "s");
  const std::string arrived = run("cat", {small + ":/large"}).out;
  EXPECT_GT(arrived.size(), 300000U) << "as cp: what arrived stays";
  EXPECT_TRUE(arrived == std::string(arrived.size(), 'x'));
}

TEST_F(CpInTest, WhatIsLeftOutIsSaidOnce) {
  must({"mkfifo", source("tree/fifo"), source("tree/a/fifo")});
  const std::string said = failing_cp_in({"-a", source("tree"), in_logfs("/")}, 0);
  EXPECT_TRUE(matches(said, "^fs-cp: [^:]*fifo: warning: pipes, sockets and devices[^\n]*\n$")) << said;
  if (!has_attributes()) return;
  must({"setfattr", "-n", "user.note", "-v", "x", source("tree/secret"), source("tree/a/one")});
  EXPECT_TRUE(matches(failing_cp_in({"-a", source("tree/secret"), source("tree/a/one"), in_logfs("/")}, 0),
                      "^fs-cp: [^:]*: warning: extended attributes[^\n]*\n$"));
  EXPECT_TRUE(matches(failing_cp_in({"--preserve=xattr", source("tree/secret"), in_logfs("/")}, 1),
                      "^fs-cp: [^:]*: extended attributes[^\n]*\n$"));
}

/// Out of an image and back, as somebody who may not give files away.
TEST_F(CpInTest, OwnersComeBackFromAFile) {
  cp_in({"-a", "--chown=12:34", source("tree"), in_logfs("/")});
  const std::string meta = scratch("meta"), other = scratch("other.img");
  make_logfs(other);
  fs::create_directory(scratch("out"));
  cp_in({"-rT", "--save-meta=" + meta, in_logfs("/"), scratch("out")});
  cp_in({"-rT", "--load-meta=" + meta, scratch("out"), other + ":/"});
  const auto listed = [](const std::string& image) {
    return run("ls", {"-lRn", "--time-style=full-iso", image + ":/tree"}).out;
  };
  std::string expected = listed(logfs_);
  for (std::size_t at = 0; (at = expected.find(logfs_, at)) != std::string::npos;)
    expected.replace(at, logfs_.size(), other);
  EXPECT_EQ(listed(other), expected);
  expect_sound(other);
  write_file(meta,
             "#mtree\n./none type=file\n./tree/a type=file\n./tree/../x type=dir\n./tree/link/x type=file\n");
  const std::string said = failing_cp_in({"--load-meta=" + meta, source("tree/secret"), other + ":/"});
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 4) << said;
  write_file(meta, "no specification");
  EXPECT_NE(failing_cp_in({"--load-meta=" + meta, source("tree/secret"), other + ":/"}, 2), "");
  EXPECT_NE(failing_cp_in({"--load-meta=" + meta, in_logfs("/tree/secret"), scratch("out")}, 2), "");
}

/// What has arrived stays, and the image is in order.
TEST_F(CpInTest, AnInterruptedCopyLeavesASoundImage) {
  const std::string command = "mkfifo " + scratch("pipe") + "; " FSU_LOGFS_TOOLS " cp - " + in_logfs("/f") +
                              " < " + scratch("pipe") + " & exec 7> " + scratch("pipe") +
                              "; head -c 5000000 /dev/zero >&7; sleep 0.2; kill -INT $!; wait $!";
  // A shell's background jobs ignore SIGINT otherwise.
  EXPECT_EQ(oracle::run({"bash", "-c", "set -m; " + command}).status, 128 + SIGINT);
  expect_sound(logfs_);
  const oracle::Outcome size = run("stat", {"-c", "%s", in_logfs("/f")});
  EXPECT_EQ(size.status, 0);
  EXPECT_GT(std::stoul("0" + size.out), 0u);
}

TEST_F(CpInTest, SymlinksInTheImageLeadNowhereElse) {
  must({"mkdir", "-p", scratch("links/real")});
  fs::create_symlink("../../../../real", scratch("links/up"));
  fs::create_symlink("/etc", scratch("links/host"));
  cp_in({"-aT", scratch("links"), in_logfs("/")});
  // A symlink that the user names is followed, in the image; one below the destination is not.
  cp_in({source("tree/secret"), in_logfs("/up")});
  EXPECT_EQ(run("cat", {in_logfs("/real/secret")}).out, "s");
  EXPECT_NE(failing_cp_in({source("tree/secret"), in_logfs("/host/x")}, 2), "");
  write_file(scratch("in/up/x"), "x");
  EXPECT_NE(failing_cp_in({"-r", scratch("in/up"), in_logfs("/")}), "");
  expect_sound(logfs_);
}

}  // namespace
}  // namespace tools
