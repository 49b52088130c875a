// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cat: bytes, streams, and what cannot be written.
#include <filesystem>

#include "tests/tools/image.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class CatTest : public ImageTest {
 protected:
  void SetUp() override {
    for (std::size_t i = 0; i < 3 << 20; ++i) large_ += static_cast<char>(i * i >> 7 ^ i);
    write_file(source("large"), large_);
    write_file(source("small"), "small\n");
    write_file(source("dir/x"), "x");
    fs::create_symlink("small", source("link"));
    must({"truncate", "-s", "2M", source("sparse")});
    make_image();
  }
  /// Runs a shell command in which $CAT is fs-cat and $IMG the image.
  Outcome shell(const std::string& command) {
    return oracle::run({"bash", "-c",
                        "CAT=" + std::string(FSU_TOOLS_DIR) + "/fs-cat; IMG=" + image_ + "; cd " +
                            scratch("") + "; " + command});
  }
  std::string large_;
};

TEST_F(CatTest, WritesOperandsOneAfterTheOther) {
  write_file(scratch("host"), "host\n");
  const Outcome outcome = run_tool("cat", {in_image("/small"), scratch("host"), in_image("/large"),
                                           "host:" + scratch("host"), in_image("/link")});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out == "small\nhost\n" + large_ + "host\nsmall\n");
}

TEST_F(CatTest, HolesAreZeroes) {
  EXPECT_TRUE(run_tool("cat", {in_image("/sparse")}).out == std::string(2 << 20, '\0'));
}

TEST_F(CatTest, ToAFileAndAppended) {
  EXPECT_EQ(shell("$CAT $IMG:/large > out && $CAT $IMG:/small >> out").status, 0);
  EXPECT_TRUE(read_file(scratch("out")) == large_ + "small\n");
}

TEST_F(CatTest, DashIsStandardInput) {
  EXPECT_EQ(shell("echo in | $CAT $IMG:/small - $IMG:/small").out, "small\nin\nsmall\n");
  EXPECT_EQ(shell("echo in | $CAT").out, "in\n");
}

TEST_F(CatTest, ErrorsOfOneOperandLeaveTheOthers) {
  const Outcome outcome =
      run_tool("cat", {in_image("/none"), in_image("/dir"), in_image("/small"), "host:/nonexistent"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "small\n");
  EXPECT_EQ(outcome.err, "fs-cat: " + in_image("/none") + ": no such file or directory\n" +
                             "fs-cat: " + in_image("/dir") + ": is a directory\n" +
                             "fs-cat: /nonexistent: No such file or directory\n");
}

TEST_F(CatTest, AReaderThatLeavesEndsItBySignal) {
  EXPECT_EQ(shell("$CAT $IMG:/large $IMG:/large | head -c 10 > /dev/null; echo ${PIPESTATUS[0]}").out,
            "141\n");
  EXPECT_EQ(
      shell("trap '' PIPE; $CAT $IMG:/large $IMG:/large | head -c 10 > /dev/null; echo ${PIPESTATUS[0]}").out,
      "141\n");
}

TEST_F(CatTest, AFullDeviceIsAnError) {
  const Outcome outcome = shell("$CAT $IMG:/small > /dev/full");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("no space left on device"), std::string::npos) << outcome.err;
}

TEST_F(CatTest, TheImageIsNeverTheOutput) {
  const std::string before = read_file(image_);
  const Outcome outcome = shell("$CAT $IMG:/small >> $IMG");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(read_file(image_) == before);
  EXPECT_EQ(shell("echo 1 > f; $CAT f >> f").status, 1) << "nor is a host file";
}

TEST_F(CatTest, ClosedStandardOutputIsAnErrorAndTheImageIsSafe) {
  const std::string before = read_file(image_);
  EXPECT_EQ(shell("$CAT $IMG:/small >&-").status, 1);
  EXPECT_EQ(shell("$CAT $IMG:/small <&- 2>&-").out, "small\n");
  EXPECT_TRUE(read_file(image_) == before);
}

TEST_F(CatTest, AStreamIsPassedOnAsItComes) {
  EXPECT_EQ(shell("mkfifo in; $CAT - < in > out & exec 3> in; echo early >&3; "
                  "for i in {1..2000}; do grep -q early out && break; sleep 0.01; done; "
                  "cat out; exec 3>&-; wait")
                .out,
            "early\n");
}

TEST_F(CatTest, AMissingImageLeavesTheOthers) {
  const Outcome outcome = run_tool(
      "cat", {scratch("none.img") + ":/x", in_image("/small"), source("") + ":/x", in_image("/link")});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "small\nsmall\n");
}

}  // namespace
}  // namespace tools
