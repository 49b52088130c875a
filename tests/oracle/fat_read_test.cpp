// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What mkfs.fat and mtools write we read in full.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/oracle/fat_tree.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

const std::vector<std::string> kNone;

class FatRead : public testing::TestWithParam<FatVariant> {};

TEST_P(FatRead, EverythingIsReadAsItWas) {
  const Scratch scratch;
  const std::string tree = scratch / "tree", image = scratch / "image";
  must({"mkdir", tree});
  build_fat_tree(tree);
  FatFormat format = GetParam().format;
  format.label = "ORACLE 1";
  make_fat(image, format);
  // What is deleted again leaves records and clusters behind.
  mtools(image, {"mcopy", "-s", "-m", "-D", "A", tree + "/wide", tree + "/sizes", "::/"});
  mtools(image, {"mdeltree", "::/wide", "::/sizes"});
  std::vector<std::string> copy = {"mcopy", "-s", "-m", "-D", "A"};
  for (const auto& entry : std::filesystem::directory_iterator(tree)) copy.push_back(entry.path());
  copy.emplace_back("::/");
  mtools(image, copy);
  ASSERT_EQ(complaints_of_fsck(image), "");

  const auto mounted = Mounted::must(image);
  const Manifest actual = manifest_of(mounted->process());
  EXPECT_EQ(differences(as_fat_keeps(manifest_of(tree), actual), actual), kNone);
  const auto stat = mounted->process().statfs(rump::kCwd, "/");
  ASSERT_TRUE(stat) << stat.error().reason;
  EXPECT_EQ(stat->block_bytes, static_cast<rump::u32>(format.sector_bytes * format.cluster_sectors));
  EXPECT_EQ(std::string(stat->label.data()), "ORACLE 1");
  const std::string said = must({"fsck.fat", "-n", image});  // "image: 200 files, 300/4000 clusters"
  const std::size_t slash = said.rfind('/');
  EXPECT_EQ(stat->blocks, std::stoull(said.substr(slash + 1))) << said;
  EXPECT_EQ(stat->blocks - stat->blocks_free, std::stoull(said.substr(said.rfind(' ', slash) + 1))) << said;
  EXPECT_EQ(stat->blocks_available, stat->blocks_free);
}

INSTANTIATE_TEST_SUITE_P(Fat, FatRead, testing::ValuesIn(fat_variants()),
                         [](const auto& info) { return info.param.name; });

/// A fresh volume with one file for many names.
class FatNames : public testing::Test {
 protected:
  FatNames() {
    make_fat(image_, {.bits = 16, .size = "8M"});
    std::ofstream(file_) << "content";
  }
  void put(const std::string& name) { mtools(image_, {"mcopy", "-D", "A", file_, "::/" + name}); }
  std::unique_ptr<Mounted> mount(std::string_view text = {}) {
    return Mounted::must(image_, {}, {.text = text});
  }
  static bool exists(Mounted& mounted, const std::string& path) {
    const auto stat = mounted.process().stat(rump::kCwd, path, rump::Follow::no);
    return stat && stat->type == rump::FileType::file;
  }

  const Scratch scratch_;
  const std::string image_ = scratch_ / "image", file_ = scratch_ / "file";
};

TEST_F(FatNames, AreFoundInAnyCaseAndByTheShortOne) {
  for (const char* name : {"lower.txt", "Ünïcödé Ωmega.TXT", "a long file name.text", "Ж.txt"}) put(name);
  const auto mounted = mount();
  for (const char* name :
       {"/lower.txt", "/LOWER.TXT", "/LoWeR.tXt", "/Ünïcödé Ωmega.TXT", "/üNÏCÖDÉ ωMEGA.txt",
        "/A LONG FILE NAME.TEXT", "/ALONGF~1.TEX", "/alongf~1.tex", "/ж.TXT"})
    EXPECT_TRUE(exists(*mounted, name)) << name;
  for (const char* name : {"/lower.tx", "/lower.txt ", "/U\u0308nïcödé Ωmega.TXT", "/ALONGF~2.TEX", "/lower"})
    EXPECT_FALSE(exists(*mounted, name)) << name;
}

