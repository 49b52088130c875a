// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-du and fs-df beside GNU du and df, on the source tree and on a mount of the image, and dumpe2fs.
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/oracle/loop_mount.hpp"
#include "tests/tools/varied.hpp"

namespace tools {
namespace {

using Json = nlohmann::json;

/// A directory that shows another one for a while.
class BindMount {
 public:
  BindMount(const std::string& shown, std::string at) : at_(std::move(at)) {
    oracle::must({"mount", "--bind", shown, at_});
  }
  BindMount(const BindMount&) = delete;
  BindMount& operator=(const BindMount&) = delete;
  ~BindMount() { static_cast<void>(oracle::run({"umount", at_})); }

 private:
  const std::string at_;
};

class DuDfTest : public VariedTest {
 protected:
  /// Lines in order: GNU du visits a directory in its own, and meets the other one of two names first.
  static std::vector<std::string> lines_of(std::string text) {
    std::ranges::replace(text, '\0', '\n');
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
      lines.push_back(line.ends_with("-too") ? line.substr(0, line.size() - 4) : line);
    std::ranges::sort(lines);
    return lines;
  }
  Outcome du(const Arguments& options, const Arguments& paths) const {
    Arguments arguments = options;
    for (const std::string& path : paths) arguments.push_back(in_image(path));
    return run_tool("du", arguments);
  }
  /// The same options and operands for both; the sizes of directories differ, so that these must not count.
  void same_on_source(const Arguments& options, const Arguments& paths) const {
    Arguments arguments = options;
    for (const std::string& path : paths) arguments.push_back(in_image(path));
    Arguments command = {"du"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    EXPECT_EQ(lines_of(ours({}, "du", arguments)), lines_of(gnu({}, command)))
        << testing::PrintToString(arguments);
  }
  std::string dumpe2fs(const std::string& label) const {
    static const std::string text = must({"dumpe2fs", "-h", image_});
    const std::size_t at = text.find(label + ":");
    if (at == text.npos) return "";
    const std::size_t value = text.find_first_not_of(' ', at + label.size() + 1);
    return text.substr(value, text.find('\n', value) - value);
  }
};

TEST_F(DuDfTest, FilesAreCountedAsGnuDuCountsThem) {
  const std::vector<Arguments> options = {{"--inodes"},
                                          {"--inodes", "-a"},
                                          {"--inodes", "-s"},
                                          {"--inodes", "-S"},
                                          {"--inodes", "-Sa"},
                                          {"--inodes", "-l"},
                                          {"--inodes", "-d1"},
                                          {"--inodes", "-ad", "2"},
                                          {"--inodes", "-c"},
                                          {"--inodes", "-h"},
                                          {"--inodes", "-at", "2"},
                                          {"--inodes", "-t", "-3"},
                                          {"--inodes", "-a0c"},
                                          {"--inodes", "-L"},
                                          {"--inodes", "-la"},
                                          {"--inodes", "-alL"},
                                          {"--inodes", "-aD"},
                                          {"--inodes", "-axP"},
                                          {"--inodes", "--exclude=sm*"},
                                          {"--inodes", "-a", "--exclude=*.gz", "--exclude=tree/b"}};
  for (const Arguments& some : options)
    for (const Arguments& paths :
         {Arguments{"/files", "/tree", "/types"},
          Arguments{"/tree/b", "/tree", "/tree", "/files/dirlink", "/files/large", "/files/large-too"}})
      same_on_source(some, paths);
}

TEST_F(DuDfTest, SizesOfFilesAreThoseOfGnuDu) {
  const Arguments paths = {"/files/large", "/files/large-too", "/files/small",   "/files/empty",
                           "/files/link",  "/files/fifo",      "/files/bad\xff", "/files/new\nline"};
  for (const char* option : {"-b", "-bl", "-h", "--si", "-k", "-m", "-B1000", "-BK", "-BkB", "-c", "-t100",
                             "-t-1K", "--time", "-bL"})
    same_on_source({"--apparent-size", option}, paths);
  for (const char* style : {"full-iso", "long-iso", "iso", "+%s"})
    same_on_source({"-b", "--time", std::string("--time-style=") + style}, paths);
}

TEST_F(DuDfTest, EverythingOnAMountOfTheImage) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to mount the image";
  const std::string directory = scratch("mnt");
  const oracle::LoopMount mount(image_, directory, "ro,noload");
  if (!mount.mounted()) GTEST_SKIP() << mount.why_not();
  // The source's path is what gnu() replaces in the output.
  must({"mv", source(), scratch("away")});
  must({"mkdir", source()});
  const BindMount bound(directory, source());
  for (const Arguments& options : std::vector<Arguments>{{},
                                                         {"-a"},
                                                         {"-ab"},
                                                         {"-S"},
                                                         {"-ahc"},
                                                         {"--si"},
                                                         {"-m", "-a"},
                                                         {"-a", "--time"},
                                                         {"-l"},
                                                         {"--time=ctime", "--time-style=full-iso"},
                                                         {"-at", "2K"},
                                                         {"-k", "-d", "1"},
                                                         {"-s"}})
    same_on_source(options, {"/files", "/tree", "/types"});
  for (const Arguments& options : std::vector<Arguments>{{},
                                                         {"-h"},
                                                         {"-H"},
                                                         {"-k"},
                                                         {"-i"},
                                                         {"-ih"},
                                                         {"-BM"},
                                                         {"-B4096"},
                                                         {"-B3000"},
                                                         {"-B1kB"},
                                                         {"-B512"},
                                                         {"--total"},
                                                         {"-P"},
                                                         {"-Pk"},
                                                         {"-Ph"}}) {
    // Names are as wide as they are: the columns of numbers are what is compared.
    const auto numbers = [](std::string text) {
      text = text.substr(text.find('\n') + 1);
      text = text.substr(text.find(' '));
      return text.substr(0, text.find('%'));
    };
    Arguments command = {"df"}, arguments = options;
    command.insert(command.end(), options.begin(), options.end());
    command.push_back(directory);
    arguments.push_back(in_image("/"));
    const std::string expected = oracle::run(command).out, got = ours({}, "df", arguments);
    std::istringstream expected_words(numbers(expected)), got_words(numbers(got));
    EXPECT_EQ((std::vector<std::string>{std::istream_iterator<std::string>(expected_words), {}}),
              (std::vector<std::string>{std::istream_iterator<std::string>(got_words), {}}))
        << testing::PrintToString(options) << expected << got;
    std::istringstream expected_head(expected), got_head(got);
    std::string theirs, mine;
    for (got_head >> mine; mine != "Mounted" && got_head >> mine;) {
      do expected_head >> theirs;
      while (theirs == "Filesystem");
      EXPECT_EQ(mine, theirs) << testing::PrintToString(options);
      if (theirs.contains('%') || theirs == "Capacity") break;
    }
  }
}

TEST_F(DuDfTest, WhatDumpe2fsKnows) {
  const std::string out = must({std::string(FSU_TOOLS_DIR) + "/fs-df", "--json", image_});
  const Json df = Json::parse(out);
  const std::uint64_t block = std::stoull(dumpe2fs("Block size"));
  const std::uint64_t overhead =
      dumpe2fs("Overhead clusters").empty() ? 0 : std::stoull(dumpe2fs("Overhead clusters"));
  EXPECT_EQ(df["inodes"], std::stoull(dumpe2fs("Inode count")));
  EXPECT_EQ(df["inodes_free"], std::stoull(dumpe2fs("Free inodes")));
  EXPECT_EQ(df["inodes_used"].get<std::uint64_t>() + df["inodes_free"].get<std::uint64_t>(), df["inodes"]);
  if (overhead != 0) {
    EXPECT_EQ(df["size"], (std::stoull(dumpe2fs("Block count")) - overhead) * block);
  }
  EXPECT_EQ(df["size"].get<std::uint64_t>() - df["used"].get<std::uint64_t>(),
            std::stoull(dumpe2fs("Free blocks")) * block);
  EXPECT_LE(df["available"].get<std::uint64_t>(),
            (std::stoull(dumpe2fs("Free blocks")) - std::stoull(dumpe2fs("Reserved block count"))) * block);
  EXPECT_EQ(df["type"], "ext2");
  EXPECT_EQ(df["path"], "/");
}

/// On FAT all that is used is in some file: fsck.fat, fs-df and fs-du come to the same number.
TEST_F(DuDfTest, OnFatAndIso9660) {
  const std::string fat = scratch("fat.img"), iso = scratch("cd.iso");
  must({"truncate", "-s", "200M", fat});
  must({"mkfs.fat", "-F", "32", "-s", "4", fat});
  must({"mmd", "-i", fat, "::/dir", "::/dir/sub"});
  must({"mcopy", "-i", fat, source("files/large"), source("files/small"), "::/dir/sub"});
  const auto object = [](const std::string& tool, const Arguments& options) {
    return Json::parse(run_tool(tool, options).out);
  };
  const Json df = object("df", {"--json", fat}), du = object("du", {"--json", "-s", fat});
  constexpr std::uint64_t kCluster = 2048;
  const std::string clusters = std::to_string(df["used"].get<std::uint64_t>() / kCluster) + "/" +
                               std::to_string(df["size"].get<std::uint64_t>() / kCluster) + " clusters";
  const std::string said = must({"fsck.fat", "-n", fat});
  EXPECT_TRUE(said.contains(" " + clusters)) << said << clusters;
  EXPECT_EQ(du["allocated"], df["used"]);
  EXPECT_EQ(du["inodes"], 5);
  EXPECT_TRUE(matches(run_tool("df", {"-i", fat}).out, " 0 +0 +0 +-\n$"));

  must({"genisoimage", "-quiet", "-R", "-o", iso, source("tree")});
  const std::string volume = must({"isoinfo", "-d", "-i", iso});
  const std::string blocks =
      std::to_string(object("df", {"--json", iso})["size"].get<std::uint64_t>() / 2048);
  EXPECT_TRUE(volume.contains("Volume size is: " + blocks + "\n")) << volume << blocks;
  EXPECT_EQ(object("df", {"--json", iso})["available"], 0);
  Arguments expected = {"du", "--inodes", "-a", source("tree")};
  std::string gnu_says = must(expected);
  for (std::size_t at = 0; (at = gnu_says.find(source("tree"), at)) != gnu_says.npos;)
    gnu_says.replace(at, source("tree").size(), iso + ":");
  std::string ours_says = run_tool("du", {"--inodes", "-a", iso}).out;
  EXPECT_EQ(lines_of(ours_says), lines_of(gnu_says.substr(0, gnu_says.size() - 1) + "/\n"));
}

TEST_F(DuDfTest, TablesHaveOneLineAnImage) {
  const std::string other = scratch("other image");
  must({"mke2fs", "-q", "-F", "-t", "ext4", other, "8M"});
  const auto df = [](const Arguments& arguments) { return run_tool("df", arguments).out; };
  const std::string both = df({"--output=source,fstype,file,target", image_, other});
  EXPECT_EQ(both.substr(0, both.find(' ')), "Filesystem");
  EXPECT_TRUE(both.contains(image_ + "    ext2 " + image_ + ":/    -\n")) << both;
  EXPECT_TRUE(both.contains(other + " ext2 " + other + ":/ -\n")) << both;
  EXPECT_TRUE(matches(df({"-i", "--total", image_, other}),
                      "^Filesystem +Inodes +IUsed +IFree IUse%\n[^\n]+\n[^\n]+\ntotal +[0-9]+ +[0-9]+"));
  EXPECT_TRUE(df({"--output=target,size", "--total", image_}).contains("\ntotal "));
  EXPECT_TRUE(df({"-T", image_}).contains(" Type 1K-blocks ")) << df({"-T", image_});
  EXPECT_TRUE(df({"--output", image_}).contains("Type Inodes IUsed IFree IUse% 1K-blocks"));
}

TEST_F(DuDfTest, LinesOfJson) {
  std::istringstream lines(ours({}, "du", {"--json", "-ac", "--time", in_image("/tree/a")}));
  std::string line;
  std::getline(lines, line);
  const Json file = Json::parse(line);
  EXPECT_EQ(file["path"], "/tree/a/z");
  EXPECT_EQ(file["type"], "file");
  EXPECT_EQ(file["size"], 8);
  EXPECT_EQ(file["inodes"], 1);
  EXPECT_EQ(file["time"], "2026-01-02T03:04:05.000000000Z");
  std::getline(lines, line);
  EXPECT_EQ(Json::parse(line)["type"], "directory");
  EXPECT_EQ(Json::parse(line)["inodes"], 2);
  std::getline(lines, line);
  EXPECT_EQ(Json::parse(line)["name"], "total");
  EXPECT_FALSE(Json::parse(line).contains("path"));
}

/// A directory in two places would make sums of any size.
TEST_F(DuDfTest, HostileTreesAreNamedAndTheRestIsCounted) {
  must({"debugfs", "-w", "-R", "link /tree /tree/b/again", image_});
  must({"debugfs", "-w", "-R", "link /tree/a /tree/b/a-too", image_});
  const Outcome outcome = du({"--inodes"}, {"/tree"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.contains(in_image("/tree/b/again") + ": corrupt image: directory cycle"))
      << outcome.err;
  EXPECT_TRUE(outcome.err.contains(": corrupt image: the directory has two parents")) << outcome.err;
  EXPECT_TRUE(outcome.out.ends_with("8\t" + in_image("/tree") + "\n")) << outcome.out;
}

TEST_F(DuDfTest, WhatCannotBeMeantIsRefused) {
  for (const Arguments& options : std::vector<Arguments>{{"-sa"},
                                                         {"-sd2"},
                                                         {"-dx"},
                                                         {"-t", "much"},
                                                         {"-t-0"},
                                                         {"--time=birth"},
                                                         {"--time-style=x"},
                                                         {"--json", "-0"}})
    EXPECT_EQ(du(options, {"/tree"}).status, 2) << testing::PrintToString(options);
  for (const Arguments& options : std::vector<Arguments>{{"--output=size,size"},
                                                         {"--output=colour"},
                                                         {"--output", "-i"},
                                                         {"--json", "--output"},
                                                         {"-Bx"}}) {
    Arguments arguments = options;
    arguments.push_back(image_);
    EXPECT_EQ(run_tool("df", arguments).status, 2) << testing::PrintToString(options);
  }
  EXPECT_EQ(du({}, {"/nothing", "/tree"}).status, 1);
  EXPECT_EQ(run_tool("df", {in_image("/nothing")}).status, 1);
  EXPECT_EQ(run_tool("df", {scratch("none.img"), image_}).status, 2);
}

}  // namespace
}  // namespace tools
