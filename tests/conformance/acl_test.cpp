// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Access control lists at work: who is let in, what chmod and new files make of them.
#include "tests/conformance/conformance.hpp"
#include "tests/fixtures/acl_bytes.hpp"

namespace conformance {
namespace {

using rump::test::acl_bytes;
using rump::test::AclEntry;
using rump::test::kGroup;
using rump::test::kMask;
using rump::test::kNamedGroup;
using rump::test::kOthers;
using rump::test::kOwner;
using rump::test::kUser;
using Entries = std::vector<AclEntry>;

constexpr const char *kAccess = "system.posix_acl_access", *kDefault = "system.posix_acl_default";
constexpr u32 kOwnerId = 100, kNamedId = 200, kStrangerId = 300;

class AclTest : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    if (IsSkipped()) return;
    put(root(), "f", "text", 0600);
    must(root().chown("f", Follow::no, kOwnerId, kOwnerId));
    must(root().mkdir("d", 0755));
  }

  static Result<> set(Calls& calls, At path, const char* name, const Entries& entries) {
    return calls.set_xattr(path, Follow::no, name, acl_bytes(entries), XattrMode::set);
  }
  /// The attribute's bytes; empty: there is none.
  static std::vector<std::byte> value(Calls& calls, At path, const char* name) {
    std::vector<std::byte> bytes(1024);
    const Result<std::size_t> length = calls.get_xattr(path, Follow::no, name, bytes);
    if (code(length) == Errc::no_data) return {};
    bytes.resize(must(length));
    return bytes;
  }
  /// Whether user `uid` may open the file so.
  Errc opened(u32 uid, At path, u32 flags) {
    const auto calls = as(uid, uid);
    const Result<Fd> fd = calls->open(path, flags);
    if (fd) must(calls->close(*fd));
    return code(fd);
  }

  /// rw- for the owner and, unless the mask says no, for the named user; --- for all others.
  static Entries letting_in(rump::u16 mask) {
    return {{kOwner, 6}, {kUser, 6, kNamedId}, {kGroup, 0}, {kMask, mask}, {kOthers, 0}};
  }
};

TEST_P(AclTest, NamedUsersAreLetInAsFarAsTheMaskGoes) {
  EXPECT_EQ(opened(kNamedId, "f", kOpenRead), Errc::denied);
  must(set(root(), "f", kAccess, letting_in(6)));
  EXPECT_EQ(opened(kNamedId, "f", kOpenRead | kOpenWrite), kDone);
  EXPECT_EQ(opened(kStrangerId, "f", kOpenRead), Errc::denied);
  EXPECT_EQ(mode_of(root(), "f"), 0660u) << "the group's bits are the mask";
  must(set(root(), "f", kAccess, letting_in(4)));
  EXPECT_EQ(opened(kNamedId, "f", kOpenRead), kDone);
  EXPECT_EQ(opened(kNamedId, "f", kOpenWrite), Errc::denied);
  EXPECT_EQ(mode_of(root(), "f"), 0640u);
}

TEST_P(AclTest, NamedGroupsAreLetIn) {
  must(set(root(), "f", kAccess,
           {{kOwner, 6}, {kGroup, 0}, {kNamedGroup, 4, kNamedId}, {kMask, 4}, {kOthers, 0}}));
  EXPECT_EQ(code(as(kStrangerId, kStrangerId, {kNamedId})->open("f", kOpenRead)), kDone);
  EXPECT_EQ(opened(kStrangerId, "f", kOpenRead), Errc::denied);
}

TEST_P(AclTest, SearchingADirectoryGoesByItsAcl) {
  put(root(), "d/inside", "");
  must(root().chmod("d/inside", 0644));
  must(root().chmod("d", 0700));
  EXPECT_EQ(opened(kNamedId, "d/inside", kOpenRead), Errc::denied);
  must(set(root(), "d", kAccess, {{kOwner, 7}, {kUser, 1, kNamedId}, {kGroup, 0}, {kMask, 1}, {kOthers, 0}}));
  EXPECT_EQ(opened(kNamedId, "d/inside", kOpenRead), kDone);
  EXPECT_EQ(code(as(kNamedId, kNamedId)->unlink("d/inside")), Errc::denied);
}

