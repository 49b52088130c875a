// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extents, interleaving, extended attributes, and compressed files of ISO 9660.
#include <gtest/gtest.h>
#include <zlib.h>

#include "fs/iso9660/dir.hpp"
#include "tests/unit/iso9660_image.hpp"
#include "vfs/file_io.hpp"

namespace rump::iso9660 {
namespace {

using namespace std::string_view_literals;
using test::iso_reason;
using test::IsoImage;
using test::susp;
using test::susp_px;

std::unique_ptr<Vnode> file_of(IsoMount& mount, Name name) {
  return mount.load(mount.load(mount.root()).value()->lookup(name).value()).value();
}

TEST(IsoData, ExtentsThatTouchAreOne) {
  IsoImage image;
  image.add(30, 4096, 0x80, "A.;1");
  image.add(32, 2048, 0x80, "A.;1");
  image.add(40, 2048, 0x80, "A.;1");
  image.add(41, 100, 0, "A.;1");
  image.add(30, 4096, 0x80, "B.;1");
  image.add(32, 10, 0, "B.;1");
  IsoMount& mount = image.mounted();
  const auto a = file_of(mount, "a");
  EXPECT_EQ(a->getattr()->size, 6144u + 2148);
  struct Case {
    u64 offset, length, device, got;
  };
  static constexpr Case kCases[] = {{0, 100000, IsoImage::at(30), 6144},
                                    {5000, 10, IsoImage::at(30) + 5000, 10},
                                    {6143, 10, IsoImage::at(33) - 1, 1},
                                    {6144, 100000, IsoImage::at(40), 2148},
                                    {8291, 5, IsoImage::at(41) + 99, 1}};
  for (const Case& c : kCases) {
    const Extent extent = a->map(c.offset, c.length).value();
    EXPECT_EQ(extent.kind, Extent::Kind::data);
    EXPECT_EQ(extent.device, c.device) << c.offset;
    EXPECT_EQ(extent.length, c.got) << c.offset;
  }
  EXPECT_EQ(file_of(mount, "b")->map(0, 1 << 20)->length, 4106u);
}

TEST(IsoData, BehindTheEndOfTheImage) {
  IsoImage image;
  image.add(62, 3 * 2048, 0, "CUT.;1");
  image.add(0xFFFFFFFF, 5, 0, "FAR.;1");
  IsoMount& mount = image.mounted();
  const auto cut = file_of(mount, "cut");
  EXPECT_EQ(cut->map(0, 3 * 2048)->length, 2u * 2048);
  EXPECT_EQ(iso_reason(cut->map(2 * 2048, 10)), "the file's data lies behind the end of the image");
  EXPECT_EQ(iso_reason(file_of(mount, "far")->map(0, 5)), "the file's data lies behind the end of the image");
}

TEST(IsoData, InterleavedExtents) {
  IsoImage image;
  const u64 record = image.add(30, 2 * 4096 + 5, 0, "A.;1");
  image.put(record + 26, "\2\3");  // two blocks, then a gap of three
  const auto a = file_of(image.mounted(), "a");
  struct Case {
    u64 offset, device, got;
  };
  static constexpr Case kCases[] = {{0, IsoImage::at(30), 4096},
                                    {4095, IsoImage::at(32) - 1, 1},
                                    {4096, IsoImage::at(35), 4096},
                                    {8192, IsoImage::at(40), 5}};
  for (const Case& c : kCases) {
    const Extent extent = a->map(c.offset, 100000).value();
    EXPECT_EQ(extent.device, c.device) << c.offset;
    EXPECT_EQ(extent.length, c.got) << c.offset;
  }
}

TEST(IsoData, ExtendedAttributesComeFirst) {
  IsoImage image;
  for (const u8 flags : {u8{0}, u8{kRecordProtected}}) {
    const u64 record = image.add(30, 100, flags, flags ? "B.;1" : "A.;1");
    image.put8(record + 1, 1);
  }
  image.put(IsoImage::at(30), "\x2A\0\0\x2A\7\0\0\7\xFA\xAF"sv);  // nobody but owner and group may read
  image.put8(IsoImage::at(30) + 180, 1);
  IsoMount& mount = image.mounted();
  const auto a = file_of(mount, "a"), b = file_of(mount, "b");
  EXPECT_EQ(a->map(0, 100)->device, IsoImage::at(31));
  EXPECT_EQ(a->getattr()->mode, 0555u);
  EXPECT_EQ(a->getattr()->uid, 0u);
  EXPECT_EQ(b->getattr()->mode, 0550u);
  EXPECT_EQ(b->getattr()->uid, 42u);
  EXPECT_EQ(b->getattr()->gid, 7u);
}

TEST(IsoData, SparseFilesAreRefusedByName) {
  IsoImage image;
  image.begin(IsoImage::kRoot, IsoImage::kRoot, test::kSuspStart + susp_px(0040755, 2));
  image.add(30, 100, 0, "A.;1", susp_px(0100644) + susp("SF", test::both32(1) + test::both32(5) + "\1"));
  image.add(30, 100, 0, "B.;1", susp_px(0100644) + susp("SF", test::both32(77)));
  IsoMount& mount = image.mounted();
  EXPECT_EQ(file_of(mount, "a")->getattr()->size, (u64{1} << 32) + 5);
  EXPECT_EQ(file_of(mount, "b")->getattr()->size, 77u);
  EXPECT_EQ(iso_reason(file_of(mount, "b")->map(0, 1)), "sparse files of Rock Ridge (SF) are not supported");
}

/// A file of three blocks of 32 KiB, the second one zeroes, and its head.
class Compressed {
 public:
  static constexpr u64 kBlock = 32768, kSize = 2 * kBlock + 1000;
  static constexpr u32 kAt = 30;

