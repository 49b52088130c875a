// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Images that are opened for writing: refusals, locks, stable storage, time, interrupts.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/tools/edit_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class WriteImageTest : public EditTest {
 protected:
  /// The first line that fs-mkdir says, after its own name; its exit status must be 2, and the image stays.
  std::string refused(const Arguments& arguments) {
    const std::string before = read_file(image_);
    const Outcome outcome = ours("mkdir", arguments);
    EXPECT_EQ(outcome.status, 2) << outcome.out << outcome.err;
    EXPECT_TRUE(read_file(image_) == before);
    constexpr std::string_view kStart = "fs-mkdir: ";
    EXPECT_TRUE(outcome.err.starts_with(kStart)) << outcome.err;
    return outcome.err.substr(kStart.size(), outcome.err.find('\n') - kStart.size());
  }
  /// The system calls of these names that a run of ours makes, as strace counts them.
  std::string traced(const std::string& calls, const Arguments& arguments) {
    Arguments command = {
        "env",          "ASAN_OPTIONS=detect_leaks=0",  // which cannot be done beneath strace
        "strace",       "-f",
        "-e",           "trace=" + calls,
        "-o",           scratch_ / "trace",
        FSU_LOGFS_TOOLS};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Outcome outcome = oracle::run(command);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return read_file(scratch_ / "trace");
  }
  static std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
  }
  /// Whether programs can be traced here.
  static bool can_trace() { return oracle::run({"strace", "-o", "/dev/null", "true"}).status == 0; }

  const std::string in_use_ = image_ + ": image is in use by another process (see --lock)";
};

TEST_F(WriteImageTest, WhatCannotBeWrittenIsRefused) {
  EXPECT_EQ(refused({image_}),
            image_ + " is a host path; a path in an image is IMAGE:/PATH (use mkdir for the host's)");
  EXPECT_EQ(refused({}), "missing operand");
  EXPECT_EQ(refused({image_ + ":#2"}),
            image_ + ":#2 is a file by its number; what is changed is named by its path");
  EXPECT_EQ(refused({scratch_ / "none.img:/x"}), scratch_ / "none.img: No such file or directory");
  EXPECT_EQ(refused({"--image=x=" + image_ + ",ro", "x:/d"}),
            image_ + ": is named with 'ro', and cannot be written");
  must({"mke2fs", "-q", "-F", "-t", "ext4", scratch_ / "ext4.img", "2M"});
  EXPECT_EQ(refused({scratch_ / "ext4.img:/d"}),
            scratch_ / "ext4.img: not supported: ext2, ext3 and ext4 cannot be written yet");
  EXPECT_EQ(ours("mkdir", {scratch_ / "ext4.img:/d", "/made"}).status, 2) << "the others are done";
  EXPECT_EQ(facts("/made", "%F"), "directory\n");
}

TEST_F(WriteImageTest, AFileThatCannotBeWrittenIsSaid) {
  must({"chmod", "a-w", image_});
  // Root may write all the same, where nobody takes the right away.
  const Outcome outcome = ::geteuid() == 0 ? oracle::run({"setpriv", "--bounding-set=-all", "--inh-caps=-all",
                                                          FSU_LOGFS_TOOLS, "mkdir", in_image("/d")})
                                           : oracle::run({FSU_LOGFS_TOOLS, "mkdir", in_image("/d")});
  if (outcome.err.contains("setpriv")) GTEST_SKIP() << "needs to give up privileges: " << outcome.err;
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err, "fs-mkdir: " + image_ + ": cannot be opened for writing: Permission denied\n");
  must({"chmod", "u+w", image_});
}

