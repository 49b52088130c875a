// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Which part of an image an operand means: each rule of @PART, and of its absence.
#include <sys/stat.h>

#include <cstdint>
#include <cstring>

#include "tests/tools/image.hpp"

namespace tools {
namespace {

constexpr std::size_t kSector = 512;

/// Images made by sfdisk and sgdisk, their partitions filled with file systems that mke2fs made.
class PartTest : public ImageTest {
 protected:
  /// A disk of 16 MiB, divided by an sfdisk script.
  void divide(const std::string& script) {
    write_file(image_, std::string(16 << 20, '\0'));
    write_file(scratch("script"), script);
    must({"sh", "-c", "sfdisk -q --no-reread \"$0\" <\"$1\"", image_, scratch("script")});
  }
  /// An ext4 file system with a file of the same name as `label`, as bytes.
  std::string file_system(const std::string& label, const std::string& uuid = "random") {
    const std::string tree = scratch("tree-" + label), file = scratch("part.img");
    write_file(tree + "/" + label, "content\n");
    write_file(file, "");
    must({"mke2fs", "-q", "-F", "-t", "ext4", "-O", "^resize_inode", "-L", label, "-U", uuid, "-d", tree,
          file, "2M"});
    return read_file(file);
  }
  void put(std::size_t offset, const std::string& bytes) {
    std::string image = read_file(image_);
    ASSERT_LE(offset + bytes.size(), image.size());
    write_file(image_, image.replace(offset, bytes.size(), bytes));
  }
  /// What fs-ls lists in the image without "lost+found", or its message.
  std::string listed(const std::string& part, const Arguments& options = {}) {
    Arguments arguments = options;
    arguments.insert(arguments.end(), {"-1", "--", image_ + part});
    const Outcome outcome = run_tool("ls", arguments);
    if (outcome.status == 0) {
      std::string text = outcome.out;
      const std::size_t at = text.find("lost+found\n");
      if (at != text.npos) text.erase(at, 11);
      return text;
    }
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    const std::string start = "fs-ls: " + image_ + ": ";
    EXPECT_TRUE(outcome.err.starts_with(start)) << outcome.err;
    return outcome.err.substr(std::min(start.size(), outcome.err.size()));
  }
};

constexpr const char* kTwoLinux =
    "label: gpt\n"
    "start=2048, size=4096, type=linux, name=first, uuid=11111111-2222-3333-4444-555555555555\n"
    "start=8192, size=4096, type=linux, name=\"a/b: c\", uuid=AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE\n";
constexpr const char* kTwoLinuxList =
    "  @1   2.0M  Linux  first\n"
    "  @2   2.0M  Linux  'a/b: c'\n";

TEST_F(PartTest, SlotsByNumber) {
  divide(kTwoLinux);
  put(2048 * kSector, file_system("one"));
  put(8192 * kSector, file_system("two"));
  EXPECT_EQ(listed("@1"), "one\n");
  EXPECT_EQ(listed("@2:/"), "two\n");
  EXPECT_EQ(listed("@3"), std::string("there is no partition 3\n") + kTwoLinuxList);
  const Outcome both = run_tool("cat", {image_ + "@1:/one", image_ + "@2:/two", image_ + "@1:/one"});
  EXPECT_EQ(both.status, 0) << both.err;
  EXPECT_EQ(both.out, "content\ncontent\ncontent\n");
}

TEST_F(PartTest, SlotsNeedATable) {
  write_file(source("file"), "");
  make_image();
  EXPECT_EQ(listed("@1"), "there is no partition table\n");
  EXPECT_EQ(listed("@partlabel=x"), "there is no partition table\n");
  EXPECT_EQ(listed("@partuuid=x"), "there is no partition table\n");
}

TEST_F(PartTest, LogicalPartitionsCountFromFive) {
  divide(
      "label: dos\nstart=2048, size=2048, type=c\nstart=6144, size=20480, type=5\n"
      "start=8192, size=4096, type=83\nstart=16384, size=4096, type=83\n");
  put(8192 * kSector, file_system("five"));
  put(16384 * kSector, file_system("six"));
  EXPECT_EQ(listed("@5"), "five\n");
  EXPECT_EQ(listed("@6"), "six\n");
  EXPECT_TRUE(listed("@2").starts_with("partition 2 is an extended one; choose a logical one in it\n  @1 "));
}

TEST_F(PartTest, ByNameAndIdOfTheTable) {
  divide(kTwoLinux);
  put(2048 * kSector, file_system("one"));
  put(8192 * kSector, file_system("two"));
  EXPECT_EQ(listed("@partlabel=first"), "one\n");
  EXPECT_EQ(listed("@partlabel=a%2fb%3a c"), "two\n");
  EXPECT_EQ(listed("@partuuid=aaaaaaaa-BBBB-cccc-DDDD-eeeeeeeeeeee"), "two\n");
  EXPECT_EQ(listed("@partlabel=First"), std::string("no partition has the name First\n") + kTwoLinuxList);
  EXPECT_EQ(listed("@partuuid=1"), std::string("no partition has the PARTUUID 1\n") + kTwoLinuxList);
}

TEST_F(PartTest, MbrPartitionsHaveIdsToo) {
  divide(
      "label: dos\nlabel-id: 0xABCD1234\nstart=2048, size=4096, type=83\nstart=8192, size=4096, type=83\n");
  put(8192 * kSector, file_system("two"));
  EXPECT_EQ(listed("@partuuid=abcd1234-02"), "two\n");
  EXPECT_TRUE(listed("@partlabel=x").starts_with("no partition has the name x\n"));
}

TEST_F(PartTest, SeveralOfTheSameNameAreListed) {
  divide("label: gpt\nstart=2048, size=4096, name=data\nstart=8192, size=4096, name=data\n");
  put(2048 * kSector, file_system("same"));
  put(8192 * kSector, file_system("same"));
  const std::string list = "  @1   2.0M  Linux  data\n  @2   2.0M  Linux  data\n";
  EXPECT_EQ(listed("@partlabel=data"), "several partitions have the name data; choose one\n" + list);
  EXPECT_EQ(listed("@label=same"),
            "several partitions have a file system of the label same; choose one\n" + list);
}

TEST_F(PartTest, ByLabelAndUuidOfTheFileSystem) {
  const std::string uuid = "01234567-89ab-cdef-0123-456789abcdef";
  divide(kTwoLinux);
  put(2048 * kSector, file_system("one"));
  put(8192 * kSector, file_system("two", uuid));
  EXPECT_EQ(listed("@label=one"), "one\n");
  EXPECT_EQ(listed("@uuid=" + uuid), "two\n");
  EXPECT_EQ(listed("@uuid=01234567-89AB-CDEF-0123-456789ABCDEF"), "two\n");
  EXPECT_EQ(listed("@label=on"),
            std::string("no partition has a file system of the label on\n") + kTwoLinuxList);
  EXPECT_EQ(listed("@uuid=00000000-0000-0000-0000-000000000000"),
            std::string("no partition has a file system of the UUID 00000000-0000-0000-0000-000000000000\n") +
                kTwoLinuxList);
}

TEST_F(PartTest, AFileSystemThatCannotBeAskedIsMentioned) {
  divide(kTwoLinux);
  put(2048 * kSector, file_system("one"));
  std::string broken = file_system("two");
  broken[1024 + 7] = 99;  // of how many blocks it has
  put(8192 * kSector, broken);
  EXPECT_EQ(listed("@label=one"), "one\n");
  const std::string message = listed("@label=two");
  EXPECT_TRUE(matches(message, "no partition has a file system of the label two")) << message;
  EXPECT_TRUE(matches(message, "\\(a file system could not be read: corrupt image: ")) << message;
}

TEST_F(PartTest, LabelsOfAnImageWithoutATable) {
  write_file(image_, file_system("alone"));
  EXPECT_EQ(listed("@label=alone"), "alone\n");
  EXPECT_EQ(listed("@label=other"), "there is no file system of the label other\n");
}

TEST_F(PartTest, WithoutAPartTheOnlyPartitionIsMeant) {
  divide(
      "label: gpt\nstart=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649\n"
      "start=4096, size=2048, type=swap\nstart=8192, size=4096, type=linux\n");
  put(8192 * kSector, file_system("only"));
  EXPECT_EQ(listed(""), "only\n");
  EXPECT_EQ(listed("", {"--fstype=ext2"}), "only\n");
  EXPECT_EQ(listed("@0"), "no file system found that fs-utils can read\n");
  EXPECT_EQ(listed("@1"), "no file system found that fs-utils can read\n");
}

TEST_F(PartTest, WithoutAPartALogicalOneMayBeTheOnly) {
  divide(
      "label: dos\nstart=2048, size=2048, type=82\nstart=6144, size=20480, type=f\nstart=8192, size=4096\n");
  put(8192 * kSector, file_system("only"));
  EXPECT_EQ(listed(""), "only\n");
}

TEST_F(PartTest, WithoutAPartSeveralAreListed) {
  divide(kTwoLinux);
  put(2048 * kSector, file_system("one"));
  EXPECT_EQ(listed(""), std::string("there are several partitions; choose one\n") + kTwoLinuxList)
      << "whatever is in them";
  divide("label: gpt\nsize=2M, type=swap\n");
  EXPECT_EQ(listed(""), "no partition can hold a file system\n  @1   2.0M  Linux swap\n");
  divide("label: gpt\n");
  EXPECT_EQ(listed(""), "no partition can hold a file system; the partition table is empty\n");
}

TEST_F(PartTest, AFileSystemAndATableInOnePlace) {
  divide("label: dos\nstart=8192, size=4096, type=83\n");
  const std::string table = read_file(image_).substr(0, kSector);
  put(0, file_system("whole"));
  EXPECT_EQ(listed(""), "whole\n") << "a boot block that is empty";
  put(510, "\x55\xaa");
  put(0, std::string(300, '\x90'));
  EXPECT_EQ(listed(""), "whole\n") << "a boot block without partitions";
  put(446, "Missing operating system, and what else boot code says there..");
  EXPECT_EQ(listed(""), "whole\n") << "a boot block with text";
  put(0, table);
  put(8192 * kSector, file_system("part"));
  EXPECT_EQ(
      listed(""),
      "holds both ext2 and a partition table (mbr); @0 or --fstype means the former, or choose a partition\n"
      "  @1   2.0M  Linux\n");
  EXPECT_EQ(listed("@0"), "whole\n");
  EXPECT_EQ(listed("", {"--fstype=ext2"}), "whole\n");
  EXPECT_EQ(listed("@1"), "part\n");
}

TEST_F(PartTest, TheRestOfAnOldTableIsNoRival) {
  divide(kTwoLinux);
  put(0, std::string(kSector * 34, '\0'));
  EXPECT_EQ(listed(""), std::string("there are several partitions; choose one\n") + kTwoLinuxList)
      << "the backup alone";
  put(0, file_system("whole"));
  EXPECT_EQ(listed(""), "whole\n");
}

TEST_F(PartTest, ADamagedPrimaryIsReadFromItsBackup) {
  divide(kTwoLinux);
  put(8192 * kSector, file_system("two"));
  put(kSector, std::string(kSector, 'x'));
  EXPECT_EQ(listed("@2"), "two\n");
  std::string image = read_file(image_);
  put(image.size() - kSector, std::string(kSector, 'x'));
  EXPECT_EQ(listed("@2"), "corrupt image: the GPT is damaged, and so is its backup\n");
  EXPECT_EQ(listed(""), "corrupt image: the GPT is damaged, and so is its backup\n");
  EXPECT_EQ(listed("@+4M"), "two\n");
}

TEST_F(PartTest, ADamagedChainLeavesNothingToGuess) {
  divide("label: dos\nstart=6144, size=20480, type=5\nstart=8192, size=4096\nstart=16384, size=4096\n");
  put(8192 * kSector, file_system("five"));
  put((16384 - 2048) * kSector, std::string(kSector, '\0'));
  EXPECT_EQ(listed("@5"), "five\n");
  EXPECT_EQ(listed(""),
            "some of the partition table cannot be read; choose a partition\n"
            "  @1   10M   extended\n"
            "  @5   2.0M  Linux\n"
            "  (the chain of logical partitions is broken)\n");
}

TEST_F(PartTest, CutImages) {
  divide("label: dos\nstart=8192, size=4096\nstart=16384, size=4096\n");
  put(8192 * kSector, file_system("one"));
  must({"truncate", "-s", std::to_string(9000 * kSector), image_});
  EXPECT_EQ(
      listed("@1"),
      "corrupt image: the file system is larger than its device (the image ends inside this partition)\n");
  EXPECT_EQ(listed("@2"), "the partition does not lie in the image\n");
  EXPECT_EQ(listed("@3"),
            "there is no partition 3\n"
            "  @1   2.0M  Linux  (the partition reaches past the end of the image)\n"
            "  @2   2.0M  Linux  (the partition does not lie in the image)\n");
}

TEST_F(PartTest, TablesLieInTheImageNotInTheFile) {
  divide("label: dos\nstart=8192, size=4096\n");
  put(8192 * kSector, file_system("one"));
  write_file(image_, std::string(3 << 20, 'x') + read_file(image_));
  EXPECT_EQ(listed("@1", {"--image-offset=3M"}), "one\n");
  EXPECT_EQ(listed("", {"--image-offset=3M"}), "one\n");
  const Outcome named = run_tool("ls", {"--image=d=" + image_ + ",offset=3M,part=1", "d:/one"});
  EXPECT_EQ(named.out, "d:/one\n") << named.err;
}

TEST_F(PartTest, SectorsOf4096Bytes) {
  const auto fdisk = [&](const std::string& keys) {
    write_file(image_, std::string(16 << 20, '\0'));
    write_file(scratch("keys"), keys);
    must({"sh", "-c", "fdisk -b 4096 \"$0\" <\"$1\"", image_, scratch("keys")});
  };
  fdisk("g\nn\n1\n256\n+3M\nn\n7\n1280\n+3M\nw\n");
  put(256 * 4096, file_system("one"));
  put(1280 * 4096, file_system("seven"));
  EXPECT_EQ(listed("@1"), "one\n");
  EXPECT_EQ(listed("@7"), "seven\n");
  EXPECT_EQ(listed("@label=seven"), "seven\n");
  put(4096, std::string(4096, 'x'));
  EXPECT_EQ(listed("@7"), "seven\n") << "from the backup";
  fdisk("o\nn\ne\n1\n256\n\nn\n512\n+3M\nn\n1536\n+3M\nw\n");
  put(1536 * 4096, file_system("six"));
  EXPECT_EQ(listed("@6"), "six\n");
}

TEST_F(PartTest, HybridTablesOfSgdisk) {
  write_file(image_, std::string(16 << 20, '\0'));
  must({"sgdisk", "-S", "256", "-n", "1:0:+3M", "-n", "200:8192:+3M", "-h", "1", image_});
  put(8192 * kSector, file_system("far"));
  EXPECT_EQ(listed("@200"), "far\n") << "by the GPT, of which the MBR has the first entry alone";
  EXPECT_EQ(listed("@+8192s"), "far\n");
  EXPECT_EQ(listed("@+4M", {"--image-offset=0"}), "far\n");
  EXPECT_EQ(listed("@+2M", {"--image-offset=2M"}), "far\n") << "from where the image begins";
}

TEST_F(PartTest, NamesInAListAreQuoted) {
  divide("label: gpt\nsize=2M, name=\"\033[31mred\"\n");
  const std::string message = listed("@9");
  EXPECT_EQ(message.find('\033'), message.npos) << message;
  EXPECT_NE(message.find("red"), message.npos) << message;
}

TEST_F(PartTest, WhatCannotBeReadYetIsSaidByName) {
  divide(kTwoLinux);
  EXPECT_EQ(listed("@a"), "BSD labels cannot be read yet; @+OFFSET names a part by its place\n");
  EXPECT_EQ(listed("@2a"), "BSD labels cannot be read yet; @+OFFSET names a part by its place\n");
  EXPECT_EQ(listed("@boot=1"), "there is no boot catalog of El Torito\n");
}

}  // namespace
}  // namespace tools
