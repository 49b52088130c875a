// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Name hashes against what debugfs's dx_hash says.
#include "fs/ext2/dirhash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rump::ext2 {
namespace {

constexpr std::array<u32, 4> kNoSeed{};
/// The UUID 11111111-2222-3333-4444-555555555555 as the superblock holds it.
constexpr std::array<u32, 4> kSeed{0x11111111, 0x33332222, 0x55554444, 0x55555555};
constexpr Name kLong = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF";
constexpr Name kAccent = "caf\xC3\xA9";

struct Vector {
  HashVersion version;
  Name name;
  u32 unseeded, seeded;
};

TEST(Ext2Hash, AsDebugfs) {
  using enum HashVersion;
  static constexpr Vector kVectors[] = {
      {legacy, "a", 0xE74B53E2, 0xE74B53E2},
      {legacy, "hello", 0x32252546, 0x32252546},
      {legacy, kLong, 0x70976438, 0x70976438},
      {legacy, kAccent, 0x96CA5A2C, 0x96CA5A2C},
      {half_md4, "a", 0xD5FA7D7A, 0x61AB28CE},
      {half_md4, "hello", 0x1746DA32, 0xE4A977AA},
      {half_md4, kLong, 0x9FFCFCDE, 0xF84A6ABA},
      {half_md4, kAccent, 0xFB9C5E5C, 0xA01BC648},
      {tea, "a", 0x6D0EA4C0, 0xC60EF7D0},
      {tea, "hello", 0x6F5BB1A8, 0x4AD5910A},
      {tea, kLong, 0xFDF70586, 0xD92FAB9E},
      {tea, kAccent, 0x105842EA, 0x4691753E},
      {legacy_unsigned, kAccent, 0x6DDE4230, 0x6DDE4230},
      {half_md4_unsigned, kAccent, 0x9D72AED6, 0x26E36CC2},
      {tea_unsigned, kAccent, 0x6621F032, 0x702ACD98},
  };
  for (const Vector& v : kVectors) {
    EXPECT_EQ(hash_name(v.version, v.name, kNoSeed).major, v.unseeded) << int(v.version) << v.name;
    EXPECT_EQ(hash_name(v.version, v.name, kSeed).major, v.seeded) << int(v.version) << v.name;
  }
}

TEST(Ext2Hash, LongestName) {
  const std::string name(kNameMaxUsual, 'x');
  EXPECT_EQ(hash_name(HashVersion::legacy, name, kNoSeed).major, 0x30557DA6u);
  EXPECT_EQ(hash_name(HashVersion::half_md4, name, kNoSeed).major, 0x2AA7169Eu);
  EXPECT_EQ(hash_name(HashVersion::tea, name, kNoSeed).major, 0x6C4C00EEu);
}

TEST(Ext2Hash, MinorHashes) {
  EXPECT_EQ(hash_name(HashVersion::legacy, kLong, kNoSeed), (DirHash{0x70976438, 0}));
  EXPECT_EQ(hash_name(HashVersion::half_md4, kLong, kNoSeed), (DirHash{0x9FFCFCDE, 0xE3F28C3A}));
  EXPECT_EQ(hash_name(HashVersion::tea, kLong, kNoSeed), (DirHash{0xFDF70586, 0xF57277D6}));
}

TEST(Ext2Hash, VersionsByNumber) {
  Geometry g;
  EXPECT_EQ(hash_version(g, 1), HashVersion::half_md4);
  EXPECT_EQ(hash_version(g, 3), std::nullopt);
  g.unsigned_hash = true;
  EXPECT_EQ(hash_version(g, 2), HashVersion::tea_unsigned);
  EXPECT_EQ(hash_version(g, kHashVersionSip), std::nullopt);
}

}  // namespace
}  // namespace rump::ext2
