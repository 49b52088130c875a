// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Descriptors, sessions, mount options, times and names of ISO 9660.
#include "fs/iso9660/super.hpp"

#include <gtest/gtest.h>

#include "fs/iso9660/names.hpp"
#include "fs/iso9660/sessions.hpp"
#include "fs/iso9660/times.hpp"
#include "tests/unit/iso9660_image.hpp"

namespace rump::iso9660 {
namespace {

using namespace std::string_view_literals;

using test::iso_reason;
using test::IsoImage;
using test::IsoList;

constexpr u64 kPrimary = IsoImage::at(IsoImage::kPrimary);

TEST(IsoDescriptors, Probe) {
  IsoImage image;
  EXPECT_TRUE(probe(image.device).value());
  image.put(kPrimary + 1, "CD002");
  EXPECT_FALSE(probe(image.device).value());
  test::TestDevice small(2048, 16);
  EXPECT_FALSE(probe(small).value());
}

TEST(IsoDescriptors, ReadsThePrimaryOne) {
  IsoImage image;
  const Descriptors d = read_descriptors(image.device).value();
  EXPECT_EQ(d.primary.root, IsoImage::at(IsoImage::kRoot));
  EXPECT_EQ(d.bytes(), 64u * 2048);
  EXPECT_EQ(std::string_view(d.volume_id.data()), "A VOLUME");
  EXPECT_FALSE(d.joliet || d.enhanced || d.boot_catalog);
}

TEST(IsoDescriptors, RefusesByName) {
  struct Break {
    u64 offset;
    std::string_view bytes, reason;
  };
  static constexpr Break kBreaks[] = {
      {kPrimary, std::string_view("\xFF", 1), "there is no primary volume descriptor"},
      {kPrimary + 1, "CD00?", "there is no primary volume descriptor"},
      {kPrimary + 9, "CDROM", "High Sierra, the predecessor of ISO 9660, is not supported"},
      {kPrimary + 128, std::string_view("\0\0", 2), "the volume descriptor's block size is out of range"},
      {kPrimary + 128, std::string_view("\0\x10", 2), "the volume descriptor's block size is out of range"},
      {kPrimary + 128, std::string_view("\0\x06", 2), "the volume descriptor's block size is out of range"},
  };
  for (const Break& broken : kBreaks) {
    IsoImage image;
    image.put(broken.offset, broken.bytes);
    EXPECT_EQ(iso_reason(read_descriptors(image.device)), broken.reason);
    EXPECT_FALSE(image.mount().has_value());
  }
}

TEST(IsoDescriptors, KnowsTheOthers) {
  IsoImage image;
  // In front of the primary one, whose block size it needs.
  image.descriptor(16, 2, 21, 64, "%/E");
  image.descriptor(17, 1, 20, 64);
  image.descriptor(18, 2, 22, 64);
  image.put8(IsoImage::at(18) + 6, 2);
  image.put8(IsoImage::at(19), 0);
  image.put(IsoImage::at(19) + 1, "CD001\1EL TORITO SPECIFICATION");
  image.put(IsoImage::at(19) + 71, std::string_view("\x2A\0\0\0", 4));
  const Descriptors d = read_descriptors(image.device).value();
  ASSERT_TRUE(d.joliet && d.enhanced);
  EXPECT_EQ(d.joliet->root, IsoImage::at(21));
  EXPECT_EQ(d.joliet_level, 3);
  EXPECT_EQ(d.enhanced->root, IsoImage::at(22));
  EXPECT_EQ(d.boot_catalog, 42u);
  EXPECT_EQ(d.primary_sector, 17u);
}

/// A session of a root directory only; addresses count from the start of the volume.
void add_session(IsoImage& image, u32 start, u32 sectors) {
  image.descriptor(start + 16, 1, start + 18, sectors);
  image.descriptor(start + 17, 255, 0, 0);
  image.begin(start + 18, start + 18);
  image.add(0, 0, 0, "IN" + std::to_string(start));
}

TEST(IsoSessions, FollowOneAnother) {
  IsoImage image(400);
  image.descriptor(16, 1, 20, 40);
  add_session(image, 60, 30);
  add_session(image, 200, 40);
  const Sessions sessions = find_sessions(image.device).value();
  ASSERT_EQ(sessions.count, 3u);
  EXPECT_EQ(sessions.sectors[1], 76u);
  EXPECT_EQ(sessions.sectors[2], 216u);
  const auto names = [&](std::string_view options) {
    IsoMount& mount = image.mounted(options);
    IsoList list;
    EXPECT_TRUE(mount.load(mount.root()).value()->readdir(0, list));
    return list.names;
  };
  EXPECT_EQ(names(""), std::vector<std::string>{"in200"});
  EXPECT_EQ(names("session=3"), std::vector<std::string>{"in200"});
  EXPECT_EQ(names("session=2"), std::vector<std::string>{"in60"});
  EXPECT_EQ(names("session=1"), std::vector<std::string>{});
  EXPECT_EQ(iso_reason(image.mount("session=4")), "the volume has no such session");
}

TEST(IsoSessions, AnImageInsideIsNone) {
  IsoImage image(400);
  image.descriptor(16, 1, 20, 40);
  // Its addresses count from its own start, and lead elsewhere in this one.
  image.descriptor(100 + 16, 1, 20, 30);
  EXPECT_EQ(find_sessions(image.device).value().count, 1u);
}

TEST(IsoSessions, TheUsualPlaceMayHoldACopyOfTheLast) {
  IsoImage image(400);
  add_session(image, 32, 30);
  add_session(image, 96, 30);
  image.descriptor(16, 1, 96 + 18, 126);
  const Sessions sessions = find_sessions(image.device).value();
  ASSERT_EQ(sessions.count, 2u);
  EXPECT_EQ(sessions.sectors[0], 48u);
  EXPECT_EQ(sessions.sectors[1], 112u);
}

TEST(IsoOptions, AreChecked) {
  for (const std::string_view wrong : {"rock", "map=x", "map", "check=no", "session=0", "session=100",
                                       "uid=-1", "uid=4294967296", "mode=8", "dmode=10000", "norock=1"}) {
    const auto options = parse_options(wrong);
    ASSERT_FALSE(options.has_value()) << wrong;
    EXPECT_EQ(options.error().code, Errc::invalid) << wrong;
  }
  const Options options = parse_options("norock,nojoliet,map=a,uid=7,dmode=700,hide,,check=r").value();
  EXPECT_FALSE(options.rock_ridge || options.joliet);
  EXPECT_EQ(options.map, NameMap::acorn);
  EXPECT_EQ(options.uid, 7u);
  EXPECT_EQ(options.dmode, 0700u);
  EXPECT_EQ(options.relaxed, true);
  EXPECT_TRUE(options.hide && options.enhanced);
}

TEST(IsoTimes, BothForms) {
  struct Case {
    std::string_view stamp;
    Time time;
  };
  static constexpr Case kCases[] = {
      {std::string_view("\x46\1\1\0\0\0\0", 7), {0, 0}},
      {std::string_view("\x64\2\x1D\x17\x3B\x3B\0", 7), {951868799, 0}},
      {std::string_view("\x64\3\1\1\0\0\4", 7), {951868800, 0}},            // an hour east
      {std::string_view("\x64\2\x1D\x16\x3B\x3B\xFC", 7), {951868799, 0}},  // an hour west
      {std::string_view("\x64\3\1\0\0\0\x64", 7), {951868800, 0}},          // no such zone
      {std::string_view("\0\1\1\0\0\0\0", 7), {-2208988800, 0}},
      {std::string_view("\xFF\x0C\x1F\x17\x3B\x3B\0", 7), {5869583999, 0}},
      {std::string_view("\0\0\0\0\0\0\0", 7), {0, 0}},
      {std::string_view("\x64\x0D\1\0\0\0\0", 7), {0, 0}},
      {std::string_view("2000022923595950\0", 17), {951868799, 500000000}},
      {std::string_view("2000030101000001\4", 17), {951868800, 10000000}},
      {std::string_view("0000000000000000\0", 17), {0, 0}},
      {std::string_view("20x0030100000000\0", 17), {0, 0}},
  };
  for (const Case& c : kCases) {
    const auto bytes = std::as_bytes(std::span(c.stamp));
    const Time time = bytes.size() == kShortTimeBytes ? short_time(bytes.first<kShortTimeBytes>())
                                                      : long_time(bytes.first<kLongTimeBytes>());
    EXPECT_EQ(time.seconds, c.time.seconds) << testing::PrintToString(c.stamp);
    EXPECT_EQ(time.nanoseconds, c.time.nanoseconds);
  }
}

TEST(IsoNames, Plain) {
  struct Case {
    std::string_view stored;
    NameSpace space;
    NameMap map;
    std::string_view shown;
  };
  using enum NameSpace;
  using enum NameMap;
  static constexpr Case kCases[] = {
      {"README.TXT;1", plain, normal, "readme.txt"},
      {"README.;1", plain, normal, "readme"},
      {"README.", plain, normal, "readme."},
      {"DIR", plain, normal, "dir"},
      {"A.B;12", plain, normal, "a.b"},
      {"A;B;1", plain, normal, "a.b"},
      {"A;X", plain, normal, "a.x"},
      {"A/B;1", plain, normal, "a.b"},
      {"A\0B"sv, plain, normal, "a"},
      {".;1", plain, normal, "_"},
      {"..", plain, normal, "__"},
      {";1", plain, normal, ".1"},
      {"README.TXT;1", plain, off, "README.TXT;1"},
      {"A/B", plain, off, "A.B"},
      {"Long Name.Txt", enhanced, normal, "Long Name.Txt"},
  };
  for (const Case& c : kCases) {
    DirEntry entry;
    entry.name = c.stored;
    NameBuilder builder;
    EXPECT_EQ(plain_name(entry, c.space, c.map, builder), c.shown) << c.stored;
  }
}

TEST(IsoNames, Acorn) {
  std::string use(32, '\0');
  use.replace(0, 10, "ARCHIMEDES");
  use.replace(10, 4, std::string_view("\0\xD1\xFF\xFF", 4));
  DirEntry entry;
  entry.name = "PICTURE.;1";
  entry.system_use = std::as_bytes(std::span(use));
  NameBuilder builder;
  EXPECT_EQ(plain_name(entry, NameSpace::plain, NameMap::acorn, builder), "picture,fd1");
  EXPECT_EQ(plain_name(entry, NameSpace::plain, NameMap::normal, builder), "picture");
  entry.name = "_APP";
  entry.flags = kRecordDirectory;
  use[19] = 1;
  EXPECT_EQ(plain_name(entry, NameSpace::plain, NameMap::acorn, builder), "!app");
}

TEST(IsoNames, Joliet) {
  struct Case {
    std::string_view stored;
    std::string_view shown;
  };
  static constexpr Case kCases[] = {
      {"\0a\0.\0b\0;\0001"sv, "a.b"},
      {"\0a\0.\0."sv, "a"},
      {"\0a\0;\0002"sv, "a;2"},
      {"\0/\0a"sv, ".a"},
      {"\x54\x0D\x52\x4D"sv, "名前"},
      {"\xD8\x3D\xDE\x00"sv, "😀"},
      {"\xD8\x3D\0a"sv,
       "\xED\xA0\xBD"
       "a"},
      {"\0a\0"sv, "a"},
      {"\0."sv, "_"},
  };
  for (const Case& c : kCases) {
    DirEntry entry;
    entry.name = c.stored;
    NameBuilder builder;
    EXPECT_EQ(joliet_name(entry, builder), c.shown);
  }
}

TEST(IsoNames, LongOnesAreCutAndStayApart) {
  NameBuilder builder;
  for (int i = 0; i < 100; ++i) builder.add("é€");  // five bytes
  const std::string one(builder.finish());
  builder.add("x");
  const std::string other(builder.finish());
  EXPECT_NE(one, other);
  for (const std::string& name : {one, other}) {
    EXPECT_LE(name.size(), kNameMaxUsual);
    // Not inside a character.
    const std::size_t into = name.find('~') % 5;
    EXPECT_TRUE(into == 0 || into == 2) << into;
    EXPECT_EQ(name.size() - name.find('~'), 9u);
  }
  NameBuilder wide(kJolietNameMax);
  for (int i = 0; i < 111; ++i) wide.add("€");
  EXPECT_EQ(wide.finish().size(), kJolietNameMax);
  EXPECT_EQ(wide.finish().find('~'), Name::npos);
  builder.clear();
  builder.add(std::string(kNameMaxUsual, 'n'));
  EXPECT_EQ(builder.finish(), std::string(kNameMaxUsual, 'n'));
}

}  // namespace
}  // namespace rump::iso9660
