// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Operands that name many files or none by name: patterns, lists, inode numbers.
#include "tests/tools/image.hpp"

namespace tools {
namespace {

class OperandTest : public ImageTest {
 protected:
  void SetUp() override {
    write_file(source("a/one.txt"), "one\n");
    write_file(source("a/two.txt"), "two\n");
    write_file(source("a/.hidden.txt"), "hidden\n");
    write_file(source("b/three.txt"), "three\n");
    write_file(source("b/st*r"), "star\n");
    write_file(source("b/stir"), "stir\n");
    make_image();
  }

  std::string out(const std::string& tool, const Arguments& arguments) {
    Outcome outcome = run_tool(tool, arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.out;
  }

  /// The number debugfs has for the path.
  std::string inode(const std::string& path) {
    const std::string text = must({"debugfs", "-R", "stat " + path, image_});
    const std::size_t at = text.find("Inode: ") + 7;
    return text.substr(at, text.find(' ', at) - at);
  }
};

TEST_F(OperandTest, PatternsMatchAsInAShell) {
  EXPECT_EQ(out("cat", {"--glob", in_image("/a/*.txt")}), "one\ntwo\n");
  EXPECT_EQ(out("cat", {"--glob", in_image("/*/t*.txt")}), "two\nthree\n");
  EXPECT_EQ(out("cat", {"--glob", in_image("/a/.h*")}), "hidden\n");
  EXPECT_EQ(out("cat", {"--glob", in_image("/[ab]/??ree.txt")}), "three\n");
  EXPECT_EQ(out("cat", {"--glob", in_image("/b/st\\*r")}), "star\n");
  EXPECT_EQ(out("cat", {"--glob", in_image("/b/st?r")}), "star\nstir\n");
  EXPECT_EQ(out("ls", {"--glob", "-d", in_image("/*/one.txt")}), in_image("/a/one.txt") + "\n");
}

TEST_F(OperandTest, WithoutTheOptionAPatternIsAName) {
  EXPECT_EQ(out("cat", {in_image("/b/st*r")}), "star\n");
  const Outcome outcome = run_tool("cat", {in_image("/a/*.txt")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
}

TEST_F(OperandTest, APatternThatMatchesNothingIsAnErrorAndTheOthersAreDone) {
  const Outcome outcome = run_tool("cat", {"--glob", in_image("/none*"), in_image("/a/o*")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "one\n");
  EXPECT_TRUE(outcome.err.contains("nothing matches the pattern")) << outcome.err;
}

TEST_F(OperandTest, PatternsCopyIntoADirectoryOnly) {
  must({"mkdir", scratch("out")});
  out("cp", {"--glob", in_image("/a/*.txt"), scratch("out")});
  EXPECT_EQ(read_file(scratch("out/two.txt")), "two\n");
  const Outcome refused = run_tool("cp", {"--glob", in_image("/a/*.txt"), scratch("new")});
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(refused.err.contains("not a directory")) << refused.err;
  out("cp", {"--glob", in_image("/a/o*.txt"), scratch("new")});
  EXPECT_EQ(read_file(scratch("new")), "one\n");
}

TEST_F(OperandTest, ListsOfOperandsComeFromAFileOrFromStandardInput) {
  using namespace std::string_literals;
  write_file(scratch("list"), in_image("/a/one.txt") + "\0"s + in_image("/b/three.txt"));
  EXPECT_EQ(out("cat", {"--files0-from=" + scratch("list")}), "one\nthree\n");
  EXPECT_EQ(out("cat", {"--files0-from=" + scratch("list"), in_image("/a/two.txt")}), "one\nthree\ntwo\n");
  EXPECT_EQ(must({"sh", "-c", "exec \"$0\" --files0-from=- <\"$1\"", std::string(FSU_TOOLS_DIR) + "/fs-cat",
                  scratch("list")}),
            "one\nthree\n");
  must({"mkdir", scratch("out")});
  out("cp", {"--files0-from=" + scratch("list"), scratch("out")});
  EXPECT_EQ(read_file(scratch("out/three.txt")), "three\n");
}

TEST_F(OperandTest, ListsThatCannotBeReadAreRefused) {
  using namespace std::string_literals;
  write_file(scratch("empty-name"), in_image("/a/one.txt") + "\0\0"s);
  const Outcome empty = run_tool("cat", {"--files0-from=" + scratch("empty-name")});
  EXPECT_EQ(empty.status, 2);
  EXPECT_TRUE(empty.err.contains("holds an empty name")) << empty.err;
  const Outcome missing = run_tool("cat", {"--files0-from=" + scratch("missing")});
  EXPECT_EQ(missing.status, 2);
  EXPECT_TRUE(missing.err.contains("No such file or directory")) << missing.err;
}

TEST_F(OperandTest, InodeNumbersNameFilesAndDirectories) {
  const std::string file = image_ + ":#" + inode("/a/one.txt"), directory = image_ + ":#" + inode("/a");
  EXPECT_EQ(out("cat", {file}), "one\n");
  EXPECT_EQ(out("cat", {directory + "/two.txt"}), "two\n");
  EXPECT_EQ(out("cat", {directory + "/../b/three.txt"}), "three\n");
  EXPECT_EQ(out("ls", {directory}), "one.txt\ntwo.txt\n");
  EXPECT_EQ(out("cat", {"--image=" + image_, ":#" + inode("/b/stir")}), "stir\n");
  must({"mkdir", scratch("out")});
  out("cp", {"-r", directory + "/.", scratch("out")});
  EXPECT_EQ(read_file(scratch("out/one.txt")), "one\n");
}

TEST_F(OperandTest, InodesThatAreNoFilesAreNamed) {
  const auto refused = [&](const std::string& number, const char* reason, const Arguments& more = {}) {
    Arguments arguments{image_ + ":#" + number};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_tool("cat", arguments);
    EXPECT_EQ(outcome.status, 1) << number;
    EXPECT_TRUE(outcome.err.contains(reason)) << outcome.err;
  };
  refused("0", "there is no inode of this number");
  refused("4000000000", "there is no inode of this number");
  refused("8", "belongs to the file system itself");
  refused("200", "the inode is not in use");
  refused(inode("/a"), "is a directory");
  refused(inode("/a/one.txt"), "only user 0", {"--as=1000"});
}

}  // namespace
}  // namespace tools
