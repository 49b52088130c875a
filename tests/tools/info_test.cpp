// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What fs-info says, beside what the formats' own tools say.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "tests/tools/image.hpp"

namespace tools {
namespace {

using Json = nlohmann::json;

class InfoTest : public ImageTest {
 protected:
  void make_file(const std::string& size) {
    write_file(image_, "");
    must({"truncate", "-s", size, image_});
  }
  void put(std::size_t offset, const std::string& bytes) {
    std::string image = read_file(image_);
    ASSERT_LE(offset + bytes.size(), image.size());
    write_file(image_, image.replace(offset, bytes.size(), bytes));
  }
  void divide(const std::string& script, const std::string& size = "32M") {
    make_file(size);
    write_file(scratch("script"), script);
    must({"sh", "-c", "sfdisk -q --no-reread \"$0\" <\"$1\"", image_, scratch("script")});
  }
  /// The object that --json prints, which must be one line; the exit status must be the one given.
  Json info(const std::string& part = "", int status = 0) {
    const Outcome outcome = run_tool("info", {"--json", image_ + part});
    EXPECT_EQ(outcome.status, status) << outcome.err;
    EXPECT_EQ(outcome.err.empty(), status == 0) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1) << outcome.out;
    return Json::parse(outcome.out);
  }
  /// The type of the file system that has the whole image, after some tool has made it.
  Json whole() { return info().at("filesystem"); }
};

/// What `dumpe2fs -h` says under a title, without blanks around it.
std::string dumped(const std::string& text, const std::string& title) {
  std::smatch found;
  std::string escaped = std::regex_replace(title, std::regex("[?]"), "\\$&");
  if (!std::regex_search(text, found, std::regex("(^|\n)" + escaped + ":[ \t]*([^\n]*)")))
    return "(not there)";
  return found[2].str().substr(0, found[2].str().find_last_not_of(' ') + 1);
}

std::string joined(const Json& items) {
  std::string text;
  for (const std::string item : items) text.append(text.empty() ? "" : " ").append(item);
  return text;
}

/// "Wed Nov 25 04:20:10 2026" as 2026-11-25T04:20:10Z.
std::string iso_time(const std::string& text) {
  std::string iso = must({"date", "-u", "-d", text, "+%Y-%m-%dT%H:%M:%SZ"});
  iso.pop_back();
  return iso;
}

TEST_F(InfoTest, ExtIsDescribedAsDumpe2fsDoes) {
  const std::vector<std::vector<std::string>> kMakes = {
      {"-t", "ext2"},
      {"-t", "ext3", "-L", "third"},
      {"-t", "ext4", "-b", "4096", "-I", "512", "-m", "3"},
      {"-t", "ext4", "-O",
       "bigalloc,inline_data,casefold,encrypt,project,quota,large_dir,ea_inode,mmp,verity"},
      {"-t", "ext4", "-O", "metadata_csum_seed,orphan_file,meta_bg,^resize_inode,sparse_super2,fast_commit"},
      {"-r", "0", "-O", "none"},
  };
  for (const auto& make : kMakes) {
    make_file("24M");
    std::vector<std::string> command = {"mke2fs", "-q", "-F"};
    command.insert(command.end(), make.begin(), make.end());
    command.push_back(image_);
    must(command);
    const std::string dump = must({"dumpe2fs", "-h", image_});
    SCOPED_TRACE(dump);
    const Json fs = whole();
    if (fs.contains("features"))
      EXPECT_EQ(joined(fs.at("features")), dumped(dump, "Filesystem features"));
    else
      EXPECT_EQ("(none)", dumped(dump, "Filesystem features"));
    EXPECT_EQ(fs.value("label", "<none>"), dumped(dump, "Filesystem volume name"));
    EXPECT_EQ(fs.at("uuid"), dumped(dump, "Filesystem UUID"));
    EXPECT_EQ(fs.at("state"), dumped(dump, "Filesystem state"));
    const std::uint64_t block = std::stoull(dumped(dump, "Block size"));
    EXPECT_EQ(fs.at("block_size"), block);
    EXPECT_EQ(fs.at("size"), block * std::stoull(dumped(dump, "Block count")));
    EXPECT_EQ(fs.at("free"), block * std::stoull(dumped(dump, "Free blocks")));
    EXPECT_EQ(fs.at("reserved"), block * std::stoull(dumped(dump, "Reserved block count")));
    EXPECT_EQ(fs.at("files"), std::stoull(dumped(dump, "Inode count")));
    EXPECT_EQ(fs.at("files_free"), std::stoull(dumped(dump, "Free inodes")));
    EXPECT_EQ(fs.at("created"), iso_time(dumped(dump, "Filesystem created")));
    EXPECT_EQ(fs.at("checked"), iso_time(dumped(dump, "Last checked")));
    EXPECT_EQ(fs.at("mount_count"), std::stoull(dumped(dump, "Mount count")));
    EXPECT_EQ(fs.contains("journal"), dumped(dump, "Filesystem features").contains("has_journal"));
    EXPECT_FALSE(fs.contains("damage"));
    EXPECT_EQ(fs.at("type").get<std::string>() + "\n",
              must({"blkid", "-p", "-o", "value", "-s", "TYPE", image_}));
  }
}

TEST_F(InfoTest, EveryFeatureHasTheNameOfE2fsprogs) {
  make_file("256K");
  must({"mke2fs", "-q", "-F", "-t", "ext2", image_});
  put(1024 + 0xFE, std::string("\x40\0", 2));  // the size of descriptors, which counts with 64bit
  for (std::size_t bit = 0; bit < 96; ++bit) {
    std::string words(12, '\0');
    words[bit / 8] = static_cast<char>(1 << bit % 8);
    put(1024 + 0x5C, words);
    const Outcome ours = run_tool("info", {"--json", image_});
    const std::string theirs = oracle::run({"dumpe2fs", "-h", "-f", image_}).out;
    EXPECT_EQ(joined(Json::parse(ours.out).at("filesystem").at("features")),
              dumped(theirs, "Filesystem features"))
        << bit;
  }
}

TEST_F(InfoTest, WhatCannotBeMountedIsDescribedAllTheSame) {
  make_file("8M");
  must({"mke2fs", "-q", "-F", "-t", "ext4", "-L", "later", image_});
  must({"debugfs", "-w", "-R", "ssv feature_incompat 0x80000000", image_});
  Json fs = whole();
  EXPECT_EQ(fs.at("label"), "later");
  EXPECT_TRUE(joined(fs.at("features")).contains("FEATURE_I31"));
  EXPECT_EQ(fs.at("readable"), false);
  EXPECT_EQ(fs.at("unreadable"), "not supported: the incompatible feature FEATURE_I31 is not known");
}

TEST_F(InfoTest, StatesOfExt) {
  make_file("8M");
  must({"mke2fs", "-q", "-F", "-t", "ext4", image_});
  must({"debugfs", "-w", "-R", "ssv state 0", image_});
  EXPECT_EQ(whole().at("state"), dumped(must({"dumpe2fs", "-h", image_}), "Filesystem state"));
  must({"debugfs", "-w", "-R", "ssv state 3", image_});
  EXPECT_EQ(whole().at("state"), dumped(must({"dumpe2fs", "-h", image_}), "Filesystem state"));
  must({"debugfs", "-w", "-R", "feature needs_recovery", image_});
  EXPECT_EQ(whole().at("state"), "needs recovery, with errors");
  must({"debugfs", "-w", "-R", "ssv state 1", image_});
  must({"debugfs", "-w", "-R", "ssv last_mounted /somewhere", image_});
  must({"debugfs", "-w", "-R", "ssv mtime 20380119031408", image_});
  Json fs = whole();
  EXPECT_EQ(fs.at("state"), "needs recovery");
  EXPECT_EQ(fs.at("mounted_on"), "/somewhere");
  EXPECT_EQ(fs.at("mounted"), "2038-01-19T03:14:08Z");
}

TEST_F(InfoTest, DamageIsToldAndFailsOneOperand) {
  make_file("8M");
  must({"mke2fs", "-q", "-F", "-t", "ext4", "-L", "hurt", image_});
  put(1024 + 0x78, "HURT");
  const Outcome outcome = run_tool("info", {image_});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "fs-info: " + image_ +
                             ": corrupt image: the superblock's checksum is wrong (verify=off reads on)\n");
  EXPECT_TRUE(matches(outcome.out, "Label +HURT\n")) << outcome.out;
  EXPECT_TRUE(matches(outcome.out, "Damage +the superblock's checksum is wrong\n")) << outcome.out;
  EXPECT_TRUE(matches(outcome.out, "Readable +no: corrupt image: ")) << outcome.out;
}

