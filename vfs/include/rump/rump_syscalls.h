// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The system calls of a rump kernel for C programs.
///
/// Each rump_sys_NAME is POSIX's NAME (or NetBSD's or Linux's, where said) inside the rump kernel: same arguments, same
/// promises, on the descriptors and names of the calling thread's process (rump.h). It answers -1 and sets errno, to a
/// value of the host's, where it fails. Only what differs is told below.
///
/// Errors that any call may meet: ENXIO (no rump_init), EINVAL (a flag that is not one of those below), EIO (the host
/// failed), EUCLEAN (the image is corrupt: never EIO), EOPNOTSUPP (the file system has no such thing), ENOMEM. Calls
/// with a path: ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG. Calls with a descriptor: EBADF. Calls that change
/// something: EROFS, ENOSPC, EDQUOT, EPERM.
///
/// Numbers and structures are this header's own, RUMP_ and rump_ in front, so that objects do not depend on the host's C
/// library; give calls no O_*, AT_* or struct stat of the host's. The fields are named as POSIX names them. The numbers
/// are NetBSD's where NetBSD has them, as in the historical rump kernel; the RUMP_RENAME_ and RUMP_XATTR_ ones are
/// Linux's.
#ifndef RUMP_RUMP_SYSCALLS_H
#define RUMP_RUMP_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// NOLINTBEGIN(readability-identifier-naming): the names are the historical API's
#ifdef __cplusplus
extern "C" {
#endif

// ---- numbers

/// How to open: one of the first three, and any of the others. A special file cannot be opened.
#define RUMP_O_RDONLY 0x000000
#define RUMP_O_WRONLY 0x000001
#define RUMP_O_RDWR 0x000002
#define RUMP_O_NONBLOCK 0x000004  ///< no effect: nothing here waits for anybody
#define RUMP_O_APPEND 0x000008
#define RUMP_O_NOFOLLOW 0x000100  ///< ELOOP where the last component is a symlink
#define RUMP_O_CREAT 0x000200
#define RUMP_O_TRUNC 0x000400
#define RUMP_O_EXCL 0x000800
#define RUMP_O_DIRECTORY 0x200000
#define RUMP_O_CLOEXEC 0x400000  ///< no effect: there is no exec

/// In place of a directory's descriptor: the current directory.
#define RUMP_AT_FDCWD (-100)
/// Flags of the calls whose name ends in "at".
#define RUMP_AT_EACCESS 0x100  ///< no effect: a process has one set of credentials
#define RUMP_AT_SYMLINK_NOFOLLOW 0x200
#define RUMP_AT_SYMLINK_FOLLOW 0x400
#define RUMP_AT_REMOVEDIR 0x800

#define RUMP_SEEK_SET 0
#define RUMP_SEEK_CUR 1
#define RUMP_SEEK_END 2
#define RUMP_SEEK_DATA 3  ///< to the next byte that is not in a hole; ENXIO: none
#define RUMP_SEEK_HOLE 4  ///< to the next hole, or the end; ENXIO: past the end

#define RUMP_F_OK 0
#define RUMP_X_OK 1
#define RUMP_W_OK 2
#define RUMP_R_OK 4

/// The type in rump_stat::st_mode, and in the mode of mknod.
#define RUMP_S_IFMT 0170000
#define RUMP_S_IFIFO 0010000
#define RUMP_S_IFCHR 0020000
#define RUMP_S_IFDIR 0040000
#define RUMP_S_IFBLK 0060000
#define RUMP_S_IFREG 0100000
#define RUMP_S_IFLNK 0120000
#define RUMP_S_IFSOCK 0140000

/// rump_stat::st_flags and chflags.
#define RUMP_FLAG_IMMUTABLE 0x01
#define RUMP_FLAG_APPEND 0x02
#define RUMP_FLAG_NODUMP 0x04
#define RUMP_FLAG_ENCRYPTED 0x08   ///< shown, never set
#define RUMP_FLAG_COMPRESSED 0x10  ///< shown, never set
#define RUMP_FLAG_VERITY 0x20      ///< shown, never set
#define RUMP_FLAG_CASEFOLD 0x40    ///< names in this directory are the same but for their case

/// rump_dirent::d_type. Where the file system keeps no type in its directories: UNKNOWN.
#define RUMP_DT_UNKNOWN 0
#define RUMP_DT_FIFO 1
#define RUMP_DT_CHR 2
#define RUMP_DT_DIR 4
#define RUMP_DT_BLK 6
#define RUMP_DT_REG 8
#define RUMP_DT_LNK 10
#define RUMP_DT_SOCK 12

/// In place of rump_timespec::tv_nsec: the time now, or leave it as it is.
#define RUMP_UTIME_NOW ((1 << 30) - 1)
#define RUMP_UTIME_OMIT ((1 << 30) - 2)

#define RUMP_RENAME_NOREPLACE 1
#define RUMP_RENAME_EXCHANGE 2

#define RUMP_XATTR_CREATE 1   ///< EEXIST where it is there
#define RUMP_XATTR_REPLACE 2  ///< ENODATA where it is not

#define RUMP_MNT_RDONLY 0x00000001
#define RUMP_MNT_ATIME 0x00000100    ///< reading sets access times; without it, it does not
#define RUMP_MNT_FORCE 0x00080000    ///< of unmount: what cannot be written is given up
#define RUMP_MNT_DISCARD 0x00800000  ///< freed space is given back to the host

/// rump_statvfs::f_flag.
#define RUMP_ST_RDONLY 1

#define RUMP_NAME_MAX 765
#define RUMP_PATH_MAX 4096
#define RUMP_IOV_MAX 1024

// ---- structures

struct rump_timespec {
  int64_t tv_sec;
  int64_t tv_nsec;
};

struct rump_timeval {
  int64_t tv_sec;
  int64_t tv_usec;
};

struct rump_stat {
  uint64_t st_dev;   ///< tells file systems apart while they are mounted
  uint64_t st_ino;
  uint64_t st_rdev;  ///< as rump_makedev makes it
  int64_t st_size;
  int64_t st_blocks;  ///< of 512 bytes
  struct rump_timespec st_atim;
  struct rump_timespec st_mtim;
  struct rump_timespec st_ctim;
  struct rump_timespec st_birthtim;  ///< zero where the file system does not keep it
  uint64_t st_gen;
  uint32_t st_mode;
  uint32_t st_nlink;
  uint32_t st_uid;
  uint32_t st_gid;
  uint32_t st_blksize;  ///< a good size for reads and writes
  uint32_t st_flags;    ///< RUMP_FLAG_
};

/// One entry of rump_sys_getdents; d_reclen bytes on is the next. The names are NetBSD's, the layout is not.
struct rump_dirent {
  uint64_t d_fileno;
  int64_t d_off;      ///< rump_sys_lseek(fd, d_off, RUMP_SEEK_SET) continues after this entry
  uint16_t d_reclen;  ///< a multiple of 8
  uint16_t d_namlen;  ///< without the NUL
  uint8_t d_type;     ///< RUMP_DT_
  char d_name[RUMP_NAME_MAX + 1];  ///< ends with a NUL; only d_reclen bytes of the record are there
};

struct rump_statvfs {
  uint64_t f_bsize;
  uint64_t f_frsize;
  uint64_t f_blocks, f_bfree, f_bavail;  ///< of f_frsize bytes
  uint64_t f_files, f_ffree, f_favail;
  uint64_t f_fsid;  ///< rump_stat::st_dev of its files
  uint64_t f_flag;  ///< RUMP_ST_RDONLY
  uint64_t f_namemax;
};

struct rump_iovec {
  void *iov_base;
  size_t iov_len;
};

/// What to mount, for every type of file system.
struct rump_mount_args {
  const char *fspec;    ///< a key from rump_pub_etfs_register; not for tmpfs
  const char *options;  ///< the driver's own options, comma-separated, or NULL
  uint64_t size;        ///< tmpfs: its size in bytes, 0: the default of 256 MiB; it takes memory as it fills
};

/// A device number for mknod, and its parts.
static inline uint64_t rump_makedev(uint32_t major, uint32_t minor) { return (uint64_t)major << 32 | minor; }
static inline uint32_t rump_major(uint64_t device) { return (uint32_t)(device >> 32); }
static inline uint32_t rump_minor(uint64_t device) { return (uint32_t)device; }

// ---- mounting

/// Mounts a file system of this type ("ext2", "tmpfs" …) on a directory, as NetBSD's mount. `data` is a struct
/// rump_mount_args and `data_len` its size. Only user 0 may (EPERM). EOPNOTSUPP (no such type, or a feature of the
/// image that is not supported: rump_last_error names it), ENOENT (no such key), EBUSY (mounted already, by somebody
/// else too), EUCLEAN (corrupt), ENOTRECOVERABLE (the file system was not unmounted cleanly), EROFS (the host file
/// cannot be written).
int rump_sys_mount(const char *type, const char *path, int flags, void *data, size_t data_len);
/// Flushes the file system whose root the path leads to and takes it away. EBUSY (files in use, whatever the flags),
/// EINVAL (no mount's root). After an error of the device's it is still there: try again, or with RUMP_MNT_FORCE.
int rump_sys_unmount(const char *path, int flags);
/// Everything of every file system is on stable storage. Unlike POSIX's, it can fail.
int rump_sys_sync(void);
/// Linux's: everything of the file system that the descriptor is on.
int rump_sys_syncfs(int fd);
int rump_sys_statvfs(const char *path, struct rump_statvfs *buffer);
int rump_sys_fstatvfs(int fd, struct rump_statvfs *buffer);
/// NetBSD's; `flags` makes no difference, counts are always exact.
int rump_sys_statvfs1(const char *path, struct rump_statvfs *buffer, int flags);
int rump_sys_fstatvfs1(int fd, struct rump_statvfs *buffer, int flags);

// ---- files

/// With RUMP_O_CREAT one more argument, the new file's mode (an int or unsigned).
int rump_sys_open(const char *path, int flags, ...);
int rump_sys_openat(int at, const char *path, int flags, ...);
int rump_sys_close(int fd);
int rump_sys_dup(int fd);
ssize_t rump_sys_read(int fd, void *bytes, size_t count);
ssize_t rump_sys_write(int fd, const void *bytes, size_t count);
ssize_t rump_sys_pread(int fd, void *bytes, size_t count, int64_t offset);
/// With RUMP_O_APPEND at the end of the file whatever the offset, as Linux does.
ssize_t rump_sys_pwrite(int fd, const void *bytes, size_t count, int64_t offset);
/// The vectors move part after part: unlike POSIX's, another thread's write may come between two parts.
ssize_t rump_sys_readv(int fd, const struct rump_iovec *parts, int count);
ssize_t rump_sys_writev(int fd, const struct rump_iovec *parts, int count);
ssize_t rump_sys_preadv(int fd, const struct rump_iovec *parts, int count, int64_t offset);
ssize_t rump_sys_pwritev(int fd, const struct rump_iovec *parts, int count, int64_t offset);
/// Of a directory only to 0 or to a rump_dirent::d_off.
int64_t rump_sys_lseek(int fd, int64_t offset, int whence);
int rump_sys_truncate(const char *path, int64_t size);
int rump_sys_ftruncate(int fd, int64_t size);
int rump_sys_fsync(int fd);
/// The same as fsync.
int rump_sys_fdatasync(int fd);

// ---- names

/// NetBSD's: entries of an open directory as struct rump_dirent, as many as fit; how many bytes of the buffer, which is
/// aligned for one, were filled, 0 at the end. EINVAL: not even one fits.
int rump_sys_getdents(int fd, void *buffer, size_t bytes);
int rump_sys_mkdir(const char *path, uint32_t mode);
int rump_sys_mkdirat(int at, const char *path, uint32_t mode);
/// A regular file, fifo, socket or (user 0 only) device, as the type in `mode` says; without one, a regular file.
int rump_sys_mknod(const char *path, uint32_t mode, uint64_t device);
int rump_sys_mknodat(int at, const char *path, uint32_t mode, uint64_t device);
int rump_sys_mkfifo(const char *path, uint32_t mode);
int rump_sys_mkfifoat(int at, const char *path, uint32_t mode);
int rump_sys_symlink(const char *target, const char *path);
int rump_sys_symlinkat(const char *target, int at, const char *path);
ssize_t rump_sys_readlink(const char *path, char *buffer, size_t bytes);
ssize_t rump_sys_readlinkat(int at, const char *path, char *buffer, size_t bytes);
/// Where `from` leads to a symlink, the symlink gets another name, as on Linux.
int rump_sys_link(const char *from, const char *to);
/// `flags`: RUMP_AT_SYMLINK_FOLLOW.
int rump_sys_linkat(int from_at, const char *from, int to_at, const char *to, int flags);
int rump_sys_unlink(const char *path);
/// `flags`: RUMP_AT_REMOVEDIR.
int rump_sys_unlinkat(int at, const char *path, int flags);
int rump_sys_rmdir(const char *path);
int rump_sys_rename(const char *from, const char *to);
int rump_sys_renameat(int from_at, const char *from, int to_at, const char *to);
/// Linux's; `flags`: RUMP_RENAME_, one at most.
int rump_sys_renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags);
int rump_sys_chdir(const char *path);
int rump_sys_fchdir(int fd);
/// `buffer` with the path of the current directory, or NULL. ERANGE: it does not fit; ENOENT: the directory was removed.
char *rump_sys_getcwd(char *buffer, size_t bytes);

