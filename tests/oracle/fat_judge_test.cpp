// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The judge of FAT volumes: silent about what mkfs.fat and mtools make, and not about each thing that
/// is damaged in it, one at a time. What fsck.fat says of the same damage stands beside it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>

#include "tests/oracle/fat_image.hpp"
#include "tests/oracle/scratch.hpp"
#include "utils/check/check_fat.hpp"

namespace oracle {
namespace {

using rump::u16;
using rump::u32;
using rump::u8;

/// A file in memory: what is changed there is changed for other programs, and undone at the end.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct stat status{};
    if (file < 0 || fstat(file, &status) != 0) throw std::runtime_error("cannot open " + path);
    const auto length = static_cast<std::size_t>(status.st_size);
    void* start = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (start == MAP_FAILED) throw std::runtime_error("cannot map " + path);
    bytes_ = {static_cast<std::byte*>(start), length};
  }
  ~MappedFile() {
    for (; !changes_.empty(); changes_.pop_back()) bytes_[changes_.back().first] = changes_.back().second;
    munmap(bytes_.data(), bytes_.size());
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  void set(std::size_t at, std::byte value) {
    if (at >= bytes_.size()) throw std::runtime_error("a change outside the image");
    changes_.emplace_back(at, bytes_[at]);
    bytes_[at] = value;
  }

 private:
  std::span<std::byte> bytes_;
  std::vector<std::pair<std::size_t, std::byte>> changes_;
};

/// Bytes as a device.
class BytesDevice final : public rump::BlockDevice {
 public:
  explicit BytesDevice(std::span<const std::byte> bytes) : bytes_(bytes) {}
  rump::u64 size() const override { return bytes_.size(); }
  rump::Result<> read(rump::u64 offset, std::span<const rump::host::IoPart> parts) override {
    for (const auto& part : parts) {
      const auto from = bytes_.subspan(offset, part.length);
      std::memcpy(part.base, from.data(), from.size());
      offset += part.length;
    }
    return {};
  }

 private:
  std::span<const std::byte> bytes_;
};

std::string judged(std::span<const std::byte> bytes) {
  BytesDevice device(bytes);
  fsu::Findings findings;
  fsu::check_fat(device, findings);
  return findings.text();
}

/// An image whose parts can be changed, by a reader of its own.
class Editor {
 public:
  explicit Editor(const std::string& image) : file_(image) {
    bits_ = get16(22) == 0 ? 32 : get8(54 + 4) == '2' ? 12 : 16;
    sector_ = get16(11);
    fat_bytes_ = (bits_ == 32 ? get32(36) : get16(22)) * sector_;
    fat_ = get16(14) * sector_;
    root_ = fat_ + 2 * fat_bytes_;
    data_ = root_ + get16(17) * 32U;
  }
  std::span<const std::byte> bytes() const { return file_.bytes(); }

  u8 get8(std::size_t at) const { return static_cast<u8>(bytes()[at]); }
  u16 get16(std::size_t at) const { return static_cast<u16>(get8(at) | get8(at + 1) << 8); }
  u32 get32(std::size_t at) const { return get16(at) | static_cast<u32>(get16(at + 2)) << 16; }
  void set8(std::size_t at, u32 value) { file_.set(at, std::byte(value)); }
  void set16(std::size_t at, u32 value) { set8(at, value & 0xFF), set8(at + 1, value >> 8 & 0xFF); }
  void set32(std::size_t at, u32 value) { set16(at, value & 0xFFFF), set16(at + 2, value >> 16); }
  void set(std::size_t at, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) set8(at + i, static_cast<u8>(text[i]));
  }

  /// Where the record of this short name lies.
  std::size_t record(std::string_view name) const {
    for (std::size_t at = root_; at + 32 <= bytes().size(); at += 32)
      if (std::memcmp(&bytes()[at], name.data(), name.size()) == 0) return at;
    throw std::runtime_error("no record of this name");
  }
  u32 start(std::string_view name) const {
    const std::size_t at = record(name);
    return get16(at + 26) | static_cast<u32>(bits_ == 32 ? get16(at + 20) : 0) << 16;
  }
  std::size_t place(u32 cluster) const { return data_ + (cluster - 2) * std::size_t{get8(13)} * sector_; }

