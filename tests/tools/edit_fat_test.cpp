// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The editing tools on FAT: what they leave is judged by fsck.fat, and read by mtools.
#include <algorithm>
#include <filesystem>
#include <random>

#include "tests/tools/edit_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class EditFatTest : public EditTest {
 protected:
  void SetUp() override {
    program_ = std::string(FSU_TOOLS_DIR) + "/fs-utils";
    fs::create_directory(tree_);
    make("16", "20M");
  }
  void TearDown() override {
    if (!damaged_) check();
  }

  void make(const std::string& type, const std::string& size) {
    fs::remove(image_);
    must({"truncate", "-s", size, image_});
    must({"mkfs.fat", "-F", type, "-i", "12345678", image_});
  }
  void check() const {
    const Outcome checked = oracle::run({"fsck.fat", "-n", image_});
    EXPECT_EQ(checked.status, 0) << checked.out;
    EXPECT_EQ(std::ranges::count(checked.out, '\n'), 2) << "it has something to say: " << checked.out;
  }
  /// Compares names and content with what mcopy takes out of the image.
  void same_by_mtools() const {
    const std::string copy = scratch_ / "copy";
    fs::remove_all(copy);
    fs::create_directory(copy);
    const Outcome copied = oracle::run(
        {"env", "LC_ALL=C.UTF-8", "MTOOLS_SKIP_CHECK=1", "mcopy", "-s", "-m", "-i", image_, "::/*", copy});
    EXPECT_EQ(copied.status, 0) << copied.err;
    const Outcome compared = oracle::run({"diff", "-r", copy, tree_});
    EXPECT_EQ(compared.status, 0) << compared.out << compared.err;
  }

  bool damaged_ = false;
};

