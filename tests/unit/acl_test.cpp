// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Access control lists: which bytes are one, what it grants, what it says as a mode, who inherits
/// what.
#include "vfs/acl.hpp"

#include <gtest/gtest.h>

#include <string>

#include "hypercall/fault/fault.hpp"
#include "tests/fixtures/acl_bytes.hpp"

namespace rump {
namespace {

using test::acl_bytes;
using test::AclEntry;
using test::kGroup;
using test::kMask;
using test::kNamedGroup;
using test::kOthers;
using test::kOwner;
using test::kUser;

using Entries = std::vector<AclEntry>;

const Entries kMinimal{{kOwner, 7}, {kGroup, 5}, {kOthers, 1}};
/// One of everything.
const Entries kFull{{kOwner, 7},          {kUser, 6, 100},      {kUser, 7, 200}, {kGroup, 5},
                    {kNamedGroup, 2, 50}, {kNamedGroup, 7, 60}, {kMask, 6},      {kOthers, 1}};

Acl acl_of(const Entries& entries) {
  Result<Acl> acl = Acl::parse(acl_bytes(entries));
  if (!acl) throw std::runtime_error("the test's own ACL is not valid");
  return *std::move(acl);
}

std::vector<std::byte> bytes_of(const Acl& acl) {
  std::vector<std::byte> bytes;
  acl.encode(bytes);
  return bytes;
}

/// What a new node gets; none is no bytes.
std::vector<std::byte> bytes_of(const std::optional<Acl>& acl) {
  return acl ? bytes_of(*acl) : std::vector<std::byte>{};
}

TEST(AclTest, ComesBackAsItWasRead) {
  for (const Entries& entries : {kMinimal, kFull}) EXPECT_EQ(bytes_of(acl_of(entries)), acl_bytes(entries));
  std::vector<std::byte> bytes(500, std::byte{9});
  acl_of(kMinimal).encode(bytes);
  EXPECT_EQ(bytes, acl_bytes(kMinimal)) << "what was there before is gone";
  Entries numbered = kMinimal;
  numbered[0].id = numbered[2].id = 77;
  EXPECT_EQ(bytes_of(acl_of(numbered)), acl_bytes(kMinimal)) << "numbers of entries that name nobody";
}

TEST(AclTest, RefusesWhatIsNoAcl) {
  struct Case {
    const char* why;
    Entries entries;
  };
  const Case cases[] = {
      {"nothing", {}},
      {"no owner", {{kGroup, 5}, {kOthers, 1}}},
      {"no group", {{kOwner, 5}, {kOthers, 1}}},
      {"no others", {{kOwner, 5}, {kGroup, 1}}},
      {"two owners", {{kOwner, 7}, {kOwner, 7}, {kGroup, 5}, {kOthers, 1}}},
      {"two groups", {{kOwner, 7}, {kGroup, 5}, {kGroup, 5}, {kOthers, 1}}},
      {"two others", {{kOwner, 7}, {kGroup, 5}, {kOthers, 1}, {kOthers, 1}}},
      {"two masks", {{kOwner, 7}, {kGroup, 5}, {kMask, 5}, {kMask, 5}, {kOthers, 1}}},
      {"a user without mask", {{kOwner, 7}, {kUser, 5, 1}, {kGroup, 5}, {kOthers, 1}}},
      {"a group without mask", {{kOwner, 7}, {kGroup, 5}, {kNamedGroup, 5, 1}, {kOthers, 1}}},
      {"a user after the group", {{kOwner, 7}, {kGroup, 5}, {kUser, 5, 1}, {kMask, 7}, {kOthers, 1}}},
      {"a group before its place", {{kOwner, 7}, {kNamedGroup, 5, 1}, {kGroup, 5}, {kMask, 7}, {kOthers, 1}}},
      {"a group after the mask", {{kOwner, 7}, {kGroup, 5}, {kMask, 7}, {kNamedGroup, 5, 1}, {kOthers, 1}}},
      {"the mask at the end", {{kOwner, 7}, {kGroup, 5}, {kOthers, 1}, {kMask, 7}}},
      {"a user of no number", {{kOwner, 7}, {kUser, 5}, {kGroup, 5}, {kMask, 7}, {kOthers, 1}}},
      {"a group of no number", {{kOwner, 7}, {kGroup, 5}, {kNamedGroup, 5}, {kMask, 7}, {kOthers, 1}}},
      {"an unknown tag", {{kOwner, 7}, {kGroup, 5}, {64, 7}, {kOthers, 1}}},
      {"tag 0", {{0, 7}, {kGroup, 5}, {kOthers, 1}}},
      {"two tags in one", {{kOwner | kGroup, 7}, {kGroup, 5}, {kOthers, 1}}},
      {"an unknown permission", {{kOwner, 7}, {kGroup, 8}, {kOthers, 1}}},
      {"a far permission", {{kOwner, 7}, {kGroup, 0x8000}, {kOthers, 1}}},
  };
  for (const Case& c : cases) {
    const Result<Acl> acl = Acl::parse(acl_bytes(c.entries));
    EXPECT_TRUE(!acl && acl.error().code == Errc::invalid) << c.why;
  }
}

TEST(AclTest, RefusesBytesOfAnotherLength) {
  const std::vector<std::byte> whole = acl_bytes(kFull);
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_EQ(Acl::parse(std::span(whole).first(length)).error().code, Errc::invalid) << length;
  std::vector<std::byte> longer = whole;
  longer.push_back(std::byte{0});
  EXPECT_EQ(Acl::parse(longer).error().code, Errc::invalid);
}

TEST(AclTest, TakesAsManyNamesAsAValueHolds) {
  Entries many{{kOwner, 7}};
  while (many.size() < (Acl::kBytesMax - 4) / 8 - 3)
    many.push_back({kUser, 6, static_cast<u32>(many.size())});
  many.insert(many.end(), {{kGroup, 4}, {kMask, 6}, {kOthers, 0}});
  EXPECT_EQ(bytes_of(acl_of(many)), acl_bytes(many));
  many.insert(many.begin() + 1, {kUser, 6, 99});
  EXPECT_EQ(Acl::parse(acl_bytes(many)).error().code, Errc::invalid);
}

TEST(AclTest, KnowsOneVersion) {
  for (const u32 version : {0u, 1u, 3u, 0x02000000u})
    EXPECT_EQ(Acl::parse(acl_bytes(kMinimal, version)).error().code, Errc::not_supported) << version;
}

TEST(AclTest, AbsentIsEmptyOrAHeader) {
  EXPECT_TRUE(Acl::absent({}));
  EXPECT_TRUE(Acl::absent(acl_bytes({})));
  EXPECT_FALSE(Acl::absent(acl_bytes({}, 1)));
  EXPECT_FALSE(Acl::absent(std::vector(3, std::byte{2})));
  EXPECT_FALSE(Acl::absent(acl_bytes(kMinimal)));
}

TEST(AclTest, FirstOfTwoEntriesForAUserCounts) {
  const Acl acl =
      acl_of({{kOwner, 7}, {kUser, 4, 100}, {kUser, 6, 100}, {kGroup, 0}, {kMask, 7}, {kOthers, 0}});
  const Attr attr{.type = FileType::file, .mode = 0770, .uid = 1, .gid = 1};
  EXPECT_TRUE(acl.check(attr, {100, 100}, kMayRead));
  EXPECT_FALSE(acl.check(attr, {100, 100}, kMayWrite));
}

/// Who gets what of kFull, on a file of 10:20 with the ACL's mode. The mask takes execute from all but the
/// owner and the others.
TEST(AclTest, GrantsByTheFirstClassThatMatches) {
  struct Case {
    const char* who;
    u32 uid, gid;
    std::vector<u32> groups;
    u32 granted;  ///< every set of Access bits that passes, as bits 1 << access
  };
  const auto up_to = [](std::initializer_list<u32> accesses) {
    u32 all = 0;
    for (const u32 most : accesses)
      for (u32 access = 0; access < 8; ++access)
        if ((access & most) == access) all |= 1u << access;
    return all;
  };
  const Case cases[] = {
      {"owner", 10, 99, {50, 60}, up_to({7})},
      {"owner who is named nowhere else", 10, 20, {}, up_to({7})},
      {"named user", 100, 99, {}, up_to({6})},
      {"named user, masked", 200, 99, {}, up_to({6})},
      {"named user in a group that grants more", 100, 20, {50, 60}, up_to({6})},
      {"owning group", 300, 20, {}, up_to({4})},
      {"owning group, supplementary", 300, 99, {1, 20}, up_to({4})},
      {"named group", 300, 50, {}, up_to({2})},
      {"two groups, none grants both", 300, 20, {50}, up_to({4, 2})},
      {"two groups, one grants both", 300, 20, {60}, up_to({6})},
      {"others", 300, 99, {}, up_to({1})},
      {"user 0", 0, 0, {}, up_to({7})},
  };
  const Acl acl = acl_of(kFull);
  const Attr attr{.type = FileType::file, .mode = acl.mode_bits(), .uid = 10, .gid = 20};
  for (const Case& c : cases) {
    Cred cred{.uid = c.uid, .gid = c.gid};
    for (const u32 group : c.groups) cred.groups[cred.group_count++] = group;
    for (u32 access = 0; access < 8; ++access) {
      const Result<> result = acl.check(attr, cred, access);
      EXPECT_EQ(result.has_value(), (c.granted >> access & 1) != 0) << c.who << " asks for " << access;
      EXPECT_TRUE(result || result.error().code == Errc::denied);
    }
  }
}

TEST(AclTest, User0ExecutesWhatSomebodyMay) {
  Attr attr{.type = FileType::file, .mode = 0664, .uid = 10, .gid = 20};
  const Acl acl = acl_of({{kOwner, 6}, {kUser, 7, 100}, {kGroup, 7}, {kMask, 6}, {kOthers, 4}});
  EXPECT_FALSE(acl.check(attr, {}, kMayExecute)) << "the mask leaves execute to nobody";
  attr.type = FileType::dir;
  EXPECT_TRUE(acl.check(attr, {}, kMayExecute));
}

TEST(AclTest, EmptyMaskLeavesTheModeBits) {
  const Acl acl = acl_of({{kOwner, 6}, {kUser, 7, 100}, {kGroup, 7}, {kMask, 0}, {kOthers, 4}});
  const Attr attr{.type = FileType::file, .mode = acl.mode_bits(), .uid = 10, .gid = 20};
  EXPECT_EQ(attr.mode, 0604u);
  EXPECT_TRUE(acl.check(attr, {100, 99}, kMayRead)) << "a named user is one of the others";
  EXPECT_FALSE(acl.check(attr, {100, 99}, kMayWrite));
  EXPECT_FALSE(acl.check(attr, {300, 20}, kMayRead)) << "the group has nothing";
}

TEST(AclTest, SpeaksAsAMode) {
  EXPECT_EQ(acl_of(kMinimal).mode_bits(), 0751u);
  EXPECT_TRUE(acl_of(kMinimal).minimal());
  EXPECT_EQ(acl_of(kFull).mode_bits(), 0761u) << "the group's bits are the mask";
  EXPECT_FALSE(acl_of(kFull).minimal());
  EXPECT_FALSE(acl_of({{kOwner, 7}, {kGroup, 5}, {kMask, 5}, {kOthers, 1}}).minimal()) << "a mask alone";
}

TEST(AclTest, ChmodSetsTheMaskAndNoName) {
  Acl full = acl_of(kFull);
  full.set_mode(06524);
  Entries expected = kFull;
  expected[0].access = 5;
  expected[6].access = 2;
  expected[7].access = 4;
  EXPECT_EQ(bytes_of(full), acl_bytes(expected));
  EXPECT_EQ(full.mode_bits(), 0524u);
  Acl minimal = acl_of(kMinimal);
  minimal.set_mode(0124);
  EXPECT_EQ(bytes_of(minimal), acl_bytes({{kOwner, 1}, {kGroup, 2}, {kOthers, 4}}));
}

TEST(AclTest, NewNodeOfAMinimalDefaultHasAModeOnly) {
  const Result<InheritedAcl> made = acl_of(kMinimal).inherit(07666);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->mode, 07640u);
  EXPECT_FALSE(made->access);
}

TEST(AclTest, NewNodeInheritsNamesUnderTheMode) {
  const Acl parent = acl_of(kFull);
  const Result<InheritedAcl> made = parent.inherit(01645);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->mode, 01641u);
  Entries expected = kFull;
  expected[0].access = 6;
  expected[6].access = 4;
  EXPECT_EQ(bytes_of(made->access), acl_bytes(expected));
  EXPECT_EQ(bytes_of(parent), acl_bytes(kFull)) << "the directory's own stays";
}

TEST(AclTest, SaysWhenTheHostHasNoMemory) {
  const Acl parent = acl_of(kFull);
  host::fault::AllocationPlan plan;
  plan.fail(1, host::fault::Times::forever);
  EXPECT_EQ(Acl::parse(acl_bytes(kFull)).error().code, Errc::no_memory);
  EXPECT_EQ(parent.inherit(0777).error().code, Errc::no_memory);
}

}  // namespace
}  // namespace rump
