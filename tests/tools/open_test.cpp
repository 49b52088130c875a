// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Opening images: exit statuses, messages, locks, offsets, and that nothing is changed.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "tests/oracle/loop_mount.hpp"
#include "tests/tools/image.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class OpenTest : public ImageTest {
 protected:
  void SetUp() override {
    write_file(source("dir/file"), "content\n");
    make_image();
  }
  /// The one line that fs-ls says of the operand, after its own name; its exit status must be 2.
  std::string refused(const Arguments& arguments) {
    const Outcome outcome = run_tool("ls", arguments);
    EXPECT_EQ(outcome.status, 2) << outcome.out << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(outcome.err.starts_with("fs-ls: ")) << outcome.err;
    return outcome.err.substr(0, outcome.err.find('\n')).substr(std::min<std::size_t>(7, outcome.err.size()));
  }
};

/// An open file description of another party's.
class Other {
 public:
  explicit Other(const std::string& path) : fd_(open(path.c_str(), O_RDWR | O_CLOEXEC)) {}
  ~Other() { close(fd_); }
  Other(const Other&) = delete;
  Other& operator=(const Other&) = delete;
  int fd() const { return fd_; }
  /// Holds a byte as QEMU does.
  bool hold(off_t byte) {
    struct flock lock{};
    lock.l_type = F_RDLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return fcntl(fd_, F_OFD_SETLK, &lock) == 0;
  }

 private:
  int fd_;
};

TEST_F(OpenTest, WhatIsNoImage) {
  EXPECT_EQ(refused({scratch("none.img")}), scratch("none.img") + ": No such file or directory");
  EXPECT_EQ(refused({source()}), source() + ": is neither a regular file nor a block device");
  ASSERT_EQ(mkfifo(scratch("fifo").c_str(), 0600), 0);
  EXPECT_EQ(refused({scratch("fifo")}), scratch("fifo") + ": is neither a regular file nor a block device");
  write_file(scratch("text"), std::string(100000, 'x'));
  EXPECT_EQ(refused({scratch("text")}), scratch("text") + ": no file system found that fs-utils can read");
  write_file(scratch("empty"), "");
  EXPECT_EQ(refused({scratch("empty")}), scratch("empty") + ": no file system found that fs-utils can read");
}

TEST_F(OpenTest, OperandsAndOptionsThatCannotBeMeant) {
  EXPECT_EQ(refused({}), "no image is named");
  EXPECT_EQ(refused({"--unknown"}), "unrecognized option --unknown");
  EXPECT_EQ(refused({"host:/etc"}), "host:/etc is a host path; use ls for it");
  EXPECT_EQ(refused({image_ + ":dir"}),
            "did you mean " + image_ + ":/dir? (host:" + image_ + ":dir is the host path)");
  EXPECT_EQ(refused({":/dir"}), ":/dir needs --image FILE or the variable FSU_IMAGE to say which image");
  EXPECT_EQ(refused({"--fstype=nosuchfs", image_}),
            image_ + ": file system type nosuchfs is not one that fs-utils can read");
  EXPECT_EQ(refused({"--image=x=" + image_, "--image=x=" + scratch("other"), "x:/"}),
            "--image: the name x is given twice");
  EXPECT_EQ(refused({"--image-format=qcow2", image_}), image_ + ": image format qcow2 cannot be read yet");
}

TEST_F(OpenTest, OffsetsFindTheImageInsideAFile) {
  write_file(scratch("wrapped"), std::string(3 << 20, 'x') + read_file(image_) + "tail");
  for (const Arguments& arguments :
       {Arguments{scratch("wrapped") + "@+3M:/dir"},
        Arguments{"--image-offset=6144s", scratch("wrapped") + ":/dir"},
        Arguments{"--image-offset=1M", scratch("wrapped") + "@+2048K:/dir"},
        Arguments{"--image=w=" + scratch("wrapped") + ",offset=3M,size=16M", "w:/dir"},
        Arguments{image_ + "@0:/dir"}}) {
    const Outcome outcome = run_tool("ls", arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "file\n");
  }
  EXPECT_EQ(refused({scratch("wrapped") + "@+30M"}),
            scratch("wrapped") + ": the offset is past the end of the file");
  EXPECT_EQ(refused({"--image=w=" + scratch("wrapped") + ",offset=3M,size=17M", "w:/"}),
            scratch("wrapped") + ": the size reaches past the end of the file");
}

