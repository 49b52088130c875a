// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Calls over rump_sys_*.
#include "tests/conformance/c_face_calls.hpp"

#include <gtest/gtest.h>
#include <rump/rump.h>
#include <rump/rump_syscalls.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "vfs/cface/errno_map.hpp"

namespace conformance {
namespace {

/// The running kernel that all processes of a test share.
class Kernel {
 public:
  Kernel() {
    if (const int error = rump_init(); error != 0)
      throw std::runtime_error(std::string("rump_init: ") + strerror(error));
  }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  ~Kernel() { EXPECT_EQ(rump_fini(), 0) << rump_last_error(); }
};

/// The kernel's error behind errno.
rump::Error error_of(int number) {
  if (number == ENXIO) return {Errc::no_data, rump_last_error()};  // SEEK_DATA and SEEK_HOLE
  for (rump::i32 code = 1; code <= static_cast<rump::i32>(Errc::broken_pipe); ++code)
    if (rump::cface::errno_of(static_cast<Errc>(code)) == number)
      return {static_cast<Errc>(code), rump_last_error()};
  throw std::runtime_error(std::string("unexpected error: ") + strerror(number));
}

FileType type_of(rump::u32 mode) {
  switch (mode & RUMP_S_IFMT) {
    case RUMP_S_IFREG:
      return FileType::file;
    case RUMP_S_IFDIR:
      return FileType::dir;
    case RUMP_S_IFLNK:
      return FileType::symlink;
    case RUMP_S_IFBLK:
      return FileType::block;
    case RUMP_S_IFCHR:
      return FileType::chr;
    case RUMP_S_IFIFO:
      return FileType::fifo;
    case RUMP_S_IFSOCK:
      return FileType::socket;
    default:
      return FileType::unknown;
  }
}

rump::u32 mode_of(FileType type) {
  static constexpr std::array<rump::u32, 8> kModes{
      0, RUMP_S_IFREG, RUMP_S_IFDIR, RUMP_S_IFLNK, RUMP_S_IFBLK, RUMP_S_IFCHR, RUMP_S_IFIFO, RUMP_S_IFSOCK};
  return kModes.at(static_cast<std::size_t>(type));
}

Time time_of(const rump_timespec& time) { return {time.tv_sec, static_cast<rump::u32>(time.tv_nsec)}; }

rump_timespec timespec_of(const TimeChange& change) {
  switch (change.kind) {
    case TimeChange::Kind::omit:
      return {0, RUMP_UTIME_OMIT};
    case TimeChange::Kind::now:
      return {0, RUMP_UTIME_NOW};
    default:
      return {change.time.seconds, change.time.nanoseconds};
  }
}

Attr attr_of(const rump_stat& stat) {
  Attr attr;
  attr.type = type_of(stat.st_mode);
  attr.ino = stat.st_ino;
  attr.generation = stat.st_gen;
  attr.size = static_cast<rump::u64>(stat.st_size);
  attr.allocated = static_cast<rump::u64>(stat.st_blocks) * 512;
  attr.mode = stat.st_mode & 07777;
  attr.nlink = stat.st_nlink;
  attr.uid = stat.st_uid;
  attr.gid = stat.st_gid;
  attr.device = {rump_major(stat.st_rdev), rump_minor(stat.st_rdev)};
  attr.flags = stat.st_flags;
  attr.access = time_of(stat.st_atim);
  attr.modify = time_of(stat.st_mtim);
  attr.change = time_of(stat.st_ctim);
  attr.birth = time_of(stat.st_birthtim);
  return attr;
}

int open_flags(rump::u32 flags) {
  const bool reads = flags & rump::kOpenRead, writes = flags & rump::kOpenWrite;
  int result = writes ? (reads ? RUMP_O_RDWR : RUMP_O_WRONLY) : RUMP_O_RDONLY;
  if (flags & rump::kOpenDirectory) result |= RUMP_O_DIRECTORY;
  if (flags & rump::kOpenNoFollow) result |= RUMP_O_NOFOLLOW;
  if (flags & rump::kOpenAppend) result |= RUMP_O_APPEND;
  if (flags & rump::kOpenCreate) result |= RUMP_O_CREAT;
  if (flags & rump::kOpenExclusive) result |= RUMP_O_EXCL;
  if (flags & rump::kOpenTruncate) result |= RUMP_O_TRUNC;
  return result;
}

int nofollow(Follow follow) { return follow == Follow::yes ? 0 : RUMP_AT_SYMLINK_NOFOLLOW; }
rump::u32 id_of(std::optional<rump::u32> id) { return id.value_or(~rump::u32{0}); }
Result<> nothing(const Result<long>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}
template <class T = std::size_t>
Result<T> count(const Result<long>& result) {
  if (!result) return std::unexpected(result.error());
  return static_cast<T>(*result);
}

/// A path for C.
class Text {
 public:
  Text(std::string_view text) : text_(text) {}
  operator const char*() const { return text_.c_str(); }