TEST_F(FatNames, OfTheCodePageAreDecoded) {
  // mtools write no long name where the code page has all characters.
  for (const char* name : {"ÄÖÜ.TXT", "äöü.txt.not", "ß.C"}) put(name);
  EXPECT_TRUE(exists(*mount(), "/ÄÖÜ.TXT"));
  EXPECT_TRUE(exists(*mount("codepage=437"), "/ß.C"));
  EXPECT_TRUE(exists(*mount("codepage=850"), "/ÄÖÜ.TXT")) << "the same bytes in both";
  EXPECT_FALSE(exists(*mount("codepage=1252"), "/ÄÖÜ.TXT"));
  EXPECT_TRUE(exists(*mount("codepage=1252"), "/ž™š.TXT"));
  EXPECT_TRUE(exists(*mount("codepage=1252"), "/äöü.txt.not")) << "a long name has no code page";
}

TEST_F(FatNames, HaveAttributes) {
  for (const char* name : {"PLAIN", "RO", "HIDDEN", "SYSTEM", "NOARCH"}) put(name);
  mtools(image_, {"mmd", "::/DIR"});
  mtools(image_, {"mattrib", "+r", "::/RO"});
  mtools(image_, {"mattrib", "+h", "::/HIDDEN", "::/DIR"});
  mtools(image_, {"mattrib", "+s", "+r", "::/SYSTEM"});
  mtools(image_, {"mattrib", "-a", "::/NOARCH"});
  const auto mounted = mount("fmask=0133,dmask=0077,uid=7,gid=8");
  const Manifest manifest = manifest_of(mounted->process());
  const std::tuple<std::string, rump::u32, std::string> expected[] = {
      {"PLAIN", 0644, ""},      {"RO", 0444, ""},        {"HIDDEN", 0644, "0x22"},
      {"SYSTEM", 0444, "0x25"}, {"NOARCH", 0644, "0x0"}, {"DIR", 0700, "0x12"},
  };
  for (const auto& [name, mode, attributes] : expected) {
    const Entry& entry = manifest.at(name);
    EXPECT_EQ(entry.mode, mode) << name;
    EXPECT_EQ(entry.uid, 7u);
    EXPECT_EQ(entry.gid, 8u);
    const auto xattr = entry.xattrs.find("user.DOSATTRIB");
    EXPECT_EQ(xattr == entry.xattrs.end() ? "" : xattr->second, attributes) << name;
  }
}

TEST_F(FatNames, HaveTimesOfTheZoneGiven) {
  must({"touch", "-d", "2024-02-29 12:34:56", file_});
  mtools(image_, {"mcopy", "-m", file_, "::/FILE"});
  EXPECT_EQ(mount()->process().stat(rump::kCwd, "/FILE", rump::Follow::no)->modify.seconds, 1709210096);
  EXPECT_EQ(mount("tz=60")->process().stat(rump::kCwd, "/FILE", rump::Follow::no)->modify.seconds,
            1709210096 - 3600);
  EXPECT_EQ(mount("tz=-300")->process().stat(rump::kCwd, "/FILE", rump::Follow::no)->modify.seconds,
            1709210096 + 300 * 60);
}

TEST(FatLargeDirectory, OfTenThousandNamesIsRead) {
  const Scratch scratch;
  const std::string image = scratch / "image", names = scratch / "names";
  must({"mkdir", names});
  std::vector<std::string> expected;
  // mtools need a time that grows with the cube of the number where short names have to be found.
  for (int i = 0; i < 10'000; ++i) {
    expected.push_back(i % 100 == 0 ? std::to_string(i) + " is a long name"
                                    : "f" + std::to_string(i) + ".txt");
    std::ofstream(names + "/" + expected.back());
  }
  make_fat(image, {.bits = 32, .size = "34M"});
  mtools(image, {"mcopy", "-s", names, "::/"});
  const auto mounted = Mounted::must(image);
  Manifest manifest = manifest_of(mounted->process(), "/names");
  EXPECT_EQ(manifest.size(), expected.size() + 1);
  for (const std::string& name : expected) EXPECT_TRUE(manifest.contains(name)) << name;
}

}  // namespace
}  // namespace oracle