TEST_F(OpenTest, OneImageMayBeNamedTwice) {
  fs::create_hard_link(image_, scratch("same.img"));
  const Outcome outcome =
      run_tool("ls", {"-d", in_image("/dir"), scratch("same.img") + ":/dir", image_ + "@0:/dir"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, in_image("/dir\n") + image_ + "@0:/dir\n" + scratch("same.img") + ":/dir\n");
}

TEST_F(OpenTest, AnImageThatAnotherProcessHasIsRefused) {
  Other other(image_);
  ASSERT_EQ(flock(other.fd(), LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(refused({image_}), image_ + ": image is in use by another process (see --lock)");
  EXPECT_EQ(refused({"--lock=wait=0", image_}), image_ + ": image is in use by another process (see --lock)");
  EXPECT_EQ(run_tool("ls", {"--lock=none", image_}).status, 0);
  ASSERT_EQ(flock(other.fd(), LOCK_SH | LOCK_NB), 0);
  EXPECT_EQ(run_tool("ls", {image_}).status, 0) << "readers share";
}

TEST_F(OpenTest, QemusLocksAreUnderstood) {
  for (const off_t writer : {101, 103, 200}) {
    Other other(image_);
    ASSERT_TRUE(other.hold(writer));
    EXPECT_EQ(refused({image_}), image_ + ": image is in use by another process (see --lock)") << writer;
  }
  Other other(image_);
  for (const off_t reader : {100, 201, 203}) ASSERT_TRUE(other.hold(reader));
  EXPECT_EQ(run_tool("ls", {image_}).status, 0) << "another reader";
}

TEST_F(OpenTest, AMountedDeviceIsRefused) {
  oracle::LoopMount mount(image_, scratch("mnt"), "ro");
  if (!mount.mounted()) GTEST_SKIP() << "needs root and loop devices: " << mount.why_not();
  std::string device = must({"findmnt", "-n", "-o", "SOURCE", scratch("mnt")});
  device.pop_back();  // the newline
  EXPECT_EQ(refused({device + ":/dir"}), device + ": device is in use (mounted?); see --lock");
  EXPECT_EQ(refused({"--lock=wait=0", device}), device + ": device is in use (mounted?); see --lock");
  const Outcome outcome = run_tool("ls", {"--lock=none", device + ":/dir"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "file\n");
}

TEST_F(OpenTest, AFreeDeviceIsReadUnderTwoNames) {
  const Outcome attached = oracle::run({"losetup", "--show", "-r", "-f", image_});
  if (attached.status != 0) GTEST_SKIP() << "needs root and loop devices: " << attached.err;
  const std::string device = attached.out.substr(0, attached.out.size() - 1);
  fs::create_symlink(device, scratch("device"));
  const Outcome outcome = run_tool("cat", {device + ":/dir/file", scratch("device") + ":/dir/file"});
  must({"losetup", "-d", device});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "content\ncontent\n");
}

TEST_F(OpenTest, WaitingEndsWhenTheImageIsFree) {
  auto other = std::make_unique<Other>(image_);
  ASSERT_EQ(flock(other->fd(), LOCK_EX | LOCK_NB), 0);
  std::thread holder([&other] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    other.reset();
  });
  const Outcome outcome = run_tool("ls", {"--lock=wait", image_ + ":/dir"});
  holder.join();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "file\n");
}

TEST_F(OpenTest, ReadingChangesNothing) {
  must({"touch", "-d", "2001-01-01", image_});
  must({"chmod", "a-w", image_});
  struct stat before, after;
  ASSERT_EQ(stat(image_.c_str(), &before), 0);
  const std::string bytes = read_file(image_);
  EXPECT_EQ(run_tool("ls", {"-lR", image_}).status, 0);
  EXPECT_EQ(run_tool("cat", {in_image("/dir/file")}).out, "content\n");
  ASSERT_EQ(stat(image_.c_str(), &after), 0);
  EXPECT_EQ(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
  EXPECT_TRUE(read_file(image_) == bytes);
}

TEST_F(OpenTest, PermissionsAreCheckedForWhomAsNames) {
  must({"debugfs", "-w", "-R", "sif /dir mode 040700", image_});
  EXPECT_EQ(run_tool("ls", {in_image("/dir")}).status, 0);
  const Outcome outcome = run_tool("ls", {"--as=1000:1000", in_image("/dir")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "fs-ls: " + in_image("/dir") + ": permission denied\n");
  EXPECT_EQ(refused({"--as=me", image_}), "--as: me is not UID or UID:GID");
}

TEST_F(OpenTest, ACorruptImageIsAnErrorNotASignal) {
  std::string bytes = read_file(image_);
  for (std::size_t i = 4096; i < 4 << 20; ++i) bytes[i] = static_cast<char>(i * 131);
  write_file(scratch("bad.img"), bytes);
  for (const char* tool : {"ls", "cat"}) {
    const Outcome outcome = run_tool(tool, {scratch("bad.img") + ":/dir/file"});
    EXPECT_TRUE(outcome.status == 1 || outcome.status == 2) << outcome.status;
    EXPECT_NE(outcome.err, "");
  }
}

TEST(Program, OneProgramIsAllTools) {
  const std::string program = std::string(FSU_TOOLS_DIR) + "/fs-utils";
  EXPECT_EQ(oracle::run({program, "ls", "--version"}).out, oracle::run({program, "fs-ls", "--version"}).out);
  EXPECT_EQ(oracle::run({program, "--help"}).status, 0);
  EXPECT_EQ(oracle::run({program, "nonsense"}).status, 2);
  for (const char* tool : {"ls", "cat", "cp"}) {
    const Outcome help = run_tool(tool, {"--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_TRUE(help.out.starts_with(std::string("Usage: fs-") + tool)) << help.out;
    EXPECT_NE(help.out.find("Example:\n  fs-"), std::string::npos);
    EXPECT_TRUE(run_tool(tool, {"--version"}).out.starts_with(std::string("fs-") + tool + " (fs-utils) "));
  }
}

}  // namespace
}  // namespace tools