 private:
  std::string text_;
};

class CFaceCalls final : public Calls {
 public:
  CFaceCalls(std::shared_ptr<Kernel> kernel, const Identity& who) : kernel_(std::move(kernel)) {
    if (rump_lwproc_newproc(who.uid, who.gid, who.groups.size(), who.groups.data()) != 0)
      throw std::runtime_error("rump_lwproc_newproc failed");
    own_ = rump_pub_lwproc_curlwp();
  }
  ~CFaceCalls() override {
    rump_pub_lwproc_switch(own_);
    rump_pub_lwproc_releaselwp();
  }

  std::unique_ptr<Calls> as(const Identity& who) override {
    return std::make_unique<CFaceCalls>(kernel_, who);
  }

  Result<Fd> open(At path, rump::u32 flags, rump::u32 mode) override {
    return count<Fd>(
        call([&] { return rump_sys_openat(path.directory, Text(path.path), open_flags(flags), mode); }));
  }
  Result<> close(Fd fd) override {
    return nothing(call([&] { return rump_sys_close(fd); }));
  }
  Result<std::size_t> read(Fd fd, std::span<std::byte> bytes) override {
    return count(call([&] { return rump_sys_read(fd, bytes.data(), bytes.size()); }));
  }
  Result<std::size_t> pread(Fd fd, std::span<std::byte> bytes, rump::u64 offset) override {
    return count(
        call([&] { return rump_sys_pread(fd, bytes.data(), bytes.size(), static_cast<int64_t>(offset)); }));
  }
  Result<std::size_t> write(Fd fd, std::span<const std::byte> bytes) override {
    return count(call([&] { return rump_sys_write(fd, bytes.data(), bytes.size()); }));
  }
  Result<std::size_t> pwrite(Fd fd, std::span<const std::byte> bytes, rump::u64 offset) override {
    return count(
        call([&] { return rump_sys_pwrite(fd, bytes.data(), bytes.size(), static_cast<int64_t>(offset)); }));
  }
  Result<rump::u64> seek(Fd fd, rump::i64 offset, Whence whence) override {
    static constexpr std::array kWhence{RUMP_SEEK_SET, RUMP_SEEK_CUR, RUMP_SEEK_END, RUMP_SEEK_DATA,
                                        RUMP_SEEK_HOLE};
    return count<rump::u64>(
        call([&] { return rump_sys_lseek(fd, offset, kWhence.at(static_cast<std::size_t>(whence))); }));
  }
  Result<std::vector<Entry>> read_dir(Fd fd) override;
  Result<> seek_dir(Fd fd, rump::u64 cookie) override {
    return nothing(call([&] { return rump_sys_lseek(fd, static_cast<int64_t>(cookie), RUMP_SEEK_SET); }));
  }

  Result<Attr> stat(At path, Follow follow) override {
    rump_stat stat{};
    TRY(call([&] { return rump_sys_fstatat(path.directory, Text(path.path), &stat, nofollow(follow)); }));
    return attr_of(stat);
  }
  Result<Attr> fstat(Fd fd) override {
    rump_stat stat{};
    TRY(call([&] { return rump_sys_fstat(fd, &stat); }));
    return attr_of(stat);
  }
  Result<std::size_t> readlink(At path, std::span<char> room) override {
    return count(
        call([&] { return rump_sys_readlinkat(path.directory, Text(path.path), room.data(), room.size()); }));
  }
  Result<> access(At path, rump::u32 access) override {
    return nothing(call([&] {
      return rump_sys_faccessat(path.directory, Text(path.path), static_cast<int>(access), RUMP_AT_EACCESS);
    }));
  }
  Result<rump::FsStat> statfs(At path) override;
  Result<> chdir(At path) override {
    return nothing(call([&] {
      if (path.directory != rump::kCwd && rump_sys_fchdir(path.directory) != 0) return -1;
      return rump_sys_chdir(Text(path.path));
    }));
  }
  Result<> fchdir(Fd fd) override {
    return nothing(call([&] { return rump_sys_fchdir(fd); }));
  }