TEST_F(WriteImageTest, AWriterIsAlone) {
  const int other = ::open(image_.c_str(), O_RDWR | O_CLOEXEC);
  for (const int lock : {LOCK_EX, LOCK_SH}) {
    ASSERT_EQ(::flock(other, lock), 0);
    EXPECT_EQ(refused({"/d"}), in_use_) << lock;
    EXPECT_EQ(refused({"--lock=wait=0", "/d"}), in_use_) << lock;
  }
  EXPECT_EQ(ours("mkdir", {"--lock=none", "/d"}).status, 0);
  ASSERT_EQ(::flock(other, LOCK_UN), 0);
  // QEMU's bytes: others use or lock out what a writer needs.
  for (const off_t byte : {101, 103, 200, 201}) {
    struct flock lock{.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1, .l_pid = 0};
    ASSERT_EQ(::fcntl(other, F_OFD_SETLK, &lock), 0);
    EXPECT_EQ(refused({"/e"}), in_use_) << byte;
    lock.l_type = F_UNLCK;
    ASSERT_EQ(::fcntl(other, F_OFD_SETLK, &lock), 0);
  }
  EXPECT_EQ(ours("mkdir", {"/e"}).status, 0);
  ::close(other);
}

/// A run of ours that waits for its standard input.
class Waiting {
 public:
  Waiting(const std::string& image, const std::string& path) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    input_ = ends[1];
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[0], STDIN_FILENO);
      ::execl(FSU_LOGFS_TOOLS, "fs-utils", "write", (image + ":" + path).c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[0]);
  }
  ~Waiting() {
    if (input_ >= 0) ::close(input_);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  void give(const std::string& text) const {
    EXPECT_EQ(::write(input_, text.data(), text.size()), ssize_t(text.size()));
  }
  /// Waits until all that was given has been read.
  void until_read() const {
    for (int left = 1; left > 0; ::usleep(1000)) ASSERT_EQ(::ioctl(input_, FIONREAD, &left), 0);
  }
  void signal(int number) const { ::kill(child_, number); }
  int wait() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
    int status = 0;
    ::waitpid(child_, &status, 0);
    return status;
  }
  /// Waits for the end while the input stays open.
  int wait_open() const {
    int status = 0;
    ::waitpid(child_, &status, 0);
    return status;
  }

 private:
  int input_ = -1;
  pid_t child_ = -1;
};

TEST_F(WriteImageTest, OursLocksOthersOut) {
  Waiting writer(image_, "/file");
  writer.give("te");
  writer.until_read();
  EXPECT_EQ(refused({"/d"}), in_use_);
  EXPECT_EQ(ours("ls", {"/"}).status, 2) << "readers too";
  const int other = ::open(image_.c_str(), O_RDWR | O_CLOEXEC);
  for (const off_t byte : {100, 101, 201, 203}) {
    struct flock lock{.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1, .l_pid = 0};
    EXPECT_EQ(::fcntl(other, F_OFD_GETLK, &lock), 0);
    EXPECT_NE(lock.l_type, F_UNLCK) << "what QEMU looks at: " << byte;
  }
  ::close(other);
  writer.give("xt");
  EXPECT_EQ(writer.wait(), 0);
  EXPECT_EQ(ours("cat", {"/file"}).out, "text");
}

TEST_F(WriteImageTest, AnInterruptedWriterLeavesACleanImage) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const std::string path = "/" + std::to_string(number);
    Waiting writer(image_, path);
    writer.give("so far");
    writer.until_read();
    writer.signal(number);
    const int status = writer.wait_open();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == number) << status;
    const Outcome checked = oracle::run({FSU_MKLOGFS, "check", image_});
    EXPECT_EQ(checked.status, 0) << checked.out;
    const std::string arrived = ours("cat", {path}).out;
    EXPECT_EQ(arrived, "so far");
  }
}

TEST_F(WriteImageTest, AReaderThatHasGoneEndsARunInOrder) {
  std::string script;
  for (int i = 0; i < 2000; ++i) script += "mkdir -v /d" + std::to_string(i) + "\n";
  write_file(scratch_ / "script", script);
  const std::string command = "trap '' INT; (" FSU_LOGFS_TOOLS " apply " + image_ + " " +
                              (scratch_ / "script") + "; echo $? > \"$1\") | true; sleep 0";
  must({"sh", "-c", command, "sh", scratch_ / "status"});
  const std::string status = read_file(scratch_ / "status");
  EXPECT_EQ(status, "141\n") << "128 + SIGPIPE";
  const Outcome checked = oracle::run({FSU_MKLOGFS, "check", image_});
  EXPECT_EQ(checked.status, 0) << checked.out;
}

