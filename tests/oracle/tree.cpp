// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Building the source trees.
#include "tests/oracle/tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <stdexcept>

namespace oracle {
namespace {

void check(int result, const std::string& what) {
  if (result < 0) throw std::runtime_error(what + ": " + std::strerror(errno));
}

void make_dir(const std::string& path) { check(mkdir(path.c_str(), 0755), path); }

void make_files(const std::string& at) {
  put_file(at + "/empty", {});
  put_file(at + "/one", noise(1, 1));
  // Sizes on both sides of a block's end, for each block size.
  for (const std::size_t block : {1024u, 2048u, 4096u, 65536u})
    for (const int off : {-1, 0, 1}) {
      const std::size_t size = block + static_cast<std::size_t>(off);
      put_file(at + "/size" + std::to_string(size), noise(size, size));
    }
  put_file(at + "/large", noise(std::size_t{3} << 20, 3));

  put_file(at + "/hole_first", noise(5000, 4), 200'000);
  put_file(at + "/hole_last", noise(5000, 5));
  set_size(at + "/hole_last", 777'777);
  put_file(at + "/only_hole", {});
  set_size(at + "/only_hole", 1'000'003);
  for (const std::uint64_t offset : {0u, 65536u, 500'000u, 3'000'000u})
    put_file(at + "/holes", noise(10'000, offset), offset);
  put_comb(at + "/comb", 4096, 40);
}

void make_links(const std::string& at) {
  check(link((at + "/one").c_str(), (at + "/hard").c_str()), "link");
  make_dir(at + "/links");
  check(link((at + "/one").c_str(), (at + "/links/hard too").c_str()), "link");
  // 59 and 60 are the two sides of what an inode holds by itself.
  for (const std::size_t length : {1u, 59u, 60u, 61u, 250u, 1000u}) {
    const std::string target(length, 't'), name = at + "/links/symlink" + std::to_string(length);
    check(symlink(target.c_str(), name.c_str()), name);
  }
  check(symlink("../large", (at + "/links/relative").c_str()), "symlink");
  check(symlink("/large", (at + "/links/absolute").c_str()), "symlink");
}

void make_names(const std::string& at) {
  const std::string dir = at + "/names of all kinds";
  make_dir(dir);
  const std::array<std::string, 10> names{"with space",
                                          " leading and trailing ",
                                          "-dash",
                                          "new\nline",
                                          "tab\tescape\x1b[31m",
                                          "M\xc3\xa4rchen \xe2\x82\xac \xf0\x9f\x97\x82",
                                          "not utf-8 \xff\xfe\x80",
                                          "back\\slash\"quote'",
                                          std::string(255, 'n'),
                                          "\xc3\x84 composed, A\xcc\x88 not"};
  for (const std::string& name : names) put_file(dir + "/" + name, {name.begin(), name.end()});
}

void make_dirs(const std::string& at, std::size_t wide) {
  std::string deep = at + "/deep";
  make_dir(deep);
  for (int i = 0; i < 40; ++i) make_dir(deep += "/d" + std::to_string(i));
  put_file(deep + "/bottom", noise(100, 6));
  make_dir(at + "/empty dir");
  make_dir(at + "/wide");
  for (std::size_t i = 0; i < wide; ++i)
    put_file(at + "/wide/file number " + std::to_string(i), noise(i % 7, i));
}

void make_special(const std::string& at) {
  make_dir(at + "/special");
  check(mkfifo((at + "/special/fifo").c_str(), 0640), "mkfifo");
  if (geteuid() != 0) return;
  // The old and the new form of a device number on disk.
  const auto node = [&](const char* name, mode_t type, unsigned major, unsigned minor) {
    check(mknod((at + "/special/" + name).c_str(), type | 0600, makedev(major, minor)), name);
  };
  node("null", S_IFCHR, 1, 3);
  node("loop", S_IFBLK, 7, 200);
  node("big_major", S_IFCHR, 300, 5);
  node("big_minor", S_IFBLK, 8, 70'000);
}

void make_attributes(const std::string& at, std::size_t xattr_bytes) {
  make_dir(at + "/modes");
  for (const mode_t mode : {0000u, 0400u, 0644u, 0777u, 04755u, 02755u, 01777u, 07777u}) {
    const std::string name = at + "/modes/" + std::to_string(mode);
    put_file(name, noise(10, mode));
    if (geteuid() == 0)
      check(lchown(name.c_str(), 70'000 + mode, mode == 0777 ? 4'000'000'000u : 70'000u), name);
    check(chmod(name.c_str(), mode), name);  // after chown, which clears setuid
  }
  make_dir(at + "/sticky");
  check(chmod((at + "/sticky").c_str(), 01777), "chmod");

  if (xattr_bytes != 0) {
    const std::string name = at + "/attributes";
    put_file(name, noise(20, 7));
    const std::vector<char> value = noise(xattr_bytes, 8);
    const bool kept = setxattr(name.c_str(), "user.small", "v", 1, 0) == 0;
    if (!kept && errno != ENOTSUP) throw std::runtime_error("setxattr failed");
    if (kept) {
      check(setxattr(name.c_str(), "user.empty", "", 0, 0), "setxattr");
      check(setxattr(name.c_str(), "user.larger", value.data(), value.size(), 0), "setxattr");
      check(setxattr((at + "/sticky").c_str(), "user.of a directory", "x y", 3, 0), "setxattr");
    }
  }

  make_dir(at + "/times");
  const std::array<std::int64_t, 6> seconds{0, 1, -1, -2'000'000'000, 2'147'483'647, 4'000'000'000};
  for (const std::int64_t each : seconds) {
    const std::string name = at + "/times/" + std::to_string(each);
    put_file(name, {});
    const timespec times[2] = {{each, 0}, {each, 123'456'789}};
    check(utimensat(AT_FDCWD, name.c_str(), times, AT_SYMLINK_NOFOLLOW), name);
  }
}

}  // namespace

std::vector<char> noise(std::size_t bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<char> result(bytes);
  std::size_t at = 0;
  while (at < bytes) {
    const std::uint64_t word = random();
    const std::size_t part = std::min(sizeof word, bytes - at);
    std::memcpy(result.data() + at, &word, part);
    at += part;
  }
  return result;
}

void put_file(const std::string& path, const std::vector<char>& data, std::uint64_t offset) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  check(fd, path);
  const ssize_t put = pwrite(fd, data.data(), data.size(), static_cast<off_t>(offset));
  close(fd);
  if (put != static_cast<ssize_t>(data.size())) throw std::runtime_error(path + ": short write");
}

void set_size(const std::string& path, std::uint64_t bytes) {
  check(truncate(path.c_str(), static_cast<off_t>(bytes)), path);
}

void put_comb(const std::string& path, std::size_t piece, std::size_t pieces) {
  const std::vector<char> data = noise(piece, pieces);
  put_file(path, {});
  for (std::size_t i = 0; i < pieces; ++i) put_file(path, data, std::uint64_t{i} * 2 * piece);
}

void build_tree(const std::string& directory, const TreeOptions& options) {
  make_files(directory);
  make_links(directory);
  make_names(directory);
  make_dirs(directory, options.wide);
  make_special(directory);
  make_attributes(directory, options.xattr_bytes);
}

}  // namespace oracle