  explicit Compressed(bool version2) : version2_(version2) {
    image.begin(IsoImage::kRoot, IsoImage::kRoot, test::kSuspStart + susp_px(0040755, 2));
    for (u64 i = 0; i < kSize; ++i)
      content.push_back(i / kBlock == 1 ? std::byte{0} : static_cast<std::byte>(i * i >> 8 & 0xFF));
    std::string file(version2 ? kZisofsMagic2 : kZisofsMagic1);
    if (version2) file += "\0\6\1\x0F"sv;
    file += little(kSize, version2 ? 8 : 4);
    file += version2 ? "\0\0\0\0"sv : "\4\x0F\0\0"sv;
    head = file.size();
    const std::string blocks[] = {deflated(0, kBlock), "", deflated(2 * kBlock, kSize)};
    u64 pointer = head + 4 * width();
    for (const std::string& block : blocks) {
      file += little(pointer, width());
      pointer += block.size();
    }
    file += little(pointer, width());
    for (const std::string& block : blocks) file += block;
    image.put(IsoImage::at(kAt), file);
    const std::string zf =
        std::string(version2 ? "PZ\6\x0F" : "pz\4\x0F") + (version2 ? little(kSize, 8) : test::both32(kSize));
    record = image.add(kAt, static_cast<u32>(file.size()), 0, "Z.;1",
                       susp_px(0100644) + susp("ZF", zf, version2 ? 2 : 1));
    zf_at = record + 33 + 4 + 1 + 36;
  }
  u64 width() const { return version2_ ? 8 : 4; }
  std::unique_ptr<Vnode> open() { return file_of(image.mounted(), "z"); }

  IsoImage image;
  std::vector<std::byte> content;
  u64 head = 0, record = 0, zf_at = 0;

 private:
  static std::string little(u64 value, u64 bytes) {
    std::string text;
    for (u64 i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
    return text;
  }
  std::string deflated(u64 from, u64 to) const {
    uLongf length = compressBound(to - from);
    std::string out(length, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()), &length,
             reinterpret_cast<const Bytef*>(content.data() + from), to - from);
    out.resize(length);
    return out;
  }
  bool version2_;
};

class IsoZisofs : public testing::TestWithParam<bool> {};

TEST_P(IsoZisofs, ReadsWhatWasCompressed) {
  Compressed z(GetParam());
  const auto file = z.open();
  const Attr attr = file->getattr().value();
  EXPECT_EQ(attr.size, Compressed::kSize);
  EXPECT_EQ(attr.flags, kFlagCompressed);
  EXPECT_EQ(file->map(5, 100)->kind, Extent::Kind::encoded);
  std::vector<std::byte> bytes(Compressed::kSize);
  ASSERT_TRUE(file->read_encoded(0, bytes));
  EXPECT_EQ(bytes, z.content);
  // In odd pieces, and each block decoded once: head, pointers and content are three transfers a block.
  z.image.device.reads = 0;
  for (u64 at = 0; at < bytes.size(); at += 777) {
    const u64 length = std::min<u64>(777, bytes.size() - at);
    ASSERT_TRUE(file->read_encoded(at, std::span(bytes).subspan(at, length)));
  }
  EXPECT_EQ(bytes, z.content);
  EXPECT_LE(z.image.device.reads, 9u);
  EXPECT_FALSE(file->read_encoded(Compressed::kSize - 1, std::span(bytes).first(2)).has_value());
}

TEST_P(IsoZisofs, RefusesWhatIsBroken) {
  struct Break {
    u64 offset;
    std::string_view bytes, reason;
  };
  Compressed z(GetParam());
  const std::vector<std::byte> sound = z.image.device.bytes();
  const u64 start = IsoImage::at(Compressed::kAt), pointers = start + z.head;
  constexpr std::string_view kHead = "the compressed file's head is not what its record says",
                             kOutside = "a block of the compressed file lies outside it",
                             kBlock = "the compressed file's block size is out of range";
  std::vector<Break> breaks = {
      {start, "?", "the compressed file has no head of zisofs"},
      {start + (GetParam() ? 9 : 12), "\x09", kHead},
      {start + (GetParam() ? 11 : 13), "\x10", kHead},
      {start + (GetParam() ? 12 : 8), "\x01", kHead},
      {z.zf_at + 7, "\x0E", kBlock},
      {z.zf_at + 7, "\x15", kBlock},
      {z.zf_at + 7, "\xFF", kBlock},
      {pointers, "\0"sv, kOutside},
      {pointers, "\xFF\xFF\xFF", kOutside},
      {pointers + z.width(), "\xFF\xFF\xFF", kOutside},
      {pointers + 4 * z.width() + 40, "garbage", "a block of the compressed file cannot be decoded"},
  };
  if (GetParam()) {
    breaks.push_back({start + 10, "\4", "zisofs with zstd is not supported"});
    breaks.push_back({start + 8, "\1", "the compressed file's version is not known"});
    breaks.push_back({z.zf_at + 3, "\3", "the compressed file's algorithm is not known"});
  } else {
    breaks.push_back({z.zf_at + 4, "xx", "the compressed file's algorithm is not known"});
  }
  std::vector<std::byte> bytes(Compressed::kBlock);
  for (const Break& broken : breaks) {
    z.image.device.bytes() = sound;
    z.image.put(broken.offset, broken.bytes);
    EXPECT_EQ(iso_reason(z.open()->read_encoded(0, bytes)), broken.reason);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, IsoZisofs, testing::Bool());

}  // namespace
}  // namespace rump::iso9660
