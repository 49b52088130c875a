// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The rules of attributes, table by table, as chmod(2), chown(2), utimensat(2), xattr(7) and
/// ioctl_iflags(2) tell them.
#include "vfs/attributes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/fixtures/acl_bytes.hpp"

namespace rump {
namespace {

/// The cast: the file belongs to 10:20.
const Cred kRoot{};
const Cred kOwner{.uid = 10, .gid = 20, .groups = {21, 22}, .group_count = 2};
const Cred kOutsideOwner{.uid = 10, .gid = 99};  ///< owns it, but is not in its group
const Cred kMember{.uid = 11, .gid = 20};
const Cred kStranger{.uid = 30, .gid = 30};

Attr file_of(u32 mode, FileType type = FileType::file) {
  return {.type = type, .mode = mode, .uid = 10, .gid = 20};
}

/// The error's number, or none.
template <class T>
std::optional<Errc> error_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}
constexpr std::optional<Errc> kFine;

TEST(AttributesTest, FlagsForbid) {
  struct Case {
    Change change;
    bool immutable, append, verity;  ///< whether the flag allows it
  };
  const Case cases[] = {
      {Change::write, false, false, false},     {Change::append, false, true, false},
      {Change::attributes, false, false, true}, {Change::touch, false, true, true},
      {Change::add_entry, false, true, true},   {Change::remove_entry, false, false, true},
      {Change::name, false, false, true},
  };
  for (const Case& c : cases) {
    const auto allowed = [&](u32 flags) {
      Attr attr = file_of(0644);
      attr.flags = flags;
      const Result<> result = check_flags(attr, c.change);
      EXPECT_TRUE(result || result.error().code == Errc::not_permitted);
      return result.has_value();
    };
    const int number = static_cast<int>(c.change);
    EXPECT_EQ(allowed(kFlagImmutable), c.immutable) << number;
    EXPECT_EQ(allowed(kFlagAppend), c.append) << number;
    EXPECT_EQ(allowed(kFlagVerity), c.verity) << number;
    EXPECT_FALSE(allowed(kFlagAppend | kFlagImmutable)) << number;
    EXPECT_TRUE(allowed(kFlagNoDump | kFlagEncrypted | kFlagCompressed | kFlagCaseFold)) << number;
  }
}

TEST(AttributesTest, ChmodIsTheOwners) {
  EXPECT_EQ(error_of(may_chmod(file_of(0644), kRoot)), kFine);
  EXPECT_EQ(error_of(may_chmod(file_of(0644), kOwner)), kFine);
  EXPECT_EQ(error_of(may_chmod(file_of(0666), kMember)), Errc::not_permitted);
  EXPECT_EQ(error_of(may_chmod(file_of(0777, FileType::symlink), kOwner)), Errc::not_supported);
  Attr guarded = file_of(0644);
  guarded.flags = kFlagAppend;
  EXPECT_EQ(error_of(may_chmod(guarded, kRoot)), Errc::not_permitted);
}

TEST(AttributesTest, ChmodKeepsSetgidForMembersOnly) {
  for (const FileType type : {FileType::file, FileType::dir}) {
    const Attr attr = file_of(0644, type);
    EXPECT_EQ(mode_after_chmod(attr, 07777, kOwner), 07777u);
    EXPECT_EQ(mode_after_chmod(attr, 07777, kOutsideOwner), 05777u);
    EXPECT_EQ(mode_after_chmod(attr, 0107777, kRoot), 07777u) << "no type bits";
  }
}

TEST(AttributesTest, Chown) {
  using Id = std::optional<u32>;
  constexpr Id kKeep;
  struct Case {
    const char* what;
    const Cred& cred;
    Id uid, gid;
    std::optional<Errc> error;
  };
  const Case cases[] = {
      {"user 0 gives all away", kRoot, 77, 78, kFine},
      {"the owner gives the file away", kOwner, 77, kKeep, Errc::not_permitted},
      {"the owner keeps it", kOwner, 10, 20, kFine},
      {"to a supplementary group", kOwner, kKeep, 22, kFine},
      {"to a group of others", kOwner, kKeep, 23, Errc::not_permitted},
      {"to the group it has, as no member", kOutsideOwner, kKeep, 20, kFine},
      {"a member takes it", kMember, 11, kKeep, Errc::not_permitted},
      {"a member says what is so", kMember, 10, 20, Errc::not_permitted},
      {"a stranger changes nothing", kStranger, kKeep, kKeep, kFine},
      {"user of no number", kRoot, ~0u, kKeep, Errc::invalid},
      {"group of no number", kRoot, kKeep, ~0u, Errc::invalid},
  };
  for (const Case& c : cases) {
    const Result<AttrChange> change = change_for_chown(file_of(0644), c.cred, c.uid, c.gid);
    EXPECT_EQ(error_of(change), c.error) << c.what;
    if (!change) continue;
    EXPECT_EQ(change->uid, c.uid) << c.what;
    EXPECT_EQ(change->gid, c.gid) << c.what;
    EXPECT_FALSE(change->mode) << c.what;
  }
}

TEST(AttributesTest, ChownTakesLentRights) {
  struct Case {
    u32 before;
    const Cred& cred;
    u32 after;
  };
  const Case cases[] = {
      {06755, kRoot, 0755},         {06755, kOwner, 0755},  {02745, kRoot, 02745}, {02745, kOwner, 02745},
      {02745, kOutsideOwner, 0745}, {05644, kOwner, 01644}, {0755, kOwner, 0755},
  };
  for (const Case& c : cases) {
    const auto change = change_for_chown(file_of(c.before), c.cred, std::nullopt, 20);
    ASSERT_TRUE(change);
    EXPECT_EQ(change->mode.value_or(c.before), c.after) << std::oct << c.before;
  }
  EXPECT_FALSE(change_for_chown(file_of(06755, FileType::dir), kRoot, 1, 1)->mode);
  EXPECT_EQ(change_for_chown(file_of(06755, FileType::fifo), kRoot, 1, 1)->mode, 0755u);
  EXPECT_EQ(error_of(change_for_chown(file_of(06755), kStranger, std::nullopt, std::nullopt)),
            Errc::not_permitted);
  Attr guarded = file_of(0644);
  guarded.flags = kFlagImmutable;
  EXPECT_EQ(error_of(change_for_chown(guarded, kRoot, 1, 1)), Errc::not_permitted);
}

TEST(AttributesTest, Utimens) {
  using Kind = TimeChange::Kind;
  const TimeChange omit{}, now{Kind::now, {}}, given{Kind::set, {-5, 999'999'999}};
  const Result<> yes, no = fail(Errc::denied, "");
  struct Case {
    const char* what;
    const Cred& cred;
    TimeChange access, modify;
    const Result<>& may_write;
    u32 flags;
    std::optional<Errc> error;
  };
  const Case cases[] = {
      {"the owner touches, though it may not write", kOwner, now, now, no, 0, kFine},
      {"user 0 touches", kRoot, now, now, no, 0, kFine},
      {"a writer touches", kStranger, now, now, yes, 0, kFine},
      {"a reader touches", kStranger, now, now, no, 0, Errc::denied},
      {"a writer gives a time", kStranger, now, given, yes, 0, Errc::not_permitted},
      {"a writer touches one", kStranger, now, omit, yes, 0, Errc::not_permitted},
      {"the owner touches one", kOwner, omit, now, no, 0, kFine},
      {"the owner gives both", kOwner, given, given, no, 0, kFine},
      {"a stranger omits both", kStranger, omit, omit, no, 0, kFine},
      {"append-only is touched", kOwner, now, now, yes, kFlagAppend, kFine},
      {"append-only gets a time", kOwner, now, given, yes, kFlagAppend, Errc::not_permitted},
      {"immutable is touched", kRoot, now, now, yes, kFlagImmutable, Errc::not_permitted},
      {"immutable, both omitted", kRoot, omit, omit, yes, kFlagImmutable, kFine},
      {"a whole second", kRoot, {Kind::set, {0, 1'000'000'000}}, now, yes, 0, Errc::invalid},
      {"a whole second", kRoot, omit, {Kind::set, {0, ~0u}}, yes, 0, Errc::invalid},
  };
  const Time clock{1000, 7};
  for (const Case& c : cases) {
    Attr attr = file_of(0644);
    attr.flags = c.flags;
    const auto change = change_for_utimens(attr, c.cred, c.access, c.modify, clock, c.may_write);
    EXPECT_EQ(error_of(change), c.error) << c.what;
    if (!change) continue;
    const auto expected = [&](const TimeChange& asked) {
      if (asked.kind == Kind::omit) return std::optional<Time>();
      return std::optional(asked.kind == Kind::now ? clock : asked.time);
    };
    EXPECT_EQ(change->access, expected(c.access)) << c.what;
    EXPECT_EQ(change->modify, expected(c.modify)) << c.what;
    EXPECT_EQ(change->change.has_value(), c.access.kind != Kind::omit || c.modify.kind != Kind::omit)
        << c.what;
  }
}

TEST(AttributesTest, Chflags) {
  Attr attr = file_of(0644);
  attr.flags = kFlagEncrypted;
  EXPECT_EQ(error_of(change_for_chflags(attr, kMember, kFlagNoDump)), Errc::not_permitted);
  EXPECT_EQ(error_of(change_for_chflags(attr, kOwner, kFlagImmutable)), Errc::not_permitted);
  EXPECT_EQ(error_of(change_for_chflags(attr, kOwner, kFlagAppend)), Errc::not_permitted);
  EXPECT_EQ(change_for_chflags(attr, kOwner, kFlagNoDump | kFlagVerity)->flags, kFlagEncrypted | kFlagNoDump);
  EXPECT_EQ(change_for_chflags(attr, kRoot, kFlagImmutable)->flags, kFlagEncrypted | kFlagImmutable);
  attr.flags = kFlagImmutable | kFlagAppend;
  EXPECT_EQ(error_of(change_for_chflags(attr, kOwner, 0)), Errc::not_permitted);
  EXPECT_EQ(change_for_chflags(attr, kRoot, 0)->flags, 0u) << "the way back";
}

TEST(AttributesTest, WriteTakesLentRights) {
  struct Case {
    u32 before;
    const Cred& cred;
    u32 after;
  };
  const Case cases[] = {
      {06775, kRoot, 06775},    {06775, kOwner, 0775},    {06775, kMember, 0775},    {02765, kMember, 02765},
      {02767, kStranger, 0767}, {04666, kStranger, 0666}, {01777, kStranger, 01777},
  };
  for (const Case& c : cases)
    EXPECT_EQ(mode_after_write(file_of(c.before), c.cred), c.after) << std::oct << c.before;
  EXPECT_EQ(mode_after_write(file_of(06777, FileType::fifo), kStranger), 06777u);
}

TEST(AttributesTest, RemovesFromStickyDirectories) {
  struct Case {
    const char* what;
    u32 directory_owner, victim_owner;
    const Cred& cred;
    u32 directory_flags, victim_flags;
    bool sticky, allowed;
  };
  const Case cases[] = {
      {"not sticky", 1, 2, kStranger, 0, 0, false, true},
      {"sticky", 1, 2, kStranger, 0, 0, true, false},
      {"own file", 1, 30, kStranger, 0, 0, true, true},
      {"own directory", 30, 2, kStranger, 0, 0, true, true},
      {"user 0", 1, 2, kRoot, 0, 0, true, true},
      {"append-only directory", 0, 0, kRoot, kFlagAppend, 0, false, false},
      {"immutable directory", 0, 0, kRoot, kFlagImmutable, 0, false, false},
      {"append-only victim", 0, 0, kRoot, 0, kFlagAppend, false, false},
      {"immutable victim", 0, 0, kRoot, 0, kFlagImmutable, false, false},
  };
  for (const Case& c : cases) {
    Attr directory = file_of(c.sticky ? 01777 : 0777, FileType::dir), victim = file_of(0644);
    directory.uid = c.directory_owner;
    directory.flags = c.directory_flags;
    victim.uid = c.victim_owner;
    victim.flags = c.victim_flags;
    EXPECT_EQ(error_of(may_remove(directory, victim, c.cred)),
              c.allowed ? kFine : std::optional(Errc::not_permitted))
        << c.what;
  }
}

TEST(AttributesTest, NewNodes) {
  struct Case {
    const char* what;
    u32 directory_mode;
    const Cred& cred;
    FileType type;
    u32 mode, umask;
    u32 expected_mode, expected_gid;
  };
  const Case cases[] = {
      {"a file", 0777, kStranger, FileType::file, 0666, 022, 0644, 30},
      {"upper bits of a umask", 0777, kStranger, FileType::file, 06666, 07022, 06644, 30},
      {"a directory", 0777, kStranger, FileType::dir, 01777, 022, 01755, 30},
      {"mkdir sets no setuid, no setgid", 0777, kStranger, FileType::dir, 07777, 0, 01777, 30},
      {"setgid directory: a file", 02777, kStranger, FileType::file, 0666, 022, 0644, 20},
      {"setgid directory: a directory", 02777, kStranger, FileType::dir, 0777, 022, 02755, 20},
      {"a stranger's setgid program", 02777, kStranger, FileType::file, 06775, 0, 04775, 20},
      {"the umask hides nothing", 02777, kStranger, FileType::file, 02775, 010, 0765, 20},
      {"setgid without execute", 02777, kStranger, FileType::file, 02765, 0, 02765, 20},
      {"a member's setgid program", 02777, kMember, FileType::file, 02775, 0, 02775, 20},
      {"user 0's setgid program", 02777, kRoot, FileType::file, 02775, 0, 02775, 20},
      {"setgid elsewhere", 0777, kStranger, FileType::file, 02775, 0, 02775, 30},
      {"a symlink", 02777, kStranger, FileType::symlink, 0, 077, 0777, 20},
      {"a pipe", 0777, kStranger, FileType::fifo, 0666, 027, 0640, 30},
  };
  for (const Case& c : cases) {
    const Attr directory = file_of(c.directory_mode, FileType::dir);
    const Result<NewRights> rights = rights_of_new(directory, nullptr, c.cred, c.type, c.mode, c.umask);
    ASSERT_TRUE(rights);
    EXPECT_EQ(rights->mode, c.expected_mode) << c.what;
    EXPECT_EQ(rights->gid, c.expected_gid) << c.what;
    EXPECT_FALSE(rights->access) << c.what;
  }
}

TEST(AttributesTest, NewNodesUnderADefaultAcl) {
  const Result<Acl> acl = Acl::parse(test::acl_bytes(
      {{test::kOwner, 7}, {test::kUser, 7, 30}, {test::kGroup, 5}, {test::kMask, 7}, {test::kOthers, 4}}));
  ASSERT_TRUE(acl);
  const Attr directory = file_of(02777, FileType::dir);
  const auto rights_as = [&](FileType type) {
    return rights_of_new(directory, &*acl, kStranger, type, 0666, 0777);
  };
  EXPECT_EQ(rights_as(FileType::file)->mode, 0664u) << "no umask";
  EXPECT_TRUE(rights_as(FileType::file)->access);
  EXPECT_EQ(rights_as(FileType::dir)->mode, 02664u);
  EXPECT_TRUE(rights_as(FileType::dir)->access);
  EXPECT_EQ(rights_as(FileType::symlink)->mode, 0777u);
  EXPECT_FALSE(rights_as(FileType::symlink)->access);
}

TEST(AttributesTest, ExtendedAttributes) {
  using enum XattrUse;
  using Answer = std::expected<u32, Errc>;
  const auto error = [](Errc code) { return Answer(std::unexpect, code); };
  const Answer hidden = error(Errc::no_data), refused = error(Errc::not_permitted);
  const Answer unknown = error(Errc::not_supported), range = error(Errc::range), denied = error(Errc::denied);
  const Attr file = file_of(0644), link = file_of(0777, FileType::symlink),
             fifo = file_of(0666, FileType::fifo);
  const Attr dir = file_of(0777, FileType::dir), sticky = file_of(01777, FileType::dir);
  struct Case {
    std::string name;
    const Attr& attr;
    const Cred& cred;
    XattrUse use;
    Answer answer;
  };
  const Case cases[] = {
      {"user.a", file, kStranger, read, kMayRead},
      {"user.a", file, kStranger, write, kMayWrite},
      {"user.a", dir, kStranger, remove, kMayWrite},
      {"user.a", sticky, kStranger, read, kMayRead},
      {"user.a", sticky, kStranger, write, refused},
      {"user.a", sticky, kOwner, write, kMayWrite},
      {"user.a", sticky, kRoot, remove, kMayWrite},
      {"user.a", fifo, kRoot, read, hidden},
      {"user.a", fifo, kRoot, write, refused},
      {"user.a", link, kOwner, remove, refused},
      {"trusted.a", file, kOwner, read, hidden},
      {"trusted.a", file, kOwner, write, refused},
      {"trusted.a", file, kOwner, remove, refused},
      {"trusted.a", link, kRoot, write, 0},
      {"security.a", file, kStranger, read, 0},
      {"security.a", file, kOwner, write, refused},
      {"security.a", fifo, kRoot, write, 0},
      {"system.posix_acl_access", file, kStranger, read, 0},
      {"system.posix_acl_access", file, kMember, write, refused},
      {"system.posix_acl_access", fifo, kOwner, write, 0},
      {"system.posix_acl_access", link, kRoot, read, unknown},
      {"system.posix_acl_default", dir, kOwner, write, 0},
      {"system.posix_acl_default", file, kOwner, write, denied},
      {"system.posix_acl_default", file, kOwner, remove, 0},
      {"system.other", file, kRoot, read, unknown},
      {"system.posix_acl_access2", file, kRoot, read, unknown},
      {"user", file, kRoot, read, unknown},
      {"User.a", file, kRoot, read, unknown},
      {"other.a", file, kRoot, write, unknown},
      {"user.", file, kRoot, read, error(Errc::invalid)},
      {"trusted.", file, kRoot, read, error(Errc::invalid)},
      {"security.", file, kRoot, write, error(Errc::invalid)},
      {"", file, kRoot, read, range},
      {"user." + std::string(250, 'x'), file, kRoot, read, kMayRead},
      {"user." + std::string(251, 'x'), file, kRoot, read, range},
  };
  for (const Case& c : cases) {
    const Result<u32> access = access_for_xattr(c.name, c.attr, c.cred, c.use);
    const Answer answer = access ? Answer(*access) : Answer(std::unexpect, access.error().code);
    EXPECT_TRUE(answer == c.answer) << c.name << ", type " << static_cast<int>(c.attr.type) << ", use "
                                    << static_cast<int>(c.use);
  }
}

TEST(AttributesTest, FlagsGuardExtendedAttributes) {
  Attr attr = file_of(0666);
  for (const u32 flag : {kFlagImmutable, kFlagAppend}) {
    attr.flags = flag;
    for (const Name name : {Name("user.a"), Name("security.a"), Name("trusted.a"), kAccessAcl}) {
      EXPECT_EQ(error_of(access_for_xattr(name, attr, kRoot, XattrUse::write)), Errc::not_permitted) << name;
      EXPECT_EQ(error_of(access_for_xattr(name, attr, kRoot, XattrUse::remove)), Errc::not_permitted) << name;
      EXPECT_EQ(error_of(access_for_xattr(name, attr, kRoot, XattrUse::read)), kFine) << name;
    }
  }
}

TEST(AttributesTest, NamesAreListedForThoseWhoMayKnow) {
  class Names final : public NameSink {
   public:
    bool add(Name name) override {
      if (seen.size() == 3) return false;
      seen.emplace_back(name);
      return true;
    }
    std::vector<std::string> seen;
  };
  const auto offer = [](const Cred& cred, Names& names) {
    VisibleNames visible(cred, names);
    return std::ranges::all_of(std::array<Name, 4>{"user.a", "trusted.b", "security.c", "user.d"},
                               [&](Name name) { return visible.add(name); });
  };
  Names some, all;
  EXPECT_TRUE(offer(kOwner, some));
  EXPECT_EQ(some.seen, (std::vector<std::string>{"user.a", "security.c", "user.d"}));
  EXPECT_FALSE(offer(kRoot, all)) << "full is passed on";
  EXPECT_EQ(all.seen, (std::vector<std::string>{"user.a", "trusted.b", "security.c"}));
}

}  // namespace
}  // namespace rump