  /// Where an entry of the first FAT lies.
  std::size_t entry_at(u32 number) const { return fat_ + std::size_t{number} * static_cast<u32>(bits_) / 8; }
  u32 entry(u32 number) const {
    const std::size_t at = entry_at(number);
    if (bits_ == 32) return get32(at);
    if (bits_ == 16) return get16(at);
    return number % 2 ? get16(at) >> 4 : get16(at) & 0xFFF;
  }
  /// Sets an entry in both FATs.
  void set_entry(u32 number, u32 value) {
    for (const std::size_t at : {entry_at(number), entry_at(number) + fat_bytes_}) {
      if (bits_ == 32) {
        set32(at, value);
      } else if (bits_ == 16) {
        set16(at, value);
      } else {
        set16(at, number % 2 ? (get16(at) & 0xF) | value << 4 : (get16(at) & 0xF000) | value);
      }
    }
  }
  u32 free_cluster() const {
    u32 number = 2;
    while (entry(number) != 0) ++number;
    return number;
  }
  std::size_t root() const { return root_; }
  std::size_t fat_bytes() const { return fat_bytes_; }

 private:
  MappedFile file_;
  int bits_ = 0;
  std::size_t sector_ = 0, fat_bytes_ = 0, fat_ = 0, root_ = 0, data_ = 0;
};

constexpr const char* kReadme = "README  TXT";
constexpr const char* kEmpty = "EMPTY   TXT";
constexpr const char* kLong = "ALONGN~1TEX";
constexpr const char* kDir = "DIR        ";
constexpr const char* kInner = "INNER   TXT";
constexpr const char* kSub = "SUB        ";
constexpr const char* kLast = "LAST    TXT";

/// A small tree in each type, by mkfs.fat and mtools. FAT32 has the number of clusters by which mtools know
/// it.
class FatJudge : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = std::make_unique<Scratch>();
    for (const int bits : {12, 16, 32}) make(bits);
  }
  static void TearDownTestSuite() { scratch_.reset(); }
  static std::string image_of(int bits) { return *scratch_ / std::to_string(bits); }

 private:
  static void make(int bits) {
    const std::string image = image_of(bits);
    make_fat(image, {.bits = bits,
                     .size = bits == 12   ? "1M"
                             : bits == 16 ? "3M"
                                          : "34M",
                     .label = "TESTDISK"});
    const auto put = [&](const std::string& name, std::size_t size) {
      const std::string file = *scratch_ / "file";
      std::ofstream(file) << std::string(size, 'x');
      mtools(image, {"mcopy", file, "::" + name});
    };
    put("/README.TXT", 1300);
    put("/EMPTY.TXT", 0);
    put("/A long name of three entries.text", 600);
    mtools(image, {"mmd", "::/DIR", "::/DIR/SUB"});
    put("/DIR/INNER.TXT", 700);
    put("/DIR/SUB/日本語 \U0001F600.txt", 5);
    put("/DIR/GONE.TXT", 700);
    put("/DIR/LAST.TXT", 3);
    mtools(image, {"mdel", "::/DIR/GONE.TXT"});
  }

  static inline std::unique_ptr<Scratch> scratch_;
};

TEST_F(FatJudge, IsSilentAboutWhatTheToolsMake) {
  for (const int bits : {12, 16, 32}) {
    const Editor image(image_of(bits));
    EXPECT_EQ(judged(image.bytes()), "") << bits;
    EXPECT_EQ(complaints_of_fsck(image_of(bits)), "") << bits;
    EXPECT_EQ(image.entry(image.start(kReadme)), image.start(kReadme) + 1)
        << "the editor of this test is right";
  }
}

