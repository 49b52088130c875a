// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a format has not is refused, for the right reason, and nothing is left of the attempt.
#include <array>

#include "tests/conformance/conformance.hpp"
#include "tests/fixtures/acl_bytes.hpp"

namespace conformance {
namespace {

using Strings = std::vector<std::string>;

class WithoutLinks : public Conformance {};
class WithoutOwners : public Conformance {};
class WithoutXattrs : public Conformance {};
class WithoutHoles : public Conformance {};
class WithRulesForNames : public Conformance {};
/// Times of FAT: 2 s for a change of data, a day for reading, none for a change of attributes.
class WithCoarseTimes : public Conformance {};

TEST_P(WithoutLinks, FilesHaveOneName) {
  put(root(), "f", "content");
  EXPECT_EQ(code(root().link("f", "g")), Errc::not_supported);
  EXPECT_EQ(code(root().link("f", "f")), Errc::exists);
  EXPECT_EQ(code(root().link("missing", "g")), Errc::not_found);
  EXPECT_EQ(names_in(root(), "/"), Strings{"f"});
  EXPECT_EQ(links_of(root(), "f"), 1u);
  EXPECT_EQ(get(root(), "f"), "content");
}

TEST_P(WithoutLinks, NothingButFilesAndDirectoriesIsMade) {
  EXPECT_EQ(code(root().symlink("target", "s")), Errc::not_supported);
  for (const FileType type : {FileType::fifo, FileType::socket, FileType::chr, FileType::block})
    EXPECT_EQ(code(root().mknod("n", type, 0644, {1, 3})), Errc::not_supported) << static_cast<int>(type);
  EXPECT_EQ(names_in(root(), "/"), Strings{});
  must(root().mknod("f", FileType::file, 0644, {}));
  EXPECT_EQ(code(root().symlink("target", "f")), Errc::exists);
  EXPECT_EQ(names_in(root(), "/"), Strings{"f"});
}

TEST_P(WithoutOwners, AllFilesBelongToTheMountsOwner) {
  put(root(), "f", "content", 0600);
  must(root().mkdir("d", 0700));
  for (const char* name : {"f", "d"}) {
    EXPECT_EQ(code(root().chown(name, Follow::no, 1000, std::nullopt)), Errc::not_permitted) << name;
    EXPECT_EQ(code(root().chown(name, Follow::no, std::nullopt, 1000)), Errc::not_permitted) << name;
    EXPECT_EQ(code(root().chown(name, Follow::no, 0, 0)), kDone) << name;
    const Attr attr = must(root().stat(name));
    EXPECT_EQ(attr.uid, 0u) << name;
    EXPECT_EQ(attr.gid, 0u) << name;
    EXPECT_EQ(attr.mode, 0755u) << name;
  }
}

TEST_P(WithoutOwners, OfAModeThereIsTheRightToWriteAFile) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  must(root().chmod("f", 0444));
  EXPECT_EQ(mode_of(root(), "f"), 0555u);
  const auto other = as(1000, 1000);
  EXPECT_EQ(code(other->open("f", rump::kOpenRead | rump::kOpenWrite)), Errc::denied);
  must(root().chmod("f", 0644));
  EXPECT_EQ(mode_of(root(), "f"), 0755u);
  must(root().chmod("d", 0555));
  EXPECT_EQ(mode_of(root(), "d"), 0755u);
  for (const u32 special : {04755u, 02755u, 01755u})
    EXPECT_EQ(code(root().chmod("f", special)), Errc::not_permitted) << special;
  EXPECT_EQ(mode_of(root(), "f"), 0755u);
}

TEST_P(WithoutXattrs, OnlyTheFormatsOwnIsTaken) {
  put(root(), "f", "content");
  const auto set = [&](const std::string& name) {
    return code(root().set_xattr("f", Follow::no, name, bytes_of("value"), XattrMode::set));
  };
  for (const char* name : {"user.comment", "trusted.x", "security.capability"})
    EXPECT_EQ(set(name), Errc::not_supported) << name;
  EXPECT_EQ(must(root().list_xattr("f", Follow::no)), Strings{});
  std::array<std::byte, 16> room;
  EXPECT_EQ(code(root().get_xattr("f", Follow::no, "user.comment", room)), Errc::no_data);
  EXPECT_EQ(code(root().remove_xattr("f", Follow::no, "user.comment")), Errc::no_data);
}

TEST_P(WithoutXattrs, AclsAreRefused) {
  using namespace rump::test;
  put(root(), "f", "");
  must(root().mkdir("d"));
  std::array<std::byte, 64> room;
  for (const auto& acl : {acl_bytes({{kOwner, 4}, {kGroup, 4}, {kOthers, 4}}),
                          acl_bytes({{kOwner, 6}, {kUser, 6, 5}, {kGroup, 4}, {kMask, 6}, {kOthers, 0}})})
    for (const auto& [path, name] :
         {std::pair{"f", "system.posix_acl_access"}, {"d", "system.posix_acl_default"}}) {
      EXPECT_EQ(code(root().set_xattr(path, Follow::no, name, acl, XattrMode::set)), Errc::not_supported);
      EXPECT_EQ(code(root().get_xattr(path, Follow::no, name, room)), Errc::not_supported);
      EXPECT_EQ(code(root().remove_xattr(path, Follow::no, name)), Errc::not_supported);
    }
  EXPECT_EQ(mode_of(root(), "f"), 0755u);
}

TEST_P(WithoutHoles, WhatIsSkippedIsFilledWithZeroes) {
  constexpr u64 kFar = u64{1} << 20;
  const Fd fd = must(root().open("f", rump::kOpenRead | rump::kOpenWrite | rump::kOpenCreate, 0644));
  must(root().pwrite(fd, bytes_of("end"), kFar));
  EXPECT_EQ(get(root(), fd, 0, kFar), std::string(kFar, '\0'));
  EXPECT_GE(must(root().fstat(fd)).allocated, kFar + 3);
  EXPECT_EQ(must(root().seek(fd, 0, Whence::hole)), kFar + 3);
  EXPECT_EQ(must(root().seek(fd, 5, Whence::data)), 5u);
  must(root().ftruncate(fd, 10));
  must(root().ftruncate(fd, kFar));
  EXPECT_EQ(get(root(), fd, 0, kFar), std::string(kFar, '\0'));
}

TEST_P(WithRulesForNames, OthersAreRefusedAndFoundNowhere) {
  put(root(), "f", "content");
  const Strings forbidden{"a:b",  "a?b",   "a*b",  "a\"b",   "a<b",    "a>b",      "a|b",     "a\\b",
                          "a\nb", "a\x1f", "dot.", "space ", "dots..", "\xff\xfe", "\xe2\x82"};
  for (const std::string& name : forbidden) {
    const std::string shown = testing::PrintToString(name);
    EXPECT_EQ(code(root().open(name, rump::kOpenWrite | rump::kOpenCreate, 0644)), Errc::invalid) << shown;
    EXPECT_EQ(code(root().mkdir(name)), Errc::invalid) << shown;
    EXPECT_EQ(code(root().rename("f", name)), Errc::invalid) << shown;
    EXPECT_EQ(code(root().stat(name)), Errc::not_found) << shown;
    EXPECT_EQ(code(root().unlink(name)), Errc::not_found) << shown;
  }
  EXPECT_EQ(names_in(root(), "/"), Strings{"f"});
}

TEST_P(WithRulesForNames, NamesThatDifferByCaseAreOne) {
  put(root(), "Some Name.txt", "content");
  EXPECT_EQ(get(root(), "sOME nAME.TXT"), "content");
  EXPECT_EQ(code(root().mkdir("some name.txt")), Errc::exists);
  put(root(), "SOME NAME.TXT", "other");
  EXPECT_EQ(names_in(root(), "/"), Strings{"Some Name.txt"});
  const u64 ino = ino_of(root(), "Some Name.txt");
  must(root().rename("some name.txt", "SOME name.txt"));
  EXPECT_EQ(names_in(root(), "/"), Strings{"SOME name.txt"});
  EXPECT_EQ(ino_of(root(), "some NAME.txt"), ino);
  EXPECT_EQ(get(root(), "SOME NAME.txt"), "other");
  must(root().unlink("Some Name.Txt"));
  EXPECT_EQ(names_in(root(), "/"), Strings{});
}

TEST_P(WithCoarseTimes, ChangesAreSeenWhereTheyAreMade) {
  constexpr i64 kOld = 1'000'000'000, kOldDay = 999'993'600;
  const TimeChange old{.kind = TimeChange::Kind::set, .time = {kOld, 0}};
  must(root().mkdir("d"));
  must(root().mkdir("e"));
  put(root(), "d/f", "abc");
  // What the call has touched: times of modification ("m") and of reading ("a").
  const auto touched_by = [&](auto call) {
    constexpr std::array kNames{"d", "e", "d/f", "e/f"};
    for (const char* name : kNames) (void)root().utimens(name, Follow::no, old, old);
    call();
    std::string text;
    for (const char* name : kNames) {
      const auto attr = root().stat(name);
      if (attr && attr->modify.seconds != kOld) text += std::string(name) + ":m ";
      if (attr && attr->access.seconds != kOldDay) text += std::string(name) + ":a ";
    }
    return text;
  };
  EXPECT_EQ(touched_by([&] { get(root(), "d/f"); }), "d/f:a ");
  EXPECT_EQ(touched_by([&] { must(root().truncate("d/f", 1)); }), "d/f:m ");
  EXPECT_EQ(touched_by([&] { must(root().chmod("d/f", 0755)); }), "");
  EXPECT_EQ(touched_by([&] { must(root().mkdir("d/sub")); }), "d:m ");
  EXPECT_EQ(touched_by([&] { must(root().rename("d/f", "e/f")); }), "d:m e:m ");
  EXPECT_EQ(touched_by([&] { must(root().unlink("e/f")); }), "e:m ");
}

TEST_P(WithCoarseTimes, AreCutToWhatTheFormatKeeps) {
  put(root(), "f", "content");
  const auto set = [&](Time time) {
    const TimeChange change{.kind = TimeChange::Kind::set, .time = time};
    must(root().utimens("f", Follow::no, change, change));
    return must(root().stat("f"));
  };
  constexpr i64 kDay = 86400, kSome = 1'000'000'001;
  const Attr some = set({kSome, 999'999'999});
  EXPECT_EQ(some.modify, (Time{kSome - 1, 0}));
  EXPECT_EQ(some.access, (Time{kSome - kSome % kDay, 0}));
  constexpr i64 kFirst = 315'532'800, kLast = 4'354'819'198;  // 1980, and the last two seconds of 2107
  EXPECT_EQ(set({0, 0}).modify, (Time{kFirst, 0}));
  EXPECT_EQ(set({i64{1} << 40, 0}).modify, (Time{kLast, 0}));
}

std::vector<Target> targets_lacking(bool Traits::* trait) { return lacking(trait, targets()); }

INSTANTIATE_TEST_SUITE_P(On, WithoutLinks, testing::ValuesIn(targets_lacking(&Traits::links)), TargetName());
INSTANTIATE_TEST_SUITE_P(On, WithoutOwners, testing::ValuesIn(targets_lacking(&Traits::owners)),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, WithoutXattrs, testing::ValuesIn(targets_lacking(&Traits::xattrs)),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, WithoutHoles, testing::ValuesIn(targets_lacking(&Traits::holes)), TargetName());
INSTANTIATE_TEST_SUITE_P(On, WithRulesForNames, testing::ValuesIn(targets_lacking(&Traits::all_names)),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, WithCoarseTimes, testing::ValuesIn(targets_lacking(&Traits::times)),
                         TargetName());

}  // namespace
}  // namespace conformance
