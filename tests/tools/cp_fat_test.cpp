// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp into FAT and between FATs: read back by mtools and 7-Zip, judged by fsck.fat.
#include <algorithm>
#include <filesystem>

#include "tests/tools/cp_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class CpFatTest : public CpTest {
 protected:
  void SetUp() override {
    CpTest::SetUp();
    make_fat(fat_, {"-F", "16"});
  }
  void TearDown() override {
    expect_sound(fat_);
    CpTest::TearDown();
  }
  static void make_fat(const std::string& file, Arguments options, const char* bytes = "24M") {
    fs::remove(file);
    must({"truncate", "-s", bytes, file});
    options.insert(options.begin(), "mkfs.fat");
    options.push_back(file);
    must(options);
  }
  /// fsck.fat has nothing to say.
  static void expect_sound(const std::string& file) {
    const Outcome judged = oracle::run({"fsck.fat", "-n", file});
    EXPECT_EQ(judged.status, 0) << judged.out;
    EXPECT_TRUE(matches(judged.out, "^fsck.fat [^\n]*\n[^\n]* files, [^\n]* clusters\n$")) << judged.out;
  }
  std::string in_fat(const std::string& path) const { return fat_ + ":" + path; }
  /// The tree in the FAT, as mtools and as 7-Zip read it, is the one in the directory; mtools know no
  /// characters beyond 16 bits.
  void expect_same(const std::string& file, const std::string& name, const std::string& directory) const {
    for (const std::string& reader :
         {"mcopy -s -i " + file + " ::/" + name + " .", "7zz x -y -bso0 -bsp0 " + file + " " + name}) {
      const std::string copy = scratch("copy");
      fs::remove_all(copy);
      fs::create_directory(copy);
      must({"bash", "-c", "cd " + copy + " && LC_ALL=C.UTF-8 " + reader});
      const char* left_out = reader.starts_with("mcopy") ? "beyond*" : "";
      EXPECT_EQ(oracle::run({"diff", "-r", "-x", left_out, directory, copy + "/" + name}).out, "") << reader;
    }
  }

  const std::string fat_ = scratch("fat.img");
};

/// What a FAT can hold of the tree.
TEST_F(CpFatTest, ATreeIsReadByOthers) {
  const std::string tree = scratch("plain");
  must({"cp", "-rL", source("tree/a"), tree});
  for (const char* name :
       {"A long name with spaces.text", "\xd0\x96\xe6\x96\x87.txt", "beyond \xf0\x9f\x98\x80", "EIGHT.THR",
        "lower.txt", "Mixed.Case", "two.dots.here", "o\xcc\x88 combining"})
    write_file(tree + "/names/" + name, "text");
  write_file(tree + "/empty", "");
  write_file(tree + "/large", std::string(3000000, 'l'));
  must({"truncate", "-s", "2M", tree + "/hole"});
  struct Type {
    Arguments options;
    const char* bytes;
  };
  for (const auto& [options, bytes] : {Type{{"-F", "12", "-s", "8"}, "8M"},
                                       {{"-F", "16"}, "24M"},
                                       {{"-F", "32", "-s", "1"}, "40M"},
                                       {{"-F", "32", "-S", "4096", "-s", "1"}, "300M"}}) {
    make_fat(fat_, options, bytes);
    cp({"-r", tree, in_fat("/")});
    expect_sound(fat_);
    expect_same(fat_, "plain", tree);
  }
  cp({"-rT", tree, in_fat("/plain")});
  expect_same(fat_, "plain", tree);
}

TEST_F(CpFatTest, AFileOfKnownSizeIsOnePiece) {
  const std::string large = scratch("large");
  write_file(large, std::string(9000000, 'x'));
  cp({large, in_fat("/large")});
  EXPECT_EQ(must({"mshowfat", "-i", fat_, "::/large"}), "::/large <2-4396>\n");
}

