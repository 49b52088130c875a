// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Boot images of El Torito made by genisoimage and xorriso, compared with what xorriso reports and
/// with the files that went in; and boot catalogs with one thing wrong.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstring>
#include <sstream>

#include "images/eltorito.hpp"
#include "images/raw.hpp"
#include "tests/fixtures/host_files.hpp"
#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

using rump::u32;
using rump::u64;
using rump::images::BootCatalog;
using rump::images::BootImage;
using Lines = std::vector<std::string>;
using Files = std::vector<std::string>;

constexpr u64 kSector = 2048;

class IsoBoot : public testing::Test {
 protected:
  IsoBoot() {
    must({"mkdir", "-p", tree_ + "/boot"});
    put_file(tree_ + "/large", noise(300'000, 1));
    put_file(tree_ + "/boot/bios", noise(3999, 2));
    put_file(tree_ + "/boot/floppy", noise(std::size_t{1440} << 10, 3));
    must({"mkfs.fat", "-C", "-n", "EFIBOOT", tree_ + "/boot/efi", "600"});
    must({"truncate", "-s", "1M", tree_ + "/boot/disk"});
    must({"sh", "-c", "echo 63,1900,6,* | sfdisk -q \"$0\"", tree_ + "/boot/disk"});
  }

  void genisoimage(Lines options) {
    Lines argv{"genisoimage", "-quiet", "-R", "-o", image_, "-c", "boot/catalog"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back(tree_);
    must(argv);
  }
  void xorriso(Lines options) {
    Lines argv{"xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", image_, "-c", "boot/catalog"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back(tree_);
    must(argv);
  }

  /// What our reader says, or the reason why it does not.
  rump::Result<BootCatalog> read() const {
    const rump::test::Descriptor file(open(image_.c_str(), O_RDONLY | O_CLOEXEC));
    const auto device = rump::images::open_raw(file.handle(), false);
    return rump::images::read_boot_catalog(*device.value());
  }

  /// As `xorriso -report_el_torito plain` has it: number, platform, y or n, emulation, load segment, type of
  /// the hard disk's partition, sectors to load, block.
  Lines xorrisos() const {
    std::istringstream all(must({"xorriso", "-indev", image_, "-report_el_torito", "plain"}));
    Lines lines;
    for (std::string line; std::getline(all, line);) {
      const std::string head = "El Torito boot img : ";
      if (!line.starts_with(head)) continue;
      std::istringstream words(line.substr(head.size()));
      std::string joined;
      for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
      lines.push_back(joined);
    }
    return lines;
  }

  static std::string line_of(const BootImage& image) {
    const auto* platform = image.platform == 0 ? "BIOS" : image.platform == 0xEF ? "UEFI" : "?";
    constexpr std::array kEmulations = {"none", "fd1.2", "fd1.4", "fd2.8", "hd", "?"};
    char line[200];
    snprintf(line, sizeof line, "%u %s %c %s 0x%4.4x 0x%2.2x %u %llu", image.number, platform,
             image.bootable ? 'y' : 'n', kEmulations.at(static_cast<std::size_t>(image.emulation)),
             image.load_segment, image.system_type, image.load_sectors,
             static_cast<unsigned long long>(image.offset / kSector));
    return line;
  }

  /// Our reader and xorriso agree, and the images are the files, in this order.
  void expect_agreement(const Files& files) {
    const auto catalog = read();
    ASSERT_TRUE(catalog) << catalog.error().reason;
    EXPECT_EQ(catalog->damage, nullptr);
    Lines lines;
    for (const BootImage& image : catalog->images) lines.push_back(line_of(image));
    EXPECT_EQ(lines, xorrisos());
    ASSERT_EQ(catalog->images.size(), files.size());
    const std::string bytes = host_bytes(image_);
    for (std::size_t i = 0; i < files.size(); ++i) {
      const BootImage& image = catalog->images[i];
      EXPECT_EQ(image.problem(), nullptr);
      EXPECT_TRUE(bytes.substr(image.offset, image.length) == host_bytes(tree_ + "/boot/" + files[i]))
          << files[i] << " has " << image.length << " bytes";
    }
  }

  static std::string host_bytes(const std::string& path) { return must({"cat", path}); }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image.iso";
};

TEST_F(IsoBoot, BiosAndEfi) {
  const Lines two = {"-b", "boot/bios", "-no-emul-boot", "-boot-load-size", "4", "-eltorito-alt-boot"};
  Lines options = two;
  options.insert(options.end(), {"-b", "boot/efi", "-no-emul-boot"});
  genisoimage(options);
  expect_agreement({"bios", "efi"});
  options = two;
  options.insert(options.end(), {"-e", "boot/efi", "-no-emul-boot", "-isohybrid-gpt-basdat"});
  xorriso(options);
  expect_agreement({"bios", "efi"});
}

TEST_F(IsoBoot, Emulations) {
  genisoimage({"-b", "boot/floppy", "-eltorito-alt-boot", "-b", "boot/disk", "-hard-disk-boot",
               "-eltorito-alt-boot", "-b", "boot/bios", "-no-emul-boot", "-no-boot", "-boot-load-seg",
               "0x1234"});
  expect_agreement({"floppy", "disk", "bios"});
}

TEST_F(IsoBoot, AFatFileSystemIsLongerThanWhatIsLoadedOfIt) {
  // Behind the volume, so no file of the tree says how long it is.
  xorriso({"-append_partition", "2", "0xef", tree_ + "/boot/efi", "-e",
           "--interval:appended_partition_2:all::", "-no-emul-boot", "-boot-load-size", "1"});
  expect_agreement({"efi"});
}

TEST_F(IsoBoot, AHardDiskIsAsLongAsItsPartitionTableSays) {
  must({"truncate", "-s", std::to_string((63 + 1900) * 512), tree_ + "/boot/disk"});
  genisoimage({"-b", "boot/disk", "-hard-disk-boot", "-hide", "disk"});
  expect_agreement({"disk"});
}

TEST_F(IsoBoot, NoBootCatalogIsNoError) {
  must({"genisoimage", "-quiet", "-R", "-o", image_, tree_});
  ASSERT_FALSE(read());
  EXPECT_EQ(read().error().code, rump::Errc::not_found);
  must({"truncate", "-s", "1000", image_});
  EXPECT_EQ(read().error().code, rump::Errc::not_found);
}

// ---- one thing wrong

/// The images by number and problem, and what is wrong with the catalog.
std::string summary_of(const rump::Result<BootCatalog>& catalog) {
  if (!catalog) return catalog.error().reason;
  std::string text;
  for (const BootImage& image : catalog->images) {
    text += std::to_string(image.number) + ":" + std::to_string(image.length);
    if (image.problem()) text.append(" (").append(image.problem()).append(")");
    text += " ";
  }
  if (catalog->damage) text.append(catalog->damage);
  return text;
}

struct Patch {
  const char* name;
  u64 at;  ///< in the catalog, or in the boot record where it is kRecord or more
  std::string bytes;
  const char* summary;
};
constexpr u64 kRecord = 1 << 20;

using namespace std::string_literals;
const std::string kExtension = "\x44"s + std::string(31, 'x');

TEST_F(IsoBoot, DamagedCatalogs) {
  genisoimage({"-b", "boot/bios", "-no-emul-boot", "-eltorito-alt-boot", "-b", "boot/efi", "-no-emul-boot"});
  const std::string good = host_bytes(image_);
  u32 block = 0;
  std::memcpy(&block, good.data() + 17 * kSector + 71, sizeof block);
  const u64 catalog = block * kSector;
  const std::string section = good.substr(catalog + 64, 64);  // a header and its entry
  const std::string more = "\x90"s + section.substr(1);
  const std::string last = "\x91"s + section.substr(1);
  const std::vector<Patch> patches = {
      {"nothing", 0, "\x01", "1:3999 2:614400 "},
      {"checksum", 28, "\x77", "1:3999 2:614400 the boot catalog's checksum is wrong"},
      {"validation header", 0, "\x02", "the boot catalog does not begin as one"},
      {"key", 31, "\x55", "the boot catalog does not begin as one"},
      {"default entry", 32, "\x77", "an entry of the boot catalog is none"},
      {"section's entry", 96, "\x77", "1:3999 an entry of the boot catalog is none"},
      {"header", 64, "\x77", "1:3999 "},
      {"too many entries", 66, "\xff\xff", "1:3999 2:614400 the boot catalog is cut short"},
      {"no such block", 40, "\xff\xff\xff\xff",
       "1:4096 (the boot image does not lie in the image) 2:614400 "},
      {"no length", 38, "\0\0"s, "1:3999 2:614400 "},
      {"longer than the image", 102, "\xff\xff",
       "1:3999 2:33553920 (the boot image reaches past the end of the image) "},
      {"strange media", 97, "\x0e", "1:3999 2:614400 "},
      {"two sections and extensions", 64, more + kExtension + kExtension + last + kExtension,
       "1:3999 2:614400 3:614400 "},
      {"a section that is announced", 64, more, "1:3999 2:614400 "},
      {"no boot record", kRecord + 7, "EL TORRITO", "there is no boot catalog of El Torito"},
      {"catalog elsewhere", kRecord + 71, "\xff\xff\xff\x7f", "the boot catalog does not lie in the image"},
      {"catalog among zeroes", kRecord + 71, "\0\0\0\0"s, "the boot catalog does not begin as one"},
      {"path table", kRecord - kSector + 140, "\xff\xff\xff\x7f", "1:4096 2:614400 "},
      {"path table's length", kRecord - kSector + 132, "\xff\xff\xff\xff", "1:4096 2:614400 "},
      {"block size", kRecord - kSector + 128, "\0\0"s, "1:4096 2:614400 "},
  };
  for (const Patch& patch : patches) {
    const bool in_record = patch.at >= kRecord - kSector;
    std::string bytes = good;
    bytes.replace(in_record ? 17 * kSector + patch.at - kRecord : catalog + patch.at, patch.bytes.size(),
                  patch.bytes);
    std::filesystem::remove(image_);
    put_file(image_, {bytes.begin(), bytes.end()});
    EXPECT_EQ(summary_of(read()), patch.summary) << patch.name;
  }
}

}  // namespace
}  // namespace oracle
