// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls on names.
#include "vfs/cface/call.hpp"

using namespace rump;
using namespace rump::cface;

int rump_sys_mkdir(const char* path, uint32_t mode) { return rump_sys_mkdirat(RUMP_AT_FDCWD, path, mode); }

int rump_sys_mkdirat(int at, const char* path, uint32_t mode) {
  return call([&](Face&, Process& process) { return process.mkdir(at, path, mode & 07777); });
}

int rump_sys_mknod(const char* path, uint32_t mode, uint64_t device) {
  return rump_sys_mknodat(RUMP_AT_FDCWD, path, mode, device);
}

int rump_sys_mknodat(int at, const char* path, uint32_t mode, uint64_t device) {
  return call([&](Face&, Process& process) -> Result<> {
    return process.mknod(at, path, TRY(type_of_mode(mode)), mode & 07777,
                         {.major = rump_major(device), .minor = rump_minor(device)});
  });
}

int rump_sys_mkfifo(const char* path, uint32_t mode) { return rump_sys_mkfifoat(RUMP_AT_FDCWD, path, mode); }

int rump_sys_mkfifoat(int at, const char* path, uint32_t mode) {
  return rump_sys_mknodat(at, path, (mode & 07777) | RUMP_S_IFIFO, 0);
}

int rump_sys_symlink(const char* target, const char* path) {
  return rump_sys_symlinkat(target, RUMP_AT_FDCWD, path);
}

int rump_sys_symlinkat(const char* target, int at, const char* path) {
  return call([&](Face&, Process& process) { return process.symlink(target, at, path); });
}

ssize_t rump_sys_readlink(const char* path, char* buffer, size_t bytes) {
  return rump_sys_readlinkat(RUMP_AT_FDCWD, path, buffer, bytes);
}

ssize_t rump_sys_readlinkat(int at, const char* path, char* buffer, size_t bytes) {
  return call<ssize_t>([&](Face&, Process& process) -> Result<std::size_t> {
    if (bytes == 0) return fail(Errc::invalid, "no room for the target");
    return process.readlink(at, path, {buffer, bytes});
  });
}

int rump_sys_link(const char* from, const char* to) {
  return rump_sys_linkat(RUMP_AT_FDCWD, from, RUMP_AT_FDCWD, to, 0);
}

int rump_sys_linkat(int from_at, const char* from, int to_at, const char* to, int flags) {
  return call([&](Face&, Process& process) -> Result<> {
    TRY(check_known(static_cast<unsigned>(flags), RUMP_AT_SYMLINK_FOLLOW));
    return process.link(from_at, from, to_at, to, flags ? Follow::yes : Follow::no);
  });
}

int rump_sys_unlink(const char* path) { return rump_sys_unlinkat(RUMP_AT_FDCWD, path, 0); }

int rump_sys_unlinkat(int at, const char* path, int flags) {
  return call([&](Face&, Process& process) -> Result<> {
    TRY(check_known(static_cast<unsigned>(flags), RUMP_AT_REMOVEDIR));
    return flags ? process.rmdir(at, path) : process.unlink(at, path);
  });
}

int rump_sys_rmdir(const char* path) { return rump_sys_unlinkat(RUMP_AT_FDCWD, path, RUMP_AT_REMOVEDIR); }

int rump_sys_rename(const char* from, const char* to) {
  return rump_sys_renameat2(RUMP_AT_FDCWD, from, RUMP_AT_FDCWD, to, 0);
}

int rump_sys_renameat(int from_at, const char* from, int to_at, const char* to) {
  return rump_sys_renameat2(from_at, from, to_at, to, 0);
}

int rump_sys_renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) {
  static_assert(RUMP_RENAME_NOREPLACE == kRenameNoReplace && RUMP_RENAME_EXCHANGE == kRenameExchange);
  return call([&](Face&, Process& process) -> Result<> {
    TRY(check_known(flags, RUMP_RENAME_NOREPLACE | RUMP_RENAME_EXCHANGE));
    return process.rename(from_at, from, to_at, to, flags);
  });
}

int rump_sys_chdir(const char* path) {
  return call([&](Face&, Process& process) { return process.chdir(kCwd, path); });
}

int rump_sys_fchdir(int fd) {
  return call([&](Face&, Process& process) { return process.fchdir(fd); });
}
