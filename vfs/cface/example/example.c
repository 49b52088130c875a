// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Reads an ext2, ext3 or ext4 image and writes to a file system in memory, all inside this process.
///
///     example IMAGE DIRECTORY FILE
///
/// lists a directory of the image and prints a file of it, copies the file to a tmpfs, and shows the copy.

#include <errno.h>
#include <inttypes.h>
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Ends the program unless the call before was well: errno and the kernel's sentence say why.
static void check(int ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "example: %s: %s (%s)\n", what, strerror(errno), rump_last_error());
  exit(1);
}

/// The same for functions that answer an errno value.
static void check_number(int number, const char *what) {
  errno = number;
  check(number == 0, what);
}

static void start_kernel(const char *image) {
  struct rump_mount_args from_image = {"/dev/image", NULL, 0};
  struct rump_mount_args in_memory = {NULL, NULL, 16 * 1024 * 1024};

  check_number(rump_init(), "starting the kernel");
  check_number(rump_pub_etfs_register(from_image.fspec, image, RUMP_ETFS_BLK), image);
  check(rump_sys_mkdir("/image", 0755) == 0, "mkdir /image");
  check(rump_sys_mkdir("/scratch", 0755) == 0, "mkdir /scratch");
  check(rump_sys_mount("ext2", "/image", RUMP_MNT_RDONLY, &from_image, sizeof from_image) == 0, "mounting the image");
  check(rump_sys_mount("tmpfs", "/scratch", 0, &in_memory, sizeof in_memory) == 0, "mounting a tmpfs");
}

static void print_entry(int directory, const struct rump_dirent *entry) {
  struct rump_stat status;
  if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) return;
  check(rump_sys_fstatat(directory, entry->d_name, &status, RUMP_AT_SYMLINK_NOFOLLOW) == 0, entry->d_name);
  printf("%06" PRIo32 " %8" PRId64 " %s\n", status.st_mode, status.st_size, entry->d_name);
}

static void list(const char *path) {
  union {
    struct rump_dirent aligned;
    char bytes[8192];
  } buffer;
  int filled, directory = rump_sys_open(path, RUMP_O_RDONLY | RUMP_O_DIRECTORY);

  check(directory >= 0, path);
  while ((filled = rump_sys_getdents(directory, &buffer, sizeof buffer)) > 0) {
    int at = 0;
    while (at < filled) {
      const struct rump_dirent *entry = (const struct rump_dirent *)(const void *)(buffer.bytes + at);
      print_entry(directory, entry);
      at += entry->d_reclen;
    }
  }
  check(filled == 0, path);
  rump_sys_close(directory);
}

static void print(const char *path) {
  char bytes[4096];
  ssize_t count;
  int file = rump_sys_open(path, RUMP_O_RDONLY);

  check(file >= 0, path);
  while ((count = rump_sys_read(file, bytes, sizeof bytes)) > 0) fwrite(bytes, 1, (size_t)count, stdout);
  check(count == 0, path);
  rump_sys_close(file);
}

static void copy(const char *from, const char *to) {
  char bytes[4096];
  ssize_t count;
  int source = rump_sys_open(from, RUMP_O_RDONLY);
  int target = rump_sys_open(to, RUMP_O_WRONLY | RUMP_O_CREAT | RUMP_O_EXCL, 0644);

  check(source >= 0, from);
  check(target >= 0, to);
  while ((count = rump_sys_read(source, bytes, sizeof bytes)) > 0)
    check(rump_sys_write(target, bytes, (size_t)count) == count, to);
  check(count == 0, from);
  check(rump_sys_close(source) == 0 && rump_sys_close(target) == 0, to);
}

int main(int argc, char **argv) {
  static const char comment[] = "copied by the example";
  if (argc != 4) {
    fprintf(stderr, "usage: example IMAGE DIRECTORY FILE\n");
    return 2;
  }
  start_kernel(argv[1]);
  // Relative paths begin at the root of the image from here on.
  check(rump_sys_chdir("/image") == 0, "chdir");
  list(argv[2]);
  print(argv[3]);

  copy(argv[3], "/scratch/draft");
  check(rump_sys_setxattr("/scratch/draft", "user.comment", comment, sizeof comment - 1, RUMP_XATTR_CREATE) == 0,
        "setxattr");
  check(rump_sys_rename("/scratch/draft", "/scratch/copy") == 0, "rename");
  list("/scratch");
  print("/scratch/copy");

  check(rump_sys_chdir("/") == 0, "chdir");
  check(rump_sys_unmount("/image", 0) == 0, "unmounting the image");
  check_number(rump_fini(), "stopping the kernel");
  return 0;
}
