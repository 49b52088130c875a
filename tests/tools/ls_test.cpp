// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-ls against GNU ls on the same files.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/tools/image.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class LsTest : public ImageTest {
 protected:
  /// Files whose attributes are the same in the image as on the host (a directory's size is not).
  void SetUp() override {
    write_file(source("files/small"), "abc");
    write_file(source("files/large"), std::string(1234567, 'x'));
    write_file(source("files/.hidden"), "h");
    write_file(source("files/two words"), "");
    write_file(source("files/[a,b]"), "b");
    write_file(source("files/new\nline"), "n");
    write_file(source("files/old"), "o");
    write_file(source("files/setid"), "s");
    must({"touch", "-d", "2001-02-03 04:05:06.789", source("files/old")});
    must({"touch", "-d", "yesterday", source("files/small")});
    must({"chmod", "7654", source("files/setid")});
    fs::create_hard_link(source("files/large"), source("files/large-too"));
    fs::create_symlink("small", source("files/link"));
    fs::create_symlink("no such file", source("files/dangling"));
    ASSERT_EQ(mkfifo(source("files/fifo").c_str(), 0600), 0);
    for (const char* name : {"tree/b/x", "tree/b/c/y", "tree/a/z", "tree/top"})
      write_file(source(name), name);
  }

  std::string ls(const Arguments& arguments) {
    Outcome outcome = run_tool("ls", arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }

  /// Without the line that counts blocks: another file system needs another number of them.
  static std::string without_total(const std::string& text) {
    if (!text.starts_with("total ")) return text;
    return text.substr(text.find('\n') + 1);
  }

  /// What GNU ls says of the source, with the image's name for it.
  std::string gnu(const std::string& options, const std::string& path) {
    const std::string text = must({"ls", options, source(path)});
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t found = std::min(text.find(source(), at), text.size());
      result += text.substr(at, found - at);
      if (found < text.size()) result += in_image("");
      at = found + (found < text.size() ? source().size() : 0);
    }
    return result;
  }
};

TEST_F(LsTest, LongLinesAreThoseOfGnuLs) {
  make_image();
  for (const char* options : {"-l", "-lA", "-lh", "-lAh"})
    EXPECT_EQ(without_total(ls({options, in_image("/files")})), without_total(gnu(options, "files")))
        << options;
}

TEST_F(LsTest, NamesAreThoseOfGnuLs) {
  make_image();
  for (const char* options : {"-1", "-a", "-A", "-R", "-RA"})
    EXPECT_EQ(ls({options, in_image("/tree")}), gnu(options, "tree")) << options;
  EXPECT_EQ(ls({in_image("/files")}), gnu("-1", "files"));
}

TEST_F(LsTest, TotalCountsTheSpaceOfTheEntries) {
  make_image();
  const std::string text = ls({"-l", in_image("/files")});
  // 1234567 bytes twice are 1208 KiB each in blocks of 1 or 4 KiB; the small ones take a block each.
  const std::string blocks = must({"dumpe2fs", "-h", image_});
  const int block_kib = blocks.find("Block size:               4096") != std::string::npos ? 4 : 1;
  const int large = (1234567 + block_kib * 1024 - 1) / (block_kib * 1024) * block_kib;
  EXPECT_EQ(text.substr(0, text.find('\n')), "total " + std::to_string(2 * large + 5 * block_kib));
}

TEST_F(LsTest, FilesComeFirstThenDirectoriesUnderTheirNames) {
  make_image();
  EXPECT_EQ(ls({in_image("/tree"), in_image("/files/small"), in_image("/tree/a"), in_image("/files/old")}),
            in_image("/files/old\n") + in_image("/files/small\n") + "\n" + in_image("/tree:\na\nb\ntop\n") +
                "\n" + in_image("/tree/a:\nz\n"));
}

TEST_F(LsTest, ABareImageIsItsRoot) {
  make_image();
  EXPECT_EQ(ls({image_}), "files\nlost+found\ntree\n");
  EXPECT_EQ(ls({image_ + ":"}), ls({image_}));
  EXPECT_EQ(ls({"--image", image_}), ls({image_}));
  EXPECT_EQ(ls({"--image", "x=" + image_, "x:/tree/a"}), "z\n");
  EXPECT_EQ(ls({"-R", image_}).substr(0, image_.size() + 3), image_ + ":/:");
}

TEST_F(LsTest, DirectoriesThemselves) {
  make_image();
  EXPECT_EQ(ls({"-d", in_image("/tree"), in_image("/files")}), in_image("/files\n") + in_image("/tree\n"));
}

TEST_F(LsTest, ASymlinkOperandIsFollowedOnlyWhereADirectoryIsListed) {
  fs::create_symlink("a", source("tree/to-a"));
  make_image();
  EXPECT_EQ(ls({in_image("/tree/to-a")}), "z\n");
  EXPECT_EQ(ls({in_image("/files/link")}), in_image("/files/link\n"));
  EXPECT_NE(ls({"-l", in_image("/tree/to-a")}).find("/tree/to-a -> a\n"), std::string::npos);
}

