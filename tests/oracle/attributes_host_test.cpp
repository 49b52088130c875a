// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The rules of attributes, ours and the host kernel's, on random files for random callers. Needs root.
#include <gtest/gtest.h>

#include <linux/fs.h>
#include <sys/ioctl.h>

#include <cstring>
#include <filesystem>
#include <functional>

#include "tests/fixtures/acl_bytes.hpp"
#include "tests/oracle/host_caller.hpp"
#include "tests/oracle/scratch.hpp"
#include "vfs/attributes.hpp"

namespace oracle {
namespace {

using rump::Attr;
using rump::AttrChange;
using rump::Cred;
using rump::Errc;
using rump::FileType;
using rump::Result;
using rump::TimeChange;
using rump::u32;
using rump::XattrUse;

constexpr int kRounds = 1500;

/// The host's number for an error.
template <class T>
int errno_of(const Result<T>& result) {
  if (result) return 0;
  switch (result.error().code) {
    case Errc::not_permitted:
      return EPERM;
    case Errc::denied:
      return EACCES;
    case Errc::not_supported:
      return EOPNOTSUPP;
    case Errc::no_data:
      return ENODATA;
    case Errc::invalid:
      return EINVAL;
    case Errc::range:
      return ERANGE;
    default:
      return -1;
  }
}

class AttributesHost : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can ask the host's kernel as other users";
    ASSERT_EQ(chmod((top_ / "").c_str(), 0777), 0);
    for (const FileType type : {FileType::file, FileType::dir, FileType::fifo, FileType::symlink}) make(type);
  }

  std::string path(FileType type) const { return top_ / std::to_string(static_cast<int>(type)); }

  void make(FileType type) {
    const std::string name = path(type);
    if (type == FileType::dir)
      ASSERT_EQ(mkdir(name.c_str(), 0700), 0);
    else if (type == FileType::symlink)
      ASSERT_EQ(symlink("nowhere", name.c_str()), 0);
    else
      ASSERT_EQ(mknod(name.c_str(), (type == FileType::fifo ? S_IFIFO : S_IFREG) | 0600, 0), 0);
  }

  /// Gives the file a random owner, group and mode; its attributes.
  Attr shuffle(FileType type) {
    const std::string name = path(type);
    if (lchown(name.c_str(), chance_.id(), chance_.id()) != 0) std::abort();
    if (type != FileType::symlink && chmod(name.c_str(), chance_.below(010000)) != 0) std::abort();
    return attr_of(name);
  }

  FileType any_type() {
    constexpr FileType kTypes[] = {FileType::file, FileType::file, FileType::dir, FileType::fifo,
                                   FileType::symlink};
    return kTypes[chance_.below(5)];
  }

  Scratch top_;
  Chance chance_{7};
  /// Both must come up for a test to say anything.
  unsigned allowed_ = 0, refused_ = 0;
  void count(int error) { ++(error == 0 ? allowed_ : refused_); }
  void TearDown() override {
    if (IsSkipped() || HasFailure()) return;
    EXPECT_GT(allowed_, 10u);
    EXPECT_GT(refused_, 10u);
  }
};

std::string story(const Attr& attr, const Cred& cred) {
  char text[160];
  std::snprintf(text, sizeof text, "type %d, mode %o, %u:%u; caller %u:%u and %u groups %u %u",
                static_cast<int>(attr.type), attr.mode, attr.uid, attr.gid, cred.uid, cred.gid,
                cred.group_count, cred.groups[0], cred.groups[1]);
  return text;
}

TEST_F(AttributesHost, Chmod) {
  for (int round = 0; round < kRounds; ++round) {
    const FileType type = any_type();
    if (type == FileType::symlink) continue;  // older kernels change it and then say no
    const Attr attr = shuffle(type);
    const Cred cred = chance_.cred();
    const u32 mode = chance_.below(010000);
    const int host = errno_as(cred, [&] { return chmod(path(type).c_str(), mode); });
    const Result<> ours = rump::may_chmod(attr, cred);
    ASSERT_EQ(errno_of(ours), host) << story(attr, cred);
    ASSERT_EQ(attr_of(path(type)).mode, ours ? rump::mode_after_chmod(attr, mode, cred) : attr.mode)
        << story(attr, cred) << std::oct << ", to " << mode;
    count(host);
  }
}