TEST_F(InfoTest, ExternalJournals) {
  make_file("8M");
  must({"mke2fs", "-q", "-F", "-O", "journal_dev", image_});
  const Json fs = whole();
  EXPECT_EQ(fs.at("type"), "jbd");
  EXPECT_EQ(fs.at("unreadable"), "not supported: this is an external journal, not a file system");
}

TEST_F(InfoTest, FatIsWhatBlkidSays) {
  for (const auto& [bits, size] : {std::pair{"12", "4M"}, {"16", "20M"}, {"32", "40M"}}) {
    SCOPED_TRACE(bits);
    make_file(size);
    must({"mkfs.fat", "-F", bits, "-n", "FATLABEL", image_});
    const Json fs = whole();
    const auto blkid = [&](const char* tag) {
      return must({"blkid", "-p", "-o", "value", "-s", tag, image_});
    };
    for (const auto& [key, tag] :
         {std::pair{"type", "TYPE"}, {"version", "VERSION"}, {"label", "LABEL"}, {"uuid", "UUID"}})
      EXPECT_EQ(fs.at(key).get<std::string>() + "\n", blkid(tag)) << key;
    EXPECT_EQ(fs.at("readable"), true);
  }
}

TEST_F(InfoTest, ForeignFileSystemsAreNamed) {
  write_file(source("file"), std::string(1000, 'x'));
  struct Maker {
    const char* type;
    std::string size;
    std::vector<std::string> command;
    std::string label;
  };
  const std::vector<Maker> makers = {
      {"swap", "4M", {"mkswap", "-q", "-L", "swaplabel", image_}, "swaplabel"},
      {"btrfs", "128M", {"mkfs.btrfs", "-q", "-L", "blabel", image_}, "blabel"},
      {"xfs", "320M", {"mkfs.xfs", "-q", "-L", "xlabel", image_}, "xlabel"},
      {"squashfs", "0", {"mksquashfs", source(), image_, "-noappend", "-quiet", "-no-progress"}, ""},
      {"crypto_LUKS",
       "20M",
       {"sh", "-c",
        "echo secret | cryptsetup -q luksFormat --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "
        "--label luks \"$0\" -",
        image_},
       "luks"},
  };
  for (const Maker& maker : makers) {
    SCOPED_TRACE(maker.type);
    make_file(maker.size);
    must(maker.command);
    const Json fs = whole();
    ASSERT_TRUE(fs.is_object());
    EXPECT_EQ(fs.at("type"), maker.type);
    EXPECT_EQ(fs.value("label", ""), maker.label);
    EXPECT_EQ(
        fs.value("uuid", "") + "\n",
        must({"sh", "-c",
              "blkid -p -o value -s UUID \"$0\"; test -n \"$(blkid -p -o value -s UUID \"$0\")\" || echo",
              image_}));
    EXPECT_EQ(fs.at("unreadable"), "fs-utils has no driver for it");
    const Outcome ls = run_tool("ls", {image_});
    EXPECT_EQ(ls.status, 2);
  }
}