/// One thing that is wrong.
struct Damage {
  const char* name;
  std::function<void(Editor&)> make;
  const char* finding;  ///< what the judge has to say
  bool fsck_complains = true;
  int bits = 32;
};

// Where things lie is said by number, as in the specification: this test shares no layout with the judge.
const std::vector<Damage>& damages_of_boot() {
  static const std::vector<Damage> damages = {
      {"signature", [](Editor& i) { i.set16(510, 0); }, "untidy: boot sector: has no signature", true},
      {"sector size", [](Editor& i) { i.set16(11, 513); }, "damage: boot sector: sectors of 513 bytes"},
      {"large sectors", [](Editor& i) { i.set16(11, 8192); }, "damage: boot sector: sectors of 8192 bytes"},
      {"cluster size", [](Editor& i) { i.set8(13, 3); }, "damage: boot sector: clusters of 3 sectors"},
      {"no cluster size", [](Editor& i) { i.set8(13, 0); }, "damage: boot sector: clusters of 0 sectors"},
      {"reserved", [](Editor& i) { i.set16(14, 0); }, "damage: boot sector: no reserved sectors"},
      {"no FAT", [](Editor& i) { i.set8(16, 0); }, "damage: boot sector: no FAT"},
      {"three FATs", [](Editor& i) { i.set8(16, 3); }, "damage: boot sector: more than two FATs"},
      {"media", [](Editor& i) { i.set8(21, 0x12); }, "damage: boot sector: unknown media descriptor", true},
      {"root entries", [](Editor& i) { i.set16(17, 16); }, "damage: boot sector: number of root entries"},
      {"no root entries", [](Editor& i) { i.set16(17, 0); }, "damage: boot sector: number of root entries",
       true, 16},
      {"odd root", [](Editor& i) { i.set16(17, 511); }, "untidy: boot sector: the root directory does not",
       true, 16},
      {"FAT size", [](Editor& i) { i.set32(36, 0); }, "damage: boot sector: FATs without a size"},
      {"FAT too small", [](Editor& i) { i.set32(36, 1); }, "damage: boot sector: the FAT is too small"},
      {"no sectors", [](Editor& i) { i.set32(32, 0); }, "damage: boot sector: no room for data"},
      {"two sizes", [](Editor& i) { i.set16(19, 1000); }, "damage: boot sector: two numbers of sec", true},
      {"too large", [](Editor& i) { i.set32(32, 80000); }, "damage: boot sector: the volume is larger"},
      {"too many for FAT16", [](Editor& i) { i.set16(19, 0), i.set32(32, 70000); },
       "damage: boot sector: more clusters than FAT16", true, 16},
      {"version", [](Editor& i) { i.set16(42, 1); }, "damage: boot sector: unknown version", true},
      {"FSInfo place", [](Editor& i) { i.set16(48, 60); }, "damage: boot sector: FSInfo lies outside"},
      {"copy's place", [](Editor& i) { i.set16(50, 60); }, "damage: boot sector: its copy lies outside"},
      {"copy", [](Editor& i) { i.set8(6 * 512 + 90, 1); }, "untidy: boot sector: differs from its copy"},
      {"used FAT", [](Editor& i) { i.set16(40, 0x85), i.set16(6 * 512 + 40, 0x85); },
       "damage: boot sector: the FAT in use is none", false},
      {"dirty", [](Editor& i) { i.set8(0x41, 1); }, "untidy: boot sector: was not unmounted"},
      {"dirty", [](Editor& i) { i.set8(0x25, 1); }, "untidy: boot sector: was not unmounted", true, 16},
      {"surface", [](Editor& i) { i.set8(0x25, 2); }, "untidy: boot sector: a test of its surface", false,
       12},
      {"label", [](Editor& i) { i.set(71, "OTHER      "), i.set(6 * 512 + 71, "OTHER      "); },
       "untidy: volume label: the boot sector and the root"},
      {"label", [](Editor& i) { i.set(43, "OTHER      "); },
       "untidy: volume label: the boot sector and the root", true, 12},
      {"FSInfo signature", [](Editor& i) { i.set8(512, 0); }, "untidy: FSInfo: has no signature"},
      {"FSInfo second signature", [](Editor& i) { i.set8(512 + 0x1E4, 0); },
       "untidy: FSInfo: has no signature"},
      {"free count", [](Editor& i) { i.set32(512 + 0x1E8, 5); },
       "untidy: FSInfo: counts 5 free clusters, there are"},
      {"free hint", [](Editor& i) { i.set32(512 + 0x1EC, 1 << 20); }, "untidy: FSInfo: the hint", false},
  };
  return damages;
}