TEST_F(WriteImageTest, DoneMeansOnStableStorage) {
  if (!can_trace()) GTEST_SKIP() << "needs strace";
  const std::string synced = traced("pwritev,pwrite64,fdatasync", {"mkdir", in_image("/d")});
  ASSERT_GT(count(synced, "fdatasync("), 0U);
  EXPECT_GT(count(synced, "pwritev("), 0U);
  EXPECT_GT(synced.rfind("fdatasync("), synced.rfind("pwritev(")) << "nothing is written behind the last one";
  EXPECT_EQ(count(traced("fdatasync,fsync,sync,syncfs", {"mkdir", "--no-sync", in_image("/e")}), "sync("),
            0U);
  EXPECT_EQ(facts("/e", "%F"), "directory\n");
}

TEST_F(WriteImageTest, ManyEditsCostOneRun) {
  if (!can_trace()) GTEST_SKIP() << "needs strace";
  std::string script;
  for (int i = 0; i < 500; ++i) script += "mkdir /d" + std::to_string(i) + "\n";
  write_file(scratch_ / "script", script);
  const Arguments once = {"mkdir", in_image("/one")};
  const std::string one = traced("openat,flock,fdatasync", once);
  const std::string many = traced("openat,flock,fdatasync", {"apply", image_, scratch_ / "script"});
  EXPECT_EQ(count(many, image_), count(one, image_)) << "opened once";
  EXPECT_EQ(count(many, "flock("), count(one, "flock("));
  EXPECT_LT(count(many, "fdatasync("), 2 * count(one, "fdatasync(") + 40) << "not 500 times as many";
  EXPECT_EQ(count(ours("ls", {"/"}).out, "\n"), 501U);
}

TEST_F(WriteImageTest, LoopDevicesAreSeen) {
  const Outcome attached = oracle::run({"losetup", "--show", "-f", image_});
  if (attached.status != 0) GTEST_SKIP() << "needs root and loop devices: " << attached.err;
  const std::string device = attached.out.substr(0, attached.out.size() - 1);
  fs::create_hard_link(image_, scratch_ / "second.img");
  const std::string says = ": is in use by the host's " + device + " and cannot be written";
  EXPECT_EQ(refused({"/d"}), image_ + says);
  EXPECT_EQ(refused({"--lock=none", scratch_ / "second.img:/d"}), scratch_ / "second.img" + says);
  EXPECT_EQ(ours("ls", {"/"}).status, 0) << "it can be read";
  // The device itself is written like a file.
  const std::string named = "--image=device=" + device;
  const Outcome made = ours("mkdir", {named, "device:/on-device"});
  const Outcome looked = ours("stat", {named, "-c", "%F", "device:/on-device"});
  const int held = ::open(device.c_str(), O_RDWR | O_EXCL | O_CLOEXEC);
  const Outcome busy = ours("mkdir", {"--lock=none", named, "device:/x"});
  ::close(held);
  must({"losetup", "-d", device});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(looked.out, "directory\n");
  EXPECT_EQ(busy.status, 2);
  EXPECT_EQ(busy.err, "fs-mkdir: " + device + ": device is in use (mounted?); see --lock\n");
  EXPECT_EQ(facts("/on-device", "%F"), "directory\n");
}