  Result<> truncate(At path, rump::u64 size) override {
    return nothing(
        at_path(path, [&](const char* file) { return rump_sys_truncate(file, static_cast<int64_t>(size)); }));
  }
  Result<> ftruncate(Fd fd, rump::u64 size) override {
    return nothing(call([&] { return rump_sys_ftruncate(fd, static_cast<int64_t>(size)); }));
  }
  Result<> fsync(Fd fd) override {
    return nothing(call([&] { return rump_sys_fsync(fd); }));
  }

  Result<> mkdir(At path, rump::u32 mode) override {
    return nothing(call([&] { return rump_sys_mkdirat(path.directory, Text(path.path), mode); }));
  }
  Result<> mknod(At path, FileType type, rump::u32 mode, DeviceNumber device) override {
    return nothing(call([&] {
      return rump_sys_mknodat(path.directory, Text(path.path), mode | mode_of(type),
                              rump_makedev(device.major, device.minor));
    }));
  }
  Result<> symlink(std::string_view target, At path) override {
    return nothing(call([&] { return rump_sys_symlinkat(Text(target), path.directory, Text(path.path)); }));
  }
  Result<> link(At from, At to, Follow follow) override {
    return nothing(call([&] {
      return rump_sys_linkat(from.directory, Text(from.path), to.directory, Text(to.path),
                             follow == Follow::yes ? RUMP_AT_SYMLINK_FOLLOW : 0);
    }));
  }
  Result<> unlink(At path) override {
    return nothing(call([&] { return rump_sys_unlinkat(path.directory, Text(path.path), 0); }));
  }
  Result<> rmdir(At path) override {
    return nothing(
        call([&] { return rump_sys_unlinkat(path.directory, Text(path.path), RUMP_AT_REMOVEDIR); }));
  }
  Result<> rename(At from, At to, rump::u32 flags) override {
    rump::u32 c_flags = 0;
    if (flags & rump::kRenameNoReplace) c_flags |= RUMP_RENAME_NOREPLACE;
    if (flags & rump::kRenameExchange) c_flags |= RUMP_RENAME_EXCHANGE;
    return nothing(call([&] {
      return rump_sys_renameat2(from.directory, Text(from.path), to.directory, Text(to.path), c_flags);
    }));
  }

  Result<> chmod(At path, rump::u32 mode) override {
    return nothing(call([&] { return rump_sys_fchmodat(path.directory, Text(path.path), mode, 0); }));
  }
  Result<> fchmod(Fd fd, rump::u32 mode) override {
    return nothing(call([&] { return rump_sys_fchmod(fd, mode); }));
  }
  Result<> chown(At path, Follow follow, std::optional<rump::u32> uid,
                 std::optional<rump::u32> gid) override {
    return nothing(call([&] {
      return rump_sys_fchownat(path.directory, Text(path.path), id_of(uid), id_of(gid), nofollow(follow));
    }));
  }
  Result<> fchown(Fd fd, std::optional<rump::u32> uid, std::optional<rump::u32> gid) override {
    return nothing(call([&] { return rump_sys_fchown(fd, id_of(uid), id_of(gid)); }));
  }
  Result<> utimens(At path, Follow follow, TimeChange access, TimeChange modify) override {
    const std::array times{timespec_of(access), timespec_of(modify)};
    return nothing(call(
        [&] { return rump_sys_utimensat(path.directory, Text(path.path), times.data(), nofollow(follow)); }));
  }
  Result<> futimens(Fd fd, TimeChange access, TimeChange modify) override {
    const std::array times{timespec_of(access), timespec_of(modify)};
    return nothing(call([&] { return rump_sys_futimens(fd, times.data()); }));
  }
  rump::u32 umask(rump::u32 mask) override {
    return static_cast<rump::u32>(call([&] { return static_cast<long>(rump_sys_umask(mask)); }).value());
  }
  Result<Fd> dup(Fd fd) override {
    return count<Fd>(call([&] { return rump_sys_dup(fd); }));
  }

