// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The operand grammar: every form, the order in which they are tried, and what is refused.
#include "utils/image/operand.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

using Kind = Part::Kind;

Operand parse(std::string_view text, const OperandContext& context = {}) {
  return parse_operand(text, context);
}

/// What a UsageError says, or nothing.
template <class Function>
std::string refusal(Function function) {
  try {
    function();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Operand, HostPrefixIsVerbatim) {
  const Operand operand = parse("host:disk.img:/etc@2");
  EXPECT_FALSE(operand.in_image);
  EXPECT_EQ(operand.path, "disk.img:/etc@2");
  EXPECT_EQ(parse("host:").path, "");
  EXPECT_EQ(parse("host:/etc").path, "/etc");
}

TEST(Operand, ImageAndPathAreCutAtTheFirstColonSlash) {
  const Operand operand = parse("dir/disk.img:/a:/b");
  EXPECT_TRUE(operand.in_image);
  EXPECT_EQ(operand.image.file, "dir/disk.img");
  EXPECT_EQ(operand.path, "/a:/b");
  EXPECT_EQ(operand.image_name, "dir/disk.img");
  EXPECT_EQ(operand.shown(), "dir/disk.img:/a:/b");
}

TEST(Operand, OnlyADashAloneIsAStream) {
  EXPECT_TRUE(parse("-").is_stream);
  EXPECT_FALSE(parse("host:-").is_stream);
  EXPECT_EQ(parse("host:-").path, "-");
  EXPECT_FALSE(parse("./-").is_stream);
  EXPECT_FALSE(parse("-:/x").is_stream);
}

TEST(Operand, BootImagesAreFilesWhereThatIsMeant) {
  const Operand operand = parse("a.iso@boot=2", {.bare = Bare::boot_image});
  EXPECT_TRUE(operand.in_image);
  EXPECT_EQ(operand.image.file, "a.iso");
  EXPECT_EQ(operand.image.part, (Part{Kind::boot, 2, 0, ""}));
  EXPECT_EQ(operand.image.fstype, "rawfs");
  EXPECT_EQ(operand.path, "/data");
  EXPECT_EQ(operand.copy_name, "boot2.img");
  EXPECT_EQ(operand.shown(), "a.iso@boot=2");
  EXPECT_EQ(parse("a.iso@boot=2:/x", {.bare = Bare::boot_image}).shown(), "a.iso@boot=2:/x");
  EXPECT_EQ(parse("a.iso@boot=2:", {.bare = Bare::boot_image}).path, "/");
  EXPECT_FALSE(parse("a.iso@2", {.bare = Bare::boot_image}).in_image);
  EXPECT_FALSE(parse("host:a.iso@boot=2", {.bare = Bare::boot_image}).in_image);
  EXPECT_FALSE(parse("a.iso@boot=2").in_image);
  EXPECT_EQ(parse("a.iso@boot=2", {.bare = Bare::image_root}).path, "/");
}

TEST(Operand, FinalColonIsTheRoot) {
  const Operand operand = parse("a:b.img:");
  EXPECT_TRUE(operand.in_image);
  EXPECT_EQ(operand.image.file, "a:b.img");
  EXPECT_EQ(operand.path, "/");
  EXPECT_EQ(operand.shown(), "a:b.img:/");
}

TEST(Operand, ANumberSignAndANumberNameAnInode) {
  const Operand operand = parse("disk.img@2:#12");
  EXPECT_TRUE(operand.in_image);
  EXPECT_EQ(operand.image.file, "disk.img");
  EXPECT_EQ(operand.image.part, (Part{Kind::slot, 2, 0, ""}));
  EXPECT_EQ(operand.path, "#12");
  EXPECT_EQ(operand.shown(), "disk.img@2:#12");
  EXPECT_EQ(parse("disk.img:#12/a:/b").path, "#12/a:/b");
  EXPECT_EQ(parse("a:#1:/b").image.file, "a:#1") << "not a number: the colon before the slash counts";
  for (const char* host : {"disk.img:#", "disk.img:#x", "disk.img:#12x", "#12"})
    EXPECT_FALSE(parse(host).in_image) << host;
}

TEST(Operand, InodesOfNamedAndUnnamedImages) {
  const NamedImage named = parse_image_option("root=disk.img");
  const ImageSpec unnamed = parse_image("other.img");
  const OperandContext context{.named = {&named, 1}, .unnamed = &unnamed};
  EXPECT_EQ(parse("root:#7", context).image.file, "disk.img");
  EXPECT_EQ(parse("root:#7", context).path, "#7");
  EXPECT_EQ(parse(":#7/x", context).image.file, "other.img");
  EXPECT_EQ(parse(":#7/x", context).path, "#7/x");
}

TEST(Operand, FirstColonSlashWinsOverAFinalColon) {
  const Operand operand = parse("disk.img:/a:");
  EXPECT_EQ(operand.image.file, "disk.img");
  EXPECT_EQ(operand.path, "/a:");
}

TEST(Operand, PartFollowsTheLastAtThatFits) {
  const Operand operand = parse("me@home.img@2:/x");
  EXPECT_EQ(operand.image.file, "me@home.img");
  EXPECT_EQ(operand.image.part, (Part{Kind::slot, 2, 0, ""}));
  EXPECT_EQ(operand.image_name, "me@home.img@2");
  EXPECT_EQ(parse("disk@two.img:/").image.file, "disk@two.img");
  EXPECT_EQ(parse("disk@two.img:/").image.part.kind, Kind::none);
  EXPECT_EQ(parse("d@1@x y:/").image.file, "d@1@x y")
      << "the tail of the last @ does not fit, nor the longer one";
  EXPECT_EQ(parse("@2:/").image.file, "@2") << "an image has a name";
}

TEST(Operand, EveryKindOfPart) {
  EXPECT_EQ(parse_part("0"), (Part{Kind::whole, 0, 0, ""}));
  EXPECT_EQ(parse_part("12"), (Part{Kind::slot, 12, 0, ""}));
  EXPECT_EQ(parse_part("a"), (Part{Kind::bsd, 0, 'a', ""}));
  EXPECT_EQ(parse_part("2a"), (Part{Kind::bsd, 2, 'a', ""}));
  EXPECT_EQ(parse_part("label=my%20root%2f%3a%40%25"), (Part{Kind::label, 0, 0, "my root/:@%"}));
  EXPECT_EQ(parse_part("uuid=1234-ABCD"), (Part{Kind::uuid, 0, 0, "1234-ABCD"}));
  EXPECT_EQ(parse_part("partlabel=EFI system"), (Part{Kind::partlabel, 0, 0, "EFI system"}));
  EXPECT_EQ(parse_part("partuuid=00-1"), (Part{Kind::partuuid, 0, 0, "00-1"}));
  EXPECT_EQ(parse_part("boot=1"), (Part{Kind::boot, 1, 0, ""}));
  EXPECT_EQ(parse_part("+0"), (Part{Kind::offset, 0, 0, ""}));
  EXPECT_EQ(parse_part("+63s"), (Part{Kind::offset, 63 * 512, 0, ""}));
  EXPECT_EQ(parse_part("+2K"), (Part{Kind::offset, 2048, 0, ""}));
  EXPECT_EQ(parse_part("+1M"), (Part{Kind::offset, 1 << 20, 0, ""}));
  EXPECT_EQ(parse_part("+3G"), (Part{Kind::offset, std::uint64_t{3} << 30, 0, ""}));
}

TEST(Operand, WhatIsNoPart) {
  for (const char* tail : {"",
                           "01",
                           "00",
                           "0a",
                           "ab",
                           "A",
                           "2ab",
                           "-1",
                           "1 ",
                           "99999999999",
                           "label=",
                           "label=a/b",
                           "label=a%",
                           "label=a%4",
                           "label=%zz",
                           "label=a:b",
                           "label=a@b",
                           "name=x",
                           "boot=",
                           "boot=x",
                           "+",
                           "+x",
                           "+-1",
                           "+1T",
                           "+99999999999G",
                           "+9223372036854775808"})
    EXPECT_EQ(parse_part(tail), std::nullopt) << tail;
}

TEST(Operand, NamedImagesComeBeforeFiles) {
  const std::vector<NamedImage> named = {parse_image_option("root=odd:/name.img,part=1,offset=1M")};
  const OperandContext context{.named = named};
  const Operand operand = parse("root:/etc", context);
  EXPECT_TRUE(operand.in_image);
  EXPECT_EQ(operand.image.file, "odd:/name.img");
  EXPECT_EQ(operand.image.part, (Part{Kind::slot, 1, 0, ""}));
  EXPECT_EQ(operand.image.offset, 1U << 20);
  EXPECT_EQ(operand.shown(), "root:/etc");
  EXPECT_EQ(parse("root:", context).path, "/");
  EXPECT_EQ(parse("root2:/etc", context).image.file, "root2");
  EXPECT_EQ(parse("roo:/etc", context).image.file, "roo");
}

TEST(Operand, ImageOptionForms) {
  const NamedImage all = parse_image_option("n=a,b=c.img,size=10K,fstype=ext2,format=raw,ro");
  EXPECT_EQ(all.name, "n");
  EXPECT_EQ(all.image.file, "a,b=c.img") << "only known options are cut off";
  EXPECT_EQ(all.image.size, 10240U);
  EXPECT_EQ(all.image.fstype, "ext2");
  EXPECT_EQ(all.image.format, "raw");
  const NamedImage file = parse_image_option("dir/disk=1.img@2");
  EXPECT_EQ(file.name, "");
  EXPECT_EQ(file.image.file, "dir/disk=1.img");
  EXPECT_EQ(file.image.part.number, 2U);
  EXPECT_NE(refusal([] { parse_image_option("host=x"); }), "");
  EXPECT_NE(refusal([] { parse_image_option("n=x,offset=abc"); }), "");
  EXPECT_NE(refusal([] { parse_image_option("n=x,part=?"); }), "");
  EXPECT_NE(refusal([] { parse_image_option("n="); }), "");
  EXPECT_NE(refusal([] { parse_image_option(""); }), "");
}

TEST(Operand, EmptyImageIsTheUnnamedOne) {
  const ImageSpec unnamed = parse_image("disk.img@3");
  const OperandContext context{.unnamed = &unnamed};
  const Operand operand = parse(":/etc", context);
  EXPECT_EQ(operand.image.file, "disk.img");
  EXPECT_EQ(operand.image.part.number, 3U);
  EXPECT_EQ(operand.shown(), ":/etc");
  EXPECT_EQ(parse(":", context).path, "/");
  EXPECT_NE(refusal([] { parse(":/etc"); }), "");
}

TEST(Operand, BareImageOnlyWhereTheToolReadsImages) {
  EXPECT_FALSE(parse("disk.img").in_image);
  EXPECT_EQ(parse("disk.img@2").path, "disk.img@2");
  const OperandContext reading{.bare = Bare::image_root};
  const Operand operand = parse("disk.img@2", reading);
  EXPECT_TRUE(operand.in_image);
  EXPECT_EQ(operand.image.file, "disk.img");
  EXPECT_EQ(operand.image.part.number, 2U);
  EXPECT_EQ(operand.shown(), "disk.img@2:/");
}

TEST(Operand, AsksWhenASlashSeemsForgotten) {
  char pattern[] = "/tmp/fs-utils-operand-XXXXXX";
  ASSERT_NE(mkdtemp(pattern), nullptr);
  const std::string image = std::string(pattern) + "/disk.img";
  std::ofstream(image) << "x";
  for (const Bare bare : {Bare::host_path, Bare::image_root}) {
    const OperandContext context{.bare = bare};
    EXPECT_NE(refusal([&] { parse(image + ":boot/", context); }).find("did you mean " + image + ":/boot/?"),
              std::string::npos);
    EXPECT_NE(refusal([&] { parse(image + "@2:a:b", context); }).find("did you mean " + image + "@2:/a:b?"),
              std::string::npos);
  }
  EXPECT_EQ(parse(std::string(pattern) + "/other.img:boot").in_image, false);
  EXPECT_EQ(parse(std::string(pattern) + ":boot").in_image, false) << "a directory is no image";
  EXPECT_EQ(parse("host:" + image + ":boot").path, image + ":boot");
  EXPECT_TRUE(parse(image + ":/boot").in_image);
  unlink(image.c_str());
  rmdir(pattern);
}

}  // namespace
}  // namespace fsu