TEST_F(AttributesHost, Chown) {
  for (int round = 0; round < kRounds; ++round) {
    const FileType type = any_type();
    const Attr attr = shuffle(type);
    const Cred cred = chance_.cred();
    std::optional<u32> uid, gid;
    if (chance_.once_in(3)) uid = chance_.once_in(2) ? attr.uid : chance_.id();
    if (!chance_.once_in(4)) gid = chance_.once_in(4) ? attr.gid : chance_.id();
    const int host =
        errno_as(cred, [&] { return lchown(path(type).c_str(), uid.value_or(~0u), gid.value_or(~0u)); });
    const Result<AttrChange> ours = rump::change_for_chown(attr, cred, uid, gid);
    const std::string asked = story(attr, cred) + ", to " + (uid ? std::to_string(*uid) : "-") + ":" +
                              (gid ? std::to_string(*gid) : "-");
    ASSERT_EQ(errno_of(ours), host) << asked;
    const Attr after = attr_of(path(type));
    const AttrChange change = ours.value_or(AttrChange{});
    ASSERT_EQ(after.mode, change.mode.value_or(attr.mode)) << asked;
    ASSERT_EQ(after.uid, change.uid.value_or(attr.uid)) << asked;
    ASSERT_EQ(after.gid, change.gid.value_or(attr.gid)) << asked;
    count(host);
  }
}

TEST_F(AttributesHost, Utimens) {
  using Kind = TimeChange::Kind;
  const auto host_time = [](const TimeChange& change) {
    if (change.kind == Kind::omit) return timespec{0, UTIME_OMIT};
    if (change.kind == Kind::now) return timespec{0, UTIME_NOW};
    return timespec{static_cast<time_t>(change.time.seconds), static_cast<long>(change.time.nanoseconds)};
  };
  const auto any_change = [&] {
    const rump::Time time{chance_.below(1000),
                          chance_.once_in(20) ? 1'000'000'000 : chance_.below(1'000'000'000)};
    return chance_.once_in(2) ? TimeChange{Kind::now, {}}
                              : TimeChange{static_cast<Kind>(chance_.below(3)), time};
  };
  for (int round = 0; round < kRounds; ++round) {
    const FileType type = any_type();
    const Attr attr = shuffle(type);
    const Cred cred = chance_.cred();
    const TimeChange access = any_change(), modify = any_change();
    const int host = errno_as(cred, [&] {
      const timespec times[] = {host_time(access), host_time(modify)};
      return utimensat(AT_FDCWD, path(type).c_str(), times, AT_SYMLINK_NOFOLLOW);
    });
    const Result<AttrChange> ours = rump::change_for_utimens(attr, cred, access, modify, {},
                                                             rump::check_access(attr, cred, rump::kMayWrite));
    ASSERT_EQ(errno_of(ours), host) << story(attr, cred) << ", kinds " << static_cast<int>(access.kind) << " "
                                    << static_cast<int>(modify.kind);
    count(host);
  }
}

TEST_F(AttributesHost, WriteAndTruncate) {
  for (int round = 0; round < kRounds; ++round) {
    const Attr attr = shuffle(FileType::file);
    const Cred cred = chance_.cred();
    const std::string name = path(FileType::file);
    const bool cut = chance_.once_in(2);
    const int host = errno_as(cred, [&] {
      const int fd = open(name.c_str(), O_WRONLY);
      if (fd < 0) return -1;
      const bool done = cut ? ftruncate(fd, chance_.below(100)) == 0 : write(fd, "x", 1) == 1;
      close(fd);
      return done ? 0 : -1;
    });
    const Result<> ours = rump::check_access(attr, cred, rump::kMayWrite);
    ASSERT_EQ(errno_of(ours), host) << story(attr, cred);
    ASSERT_EQ(attr_of(name).mode, ours ? rump::mode_after_write(attr, cred) : attr.mode) << story(attr, cred);
    count(host);
  }
}