  Result<std::size_t> get_xattr(At path, Follow follow, const std::string& name,
                                std::span<std::byte> room) override {
    const auto get = follow == Follow::yes ? rump_sys_getxattr : rump_sys_lgetxattr;
    return count(
        at_path(path, [&](const char* file) { return get(file, name.c_str(), room.data(), room.size()); }));
  }
  Result<std::vector<std::string>> list_xattr(At path, Follow follow) override;
  Result<> set_xattr(At path, Follow follow, const std::string& name, std::span<const std::byte> value,
                     XattrMode mode) override {
    static constexpr std::array kModes{0, RUMP_XATTR_CREATE, RUMP_XATTR_REPLACE};
    const auto set = follow == Follow::yes ? rump_sys_setxattr : rump_sys_lsetxattr;
    return nothing(at_path(path, [&](const char* file) {
      return set(file, name.c_str(), value.data(), value.size(), kModes.at(static_cast<std::size_t>(mode)));
    }));
  }
  Result<> remove_xattr(At path, Follow follow, const std::string& name) override {
    const auto remove = follow == Follow::yes ? rump_sys_removexattr : rump_sys_lremovexattr;
    return nothing(at_path(path, [&](const char* file) { return remove(file, name.c_str()); }));
  }

 private:
  /// What `function` answers when this process calls it; its errno where that is negative.
  template <class Function>
  Result<long> call(Function function) {
    rump_pub_lwproc_switch(own_);
    const long result = function();
    if (result < 0) return std::unexpected(error_of(errno));
    return result;
  }

  /// The same for a call that takes no directory descriptor.
  template <class Function>
  Result<long> at_path(At path, Function function) {
    if (path.directory == rump::kCwd) return call([&] { return function(Text(path.path)); });
    std::array<char, RUMP_PATH_MAX> back;
    TRY(call([&] { return rump_sys_getcwd(back.data(), back.size()) ? 0 : -1; }));
    TRY(call([&] { return rump_sys_fchdir(path.directory); }));
    const Result<long> result = call([&] { return function(Text(path.path)); });
    TRY(call([&] { return rump_sys_chdir(back.data()); }));
    return result;
  }

  std::shared_ptr<Kernel> kernel_;
  lwp* own_ = nullptr;
};

Result<std::vector<Entry>> CFaceCalls::read_dir(Fd fd) {
  alignas(rump_dirent) std::array<char, 4096> room;
  const std::size_t filled =
      TRY(count(call([&] { return rump_sys_getdents(fd, room.data(), room.size()); })));
  std::vector<Entry> entries;
  for (std::size_t at = 0; at < filled;) {
    const auto* entry = reinterpret_cast<const rump_dirent*>(room.data() + at);
    entries.emplace_back(entry->d_name, entry->d_fileno, type_of(rump::u32{entry->d_type} << 12),
                         static_cast<rump::u64>(entry->d_off));
    at += entry->d_reclen;
  }
  return entries;
}

Result<rump::FsStat> CFaceCalls::statfs(At path) {
  rump_statvfs stat{};
  TRY(at_path(path, [&](const char* file) { return rump_sys_statvfs(file, &stat); }));
  rump::FsStat result;
  result.block_bytes = static_cast<rump::u32>(stat.f_frsize);
  result.blocks = stat.f_blocks;
  result.blocks_free = stat.f_bfree;
  result.blocks_available = stat.f_bavail;
  result.files = stat.f_files;
  result.files_free = stat.f_ffree;
  result.name_max = static_cast<rump::u32>(stat.f_namemax);
  return result;
}

Result<std::vector<std::string>> CFaceCalls::list_xattr(At path, Follow follow) {
  std::vector<char> room(65536);
  const auto list = follow == Follow::yes ? rump_sys_listxattr : rump_sys_llistxattr;
  const std::size_t filled =
      TRY(count(at_path(path, [&](const char* file) { return list(file, room.data(), room.size()); })));
  std::vector<std::string> names;
  for (std::size_t at = 0; at < filled; at += names.back().size() + 1) names.emplace_back(&room[at]);
  return names;
}

}  // namespace

std::unique_ptr<Calls> c_face_tmpfs() {
  return std::make_unique<CFaceCalls>(std::make_shared<Kernel>(), Identity{});
}

}  // namespace conformance