TEST_F(EditFatTest, ASessionOnEachType) {
  struct Volume {
    const char *type, *size;
  };
  for (const Volume& volume : {Volume{"12", "2M"}, {"16", "20M"}, {"32", "40M"}}) {
    SCOPED_TRACE(volume.type);
    make(volume.type, volume.size);
    fs::remove_all(tree_);
    fs::create_directory(tree_);
    write_file(scratch_ / "bytes", std::string(70'000, 'b') + "end");
    both("mkdir", {"-pv", "/EFI/BOOT", "/A directory with a long name/inner", "/ünïcode/日本語"});
    both("touch", {"/empty", "/EFI/Mixed Case.Txt"});
    both("truncate", {"-s", "50000", "/grown"});
    for (const char* name : {"/EFI/BOOT/bootx64.efi", "/data.bin"}) {
      EXPECT_EQ(ours("write", {name}, scratch_ / "bytes").status, 0);
      must({"cp", scratch_ / "bytes", in_tree(name)});
    }
    both("truncate", {"-s", "-12345", "/data.bin"});
    both("mv", {"-v", "/data.bin", "/A directory with a long name/inner/renamed.bin"});
    both("mv", {"/EFI/Mixed Case.Txt", "/EFI/MIXED CASE.TXT"});
    both("mv", {"/ünïcode/日本語", "/EFI"});
    both("mv", {"/none", "/EFI"});
    both("mkdir", {"/empty"});
    both("rmdir", {"/EFI"});
    both("rm", {"/EFI"});
    check();
    same_by_mtools();
    EXPECT_EQ(ours("stat", {"-c", "%F", "/efi/boot/BOOTX64.EFI"}).out, "regular file\n");
    EXPECT_EQ(ours("mkdir", {"/EFI/boot"}).status, 1) << "one name";
    both("rm", {"-rv", "/A directory with a long name", "/grown"});
    both("touch", {"-d", "2020-02-03T04:05:06Z", "/empty"});
    EXPECT_EQ(facts("/empty", "%Y"), must({"stat", "-c", "%Y", in_tree("/empty")}));
    check();
    same_by_mtools();
  }
}

/// A script of edits that all succeed, chosen by chance.
class RandomScript {
 public:
  explicit RandomScript(unsigned seed) : chance_(seed) {}

  std::string lines(int count) {
    std::string script;
    for (int i = 0; i < count; ++i) script += line() + "\n";
    return script;
  }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(chance_);
  }
  std::string fresh_path() {
    const std::string& directory = directories_[below(directories_.size())];
    const bool is_long = below(2) == 0;
    return directory + (is_long ? "/A\\ longer\\ name\\ of\\ number\\ " : "/n") + std::to_string(next_++);
  }
  std::string take(std::vector<std::string>& from) {
    std::swap(from[below(from.size())], from.back());
    std::string path = std::move(from.back());
    from.pop_back();
    return path;
  }
  std::string line() {
    if (files_.size() < 3 || below(3) == 0) {
      if (below(4) == 0) return "mkdir " + directories_.emplace_back(fresh_path());
      return "truncate -s " + std::to_string(below(20'000)) + " " + files_.emplace_back(fresh_path());
    }
    switch (below(4)) {
      case 0:
        return "rm " + take(files_);
      case 1: {
        const std::string from = take(files_);
        return "mv -T " + from + " " + files_.emplace_back(fresh_path());
      }
      case 2: {
        const std::string from = take(files_);
        return "mv -T " + from + " " + files_[below(files_.size())];
      }
      default:
        return "truncate -s " + std::to_string(below(20'000)) + " " + files_[below(files_.size())];
    }
  }

  std::mt19937 chance_;
  std::vector<std::string> directories_{""}, files_;
  int next_ = 0;
};

TEST_F(EditFatTest, EditsByChanceAreWhatAShellWouldDo) {
  for (const unsigned seed : {1U, 2U}) {
    RandomScript script(seed);
    make("32", "40M");
    fs::remove_all(tree_);
    fs::create_directory(tree_);
    for (int i = 0; i < 3; ++i) {
      both_ways(script.lines(200));
      check();
    }
    same_by_mtools();
  }
}

TEST_F(EditFatTest, WhatTheFormatCannotHoldIsSaid) {
  EXPECT_EQ(ours("mkdir", {"/d"}).status, 0);
  for (const char* name : {"/bad:name", "/bad?", "/bad\\name"}) {
    const Outcome outcome = ours("mkdir", {name});
    EXPECT_EQ(outcome.status, 1) << name;
    EXPECT_NE(outcome.err, "") << name;
  }
  const Outcome linked = apply("ln -s d /link\n");
  EXPECT_EQ(linked.status, 1);
  EXPECT_TRUE(linked.err.contains("not supported")) << linked.err;
  must({"truncate", "-s", "30M", scratch_ / "large"});
  const Outcome full = ours("write", {"/large"}, scratch_ / "large");
  EXPECT_EQ(full.status, 1);
  EXPECT_TRUE(full.err.contains("no space left on device")) << full.err;
  EXPECT_EQ(ours("rm", {"/large"}).status, 0);
}

TEST_F(EditFatTest, TheSameEditsMakeTheSameBytes) {
  const std::string script = "mkdir -p /a/b\nwrite /a/b/c text\ntouch /d\nmv /d /a\nrm /a/b/c\n";
  write_file(scratch_ / "script", script);
  std::string first;
  for (int run = 0; run < 2; ++run) {
    make("16", "20M");
    must({"env", "SOURCE_DATE_EPOCH=1000000000", program_, "apply", image_, scratch_ / "script"});
    if (run == 0) first = read_file(image_);
  }
  EXPECT_TRUE(read_file(image_) == first);
}

/// The chain of a directory leads back into itself.
TEST_F(EditFatTest, ADamagedVolumeIsLeftAloneAndSaid) {
  damaged_ = true;
  make("16", "20M");
  EXPECT_EQ(apply("mkdir /good /bad\n" +
                  [] {
                    std::string many;
                    for (int i = 0; i < 100; ++i)
                      many += "touch '/bad/a longer name of number " + std::to_string(i) + "'\n";
                    return many;
                  }())
                .status,
            0);
  std::string bytes = read_file(image_);
  // The first FAT: behind the reserved sectors. Its entries of the directory's chain are the last ones in
  // use.
  const auto u16_at = [&](std::size_t at) {
    return static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1]) << 8;
  };
  const std::size_t table = static_cast<std::size_t>(u16_at(14)) * 512;
  std::size_t last = 2;
  while (u16_at(table + 2 * (last + 1)) != 0) ++last;
  for (const std::size_t copy : {table, table + static_cast<std::size_t>(u16_at(22)) * 512}) {
    bytes[copy + 2 * last] = static_cast<char>(last);
    bytes[copy + 2 * last + 1] = 0;
  }
  write_file(image_, bytes);
  const Outcome removed = ours("rm", {"-r", "/bad"});
  EXPECT_EQ(removed.status, 1);
  EXPECT_TRUE(removed.err.contains("corrupt image")) << removed.err;
  EXPECT_EQ(ours("ls", {"/good"}).status, 0);
}

TEST_F(EditFatTest, TimesAreInTheHostsZoneOnDemand) {
  const std::string file = image_ + ":/f", tools = std::string(FSU_TOOLS_DIR) + "/fs-";
  constexpr const char* kTwoHoursEast = "TZ=XYZ-2";
  must({"env", kTwoHoursEast, tools + "touch", "--mount-options=tz=local", "-d", "@981173106", file});
  const auto seconds = [&](const std::string& zone) {
    return must({"env", kTwoHoursEast, tools + "stat", "--mount-options=tz=" + zone, "-c", "%Y", file});
  };
  EXPECT_EQ(seconds("local"), "981173106\n");
  EXPECT_EQ(seconds("120"), "981173106\n");
  EXPECT_EQ(seconds("utc"), "981180306\n");
}

}  // namespace
}  // namespace tools
