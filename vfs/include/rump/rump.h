// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The rump kernel for C programs: starting it, telling it of images, and who asks.
///
/// Link with `pkg-config --static --libs rump`. The calls themselves are in rump_syscalls.h. As in the historical API,
/// functions here answer 0 or an errno value, and system calls answer -1 and set errno. All errno values are the host's.
/// Every function may be called from any thread, unless it says otherwise.
#ifndef RUMP_RUMP_H
#define RUMP_RUMP_H

#include <stddef.h>
#include <stdint.h>

// NOLINTBEGIN(readability-identifier-naming): the names are the historical API's
#ifdef __cplusplus
extern "C" {
#endif

/// Starts the kernel, with an empty tmpfs of 256 MiB (it takes memory as it fills) as "/", and one process of user 0 and
/// group 0. 0 also when it runs already. ENOMEM.
int rump_init(void);

/// Stops the kernel: closes the first process's descriptors and unmounts everything, innermost first, each flushed.
/// No other thread is inside a call. EBUSY, and nothing has happened, while a process made by rump_pub_lwproc_rfork or
/// rump_lwproc_newproc exists. Else the kernel is gone, rump_init may start a new one, keys are forgotten, and the
/// answer is 0 or the first error that flushing met. A program that ends without this call loses what was not synced.
int rump_fini(void);

/// Why the last call of this thread that failed did so, in a static sentence; "" where there is no more to say than
/// errno does.
const char *rump_last_error(void);

// ---- images: host files that may be mounted by a key

/// How a host file is shown. Only mounting is offered here, for which BLK and REG are the same; the other types of the
/// historical API answer EOPNOTSUPP.
enum rump_etfs_type {
  RUMP_ETFS_REG,
  RUMP_ETFS_BLK,
  RUMP_ETFS_CHR,
  RUMP_ETFS_DIR,
  RUMP_ETFS_DIR_SUBDIRS
};

/// In place of a size: to the end of the file.
#define RUMP_ETFS_SIZE_ENDOFF ((uint64_t)-1)

/// Gives the host's regular file or block device `hostpath` the name `key`, which begins with '/', for
/// rump_mount_args::fspec; slashes at the start count as one, the rest is compared as it is. The key is no file: no
/// system call but mount knows it. The file is opened for writing where that is allowed and else for reading; it is
/// written only through a mount without RUMP_MNT_RDONLY. While one is mounted the file is locked by flock(2), shared
/// or exclusive. EINVAL (the key; the kind of file), EEXIST, EOPNOTSUPP (the type), ENXIO (no rump_init), and those of
/// open(2).
int rump_pub_etfs_register(const char *key, const char *hostpath, enum rump_etfs_type type);

/// Likewise, for `size` bytes from byte `begin` on: a partition. EINVAL where they do not lie in the file.
int rump_pub_etfs_register_withsize(const char *key, const char *hostpath, enum rump_etfs_type type, uint64_t begin,
                                    uint64_t size);

/// Forgets a key. What is mounted by it stays mounted. ENOENT.
int rump_pub_etfs_remove(const char *key);

// ---- processes
//
// All threads share the first process, until they say otherwise. A process has credentials, a current directory, a
// file creation mask and descriptors of its own, which are numbered from 0. It is a smaller thing than the historical
// one: a process and its lwp are one, and there are no process numbers.

/// A process as its threads know it.
struct lwp;

/// rfork flag: the new process begins without descriptors.
#define RUMP_RFCFDG 0x02

/// Makes a process with the credentials of the calling thread's one, current directory "/" and mask 022, and makes it
/// the thread's own. `flags` must be RUMP_RFCFDG: sharing or copying descriptors is EOPNOTSUPP. ENXIO.
int rump_pub_lwproc_rfork(int flags);

/// Most supplementary groups of a process.
#define RUMP_NGROUPS_MAX 32

/// Likewise with these credentials, whoever asks: who calls the kernel's C face owns the kernel. EINVAL: too many
/// groups. Not in the historical API.
int rump_lwproc_newproc(uint32_t uid, uint32_t gid, size_t ngroups, const uint32_t *groups);

/// The calling thread's own process; NULL: it uses the first one.
struct lwp *rump_pub_lwproc_curlwp(void);

/// Lets the calling thread use this process from now on; NULL: the first one. Threads may share a process.
void rump_pub_lwproc_switch(struct lwp *process);

/// Ends the calling thread's own process, which no other thread uses any more, and returns the thread to the first
/// one. Its descriptors are closed. Does nothing where the thread has none.
void rump_pub_lwproc_releaselwp(void);

#ifdef __cplusplus
}
#endif
// NOLINTEND(readability-identifier-naming)

#endif
