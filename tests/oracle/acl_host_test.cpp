// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Access control lists, judged by us and by the host's kernel. Needs root and a file system with ACLs.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/fixtures/acl_bytes.hpp"
#include "tests/oracle/host_caller.hpp"
#include "tests/oracle/scratch.hpp"
#include "vfs/attributes.hpp"

namespace oracle {
namespace {

using rump::Acl;
using rump::Attr;
using rump::Cred;
using rump::Errc;
using rump::FileType;
using rump::kAccessAcl;
using rump::kDefaultAcl;
using rump::u16;
using rump::u32;
using rump::test::acl_bytes;
using rump::test::AclEntry;
using rump::test::kGroup;
using rump::test::kMask;
using rump::test::kNamedGroup;
using rump::test::kOthers;
using rump::test::kOwner;
using rump::test::kUser;

using Bytes = std::vector<std::byte>;

/// A valid ACL: minimal, with a mask alone, or with up to three names of each kind, in any order.
std::vector<AclEntry> random_acl(Chance& chance) {
  const auto access = [&] { return static_cast<u16>(chance.below(8)); };
  const u32 users = chance.below(4), groups = chance.below(4);
  std::vector<AclEntry> entries{{kOwner, access()}};
  for (u32 i = 0; i < users; ++i) entries.push_back({kUser, access(), chance.id()});
  entries.push_back({kGroup, access()});
  for (u32 i = 0; i < groups; ++i) entries.push_back({kNamedGroup, access(), chance.id()});
  if (users + groups > 0 || chance.once_in(2)) entries.push_back({kMask, access()});
  entries.push_back({kOthers, access()});
  return entries;
}

Acl parsed(const Bytes& bytes) {
  rump::Result<Acl> acl = Acl::parse(bytes);
  if (!acl) throw std::runtime_error("a valid ACL was refused");
  return *std::move(acl);
}

Bytes encoded(const Acl& acl) {
  Bytes bytes;
  acl.encode(bytes);
  return bytes;
}

Bytes encoded(const std::optional<Acl>& acl) { return acl ? encoded(*acl) : Bytes{}; }

/// The bytes that a file system keeps of an access ACL: none where the mode says all.
Bytes kept(const Acl& acl) { return acl.minimal() ? Bytes{} : encoded(acl); }

class AclHost : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can ask the host's kernel as other users";
    if (chmod((top_ / "").c_str(), 0755) != 0) FAIL() << std::strerror(errno);
    make("file", FileType::file);
    make("dir", FileType::dir);
    const int error =
        set_xattr(top_ / "file", kAccessAcl, acl_bytes({{kOwner, 6}, {kGroup, 4}, {kMask, 4}, {kOthers, 0}}));
    if (error == EOPNOTSUPP) GTEST_SKIP() << "the host's file system of " << top_ / "" << " has no ACLs";
    ASSERT_EQ(error, 0) << std::strerror(error);
  }

  /// An empty file or directory.
  void make(const std::string& name, FileType type) {
    const std::string path = top_ / name;
    if (type == FileType::dir)
      ASSERT_EQ(mkdir(path.c_str(), 0700), 0);
    else
      ASSERT_EQ(mknod(path.c_str(), S_IFREG | 0600, 0), 0);
  }

  Scratch top_;
};

TEST_F(AclHost, GrantsTheSame) {
  Chance chance(1);
  unsigned granted = 0, refused = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string path = top_ / (chance.once_in(3) ? "dir" : "file");
    const Bytes bytes = acl_bytes(random_acl(chance));
    const Acl acl = parsed(bytes);
    ASSERT_EQ(chown(path.c_str(), chance.id(), chance.id()), 0);
    ASSERT_EQ(set_xattr(path, kAccessAcl, bytes), 0);
    const Attr attr = attr_of(path);
    ASSERT_EQ(attr.mode & 0777, acl.mode_bits());
    ASSERT_EQ(xattr_of(path, kAccessAcl), kept(acl));
    for (int asked = 0; asked < 8; ++asked) {
      const Cred cred = chance.cred();
      const u32 access = chance.below(8);
      const int host =
          errno_as(cred, [&] { return faccessat(AT_FDCWD, path.c_str(), static_cast<int>(access), 0); });
      ASSERT_TRUE(host == 0 || host == EACCES) << std::strerror(host);
      ASSERT_EQ(acl.check(attr, cred, access).has_value(), host == 0)
          << "round " << round << ": user " << cred.uid << " asks for " << access << " of "
          << testing::PrintToString(bytes);
      ++(host == 0 ? granted : refused);
    }
  }
  EXPECT_GT(granted, 400u);
  EXPECT_GT(refused, 400u);
}

TEST_F(AclHost, ChmodDoesTheSame) {
  Chance chance(2);
  const std::string path = top_ / "file";
  for (int round = 0; round < 300; ++round) {
    const Bytes bytes = acl_bytes(random_acl(chance));
    Acl acl = parsed(bytes);
    ASSERT_EQ(set_xattr(path, kAccessAcl, bytes), 0);
    const u32 mode = chance.below(01000);
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    acl.set_mode(mode);
    ASSERT_EQ(xattr_of(path, kAccessAcl), kept(acl)) << "round " << round;
    ASSERT_EQ(attr_of(path).mode, acl.mode_bits());
  }
}