/// Formats whose tools are large: the few bytes of their specifications that say what they are.
TEST_F(InfoTest, MagicBytesAreEnough) {
  using namespace std::string_literals;
  struct Piece {
    std::size_t at;
    std::string bytes;
  };
  struct Magic {
    const char* type;
    std::vector<Piece> pieces;
  };
  const std::vector<Magic> magics = {
      {"LVM2_member", {{512, "LABELONE\1\0\0\0\0\0\0\0\x73\xac\xa8\x28\x20\0\0\0LVM2 001"s}}},
      {"f2fs", {{1024, "\x10\x20\xf5\xf2\1\0"s}}},
      {"erofs", {{1024, "\xe2\xe1\xf5\xe0"s}, {1024 + 12, "\x0c"}}},
      {"exfat", {{3, "EXFAT   "}}},
      {"linux_raid_member", {{4096, "\xfc\x4e\x2b\xa9\1"s}, {4096 + 128, "\x08"}, {4096 + 144, "\x08"}}},
      {"BitLocker",
       {{0, "\xeb\x58\x90-FVE-FS-"},
        {160, "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01\0\0\x10\0"s},
        {1 << 20, "-FVE-FS-"}}},
  };
  for (const Magic& magic : magics) {
    SCOPED_TRACE(magic.type);
    make_file("4M");
    for (const Piece& piece : magic.pieces) put(piece.at, piece.bytes);
    EXPECT_EQ(must({"blkid", "-p", "-o", "value", "-s", "TYPE", image_}), magic.type + "\n"s);
    const Json fs = whole();
    ASSERT_TRUE(fs.is_object());
    EXPECT_EQ(fs.at("type"), magic.type);
    EXPECT_EQ(fs.at("readable"), false);
  }
}

