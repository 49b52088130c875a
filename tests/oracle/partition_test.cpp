// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Partition tables made by sfdisk, sgdisk and fdisk, compared with what sfdisk and fdisk read in them.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "images/partitions.hpp"
#include "images/raw.hpp"
#include "tests/fixtures/host_files.hpp"
#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

using rump::u32;
using rump::u64;
using rump::images::PartitionTable;

/// One partition, in the words of all sides. Types and ids are in lower case.
std::string line(u64 number, u64 start, u64 size, std::string type, std::string uuid, const std::string& name,
                 bool bootable) {
  for (std::string* text : {&type, &uuid})
    std::ranges::transform(*text, text->begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::ostringstream out;
  out << number << " " << start << "+" << size << " " << type << " " << uuid << " '" << name << "'"
      << (bootable ? " bootable" : "");
  return out.str();
}

/// By number; the first line says what table it is.
using Lines = std::vector<std::string>;

class PartitionOracle : public testing::Test {
 protected:
  void make_disk(const std::string& size) {
    std::filesystem::remove(disk_);
    must({"truncate", "-s", size, disk_});
  }
  void sfdisk(const std::string& script) {
    put_file(scratch_ / "script", {script.begin(), script.end()});
    must({"sh", "-c", "sfdisk -q --no-reread \"$0\" <\"$1\"", disk_, scratch_ / "script"});
  }
  /// fdisk, for sectors of another size.
  void fdisk(u32 sector_bytes, const std::string& keys) {
    put_file(scratch_ / "keys", {keys.begin(), keys.end()});
    must({"sh", "-c", "fdisk -b \"$0\" \"$1\" <\"$2\"", std::to_string(sector_bytes), disk_,
          scratch_ / "keys"});
  }

  rump::Result<PartitionTable> table() const {
    const rump::test::Descriptor file(open(disk_.c_str(), O_RDONLY | O_CLOEXEC));
    const auto device = rump::images::open_raw(file.handle(), false);
    return rump::images::read_partitions(*device.value());
  }
  Lines ours(bool with_uuid = true) const {
    const auto read = table();
    if (!read) return {read.error().reason};
    Lines lines = {std::string(read->format) + " " + std::string(read->id.view()) + " " +
                   std::to_string(read->sector_bytes)};
    if (read->damage) lines.emplace_back(read->damage);
    for (const auto& p : read->partitions)
      lines.push_back(line(p.number, p.offset / read->sector_bytes, p.length / read->sector_bytes,
                           std::string(p.type.view()), with_uuid ? std::string(p.uuid.view()) : "",
                           std::string(p.name.view()), p.bootable));
    std::sort(lines.begin() + 1, lines.end());
    return lines;
  }
  /// As `sfdisk --json` has it. The ids of an MBR's partitions it leaves out; they are formed as Linux does.
  Lines sfdisks() const {
    const auto read = nlohmann::json::parse(must({"sfdisk", "--json", disk_})).at("partitiontable");
    const bool mbr = read.at("label") == "dos";
    std::string id = read.at("id");
    std::ranges::transform(id, id.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (mbr) id = id.substr(2);
    Lines lines = {(mbr ? "mbr " : "gpt ") + id + " " + std::to_string(read.at("sectorsize").get<u32>())};
    for (const auto& p : read.value("partitions", nlohmann::json::array())) {
      const u32 number = static_cast<u32>(std::stoul(p.at("node").get<std::string>().substr(disk_.size())));
      std::string type = p.at("type"), uuid = p.value("uuid", "");
      if (type.size() == 1) type.insert(0, "0");
      if (mbr) {
        std::array<char, 20> text{};
        std::snprintf(text.data(), text.size(), "%s-%02x", id.c_str(), number);
        uuid = text.data();
      }
      const bool bootable = p.value("bootable", false) || p.value("attrs", "").contains("LegacyBIOSBootable");
      lines.push_back(line(number, p.at("start"), p.at("size"), type, uuid, p.value("name", ""), bootable));
    }
    std::sort(lines.begin() + 1, lines.end());
    return lines;
  }
  /// "number start+size" of each partition, as fdisk lists them in sectors of the size.
  Lines fdisks(u32 sector_bytes) const {
    std::istringstream text(
        must({"fdisk", "-b", std::to_string(sector_bytes), "-l", "-o", "Device,Start,Sectors", disk_}));
    Lines lines;
    for (std::string word; std::getline(text, word);) {
      if (!word.starts_with(disk_) || word.find(':') != word.npos) continue;
      std::istringstream fields(word.substr(disk_.size()));
      u64 number = 0, start = 0, size = 0;
      fields >> number >> start >> size;
      lines.push_back(std::to_string(number) + " " + std::to_string(start) + "+" + std::to_string(size));
    }
    return lines;
  }
  Lines ours_as_fdisk(u32 sector_bytes) const {
    const auto read = table();
    if (!read) return {read.error().reason};
    EXPECT_EQ(read->sector_bytes, sector_bytes);
    Lines lines;
    for (const auto& p : read->partitions)
      lines.push_back(std::to_string(p.number) + " " + std::to_string(p.offset / sector_bytes) + "+" +
                      std::to_string(p.length / sector_bytes));
    return lines;
  }

  const Scratch scratch_;
  const std::string disk_ = scratch_ / "disk.img";
};

TEST_F(PartitionOracle, Primaries) {
  make_disk("64M");
  sfdisk(
      "label: dos\nlabel-id: 0xDEADBEEF\n1: size=4M, type=c, bootable\n2: size=8M, type=82\n"
      "3: start=65536, size=10M\n4: size=1M, type=7\n");
  EXPECT_EQ(ours(), sfdisks());
  EXPECT_EQ(ours().size(), 5u);
}

TEST_F(PartitionOracle, GapsAndUnusedSlots) {
  make_disk("64M");
  sfdisk("label: dos\n2: start=4096, size=8M\n4: start=63, size=100, type=1\n");
  EXPECT_EQ(ours(), sfdisks());
  EXPECT_EQ(ours().size(), 3u);
}

TEST_F(PartitionOracle, LogicalPartitions) {
  for (const char* type : {"5", "f", "85"}) {
    make_disk("256M");
    std::string script = "label: dos\n1: size=4M\n3: start=20480, type=" + std::string(type) + "\n";
    for (u32 number = 5; number < 30; ++number) script += std::to_string(number) + ": size=2M, type=83\n";
    sfdisk(script);
    EXPECT_EQ(ours(), sfdisks());
    EXPECT_EQ(ours().size(), 28u);
    must({"sfdisk", "-q", "--no-reread", "--delete", disk_, "29", "9", "8", "5"});
    EXPECT_EQ(ours(), sfdisks()) << "numbers move up";
    EXPECT_EQ(ours().size(), 24u);
  }
}

TEST_F(PartitionOracle, LogicalPartitionsOutOfOrder) {
  make_disk("64M");
  sfdisk(
      "label: dos\n1: start=2048, size=100000, type=5\n5: start=40960, size=2048\n6: start=8192, size=2048\n"
      "7: start=20480, size=2048\n");
  EXPECT_EQ(ours(), sfdisks());
  EXPECT_EQ(ours().size(), 5u);
}

TEST_F(PartitionOracle, ManyGptPartitionsWithNames) {
  make_disk("64M");
  std::string script = "label: gpt\n";
  for (u32 number = 1; number <= 40; ++number)
    script += std::to_string(3 * number) + ": size=1M, name=\"N\u00famero " + std::to_string(number) +
              " \U0001F4BE\"\n";
  sfdisk(script + "128: size=1M, type=swap, attrs=LegacyBIOSBootable\n");
  EXPECT_EQ(ours(), sfdisks());
  EXPECT_EQ(ours().size(), 42u);
}

TEST_F(PartitionOracle, ADamagedPrimaryGpt) {
  make_disk("64M");
  sfdisk("label: gpt\nsize=4M, name=one\n5: size=8M, name=five\n");
  const Lines whole = sfdisks();
  ASSERT_EQ(ours(), whole);
  EXPECT_FALSE(table()->from_backup);
  put_file(disk_, noise(512, 1), 512);
  EXPECT_EQ(sfdisks(), whole);
  EXPECT_EQ(ours(), whole);
  EXPECT_TRUE(table()->from_backup);
  put_file(disk_, noise(512, 2), 64 * 1024 * 1024 - 512);
  EXPECT_EQ(ours(), Lines{"the GPT is damaged, and so is its backup"});
}

TEST_F(PartitionOracle, ADamagedEntryOfTheGpt) {
  make_disk("64M");
  sfdisk("label: gpt\nsize=4M, name=one\nsize=8M, name=two\n");
  const Lines whole = sfdisks();
  put_file(disk_, noise(128, 1), 1024 + 128);
  EXPECT_EQ(sfdisks(), whole);
  EXPECT_EQ(ours(), whole);
  EXPECT_TRUE(table()->from_backup);
}

TEST_F(PartitionOracle, SgdiskWithManyEntriesAndHybridMbr) {
  make_disk("64M");
  must({"sgdisk", "-S", "256", "-n", "1:0:+4M", "-t", "1:ef00", "-c", "1:ESP", "-n", "200:0:+8M", "-t",
        "200:8300", "-A", "200:set:2", disk_});
  EXPECT_EQ(ours(), sfdisks());
  EXPECT_EQ(ours().size(), 3u);
  must({"sgdisk", "-h", "1", disk_});
  EXPECT_EQ(ours().size(), 3u) << "the GPT, not its extract in the MBR";
  EXPECT_TRUE(ours()[0].starts_with("gpt "));
}

TEST_F(PartitionOracle, AnImageThatGrewOrWasCut) {
  make_disk("64M");
  must({"sgdisk", "-n", "1:0:+4M", "-n", "2:0:+50M", disk_});
  const Lines whole = ours();
  EXPECT_EQ(whole, sfdisks());
  must({"truncate", "-s", "80M", disk_});
  EXPECT_EQ(ours(), whole);
  put_file(disk_, noise(16, 1), 512 + 8);
  EXPECT_EQ(ours(), whole) << "the backup, where the damaged header says that it is";

  make_disk("64M");
  must({"sgdisk", "-n", "1:0:+4M", "-n", "2:0:+50M", disk_});
  must({"truncate", "-s", "20M", disk_});
  EXPECT_EQ(ours().size(), 3u);
  EXPECT_EQ(table()->find(1)->problem(), nullptr);
  EXPECT_STREQ(table()->find(2)->problem(), "the partition reaches past the end of the image");
}

TEST_F(PartitionOracle, MbrInSectorsOf4096Bytes) {
  make_disk("256M");
  // An extended partition decides the size by itself.
  fdisk(4096, "o\nn\np\n1\n\n+16M\nn\ne\n2\n\n\nn\nl\n\n+8M\nn\nl\n\n+12M\nw\n");
  EXPECT_EQ(ours_as_fdisk(4096), fdisks(4096));
  EXPECT_EQ(ours_as_fdisk(4096).size(), 4u);

  make_disk("256M");
  fdisk(4096, "o\nn\np\n1\n\n+16M\nn\np\n2\n\n+8M\nw\n");
  must({"mke2fs", "-q", "-F", "-E", "offset=1048576", disk_, "16384"});
  EXPECT_EQ(ours_as_fdisk(4096), fdisks(4096));
  EXPECT_EQ(ours_as_fdisk(4096).size(), 2u);
}

TEST_F(PartitionOracle, GptInSectorsOf4096Bytes) {
  make_disk("64M");
  fdisk(4096, "g\nn\n1\n\n+16M\nn\n7\n\n+8M\nw\n");
  const Lines whole = fdisks(4096);
  EXPECT_EQ(whole.size(), 2u);
  EXPECT_EQ(ours_as_fdisk(4096), whole);
  put_file(disk_, noise(4096, 1), 4096);
  EXPECT_EQ(ours_as_fdisk(4096), whole);
  EXPECT_TRUE(table()->from_backup);
}

TEST_F(PartitionOracle, FileSystemsAreNoTables) {
  for (const char* type : {"ext2", "ext4"}) {
    make_disk("16M");
    must({"mke2fs", "-q", "-F", "-t", type, disk_});
    EXPECT_EQ(ours(), Lines{"there is no partition table"});
    put_file(disk_, {'\x55', '\xAA'}, 510);
    EXPECT_EQ(ours(), Lines{"there is no partition table"});
  }
}

}  // namespace
}  // namespace oracle