/// Makes a node as system calls do; 0 or -1.
int make_node(const std::string& path, FileType type, u32 mode) {
  switch (type) {
    case FileType::dir:
      return mkdir(path.c_str(), mode);
    case FileType::symlink:
      return symlink("target", path.c_str());
    case FileType::fifo:
      return mkfifo(path.c_str(), mode);
    default: {
      const int fd = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY, mode);
      return fd < 0 ? fd : close(fd);
    }
  }
}

TEST_F(AclHost, NewNodesGetTheSame) {
  constexpr FileType kTypes[] = {FileType::file, FileType::file, FileType::dir, FileType::symlink,
                                 FileType::fifo};
  Chance chance(3);
  const std::string dir = top_ / "dir";
  for (int round = 0; round < 600; ++round) {
    const bool has_default = !chance.once_in(4);
    const Bytes inherited = acl_bytes(has_default ? random_acl(chance) : std::vector<AclEntry>{});
    ASSERT_EQ(set_xattr(dir, kDefaultAcl, inherited), 0);
    ASSERT_EQ(chown(dir.c_str(), 0, chance.id()), 0);
    ASSERT_EQ(chmod(dir.c_str(), chance.once_in(2) ? 02777 : 0777), 0);
    const Attr directory = attr_of(dir);
    const FileType type = kTypes[chance.below(5)];
    const u32 mode = chance.below(010000), mask = chance.below(01000);
    const Cred cred = chance.cred();
    const std::string path = dir + "/new";
    const mode_t before = umask(mask);
    const int host = errno_as(cred, [&] { return make_node(path, type, mode); });
    umask(before);
    ASSERT_EQ(host, 0) << std::strerror(host);

    const std::optional<Acl> acl = has_default ? std::optional(parsed(inherited)) : std::nullopt;
    const auto rights = rump::rights_of_new(directory, acl ? &*acl : nullptr, cred, type, mode, mask);
    ASSERT_TRUE(rights);
    const Attr made = attr_of(path);
    const bool passes_on = has_default && type == FileType::dir;
    EXPECT_EQ(made.mode, rights->mode) << "round " << round << ": type " << int(type) << std::oct << ", mode "
                                       << mode << ", mask " << mask << ", directory " << directory.mode;
    EXPECT_EQ(made.gid, rights->gid) << "round " << round;
    EXPECT_EQ(xattr_of(path, kAccessAcl), encoded(rights->access)) << "round " << round;
    EXPECT_EQ(xattr_of(path, kDefaultAcl), passes_on ? inherited : Bytes{}) << "round " << round;
    ASSERT_EQ(remove(path.c_str()), 0);
    if (HasFailure()) break;
  }
}

/// Changes entries or bytes so that the ACL is often, but not always, broken.
Bytes mutated(std::vector<AclEntry> entries, Chance& chance) {
  const auto any = [&]() -> AclEntry& { return entries[chance.below(static_cast<u32>(entries.size()))]; };
  for (u32 changes = 1 + chance.below(2); changes > 0; --changes) {
    switch (chance.below(7)) {
      case 0:
        std::swap(any(), any());
        break;
      case 1:
        entries.insert(entries.begin() + chance.below(static_cast<u32>(entries.size())), any());
        break;
      case 2:
        if (entries.size() > 1)
          entries.erase(entries.begin() + chance.below(static_cast<u32>(entries.size())));
        break;
      case 3:
        any().tag = static_cast<u16>(1u << chance.below(8));
        break;
      case 4:
        any().access = static_cast<u16>(chance.below(12));
        break;
      case 5:
        any().id = chance.once_in(2) ? ~0u : chance.id();
        break;
      default:
        break;
    }
  }
  Bytes bytes = acl_bytes(entries, chance.once_in(20) ? chance.below(4) : 2);
  if (chance.once_in(5)) bytes.resize(chance.below(static_cast<u32>(bytes.size() + 4)));
  if (chance.once_in(5) && !bytes.empty())
    bytes[chance.below(static_cast<u32>(bytes.size()))] ^= std::byte{1};
  return bytes;
}

TEST_F(AclHost, TheSameBytesAreAnAcl) {
  Chance chance(4);
  unsigned valid = 0, invalid = 0, other_version = 0, absent = 0;
  for (int round = 0; round < 20'000; ++round) {
    const Bytes bytes = round % 500 == 0 ? acl_bytes({}) : mutated(random_acl(chance), chance);
    const bool of_dir = chance.once_in(2);
    const std::string path = top_ / (of_dir ? "dir" : "file");
    const int host = set_xattr(path, of_dir ? kDefaultAcl : kAccessAcl, bytes);
    const rump::Result<Acl> acl = Acl::parse(bytes);
    const int ours = acl || Acl::absent(bytes)                 ? 0
                     : acl.error().code == Errc::not_supported ? EOPNOTSUPP
                                                               : EINVAL;
    ASSERT_EQ(ours, host) << "round " << round << ": " << testing::PrintToString(bytes);
    if (acl) {
      ASSERT_EQ(xattr_of(path, of_dir ? kDefaultAcl : kAccessAcl), of_dir ? encoded(*acl) : kept(*acl));
    }
    absent += Acl::absent(bytes);
    valid += acl.has_value();
    invalid += host == EINVAL;
    other_version += host == EOPNOTSUPP;
  }
  EXPECT_GT(valid, 1000u);
  EXPECT_GT(invalid, 1000u);
  EXPECT_GT(other_version, 100u);
  EXPECT_GT(absent, 30u);
}

}  // namespace
}  // namespace oracle