TEST_F(LsTest, DevicesShowTheirNumbers) {
  make_image({"mknod disk b 259 7", "mknod null c 1 3"});
  const std::string text = ls({"-l", in_image("/")});
  EXPECT_TRUE(matches(text, "\nb[-rwx]{9} 1 root +root +259, 7 [^\n]* disk\n")) << text;
  EXPECT_TRUE(matches(text, "\nc[-rwx]{9} 1 root +root +1, 3 [^\n]* null\n")) << text;
}

TEST_F(LsTest, OwnersAreNamedByTheImage) {
  write_file(source("etc/passwd"), "keeper:x:4321:1::/:\nfake\033[2J:x:4322:1::/:\n");
  write_file(source("etc/group"), "lodgers:x:8765:\n");
  make_image({"sif /tree/top uid 4321", "sif /tree/top gid 8765", "sif /tree/a/z uid 4322",
              "sif /tree/a/z gid 9999"});
  EXPECT_TRUE(matches(ls({"-l", in_image("/tree/top")}), " 1 keeper lodgers 8 "));
  EXPECT_TRUE(matches(ls({"-l", in_image("/tree/a/z")}), " 1 4322 9999 8 "));
}

TEST_F(LsTest, InodeNumbersAreThoseOfDebugfs) {
  make_image();
  const std::string stat =
      must({"debugfs", "-R", "stat /tree/top", image_});  // "Inode: 31   Type: regular …"
  ASSERT_TRUE(stat.starts_with("Inode: "));
  const std::string number = stat.substr(7, stat.find(' ', 7) - 7);
  EXPECT_EQ(ls({"-i", in_image("/tree/top")}), number + " " + in_image("/tree/top\n"));
}

TEST_F(LsTest, ADirectoryCycleIsAnErrorAndTheRestIsListed) {
  make_image({"link /tree /tree/b/c/up"});
  const Outcome outcome = run_tool("ls", {"-R", in_image("/tree")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find(in_image("/tree/b/c/up: corrupt image: directory cycle\n")), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.out.find(in_image("/tree/b/c:\nup\ny\n")), std::string::npos) << outcome.out;
}

TEST_F(LsTest, AFreeInodeIsShownWithQuestionMarks) {
  make_image({"clri /tree/b/x"});
  const Outcome outcome = run_tool("ls", {"-l", in_image("/tree/b")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(matches(outcome.err, "^fs-ls: .*:/tree/b/x: corrupt image: ")) << outcome.err;
  EXPECT_TRUE(matches(outcome.out, "\n-\\?{9} +\\? \\? +\\? +\\? +\\? x\n")) << outcome.out;
}

TEST_F(LsTest, WhatIsMissingIsSaidAndTheRestListed) {
  make_image();
  const Outcome outcome = run_tool("ls", {in_image("/nothing"), in_image("/tree/a")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "fs-ls: " + in_image("/nothing") + ": no such file or directory\n");
  EXPECT_EQ(outcome.out, in_image("/tree/a:\nz\n"));
}

TEST_F(LsTest, ATerminalGetsQuotedColumns) {
  make_image();
  const std::string command = std::string(FSU_TOOLS_DIR) + "/fs-ls " + in_image("/files");
  const std::string text = must({"script", "-qec", "COLUMNS=60 " + command, "/dev/null"});
  const std::string expected =
      must({"script", "-qec", "COLUMNS=60 LC_ALL=C ls -C --color=never " + source("files"), "/dev/null"});
  EXPECT_EQ(text, expected);
}

TEST_F(LsTest, ManyFilesAreSorted) {
  for (int i = 0; i < 2000; ++i) write_file(source("many/f" + std::to_string(i * 7919 % 2000)), "");
  make_image();
  EXPECT_EQ(without_total(ls({"-l", in_image("/many")})), without_total(gnu("-l", "many")));
}

TEST_F(LsTest, ImagesAreSortedByTheirNames) {
  make_image();
  fs::create_hard_link(image_, image_ + "-old");
  const Outcome outcome = run_tool("ls", {image_ + "-old", in_image("/tree/a"), image_});
  const std::string& out = outcome.out;
  EXPECT_TRUE(out.starts_with(image_ + ":/:\n")) << out;
  EXPECT_LT(out.find(image_ + ":/tree/a:\n"), out.find(image_ + "-old:/:\n")) << out;
}

TEST_F(LsTest, NoEmptyLineWhereNothingWasListedBefore) {
  make_image({"sif /tree/a mode 040700"});
  const Outcome outcome = run_tool("ls", {"--as=1000", in_image("/tree/a"), in_image("/tree/b/c")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, in_image("/tree/b/c:\ny\n"));
}

TEST_F(LsTest, TypesAreInInodesWhereDirectoriesKeepNone) {
  must({"mke2fs", "-q", "-F", "-t", "ext2", "-O", "^filetype", "-d", source(), image_, "16M"});
  EXPECT_EQ(ls({"-R", in_image("/tree")}), gnu("-R", "tree"));
  must({"debugfs", "-w", "-R", "clri /tree/b/c", image_});
  EXPECT_EQ(ls({in_image("/tree/b")}), "c\nx\n");
  const Outcome outcome = run_tool("ls", {"-R", in_image("/tree")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.starts_with("fs-ls: " + in_image("/tree/b/c: corrupt image: "))) << outcome.err;
}

}  // namespace
}  // namespace tools
