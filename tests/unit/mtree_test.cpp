// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Lines of mtree(5) where no image of the tools' tests comes: odd times, numbers and names.
#include "utils/copy/mtree.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
namespace fsu {
namespace {

std::string written(std::string_view path, const rump::Attr& attr, std::string_view target = {}) {
  std::string name = testing::TempDir() + "/mtree-XXXXXX";
  MtreeWriter writer{HostFd(mkstemp(name.data()))};
  writer.add(path, attr, target);
  writer.finish();
  std::ifstream file(name);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  unlink(name.c_str());
  EXPECT_TRUE(text.starts_with("#mtree\n")) << text;
  return text.substr(7);
}

rump::Attr attr_of(rump::FileType type) {
  rump::Attr attr{};
  attr.type = type;
  attr.mode = 07;
  attr.nlink = 1;
  return attr;
}

TEST(Mtree, TheRootIsADot) {
  EXPECT_EQ(written("", attr_of(rump::FileType::dir)),
            ". type=dir mode=0007 uid=0 gid=0 nlink=1 time=0.000000000\n");
}

TEST(Mtree, NumbersAreWhole) {
  rump::Attr attr = attr_of(rump::FileType::file);
  attr.mode = 07777;
  attr.uid = attr.gid = ~0U;
  attr.size = ~std::uint64_t{0};
  attr.modify = {-1, 5};
  attr.flags = rump::kFlagImmutable | rump::kFlagAppend | rump::kFlagNoDump | rump::kFlagVerity;
  EXPECT_EQ(written("f", attr),
            "./f type=file mode=7777 uid=4294967295 gid=4294967295 nlink=1 time=-1.000000005 "
            "size=18446744073709551615 flags=schg,sappnd,nodump\n");
}

TEST(Mtree, NamesAndTargetsAreEncoded) {
  EXPECT_EQ(
      written("a\nb\xff", attr_of(rump::FileType::symlink), "\\ \x01#"),
      "./a\\012b\\377 type=link mode=0007 uid=0 gid=0 nlink=1 time=0.000000000 link=\\134\\040\\001\\043\n");
}

TEST(Mtree, DevicesHaveNumbers) {
  rump::Attr attr = attr_of(rump::FileType::block);
  attr.device = {259, 1048575};
  EXPECT_TRUE(written("d/e", attr).contains(" device=native,259,1048575\n"));
  EXPECT_FALSE(written("fifo", attr_of(rump::FileType::fifo)).contains("device"));
}

}  // namespace
}  // namespace fsu
