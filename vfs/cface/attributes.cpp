// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls on attributes.
#include <array>

#include "vfs/access.hpp"
#include "vfs/cface/call.hpp"

using namespace rump;
using namespace rump::cface;

namespace {

rump_timespec timespec_of(const Time& time) {
  return {.tv_sec = time.seconds, .tv_nsec = static_cast<int64_t>(time.nanoseconds)};
}

static_assert(RUMP_FLAG_IMMUTABLE == kFlagImmutable && RUMP_FLAG_APPEND == kFlagAppend &&
              RUMP_FLAG_NODUMP == kFlagNoDump && RUMP_FLAG_ENCRYPTED == kFlagEncrypted &&
              RUMP_FLAG_COMPRESSED == kFlagCompressed && RUMP_FLAG_VERITY == kFlagVerity &&
              RUMP_FLAG_CASEFOLD == kFlagCaseFold);

void fill(const Attr& attr, const Mount& mount, rump_stat& out) {
  constexpr u32 kGoodBytes = 65536;
  out = {};
  out.st_dev = number_of(mount);
  out.st_ino = attr.ino;
  out.st_rdev = rump_makedev(attr.device.major, attr.device.minor);
  out.st_size = static_cast<int64_t>(attr.size);
  out.st_blocks = static_cast<int64_t>((attr.allocated + 511) / 512);
  out.st_atim = timespec_of(attr.access);
  out.st_mtim = timespec_of(attr.modify);
  out.st_ctim = timespec_of(attr.change);
  out.st_birthtim = timespec_of(attr.birth);
  out.st_gen = attr.generation;
  out.st_mode = mode_of(attr.type) | attr.mode;
  out.st_nlink = attr.nlink;
  out.st_uid = attr.uid;
  out.st_gid = attr.gid;
  out.st_blksize = kGoodBytes;
  out.st_flags = attr.flags;
}

/// Process::stat and fstat do not tell which mount the file is on.
Result<> stat_vnode(const VnodeRef& vnode, rump_stat& out) {
  fill(TRY(read_attr(*vnode)), vnode->mount(), out);
  return {};
}

constexpr uint32_t kStays = ~uint32_t{0};

std::optional<u32> owner_of(uint32_t id) { return id == kStays ? std::nullopt : std::optional<u32>(id); }

Result<TimeChange> change_of(const rump_timespec& time) {
  if (time.tv_nsec == RUMP_UTIME_NOW) return TimeChange{.kind = TimeChange::Kind::now, .time = {}};
  if (time.tv_nsec == RUMP_UTIME_OMIT) return TimeChange{.kind = TimeChange::Kind::omit, .time = {}};
  if (time.tv_nsec < 0 || time.tv_nsec >= 1'000'000'000)
    return fail(Errc::invalid, "nanoseconds out of range");
  return TimeChange{.kind = TimeChange::Kind::set,
                    .time = {.seconds = time.tv_sec, .nanoseconds = static_cast<u32>(time.tv_nsec)}};
}

struct TimeChanges {
  TimeChange access{.kind = TimeChange::Kind::now, .time = {}};
  TimeChange modify{.kind = TimeChange::Kind::now, .time = {}};
};

Result<TimeChanges> changes_of(const rump_timespec* times) {
  if (!times) return TimeChanges{};
  return TimeChanges{.access = TRY(change_of(times[0])), .modify = TRY(change_of(times[1]))};
}

Result<TimeChanges> changes_of(const rump_timeval* times) {
  if (!times) return TimeChanges{};
  std::array<rump_timespec, 2> fine;
  for (std::size_t i = 0; i < 2; ++i) {
    if (times[i].tv_usec < 0 || times[i].tv_usec >= 1'000'000)
      return fail(Errc::invalid, "microseconds out of range");
    fine[i] = {.tv_sec = times[i].tv_sec, .tv_nsec = times[i].tv_usec * 1000};
  }
  return changes_of(fine.data());
}

template <class Times>
int set_times(int at, const char* path, Result<Follow> follow, const Times* times) {
  return call([&](Face&, Process& process) -> Result<> {
    const TimeChanges changes = TRY(changes_of(times));
    return process.utimens(at, path, TRY(follow), changes.access, changes.modify);
  });
}

template <class Times>
int set_times(int fd, const Times* times) {
  return call([&](Face&, Process& process) -> Result<> {
    const TimeChanges changes = TRY(changes_of(times));
    return process.futimens(fd, changes.access, changes.modify);
  });
}

int set_flags(const char* path, Follow follow, unsigned long flags) {
  return call([&](Face&, Process& process) -> Result<> {
    TRY(check_known(flags, ~u32{0}));
    return process.chflags(kCwd, path, follow, static_cast<u32>(flags));
  });
}

}  // namespace

int rump_sys_stat(const char* path, rump_stat* buffer) {
  return rump_sys_fstatat(RUMP_AT_FDCWD, path, buffer, 0);
}

int rump_sys_lstat(const char* path, rump_stat* buffer) {
  return rump_sys_fstatat(RUMP_AT_FDCWD, path, buffer, RUMP_AT_SYMLINK_NOFOLLOW);
}

int rump_sys_fstat(int fd, rump_stat* buffer) {
  return call([&](Face&, Process& process) -> Result<> {
    if (fd < 0) return fail(Errc::bad_descriptor, "bad file descriptor");
    return stat_vnode(TRY(process.vnode_of(fd)), *buffer);
  });
}

int rump_sys_fstatat(int at, const char* path, rump_stat* buffer, int flags) {
  return call([&](Face& face, Process&) -> Result<> {
    return stat_vnode(TRY(face.find(at, path, TRY(follow_of(flags)))), *buffer);
  });
}

int rump_sys_access(const char* path, int mode) { return rump_sys_faccessat(RUMP_AT_FDCWD, path, mode, 0); }

int rump_sys_faccessat(int at, const char* path, int mode, int flags) {
  static_assert(RUMP_R_OK == kMayRead && RUMP_W_OK == kMayWrite && RUMP_X_OK == kMayExecute);
  return call([&](Face&, Process& process) -> Result<> {
    TRY(check_known(static_cast<unsigned>(flags), RUMP_AT_EACCESS));
    TRY(check_known(static_cast<unsigned>(mode), RUMP_R_OK | RUMP_W_OK | RUMP_X_OK));
    return process.access(at, path, static_cast<u32>(mode));
  });
}

int rump_sys_chmod(const char* path, uint32_t mode) {
  return rump_sys_fchmodat(RUMP_AT_FDCWD, path, mode, 0);
}

int rump_sys_fchmod(int fd, uint32_t mode) {
  return call([&](Face&, Process& process) { return process.fchmod(fd, mode & 07777); });
}

int rump_sys_fchmodat(int at, const char* path, uint32_t mode, int flags) {
  return call([&](Face&, Process& process) -> Result<> {
    return process.chmod(at, path, TRY(follow_of(flags)), mode & 07777);
  });
}

int rump_sys_chown(const char* path, uint32_t uid, uint32_t gid) {
  return rump_sys_fchownat(RUMP_AT_FDCWD, path, uid, gid, 0);
}

int rump_sys_lchown(const char* path, uint32_t uid, uint32_t gid) {
  return rump_sys_fchownat(RUMP_AT_FDCWD, path, uid, gid, RUMP_AT_SYMLINK_NOFOLLOW);
}

int rump_sys_fchown(int fd, uint32_t uid, uint32_t gid) {
  return call([&](Face&, Process& process) { return process.fchown(fd, owner_of(uid), owner_of(gid)); });
}

int rump_sys_fchownat(int at, const char* path, uint32_t uid, uint32_t gid, int flags) {
  return call([&](Face&, Process& process) -> Result<> {
    return process.chown(at, path, TRY(follow_of(flags)), owner_of(uid), owner_of(gid));
  });
}

int rump_sys_chflags(const char* path, unsigned long flags) { return set_flags(path, Follow::yes, flags); }

int rump_sys_lchflags(const char* path, unsigned long flags) { return set_flags(path, Follow::no, flags); }

int rump_sys_utimensat(int at, const char* path, const rump_timespec times[2], int flags) {
  return set_times(at, path, follow_of(flags), times);
}

int rump_sys_futimens(int fd, const rump_timespec times[2]) { return set_times(fd, times); }

int rump_sys_utimes(const char* path, const rump_timeval times[2]) {
  return set_times(RUMP_AT_FDCWD, path, Follow::yes, times);
}

int rump_sys_lutimes(const char* path, const rump_timeval times[2]) {
  return set_times(RUMP_AT_FDCWD, path, Follow::no, times);
}

int rump_sys_futimes(int fd, const rump_timeval times[2]) { return set_times(fd, times); }

uint32_t rump_sys_umask(uint32_t mask) {
  return call<uint32_t>([&](Face&, Process& process) -> Result<u32> { return process.umask(mask & 0777); });
}

uint32_t rump_sys_getuid(void) {
  return call<uint32_t>([](Face&, Process& process) -> Result<u32> { return process.cred().uid; });
}

uint32_t rump_sys_getgid(void) {
  return call<uint32_t>([](Face&, Process& process) -> Result<u32> { return process.cred().gid; });
}