const std::vector<Damage>& damages_of_tables() {
  static const std::vector<Damage> damages = {
      {"entry 0", [](Editor& i) { i.set_entry(0, 0x0FFFFF00); }, "damage: FAT 1: entry 0 is not", true},
      {"entry 0", [](Editor& i) { i.set_entry(0, 0xFFF0); }, "damage: FAT 2: entry 0 is not", false, 16},
      {"entry 0", [](Editor& i) { i.set_entry(0, 0xFF0); }, "damage: FAT 2: entry 0 is not", false, 12},
      {"entry 1", [](Editor& i) { i.set_entry(1, 2); }, "damage: FAT 1: entry 1 is not", true},
      {"unclean", [](Editor& i) { i.set_entry(1, 0x07FFFFFF); }, "untidy: FAT 1: was not unmounted", true},
      {"unclean", [](Editor& i) { i.set_entry(1, 0x7FFF); }, "untidy: FAT 1: was not unmounted", true, 16},
      {"errors", [](Editor& i) { i.set_entry(1, 0x0BFFFFFF); }, "untidy: FAT 1: reading or writing", false},
      {"second FAT", [](Editor& i) { i.set8(i.entry_at(60) + i.fat_bytes(), 1); },
       "untidy: FAT 2: differs from FAT 1"},
      {"second FAT", [](Editor& i) { i.set8(i.entry_at(60) + i.fat_bytes(), 1); },
       "untidy: FAT 2: differs from FAT 1", true, 12},
      {"chain too short",
       [](Editor& i) {
         i.set_entry(i.start(kReadme), 0x0FFFFFFF), i.set_entry(i.start(kReadme) + 1, 0),
             i.set_entry(i.start(kReadme) + 2, 0);
       },
       "damage: /README.TXT: 1300 bytes, its clusters have 512"},
      {"chain too long",
       [](Editor& i) {
         const u32 free = i.free_cluster();
         i.set_entry(i.start(kReadme) + 2, free), i.set_entry(free, 0x0FFFFFFF);
       },
       "leak: /README.TXT: has more clusters than its 1300 bytes need"},
      {"no clusters", [](Editor& i) { i.set16(i.record(kReadme) + 26, 0); },
       "damage: /README.TXT: has no clusters"},
      {"empty file with a chain",
       [](Editor& i) {
         const u32 free = i.free_cluster();
         i.set16(i.record(kEmpty) + 26, free), i.set_entry(free, 0x0FFFFFFF);
       },
       "leak: /EMPTY.TXT: has more clusters"},
      {"out of range", [](Editor& i) { i.set_entry(i.start(kReadme), 0x00100000); },
       "damage: /README.TXT: its chain leads to cluster 1048576, which"},
      {"out of range", [](Editor& i) { i.set_entry(i.start(kReadme), 0xE00); },
       "damage: /README.TXT: its chain leads to cluster 3584, which", true, 12},
      {"entry of 1", [](Editor& i) { i.set_entry(i.start(kReadme), 1); },
       "damage: /README.TXT: its chain leads to cluster 1, which"},
      {"start of 1", [](Editor& i) { i.set16(i.record(kReadme) + 26, 1); },
       "damage: /README.TXT: its chain leads to cluster 1, which"},
      {"free in a chain", [](Editor& i) { i.set_entry(i.start(kReadme) + 1, 0); },
       "of its chain is marked as free"},
      {"bad in a chain", [](Editor& i) { i.set_entry(i.start(kReadme) + 1, 0x0FFFFFF7); },
       "of its chain is marked as bad"},
      {"bad in a chain", [](Editor& i) { i.set_entry(i.start(kReadme) + 1, 0xFFF7); },
       "of its chain is marked as bad", true, 16},
      {"circle", [](Editor& i) { i.set_entry(i.start(kReadme) + 2, i.start(kReadme) + 1); },
       "damage: /README.TXT: its chain runs in a circle"},
      {"circle of one", [](Editor& i) { i.set_entry(i.start(kDir), i.start(kDir)); },
       "damage: /DIR: its chain runs in a circle"},
      {"cross link", [](Editor& i) { i.set_entry(i.start(kLong), i.start(kReadme) + 1); },
       "belongs to another file, too"},
      {"directory twice", [](Editor& i) { i.set16(i.record(kSub) + 26, i.start(kDir)); },
       "damage: /DIR/SUB: cluster "},
      {"root below itself", [](Editor& i) { i.set16(i.record(kSub) + 26, 2); },
       "damage: /DIR/SUB: cluster 2 belongs to another file"},
      {"lost chain",
       [](Editor& i) {
         const u32 free = i.free_cluster();
         i.set_entry(free, free + 1), i.set_entry(free + 1, 0x0FFFFFFF);
       },
       "leak: FAT: 2 clusters belong to no file, cluster "},
      {"lost cluster", [](Editor& i) { i.set_entry(i.free_cluster(), 0xFFF); },
       "leak: FAT: 1 clusters belong to no file, cluster ", true, 12},
      {"root cluster", [](Editor& i) { i.set32(44, 0), i.set32(6 * 512 + 44, 0); },
       "damage: /: its chain leads to cluster 0"},
  };
  return damages;
}