TEST_F(AttributesHost, RemoveFromSticky) {
  const std::string dir = path(FileType::dir);
  for (int round = 0; round < kRounds; ++round) {
    ASSERT_EQ(chown(dir.c_str(), chance_.id(), chance_.id()), 0);
    ASSERT_EQ(chmod(dir.c_str(), chance_.once_in(4) ? 0777 : 01777), 0);
    const std::string name = dir + "/victim";
    ASSERT_EQ(mknod(name.c_str(), S_IFREG | 0600, 0), 0);
    ASSERT_EQ(chown(name.c_str(), chance_.id(), chance_.id()), 0);
    const Attr directory = attr_of(dir), victim = attr_of(name);
    const Cred cred = chance_.cred();
    const int host = errno_as(cred, [&] { return unlink(name.c_str()); });
    ASSERT_EQ(errno_of(rump::may_remove(directory, victim, cred)), host) << story(directory, cred);
    std::filesystem::remove(name);
    count(host);
  }
}

TEST_F(AttributesHost, ExtendedAttributes) {
  const std::string names[] = {"user.a",   "trusted.a", "security.a",
                               "system.a", "other.a",   "user." + std::string(251, 'x')};
  for (int round = 0; round < kRounds; ++round) {
    const FileType type = any_type();
    const Attr attr = shuffle(type);
    const std::string file = path(type), &key = names[chance_.below(6)];
    const Cred cred = chance_.cred();
    const auto use = static_cast<XattrUse>(chance_.below(3));
    const int there = lsetxattr(file.c_str(), key.c_str(), "v", 1, 0);
    const int host = errno_as(cred, [&]() -> ssize_t {
      char room[8];
      switch (use) {
        case XattrUse::read:
          return lgetxattr(file.c_str(), key.c_str(), room, sizeof room);
        case XattrUse::write:
          return lsetxattr(file.c_str(), key.c_str(), "w", 1, 0);
        case XattrUse::remove:
          return lremovexattr(file.c_str(), key.c_str());
      }
      return 0;
    });
    const Result<u32> access = rump::access_for_xattr(key, attr, cred, use);
    const int ours = access ? errno_of(rump::check_access(attr, cred, *access)) : errno_of(access);
    // Where the name space is unknown, Linux asks for permission first.
    if (ours == EOPNOTSUPP && host == EACCES) continue;
    ASSERT_EQ(ours, host) << key << ", use " << static_cast<int>(use) << ", there " << (there == 0) << ": "
                          << story(attr, cred);
    count(host);
  }
}

TEST_F(AttributesHost, AclsAsAttributes) {
  const std::vector<std::byte> value = rump::test::acl_bytes({{rump::test::kOwner, 6},
                                                              {rump::test::kUser, 5, 1001},
                                                              {rump::test::kGroup, 4},
                                                              {rump::test::kMask, 4},
                                                              {rump::test::kOthers, 0}});
  const std::string probe = path(FileType::file);
  if (set_xattr(probe, rump::kAccessAcl, value) == EOPNOTSUPP)
    GTEST_SKIP() << "the host's file system has no ACLs";
  for (int round = 0; round < kRounds; ++round) {
    const FileType type = any_type();
    const Attr attr = shuffle(type);
    const std::string file = path(type), key(chance_.once_in(2) ? rump::kAccessAcl : rump::kDefaultAcl);
    const Cred cred = chance_.cred();
    const auto use = static_cast<XattrUse>(chance_.below(3));
    // Linux has nothing to do here, and does not ask who wants it.
    if (use == XattrUse::remove && key == rump::kDefaultAcl && type != FileType::dir) continue;
    const int host = errno_as(cred, [&]() -> ssize_t {
      char room[100];
      switch (use) {
        case XattrUse::read:
          return lgetxattr(file.c_str(), key.c_str(), room, sizeof room);
        case XattrUse::write:
          return lsetxattr(file.c_str(), key.c_str(), value.data(), value.size(), 0);
        case XattrUse::remove:
          return lremovexattr(file.c_str(), key.c_str());
      }
      return 0;
    });
    const Result<u32> access = rump::access_for_xattr(key, attr, cred, use);
    ASSERT_EQ(access.value_or(0), 0u);
    const std::string asked =
        key + ", use " + std::to_string(static_cast<int>(use)) + ": " + story(attr, cred);
    // To read where there is none is the driver's answer.
    ASSERT_EQ(errno_of(access), host == ENODATA ? 0 : host) << asked;
    if (use == XattrUse::write && host == 0 && key == rump::kAccessAcl) {
      const u32 wanted = (attr.mode & 07000) | 0640;
      ASSERT_EQ(attr_of(file).mode, rump::mode_after_chmod(attr, wanted, cred)) << asked;
    }
    count(host);
  }
}