TEST_P(AclTest, WhatTheModeCanSayIsNotKept) {
  must(set(root(), "f", kAccess, {{kOwner, 7}, {kGroup, 5}, {kOthers, 1}}));
  EXPECT_EQ(mode_of(root(), "f"), 0751u);
  EXPECT_TRUE(value(root(), "f", kAccess).empty());
}

TEST_P(AclTest, ChmodChangesTheMask) {
  must(set(root(), "f", kAccess, letting_in(6)));
  must(root().chmod("f", 0745));
  EXPECT_EQ(value(root(), "f", kAccess),
            acl_bytes({{kOwner, 7}, {kUser, 6, kNamedId}, {kGroup, 0}, {kMask, 4}, {kOthers, 5}}));
  EXPECT_EQ(mode_of(root(), "f"), 0745u);
  EXPECT_EQ(opened(kNamedId, "f", kOpenWrite), Errc::denied);
}

TEST_P(AclTest, RemovedItIsAsIfItHadNeverBeen) {
  must(set(root(), "f", kAccess, letting_in(6)));
  must(root().remove_xattr("f", Follow::no, kAccess));
  EXPECT_TRUE(value(root(), "f", kAccess).empty());
  EXPECT_EQ(opened(kNamedId, "f", kOpenRead), Errc::denied);
  EXPECT_EQ(code(root().remove_xattr("f", Follow::no, kAccess)), kDone) << "an absent ACL may be removed";
}

TEST_P(AclTest, OnlyTheOwnerSetsIt) {
  EXPECT_EQ(code(set(*as(kNamedId, kNamedId), "f", kAccess, letting_in(6))), Errc::not_permitted);
  EXPECT_EQ(code(set(*as(kOwnerId, kOwnerId), "f", kAccess, letting_in(6))), kDone);
}

TEST_P(AclTest, NonsenseIsRefused) {
  const Entries without_mask{{kOwner, 6}, {kUser, 6, kNamedId}, {kGroup, 0}, {kOthers, 0}};
  EXPECT_EQ(code(set(root(), "f", kAccess, without_mask)), Errc::invalid);
  EXPECT_EQ(code(set(root(), "f", kAccess, {{kOwner, 6}})), Errc::invalid);
  EXPECT_EQ(code(set(root(), "f", kDefault, letting_in(6))), Errc::denied) << "only directories have one";
  EXPECT_TRUE(value(root(), "f", kAccess).empty());
  EXPECT_EQ(mode_of(root(), "f"), 0600u);
}

TEST_P(AclTest, NewFilesInheritTheDefault) {
  const Entries for_new{{kOwner, 7}, {kUser, 7, kNamedId}, {kGroup, 5}, {kMask, 7}, {kOthers, 5}};
  must(set(root(), "d", kDefault, for_new));
  root().umask(077);  // plays no part where there is a default ACL
  put(root(), "d/file", "", 0640);
  must(root().mkdir("d/dir", 0775));
  EXPECT_EQ(mode_of(root(), "d/file"), 0640u);
  EXPECT_EQ(value(root(), "d/file", kAccess),
            acl_bytes({{kOwner, 6}, {kUser, 7, kNamedId}, {kGroup, 5}, {kMask, 4}, {kOthers, 0}}));
  EXPECT_TRUE(value(root(), "d/file", kDefault).empty());
  EXPECT_EQ(mode_of(root(), "d/dir"), 0775u);
  EXPECT_EQ(value(root(), "d/dir", kAccess), acl_bytes(for_new));
  EXPECT_EQ(value(root(), "d/dir", kDefault), acl_bytes(for_new)) << "and hand it down";
  must(root().symlink("file", "d/link"));
  EXPECT_EQ(code(root().get_xattr("d/link", Follow::no, kAccess, {})), Errc::not_supported);
}

TEST_P(AclTest, ADefaultThatTheModeCanSayLeavesAMode) {
  must(set(root(), "d", kDefault, {{kOwner, 7}, {kGroup, 5}, {kOthers, 0}}));
  put(root(), "d/file", "", 0666);
  EXPECT_EQ(mode_of(root(), "d/file"), 0640u);
  EXPECT_TRUE(value(root(), "d/file", kAccess).empty());
}

INSTANTIATE_TEST_SUITE_P(On, AclTest, testing::ValuesIn(having(&Traits::xattrs, targets())), TargetName());

}  // namespace
}  // namespace conformance