TEST_F(CpFatTest, WhatFatCannotHoldIsOneWarningAKind) {
  must({"mkfifo", source("tree/b/fifo")});
  const Outcome copied = run_tool("cp", {"-a", source("tree"), in_fat("/")});
  EXPECT_EQ(copied.status, 0);
  for (const char* what : {"modes", "symbolic links", "pipes, sockets and devices", "hard links"}) {
    EXPECT_EQ(copied.err.find(what), copied.err.rfind(what)) << copied.err;
    EXPECT_TRUE(copied.err.contains(std::string("warning: ") + what)) << copied.err;
  }
  EXPECT_EQ(must({"mtype", "-i", fat_, "::/tree/b/one-too"}), "1");
  const Outcome named = run_tool("cp", {"--preserve=mode", source("tree/secret"), in_fat("/named")});
  EXPECT_EQ(named.status, 1);
  EXPECT_TRUE(matches(named.err, ": modes that the target cannot hold")) << named.err;
  cp({"-L", source("tree/link"), in_fat("/followed")});
  EXPECT_EQ(must({"mtype", "-i", fat_, "::/followed"}), "1");
}

TEST_F(CpFatTest, NamesThatFatHasNotAreErrorsOfTheirFiles) {
  for (const char* name : {"a:b", "what?", "dot.", "good", "Twin", "twin", "TWIN"})
    write_file(scratch("odd/") + name, name);
  const Outcome copied = run_tool("cp", {"-r", scratch("odd"), in_fat("/")});
  EXPECT_EQ(copied.status, 1);
  EXPECT_EQ(std::ranges::count(copied.err, '\n'), 5) << copied.err;
  for (const char* wrong : {"a:b", "what?", "dot."})
    EXPECT_TRUE(copied.err.contains(std::string("/odd/") + wrong)) << copied.err;
  EXPECT_EQ(must({"mtype", "-i", fat_, "::/odd/good"}), "good");
  const std::string twin = must({"mtype", "-i", fat_, "::/odd/twin"});
  EXPECT_TRUE(copied.err.find("/odd/" + twin) == std::string::npos) << "the first one stays";
}

TEST_F(CpFatTest, TimesAreKept) {
  cp({"--preserve=timestamps", source("tree/a/two"), in_fat("/two")});
  EXPECT_EQ(run_tool("stat", {"-c", "%y", in_fat("/two")}).out,
            must({"stat", "-c", "%y", source("tree/a/two")}));
  EXPECT_TRUE(matches(must({"mdir", "-i", fat_, "::/two"}), "two +2 2001-02-03 +4:05"));
}

TEST_F(CpFatTest, BetweenFatsAndWithinOne) {
  const std::string other = scratch("other.img"), tree = scratch("plain");
  make_fat(other, {"-F", "12", "-s", "8"}, "8M");
  must({"cp", "-rL", source("tree/b"), tree});
  write_file(tree + "/large", std::string(2500000, 'l'));
  cp({"-r", tree, in_fat("/")});
  cp({"-r", in_fat("/plain"), other + ":/"});
  cp({"-r", in_fat("/plain"), in_fat("/again")});
  expect_sound(other);
  expect_same(other, "plain", tree);
  must({"mv", tree, scratch("again")});
  expect_same(fat_, "again", scratch("again"));
  make_image();
  cp({"-r", in_image("/tree/a"), other + ":/"});
  expect_sound(other);
  expect_same(other, "a", source("tree/a"));
}

TEST_F(CpFatTest, AFullVolumeIsSound) {
  write_file(scratch("large"), std::string(40 << 20, 'x'));
  const Outcome full = failing_cp({scratch("large"), source("tree/secret"), in_fat("/")}, 1);
  EXPECT_TRUE(full.err.contains("large: no space left on device")) << full.err;
  EXPECT_TRUE(matches(must({"mdir", "-i", fat_, "::/"}), " 0 bytes free"));
}

}  // namespace
}  // namespace tools