/// Sets what chattr(1) sets; 0 or errno.
int set_flags(const std::string& path, int flags) {
  const int fd = open(path.c_str(), O_RDONLY);
  const int error = fd >= 0 && ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0 ? 0 : errno;
  close(fd);
  return error;
}

/// A change that a flag of the file or of the directory may forbid.
struct FlagCase {
  const char* what;
  bool of_dir;
  rump::Change change;
  std::function<int()> call;  ///< leaves behind what it found, or is refused
};

/// The cases on a file and on a directory with an entry; `other` is free.
std::vector<FlagCase> flag_cases(const std::string& file, const std::string& dir, const std::string& other) {
  using rump::Change;
  const auto open_for = [=](int flags) {
    return [=] {
      const int fd = open(file.c_str(), flags);
      return fd < 0 ? fd : close(fd);
    };
  };
  const auto set_times = [=](long nanoseconds) {
    return [=] {
      const timespec times[] = {{0, nanoseconds}, {0, nanoseconds}};
      return utimensat(AT_FDCWD, file.c_str(), times, 0);
    };
  };
  const auto move = [=](const std::string& from) {
    return [=] {
      const int result = rename(from.c_str(), other.c_str());
      return result == 0 ? rename(other.c_str(), from.c_str()) : result;
    };
  };
  const auto link_it = [=] {
    const int result = link(file.c_str(), other.c_str());
    return result == 0 ? unlink(other.c_str()) : result;
  };
  const auto new_file = [=] { return mknod((dir + "/new").c_str(), S_IFREG | 0600, 0); };
  return {
      {"open to write", false, Change::write, open_for(O_WRONLY)},
      {"truncate", false, Change::write, [=] { return truncate(file.c_str(), 0); }},
      {"open to append", false, Change::append, open_for(O_WRONLY | O_APPEND)},
      {"chmod", false, Change::attributes, [=] { return chmod(file.c_str(), 0644); }},
      {"chown", false, Change::attributes, [=] { return chown(file.c_str(), 1000, 1000); }},
      {"set times", false, Change::attributes, set_times(5)},
      {"setxattr", false, Change::attributes, [=] { return setxattr(file.c_str(), "trusted.a", "", 0, 0); }},
      {"touch", false, Change::touch, set_times(UTIME_NOW)},
      {"link", false, Change::name, link_it},
      {"rename", false, Change::name, move(file)},
      {"rename a directory", true, Change::name, move(dir)},
      {"create", true, Change::add_entry, new_file},
      {"unlink", true, Change::remove_entry, [=] { return unlink((dir + "/inside").c_str()); }},
  };
}

TEST_F(AttributesHost, Flags) {
  struct Flag {
    int host;
    u32 ours;
  };
  constexpr Flag kFlags[] = {
      {0, 0}, {FS_APPEND_FL, rump::kFlagAppend}, {FS_IMMUTABLE_FL, rump::kFlagImmutable}};
  const std::string file = path(FileType::file), dir = path(FileType::dir);
  for (const Flag flag : kFlags) {
    for (const FlagCase& c : flag_cases(file, dir, top_ / "other")) {
      std::filesystem::remove(dir + "/new");
      if (!std::filesystem::exists(dir + "/inside")) {
        ASSERT_EQ(mknod((dir + "/inside").c_str(), S_IFREG | 0600, 0), 0);
      }
      const std::string& target = c.of_dir ? dir : file;
      const int error = set_flags(target, flag.host);
      if (error == EOPNOTSUPP || error == ENOTTY || error == EPERM)
        GTEST_SKIP() << "flags cannot be set here: " << std::strerror(error);
      ASSERT_EQ(error, 0) << std::strerror(error);
      const int host = c.call() == 0 ? 0 : errno;
      ASSERT_EQ(set_flags(target, 0), 0);
      Attr attr = attr_of(target);
      attr.flags = flag.ours;
      EXPECT_EQ(errno_of(rump::check_flags(attr, c.change)), host) << c.what << ", flag " << flag.host;
      count(host);
    }
  }
}

}  // namespace
}  // namespace oracle
