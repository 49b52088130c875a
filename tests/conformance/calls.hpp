// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The POSIX calls that the suite is written over, whoever answers them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vfs/syscall.hpp"

namespace conformance {

using rump::Attr;
using rump::DeviceNumber;
using rump::Errc;
using rump::Fd;
using rump::FileType;
using rump::Follow;
using rump::i64;
using rump::Result;
using rump::Time;
using rump::TimeChange;
using rump::u32;
using rump::u64;
using rump::Whence;
using rump::XattrMode;

/// A path, and where it starts if it is relative: the current directory, or an open one.
struct At {
  At(const char* name) : path(name) {}
  At(const std::string& name) : path(name) {}
  At(std::string_view name) : path(name) {}
  At(Fd fd, std::string_view name) : directory(fd), path(name) {}

  Fd directory = rump::kCwd;
  std::string_view path;
};

/// Who calls.
struct Identity {
  u32 uid = 0, gid = 0;
  std::vector<u32> groups{};
};

/// An entry of a directory, as reading it shows.
struct Entry {
  std::string name;
  u64 ino;
  FileType type;
  u64 next_cookie;
};

/// One process of one file system: its root is "/" and the first current directory, its umask 022. Several
/// may exist of the same file system, one for each thread that calls. Promises and errors are
/// rump::Process's.
class Calls {
 public:
  Calls() = default;
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;
  virtual ~Calls() = default;

  /// Another process of the same file system.
  virtual std::unique_ptr<Calls> as(const Identity& who) = 0;

  virtual Result<Fd> open(At path, u32 flags, u32 mode = 0) = 0;
  virtual Result<> close(Fd fd) = 0;
  virtual Result<std::size_t> read(Fd fd, std::span<std::byte> bytes) = 0;
  virtual Result<std::size_t> pread(Fd fd, std::span<std::byte> bytes, u64 offset) = 0;
  virtual Result<std::size_t> write(Fd fd, std::span<const std::byte> bytes) = 0;
  virtual Result<std::size_t> pwrite(Fd fd, std::span<const std::byte> bytes, u64 offset) = 0;
  virtual Result<u64> seek(Fd fd, i64 offset, Whence whence) = 0;
  /// The next entries; none is the end.
  virtual Result<std::vector<Entry>> read_dir(Fd fd) = 0;
  virtual Result<> seek_dir(Fd fd, u64 cookie) = 0;

  virtual Result<Attr> stat(At path, Follow follow = Follow::no) = 0;
  virtual Result<Attr> fstat(Fd fd) = 0;
  virtual Result<std::size_t> readlink(At path, std::span<char> room) = 0;
  virtual Result<> access(At path, u32 access) = 0;
  virtual Result<rump::FsStat> statfs(At path) = 0;
  virtual Result<> chdir(At path) = 0;
  virtual Result<> fchdir(Fd fd) = 0;

  virtual Result<> truncate(At path, u64 size) = 0;
  virtual Result<> ftruncate(Fd fd, u64 size) = 0;
  virtual Result<> fsync(Fd fd) = 0;

  virtual Result<> mkdir(At path, u32 mode = 0755) = 0;
  virtual Result<> mknod(At path, FileType type, u32 mode, DeviceNumber device) = 0;
  virtual Result<> symlink(std::string_view target, At path) = 0;
  virtual Result<> link(At from, At to, Follow follow = Follow::no) = 0;
  virtual Result<> unlink(At path) = 0;
  virtual Result<> rmdir(At path) = 0;
  virtual Result<> rename(At from, At to, u32 flags = 0) = 0;

  virtual Result<> chmod(At path, u32 mode) = 0;
  virtual Result<> fchmod(Fd fd, u32 mode) = 0;
  virtual Result<> chown(At path, Follow follow, std::optional<u32> uid, std::optional<u32> gid) = 0;
  virtual Result<> fchown(Fd fd, std::optional<u32> uid, std::optional<u32> gid) = 0;
  virtual Result<> utimens(At path, Follow follow, TimeChange access, TimeChange modify) = 0;
  virtual Result<> futimens(Fd fd, TimeChange access, TimeChange modify) = 0;
  virtual u32 umask(u32 mask) = 0;
  virtual Result<Fd> dup(Fd fd) = 0;

  virtual Result<std::size_t> get_xattr(At path, Follow follow, const std::string& name,
                                        std::span<std::byte> room) = 0;
  virtual Result<std::vector<std::string>> list_xattr(At path, Follow follow) = 0;
  virtual Result<> set_xattr(At path, Follow follow, const std::string& name,
                             std::span<const std::byte> value, XattrMode mode) = 0;
  virtual Result<> remove_xattr(At path, Follow follow, const std::string& name) = 0;
};

}  // namespace conformance
