// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Boot images of CDs as operands, and what fs-info says of them.
#include <nlohmann/json.hpp>

#include "tests/oracle/tree.hpp"
#include "tests/tools/image.hpp"

namespace tools {
namespace {

/// A disc that starts a PC by a few sectors, and by an ext4 file system.
class BootTest : public ImageTest {
 protected:
  BootTest() {
    const auto bios = oracle::noise(3999, 1);
    write_file(source("file"), "of the disc\n");
    write_file(scratch("tree/boot/bios"), {bios.begin(), bios.end()});
    make_image();
    must({"cp", image_, scratch("tree/boot/system")});
    must({"genisoimage", "-quiet", "-R", "-o", disc_, "-c", "boot/catalog", "-b", "boot/bios",
          "-no-emul-boot", "-boot-load-size", "4", "-eltorito-alt-boot", "-b", "boot/system", "-no-emul-boot",
          scratch("tree")});
  }
  std::string boot(const std::string& tail) const { return disc_ + "@boot=" + tail; }
  std::string bios() const { return read_file(scratch("tree/boot/bios")); }

  const std::string disc_ = scratch("disc.iso");
};

TEST_F(BootTest, WithoutAColonItIsAFileOfBytes) {
  const Outcome shown = run_tool("cat", {boot("1"), boot("1")});
  EXPECT_EQ(shown.err, "");
  EXPECT_TRUE(shown.out == bios() + bios());

  EXPECT_EQ(run_tool("cp", {boot("1"), scratch("copy")}).err, "");
  EXPECT_TRUE(read_file(scratch("copy")) == bios());
  must({"mkdir", scratch("into")});
  EXPECT_EQ(run_tool("cp", {boot("1"), boot("2"), scratch("into")}).err, "");
  EXPECT_TRUE(read_file(scratch("into/boot1.img")) == bios());
  EXPECT_TRUE(read_file(scratch("into/boot2.img")) == read_file(image_));
  EXPECT_EQ(run_tool("cp", {"-t", scratch("into"), "-v", boot("1")}).out,
            "'" + boot("1") + "' -> " + scratch("into/boot1.img") + "\n");
  EXPECT_TRUE(run_tool("cp", {boot("1"), "-"}).out == bios());
}

TEST_F(BootTest, WithAColonItIsTheFileSystemInIt) {
  EXPECT_EQ(run_tool("cat", {boot("2") + ":/file"}).out, "of the disc\n");
  EXPECT_EQ(run_tool("ls", {boot("2")}).out, "file\nlost+found\n");
  EXPECT_EQ(run_tool("ls", {boot("2") + ":"}).out, "file\nlost+found\n");
  EXPECT_EQ(run_tool("ls", {boot("1")}).err,
            "fs-ls: " + disc_ + ": no file system found that fs-utils can read\n");
}

/// A hybrid image: a disc, and a disk whose second partition is the FAT file system that EFI boots.
TEST_F(BootTest, HybridImagesAreDiscsFirst) {
  must({"mkfs.fat", "-C", "-n", "EFIBOOT", scratch("efi"), "600"});
  must({"mcopy", "-i", scratch("efi"), source("file"), "::/LOADER.EFI"});
  const std::string hybrid = scratch("hybrid.iso");
  must({"xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", hybrid, "-partition_offset", "16",
        "-append_partition", "2", "0xef", scratch("efi"), "-e",
        "--interval:appended_partition_2:all::", "-no-emul-boot", source("")});
  EXPECT_EQ(run_tool("cat", {hybrid + ":/file"}).out, "of the disc\n");
  EXPECT_EQ(run_tool("cat", {hybrid + "@1:/file"}).out, "of the disc\n")
      << "the same, counted from its own start";
  EXPECT_EQ(run_tool("ls", {hybrid + "@2:/"}).out, "LOADER.EFI\n");
  EXPECT_EQ(run_tool("ls", {hybrid + "@boot=1:/"}).out, "LOADER.EFI\n");
  EXPECT_EQ(run_tool("cat", {hybrid + "@boot=1:/loader.efi"}).out, "of the disc\n");
  EXPECT_TRUE(run_tool("cat", {hybrid + "@boot=1"}).out == read_file(scratch("efi")));

  // A disc that lies in a partition.
  must({"truncate", "-s", "24M", scratch("disk")});
  must({"sh", "-c", "echo 2048,,83 | sfdisk -q \"$0\"", scratch("disk")});
  must({"dd", "if=" + disc_, "of=" + scratch("disk"), "bs=1M", "seek=1", "conv=notrunc", "status=none"});
  EXPECT_EQ(run_tool("ls", {scratch("disk") + ":/boot"}).out, "bios\ncatalog\nsystem\n");
}

TEST_F(BootTest, ADestinationIsAHostPath) {
  EXPECT_EQ(run_tool("cp", {boot("2") + ":/file", scratch("out@boot=1")}).err, "");
  EXPECT_EQ(read_file(scratch("out@boot=1")), "of the disc\n");
  EXPECT_EQ(run_tool("cat", {"host:" + scratch("out@boot=1")}).out, "of the disc\n");
}

TEST_F(BootTest, OnesThatAreNotThereAreListed) {
  const Outcome missing = run_tool("cat", {boot("3")});
  EXPECT_EQ(missing.status, 2);
  EXPECT_EQ(missing.err,
            "fs-cat: " + disc_ +
                ": there is no boot image 3\n  @boot=1   4.0K  PC BIOS\n  @boot=2   16M   PC BIOS\n");
  EXPECT_EQ(run_tool("cat", {image_ + "@boot=1"}).err,
            "fs-cat: " + image_ + ": there is no boot catalog of El Torito\n");
}

TEST_F(BootTest, InfoShowsThem) {
  const Outcome text = run_tool("info", {disc_});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_TRUE(matches(text.out, "\n  @boot=1 +[0-9]+ +4.0K +PC BIOS +none +2.0K +unknown\n")) << text.out;
  EXPECT_TRUE(matches(text.out, "\n  @boot=2 +[0-9]+ +16M +PC BIOS +none +16M +ext4\n")) << text.out;
  EXPECT_TRUE(matches(text.out, "\n@boot=2: ext4\n  Place  ")) << text.out;

  const auto json = nlohmann::json::parse(run_tool("info", {"--json", disc_}).out);
  ASSERT_EQ(json.at("boot_images").size(), 2u);
  const auto& first = json.at("boot_images")[0];
  EXPECT_EQ(first.at("part"), "@boot=1");
  EXPECT_EQ(first.at("size"), 3999);
  EXPECT_EQ(first.at("load_size"), 2048);
  EXPECT_EQ(first.at("platform"), 0);
  EXPECT_EQ(first.at("emulation"), "none");
  EXPECT_EQ(first.at("bootable"), true);
  EXPECT_EQ(json.at("boot_images")[1].at("filesystem").at("type"), "ext4");

  const Outcome one = run_tool("info", {boot("2")});
  EXPECT_TRUE(matches(one.out, "\n@boot=2: ext4\n  Place  ")) << one.out;
  EXPECT_FALSE(matches(one.out, "@boot=1")) << one.out;
}

TEST_F(BootTest, InfoNamesWhatIsWrong) {
  must({"truncate", "-s", "8M", disc_});
  const Outcome text = run_tool("info", {disc_});
  EXPECT_EQ(text.status, 1);
  EXPECT_TRUE(text.err.starts_with("fs-info: '" + boot("2") +
                                   "': the boot image reaches past the end of the image\n"))
      << text.err;
}

TEST_F(BootTest, RawfsShowsAnyPart) {
  EXPECT_EQ(run_tool("ls", {"--fstype=rawfs", disc_}).out, "data\n");
  EXPECT_TRUE(run_tool("cat", {"--fstype=rawfs", disc_ + "@0:/data"}).out == read_file(disc_));
  EXPECT_EQ(run_tool("stat", {"--fstype=rawfs", "-c", "%F %s %h", image_ + ":/data", image_ + ":/"}).out,
            "regular file 16777216 1\ndirectory 0 2\n");
}

}  // namespace
}  // namespace tools