// ---- attributes

int rump_sys_stat(const char *path, struct rump_stat *buffer);
int rump_sys_lstat(const char *path, struct rump_stat *buffer);
int rump_sys_fstat(int fd, struct rump_stat *buffer);
/// `flags`: RUMP_AT_SYMLINK_NOFOLLOW.
int rump_sys_fstatat(int at, const char *path, struct rump_stat *buffer, int flags);
int rump_sys_access(const char *path, int mode);
/// `flags`: RUMP_AT_EACCESS.
int rump_sys_faccessat(int at, const char *path, int mode, int flags);
int rump_sys_chmod(const char *path, uint32_t mode);
int rump_sys_fchmod(int fd, uint32_t mode);
/// `flags`: RUMP_AT_SYMLINK_NOFOLLOW.
int rump_sys_fchmodat(int at, const char *path, uint32_t mode, int flags);
/// An owner or group of (uint32_t)-1 stays as it is.
int rump_sys_chown(const char *path, uint32_t uid, uint32_t gid);
int rump_sys_lchown(const char *path, uint32_t uid, uint32_t gid);
int rump_sys_fchown(int fd, uint32_t uid, uint32_t gid);
/// `flags`: RUMP_AT_SYMLINK_NOFOLLOW.
int rump_sys_fchownat(int at, const char *path, uint32_t uid, uint32_t gid, int flags);
/// NetBSD's, with RUMP_FLAG_ values: sets those that may be set, the others stay.
int rump_sys_chflags(const char *path, unsigned long flags);
int rump_sys_lchflags(const char *path, unsigned long flags);
/// Access time and modification time; NULL: both are now. `flags`: RUMP_AT_SYMLINK_NOFOLLOW.
int rump_sys_utimensat(int at, const char *path, const struct rump_timespec times[2], int flags);
int rump_sys_futimens(int fd, const struct rump_timespec times[2]);
int rump_sys_utimes(const char *path, const struct rump_timeval times[2]);
int rump_sys_lutimes(const char *path, const struct rump_timeval times[2]);
int rump_sys_futimes(int fd, const struct rump_timeval times[2]);
uint32_t rump_sys_umask(uint32_t mask);
uint32_t rump_sys_getuid(void);
uint32_t rump_sys_getgid(void);

// ---- extended attributes, as Linux has them
//
// A name has its name space in front ("user.comment"). With a size of 0 the length alone is told; ERANGE: the buffer is
// not empty and too small. ENODATA: there is none of that name. Names in a list end with a NUL each. `flags`:
// RUMP_XATTR_, one at most.

ssize_t rump_sys_getxattr(const char *path, const char *name, void *value, size_t size);
ssize_t rump_sys_lgetxattr(const char *path, const char *name, void *value, size_t size);
ssize_t rump_sys_fgetxattr(int fd, const char *name, void *value, size_t size);
ssize_t rump_sys_listxattr(const char *path, char *names, size_t size);
ssize_t rump_sys_llistxattr(const char *path, char *names, size_t size);
ssize_t rump_sys_flistxattr(int fd, char *names, size_t size);
int rump_sys_setxattr(const char *path, const char *name, const void *value, size_t size, int flags);
int rump_sys_lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags);
int rump_sys_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags);
int rump_sys_removexattr(const char *path, const char *name);
int rump_sys_lremovexattr(const char *path, const char *name);
int rump_sys_fremovexattr(int fd, const char *name);

#ifdef __cplusplus
}
#endif
// NOLINTEND(readability-identifier-naming)

#endif