const std::vector<Damage>& damages_of_directories() {
  static const std::vector<Damage> damages = {
      {"no dot", [](Editor& i) { i.set(i.place(i.start(kDir)), "X"); },
       "damage: /DIR: has no \".\" where it should be"},
      {"no dots",
       [](Editor& i) { i.set8(i.place(i.start(kDir)), 0), i.set8(i.place(i.start(kDir)) + 32, 0); },
       "damage: /DIR: has no \".\" where it"},
      {"dot leads elsewhere", [](Editor& i) { i.set16(i.place(i.start(kDir)) + 26, 3); },
       "damage: /DIR/.: leads to another directory"},
      {"dot-dot leads elsewhere", [](Editor& i) { i.set16(i.place(i.start(kSub)) + 32 + 26, 0); },
       "damage: /DIR/SUB/..: leads to another directory"},
      {"dot is a file", [](Editor& i) { i.set8(i.place(i.start(kDir)) + 11, 0x20); },
       "damage: /DIR/.: is not a directory"},
      {"size of a directory", [](Editor& i) { i.set32(i.record(kDir) + 28, 512); },
       "untidy: /DIR: a directory with a size"},
      {"size of dot", [](Editor& i) { i.set32(i.place(i.start(kDir)) + 28, 512); },
       "untidy: /DIR/.: a directory with a size", false},
      {"empty directory", [](Editor& i) { i.set16(i.record(kSub) + 26, 0); },
       "damage: /DIR/SUB: has no clusters"},
      {"short name twice", [](Editor& i) { i.set(i.record(kEmpty), kReadme); },
       "damage: /README.TXT: the directory has the name twice"},
      {"long name twice",
       [](Editor& i) {
         i.set(i.record(kLong) - 32 + 1, std::string_view("r\0e\0a\0d\0m\0", 10)),
             i.set(i.record(kLong) - 32 + 14, std::string_view("e\0.\0t\0x\0t\0\0\0", 12)),
             i.set(i.record(kLong) - 32 + 28, "\xFF\xFF\xFF\xFF"), i.set8(i.record(kLong) - 32, 0x41),
             i.set8(i.record(kLong) - 64, 0xE5), i.set8(i.record(kLong) - 96, 0xE5);
       },
       "damage: /readme.txt: the directory has the name twice", false},
      {"forbidden short name", [](Editor& i) { i.set8(i.record(kReadme) + 3, '*'); },
       "damage: /REA*ME.TXT: its short name has a forbidden character"},
      {"control in a short name", [](Editor& i) { i.set8(i.record(kReadme) + 3, 7); },
       "its short name has a forbidden character"},
      {"lower-case short name", [](Editor& i) { i.set8(i.record(kReadme) + 3, 'd'); },
       "damage: /REAdME.TXT: its short name has a lower-case letter", false},
      {"space in front", [](Editor& i) { i.set8(i.record(kReadme), ' '); },
       "its short name begins with a space"},
      {"unknown attributes", [](Editor& i) { i.set8(i.record(kReadme) + 11, 0x60); },
       "untidy: /README.TXT: has unknown attributes", false},
      {"behind the end",
       [](Editor& i) {
         const std::size_t at = i.record(kLast) + 64;
         i.set(at, kReadme), i.set8(at + 11, 0x20);
       },
       "untidy: /DIR: has entries behind its end", false},
      {"slice number", [](Editor& i) { i.set8(i.record(kLong) - 64, 3); },
       "leak: /: a piece of a long name does not belong"},
      {"too many slices", [](Editor& i) { i.set8(i.record(kLong) - 96, 0x40 | 21); },
       "leak: /: a piece of a long name has an impossible number"},
      {"slices lost", [](Editor& i) { i.set8(i.record(kLong) - 32, 0xE5); },
       "leak: /: pieces of a long name belong to no file"},
      {"short entry lost", [](Editor& i) { i.set8(i.record(kLong), 0xE5); },
       "leak: /: pieces of a long name belong to no file"},
      {"slice's checksum", [](Editor& i) { i.set8(i.record(kLong) - 32 + 13, 0); },
       "leak: /: a piece of a long name does not belong"},
      {"all checksums",
       [](Editor& i) {
         for (std::size_t k = 32; k <= 96; k += 32) i.set8(i.record(kLong) - k + 13, 0);
       },
       "leak: /ALONGN~1.TEX: its long name belongs to another short name"},
      {"slice's type", [](Editor& i) { i.set8(i.record(kLong) - 32 + 12, 1); },
       "leak: /: a piece of a long name has a type"},
      {"slice's cluster", [](Editor& i) { i.set16(i.record(kLong) - 32 + 26, 1); },
       "leak: /: a piece of a long name has a cluster"},
      {"slash in a long name", [](Editor& i) { i.set8(i.record(kLong) - 32 + 3, '/'); },
       "its long name has a forbidden character", false},
      {"dot at the end", [](Editor& i) { i.set8(i.record(kLong) - 96 + 16, '.'); },
       "its long name ends in a dot", false},
      {"behind the long name", [](Editor& i) { i.set16(i.record(kLong) - 96 + 30, 'x'); },
       "there is more behind the end of its long name", false},
      {"long name is empty", [](Editor& i) { i.set16(i.record(kLong) - 32 + 1, 0); },
       "its long name has empty pieces", false},
      {"modification time", [](Editor& i) { i.set16(i.record(kReadme) + 22, 0xFFFF); },
       "untidy: /README.TXT: its modification time", false},
      {"modification date", [](Editor& i) { i.set16(i.record(kReadme) + 24, 45 << 9 | 2 << 5 | 30); },
       "untidy: /README.TXT: its modification time", false},
      {"leap day", [](Editor& i) { i.set16(i.record(kReadme) + 24, 45 << 9 | 2 << 5 | 29); },
       "untidy: /README.TXT: its modification time", false},
      {"creation time", [](Editor& i) { i.set8(i.record(kReadme) + 13, 200); },
       "untidy: /README.TXT: its creation time", false},
      {"access date", [](Editor& i) { i.set16(i.record(kReadme) + 18, 1); },
       "untidy: /README.TXT: its access date", false},
      {"two labels", [](Editor& i) { i.set8(i.record(kEmpty) + 11, 8); },
       "damage: volume label: there is more than one", false},
      {"label elsewhere", [](Editor& i) { i.set8(i.record(kLast) + 11, 8); },
       "damage: volume label: lies in /DIR", false},
      {"label with content", [](Editor& i) { i.set32(i.record("TESTDISK   ") + 28, 5); },
       "damage: volume label: has a content", true},
      {"label and directory", [](Editor& i) { i.set8(i.record("TESTDISK   ") + 11, 0x18); },
       "damage: volume label: is a directory, too", true},
  };
  return damages;
}