TEST_F(WriteImageTest, TimeComesFromSourceDateEpoch) {
  const auto at = [this](const std::string& epoch, const Arguments& arguments) {
    Arguments command = {"env", "SOURCE_DATE_EPOCH=" + epoch, FSU_LOGFS_TOOLS};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return oracle::run(command);
  };
  EXPECT_EQ(at("1234567890", {"mkdir", in_image("/d")}).status, 0);
  EXPECT_EQ(at("1234567891", {"touch", in_image("/d/f")}).status, 0);
  EXPECT_EQ(facts("/d/f", "%Y %Z"), "1234567891 1234567891\n");
  EXPECT_EQ(facts("/d", "%Y"), "1234567891\n");
  EXPECT_EQ(facts("/", "%Y"), "1234567890\n");
  for (const char* wrong : {"", "now", "12x", " 1", "99999999999999999999"}) {
    const Outcome outcome = at(wrong, {"mkdir", in_image("/e")});
    EXPECT_EQ(outcome.status, 2) << wrong;
    EXPECT_TRUE(outcome.err.starts_with("fs-mkdir: SOURCE_DATE_EPOCH: ")) << outcome.err;
  }
  EXPECT_EQ(at("now", {"ls", image_}).status, 0) << "readers do not care";
  // The same edits make the same bytes.
  must({"truncate", "-s", "0", scratch_ / "a.img", scratch_ / "b.img"});
  for (const char* name : {"a.img", "b.img"}) {
    must({"truncate", "-s", "2M", scratch_ / name});
    must({FSU_MKLOGFS, "make", scratch_ / name});
    EXPECT_EQ(at("1000000000", {"mkdir", "-p", (scratch_ / name) + ":/x/y/z"}).status, 0);
  }
  EXPECT_TRUE(read_file(scratch_ / "a.img") == read_file(scratch_ / "b.img"));
}

TEST_F(WriteImageTest, PermissionsAreCheckedForWhomAsNames) {
  EXPECT_EQ(ours("mkdir", {"/mine"}).status, 0);
  EXPECT_EQ(apply("chown 1000:100 /mine\n").status, 0);
  EXPECT_EQ(ours("mkdir", {"--as=1000:100", "/mine/d"}).status, 0);
  EXPECT_EQ(facts("/mine/d", "%u:%g %a"), "1000:100 755\n");
  const Outcome denied = ours("mkdir", {"--as=1001", "/mine/e"});
  EXPECT_EQ(denied.status, 1);
  EXPECT_EQ(denied.err, "fs-mkdir: " + in_image("/mine/e") + ": permission denied\n");
}

TEST_F(WriteImageTest, PatternsAndListsNameOperands) {
  EXPECT_EQ(ours("touch", {"/a1", "/a2", "/b1", "/*"}).status, 0);
  EXPECT_EQ(ours("rm", {"--glob", "/a?"}).status, 0);
  EXPECT_EQ(ours("ls", {"/"}).out, "*\nb1\n");
  write_file(scratch_ / "list",
             in_image("/b1") + std::string(1, '\0') + in_image("/*") + std::string(1, '\0'));
  EXPECT_EQ(ours("rm", {"--files0-from=" + (scratch_ / "list")}).status, 0);
  EXPECT_EQ(ours("ls", {"/"}).out, "");
}

TEST_F(WriteImageTest, PartsOfOneFileAreOpenedOnce) {
  const std::string disk = scratch_ / "two.img", alias = scratch_ / "alias.img";
  must({"truncate", "-s", "20M", disk});
  fs::create_hard_link(disk, alias);
  must({"sh", "-c", "printf '2048,16384\\n18432,16384\\n' | sfdisk -q \"$1\"", "sh", disk});
  must({"sh", "-c",
        "dd if=\"$1\" of=\"$2\" bs=512 seek=2048 conv=notrunc status=none && "
        "dd if=\"$1\" of=\"$2\" bs=512 seek=18432 conv=notrunc status=none",
        "sh", image_, disk});
  EXPECT_EQ(ours("mkdir", {disk + "@1:/first", disk + "@2:/second", alias + "@1:/third"}).status, 0);
  EXPECT_EQ(ours("ls", {disk + "@1"}).out, "first\nthird\n");
  EXPECT_EQ(ours("ls", {disk + "@2"}).out, "second\n");
  EXPECT_EQ(ours("touch", {"-d", "2001-01-01", disk + "@2:/second"}).status, 0);
  EXPECT_EQ(ours("touch", {"-r", disk + "@2:/second", disk + "@1:/first"}).status, 0);
  EXPECT_EQ(ours("stat", {"-c", "%Y", disk + "@1:/first"}).out, must({"date", "-ud", "2001-01-01", "+%s"}));
  EXPECT_EQ(ours("touch", {"-r", disk + "@1:/second", alias + "@1:/first"}).status, 1);
  EXPECT_EQ(ours("touch", {"-r", disk + "@1:/third", alias + "@1:/first"}).status, 0)
      << "one mount, by two names";
}

}  // namespace
}  // namespace tools