TEST_F(InfoTest, ContainersAreNamedAndNotLookedInto) {
  using namespace std::string_literals;
  struct Magic {
    const char* format;
    std::string head, tail;
  };
  const std::vector<Magic> magics = {
      {"qcow2", "QFI\xfb\0\0\0\3"s, ""},
      {"vmdk", "KDMV\1\0\0\0"s, ""},
      {"vdi", std::string(64, ' ') + "\x7f\x10\xda\xbe", ""},
      {"vhdx", "vhdxfile", ""},
      {"vhd", "", "conectix"},
      {"gzip", "\x1f\x8b\x08\0"s, ""},
      {"zstd", "\x28\xb5\x2f\xfd", ""},
  };
  for (const Magic& magic : magics) {
    make_file("64K");
    put(0, magic.head);
    put((64 << 10) - 512, magic.tail);
    EXPECT_EQ(info().at("format"), magic.format);
    const Outcome text = run_tool("info", {image_});
    EXPECT_EQ(text.status, 0);
    EXPECT_EQ(text.out, image_ + ": " + magic.format + " image of 64K (65536 bytes); cannot be read yet\n");
    const Outcome raw = run_tool("info", {"--json", "--image-format=raw", image_});
    EXPECT_EQ(Json::parse(raw.out).at("format"), "raw");
  }
}

TEST_F(InfoTest, PartitionsAsSfdiskHasThem) {
  divide(
      "label: gpt\nstart=2048, size=8192, type=uefi, name=esp\nstart=16384, size=16384, type=linux, "
      "name=\"ro ot\", attrs=LegacyBIOSBootable\n");
  must({"mke2fs", "-q", "-F", "-L", "in-two", "-E", "offset=8388608", image_, "8M"});
  const Json ours = info();
  const Json theirs = Json::parse(must({"sfdisk", "--json", image_})).at("partitiontable");
  EXPECT_EQ(ours.at("table").at("type"), "gpt");
  EXPECT_FALSE(ours.at("table").contains("problem"));
  EXPECT_FALSE(ours.contains("filesystem"));
  const auto lower = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(c));
    return text;
  };
  EXPECT_EQ(ours.at("table").at("id"), lower(theirs.at("id")));
  ASSERT_EQ(ours.at("partitions").size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Json &a = ours.at("partitions")[i], &b = theirs.at("partitions")[i];
    EXPECT_EQ(a.at("part"), "@" + std::to_string(i + 1));
    EXPECT_EQ(a.at("start"), b.at("start").get<std::uint64_t>() * 512);
    EXPECT_EQ(a.at("size"), b.at("size").get<std::uint64_t>() * 512);
    EXPECT_EQ(a.at("type"), lower(b.at("type")));
    EXPECT_EQ(a.at("uuid"), lower(b.at("uuid")));
    EXPECT_EQ(a.at("name"), b.at("name"));
    EXPECT_EQ(a.at("bootable"), i == 1);
  }
  EXPECT_EQ(ours.at("partitions")[0].at("filesystem"), nullptr);
  EXPECT_EQ(ours.at("partitions")[1].at("filesystem").at("label"), "in-two");
  for (const char* part : {"@2", "@partlabel=ro ot", "@label=in-two", "@+8M"}) {
    const Json one = info(part);
    ASSERT_EQ(one.at("partitions").size(), 1U) << part;
    EXPECT_EQ(one.at("partitions")[0].at("filesystem").at("label"), "in-two") << part;
  }
  const Outcome none = run_tool("info", {image_ + "@7"});
  EXPECT_EQ(none.status, 2);
  EXPECT_TRUE(matches(none.err, "there is no partition 7\n  @1 ")) << none.err;
}

