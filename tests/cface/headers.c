// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Only compiled: the headers by themselves, and their fixed layouts.
#ifdef SYSCALLS_FIRST
#include <rump/rump_syscalls.h>
#endif
#include <rump/rump.h>
#include <rump/rump_syscalls.h>

// No static_assert in C99: a wrong size is an array of negative length.
typedef char stat_is_136_bytes[sizeof(struct rump_stat) == 136 ? 1 : -1];
typedef char dirent_is_792_bytes[sizeof(struct rump_dirent) == 792 ? 1 : -1];
typedef char statvfs_is_88_bytes[sizeof(struct rump_statvfs) == 88 ? 1 : -1];
typedef char timespec_is_16_bytes[sizeof(struct rump_timespec) == 16 ? 1 : -1];

int use_headers(stat_is_136_bytes *, dirent_is_792_bytes *, statvfs_is_88_bytes *, timespec_is_16_bytes *);

int use_headers(stat_is_136_bytes *a, dirent_is_792_bytes *b, statvfs_is_88_bytes *c, timespec_is_16_bytes *d) {
  (void)a, (void)b, (void)c, (void)d;
  return rump_sys_open("/", RUMP_O_RDONLY) + (int)rump_major(rump_makedev(8, 1)) + rump_pub_lwproc_rfork(RUMP_RFCFDG);
}
