// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The tools are confined, in time, and work so.
#include <unistd.h>

#include <filesystem>

#include "tests/tools/image.hpp"

namespace tools {
namespace {

class ConfinedTools : public ImageTest {
 protected:
  void SetUp() override {
    write_file(source("large"), std::string(4 << 20, 'x'));
    write_file(source("dir/file"), "content\n");
    must({"mkfifo", source("dir/fifo")});
    std::filesystem::create_symlink("file", source("dir/link"));
    make_image();
    const Outcome probe = run_tool("ls", {"--confine=require", image_});
    if (probe.status == 2 && probe.err.contains("cannot be confined"))
      GTEST_SKIP() << "this kernel, or container, has not all of it: " << probe.err;
  }
  /// Runs a shell command in which $TOOLS is where the tools are and $IMG the image.
  Outcome shell(const std::string& command) {
    return oracle::run(
        {"bash", "-c",
         "TOOLS=" + std::string(FSU_TOOLS_DIR) + "; IMG=" + image_ + "; cd " + scratch("") + "; " + command});
  }
  /// Lets fs-cat wait for the reader of a pipe, and what the kernel says of it then be looked at by the
  /// command, in which $pid is the process.
  std::string of_waiting_cat(const std::string& option, const std::string& command) {
    const Outcome outcome = shell("mkfifo pipe; exec 7< /dev/null; $TOOLS/fs-cat " + option +
                                  " $IMG:/large > pipe & pid=$!; exec 9< pipe; head -c 1 <&9 > /dev/null; " +
                                  command + "; exec 9<&-; wait");
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }
};

TEST_F(ConfinedTools, TheKernelSaysSo) {
  const std::string look = "grep -E '^(Seccomp|NoNewPrivs):' /proc/$pid/status | tr -d '\\t\\n'";
  EXPECT_EQ(of_waiting_cat("--confine=require", look), "NoNewPrivs:1Seccomp:2");
  EXPECT_EQ(shell("rm pipe").status, 0);
  EXPECT_EQ(of_waiting_cat("--confine=off", look), "NoNewPrivs:0Seccomp:0");
}

TEST_F(ConfinedTools, OnlyTheImageAndTheStreamsAreOpen) {
  EXPECT_EQ(of_waiting_cat("", "cd /proc/$pid/fd; for fd in *; do readlink $fd; done | sed 's/:.*/:/'"),
            "/dev/null\n" + scratch("pipe") + "\npipe:\n" + image_ + "\n");
}

TEST_F(ConfinedTools, BeforeTheFirstByteOfAnImageIsRead) {
  if (shell("strace -o /dev/null true").status != 0) GTEST_SKIP() << "nothing can be traced here";
  for (const char* command : {"ls -l $IMG", "du -a $IMG", "df $IMG", "cat $IMG:/dir/file",
                              "cp -r $IMG:/dir out", "cp $IMG:/dir/file -"}) {
    const std::string run = std::string("strace -f -o trace $TOOLS/fs-") + command;
    const Outcome outcome = shell(run);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    const std::string trace = read_file(scratch("trace"));
    const std::size_t confined = trace.find("seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=");
    ASSERT_NE(confined, trace.npos) << run;
    const std::size_t opened = trace.rfind("disk.img\", O_RDONLY", confined);
    ASSERT_NE(opened, trace.npos) << run;
    const std::size_t answer = trace.find(" = ", opened) + 3;
    const std::string image = trace.substr(answer, trace.find_first_of(" \n", answer) - answer) + ",";
    const std::string between = trace.substr(opened, confined - opened);
    for (const char* call : {"read(", "readv(", "pread64(", "preadv("})
      EXPECT_FALSE(between.contains(call + image)) << call << " in " << run;
    EXPECT_NE(trace.find("preadv(" + image, confined), trace.npos) << run;
  }
}

TEST_F(ConfinedTools, TheTimeZoneIsKnownAlready) {
  const std::string list = " $TOOLS/fs-ls -l --confine=require $IMG:/dir";
  for (const char* zone :
       {"TZ=", "TZ=XYZ-3ABC,M3.5.0,M10.5.0/3", "TZ=Europe/Berlin", "TZ=:/nowhere", "unset TZ;"})
    EXPECT_EQ(shell(zone + list).status, 0) << zone;
}

TEST_F(ConfinedTools, ManyImagesAndFilesOfTheHost) {
  std::string command = "ulimit -n 256; exec 20< /dev/null 25< /dev/null; ";
  command +=
      "for i in $(seq 40); do cp $IMG $i.img; echo host$i > $i; done; $TOOLS/fs-cat --confine=require ";
  std::string expected;
  for (int i = 1; i <= 40; ++i) {
    const std::string number = std::to_string(i);
    command.append(number).append(" ").append(number).append(".img:/dir/file ");
    expected.append("host").append(number).append("\ncontent\n");
  }
  const Outcome outcome = shell(command);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, expected);
}

TEST_F(ConfinedTools, APipeOfTheHostIsWaitedFor) {
  EXPECT_EQ(shell("mkfifo a b; (sleep 0.2; echo first > a; sleep 0.2; echo second > b) & "
                  "$TOOLS/fs-cat --confine=require a b $IMG:/dir/file; wait")
                .out,
            "first\nsecond\ncontent\n");
}

TEST_F(ConfinedTools, UnderFakeroot) {
  const Outcome listed = shell("fakeroot $TOOLS/fs-ls -l --confine=require $IMG:/dir");
  EXPECT_EQ(listed.status, 0) << listed.err;
  const Outcome copied = shell(
      "fakeroot sh -c '$0/fs-cp -a --confine=require $1:/dir out && stat -c %u:%g:%F out/*' $TOOLS $IMG");
  EXPECT_EQ(copied.status, 0) << copied.err;
  EXPECT_EQ(copied.out, shell("stat -c %u:%g:%F src/dir/*").out);
}

TEST_F(ConfinedTools, CopiesIntoImages) {
  ASSERT_EQ(shell("truncate -s 32M logfs && " FSU_MKLOGFS " make logfs").status, 0);
  const std::string cp = FSU_LOGFS_TOOLS " cp --confine=require ";
  EXPECT_EQ(
      shell("mkdir more && echo 1 > more/one && " + cp + "-a src more/one $IMG:/large logfs:/").err,
      "fs-cp: src/dir/fifo: warning: pipes, sockets and devices, which the target cannot hold, are left "
      "out, here and elsewhere\n");
  // What is redirected from a file is moved like any other one.
  EXPECT_EQ(shell(cp + "- logfs:/redirected < src/large && " FSU_LOGFS_TOOLS
                       " write --confine=require logfs:/written < src/large && " FSU_LOGFS_TOOLS
                       " cat logfs:/written | cmp - src/large")
                .err,
            "");
  // Symlinks of the host are followed wherever they lead, once that is asked for.
  EXPECT_EQ(shell("ln -s ../src/dir/file more/way && " + cp + "-rL more logfs:/ && " + cp +
                  "--parents src/dir/file logfs:/more && seq 3 | " + cp + "- logfs:/stream && " + cp +
                  "<(echo two) logfs:/two && " + cp + "-r logfs:/more logfs:/again")
                .err,
            "");
  EXPECT_EQ(
      shell(FSU_LOGFS_TOOLS
            " cat logfs:/again/way logfs:/again/src/dir/file logfs:/src/dir/link logfs:/stream logfs:/two")
          .out,
      "content\ncontent\ncontent\n1\n2\n3\ntwo\n");
  EXPECT_EQ(shell("fakeroot sh -c 'chown 12:34 src/dir/file && " + cp + "-a src/dir/file logfs:/owned' && " +
                  FSU_LOGFS_TOOLS " stat -c %u:%g logfs:/owned")
                .out,
            "12:34\n");
}

TEST_F(ConfinedTools, TheOptionIsChecked) {
  EXPECT_EQ(run_tool("ls", {"--confine=auto", in_image("/dir/file")}).status, 0);
  const Outcome outcome = run_tool("ls", {"--confine=on", in_image("/dir")});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(outcome.err.starts_with("fs-ls: --confine: on is not auto, require or off\n")) << outcome.err;
}

}  // namespace
}  // namespace tools