TEST_F(InfoTest, DamagedTablesAreTold) {
  divide("label: gpt\nstart=2048, size=8192, name=one\n");
  put(512, std::string(512, 'x'));
  EXPECT_EQ(info().at("table").at("problem"), "the primary table is damaged, its backup is used");
  must({"truncate", "-s", "-512", image_});
  EXPECT_EQ(info("", 1).at("table").at("type"), "unreadable");
  divide("label: dos\nstart=6144, size=20480, type=5\nstart=8192, size=4096\nstart=16384, size=4096\n",
         "16M");
  put((16384 - 2048) * 512, std::string(512, '\0'));
  EXPECT_EQ(info("", 1).at("table").at("problem"), "the chain of logical partitions is broken");
  divide("label: dos\nstart=8192, size=8192\n", "16M");
  must({"truncate", "-s", "5M", image_});
  const Json cut = info("", 1);
  EXPECT_EQ(cut.at("partitions")[0].at("problem"), "the partition reaches past the end of the image");
}

TEST_F(InfoTest, TablesOfOtherKindsAreNamed) {
  divide("label: sun\nstart=0, size=16065\n");
  const Json table = info().at("table");
  EXPECT_EQ(table.at("type"), "sun");
  EXPECT_EQ(table.at("problem"), "cannot be read yet");
}

TEST_F(InfoTest, ImagesThatBeginLaterInTheirFile) {
  make_file("8M");
  must({"mke2fs", "-q", "-F", "-L", "inner", image_});
  write_file(image_, std::string(3 << 20, 'x') + read_file(image_));
  const Outcome outcome = run_tool("info", {"--json", "--image-offset=3M", image_});
  const Json image = Json::parse(outcome.out);
  EXPECT_EQ(image.at("offset"), 3 << 20);
  EXPECT_EQ(image.at("size"), 8 << 20);
  EXPECT_EQ(image.at("filesystem").at("label"), "inner");
  EXPECT_EQ(info("@+3M").at("partitions")[0].at("filesystem").at("label"), "inner");
}

TEST_F(InfoTest, NamesOfAHostileImageAreQuoted) {
  make_file("8M");
  must({"mke2fs", "-q", "-F", "-O", "^metadata_csum", image_});
  put(1024 + 0x78,
      "\033[31m\xff\n\xe2\x80\xae"
      "evil");
  put(1024 + 0x88, "/\033]0;title\a");
  const Outcome text = run_tool("info", {image_});
  EXPECT_EQ(text.status, 0) << text.err;
  for (const char c : {'\033', '\a', '\xff'}) EXPECT_EQ(text.out.find(c), text.out.npos);
  EXPECT_EQ(text.out.find("\xe2\x80\xae"), text.out.npos) << "text direction override";
  EXPECT_TRUE(text.out.contains("'\\033'") || text.out.contains("$'\\033'")) << text.out;
  const std::string json = run_tool("info", {"--json", image_}).out;
  EXPECT_TRUE(std::ranges::all_of(json, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); })) << json;
  const Json fs = whole();
  EXPECT_EQ(fs.at("label_hex"), "1b5b33316dff0ae280ae6576696c");
  EXPECT_EQ(fs.at("mounted_on"), "/\033]0;title\a");
}

TEST_F(InfoTest, OperandsThatAreNoImages) {
  make_file("64K");
  EXPECT_EQ(run_tool("info", {}).status, 2);
  EXPECT_EQ(run_tool("info", {image_ + ":/etc"}).status, 2);
  EXPECT_EQ(run_tool("info", {"host:" + image_}).status, 2);
  const Outcome missing = run_tool("info", {scratch("missing.img"), image_});
  EXPECT_EQ(missing.status, 2);
  EXPECT_TRUE(matches(missing.out, "Holds nothing that is known")) << "the other operand is done";
  EXPECT_EQ(run_tool("info", {image_ + ":"}).status, 0);
  make_file("0");
  EXPECT_EQ(info().at("filesystem"), nullptr) << "an empty file";
}

}  // namespace
}  // namespace tools