TEST_F(FatJudge, FindsEachDamage) {
  for (const auto* damages : {&damages_of_boot(), &damages_of_tables(), &damages_of_directories()})
    for (const Damage& damage : *damages) {
      Editor image(image_of(damage.bits));
      damage.make(image);
      const std::string found = judged(image.bytes());
      EXPECT_NE(found.find(damage.finding), found.npos) << damage.name << ": " << damage.finding << "\n"
                                                        << found;
      const std::string complaints = complaints_of_fsck(image_of(damage.bits));
      EXPECT_EQ(!complaints.empty(), damage.fsck_complains) << damage.name << "\n" << complaints;
    }
}

TEST_F(FatJudge, KnowsWhatIsRight) {
  const std::pair<const char*, std::function<void(Editor&)>> harmless[] = {
      {"leap day", [](Editor& i) { i.set16(i.record(kReadme) + 24, 44 << 9 | 2 << 5 | 29); }},
      {"no other times",
       [](Editor& i) { i.set(i.record(kReadme) + 13, std::string_view("\0\0\0\0\0\0\0", 7)); }},
      {"bad cluster",
       [](Editor& i) {
         i.set_entry(i.free_cluster() + 5, 0x0FFFFFF7), i.set32(512 + 0x1E8, i.get32(512 + 0x1E8) - 1);
       }},
      {"free count unknown",
       [](Editor& i) { i.set32(512 + 0x1E8, 0xFFFFFFFF), i.set32(512 + 0x1EC, 0xFFFFFFFF); }},
      {"upper bits",
       [](Editor& i) { i.set_entry(i.start(kReadme), i.entry(i.start(kReadme)) | 0xA0000000); }},
      {"one FAT kept",
       [](Editor& i) {
         i.set16(40, 0x80), i.set16(6 * 512 + 40, 0x80), i.set8(i.entry_at(60) + i.fat_bytes(), 1);
       }},
  };
  for (const auto& [name, make] : harmless) {
    Editor editor(image_of(32));
    make(editor);
    EXPECT_EQ(judged(editor.bytes()), "") << name;
  }
}

TEST_F(FatJudge, IsBoundedOnNoise) {
  // Every record of a large directory leads back into it, or anywhere.
  Editor editor(image_of(32));
  u32 state = 1;
  for (std::size_t at = editor.root() + 32; at < editor.root() + 1500 * 512; at += 32) {
    for (std::size_t i = 0; i < 32; ++i) editor.set8(at + i, (state = state * 1664525 + 1013904223) >> 24);
    editor.set8(at + 11, at % 64 ? 0x10 : 0x0F);
    editor.set16(at + 20, 0);
    editor.set16(at + 26, state >> 8 & 0x7FF);
  }
  for (u32 number = 2; number < 1500; ++number)
    editor.set_entry(number, number % 7 ? number + 1 : 0x0FFFFFFF);
  EXPECT_NE(judged(editor.bytes()), "");
  EXPECT_NE(judged(editor.bytes().first(100)), "");
  EXPECT_NE(judged({}), "");
}

}  // namespace
}  // namespace oracle
