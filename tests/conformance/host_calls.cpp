// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Calls over the host's system calls.
#include "tests/conformance/host_calls.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>

#include "tests/conformance/host_visit.hpp"
#include "tests/fixtures/host_types.hpp"

namespace conformance {
namespace {

Errc errc_of(int error) {
  static const std::map<int, Errc> kCodes{
      {EIO, Errc::io},
      {ENOENT, Errc::not_found},
      {EEXIST, Errc::exists},
      {ENOTDIR, Errc::not_dir},
      {EISDIR, Errc::is_dir},
      {ENOTEMPTY, Errc::not_empty},
      {ENOSPC, Errc::no_space},
      {ENOMEM, Errc::no_memory},
      {EROFS, Errc::read_only},
      {EACCES, Errc::denied},
      {EPERM, Errc::not_permitted},
      {EOPNOTSUPP, Errc::not_supported},
      {EINVAL, Errc::invalid},
      {ENAMETOOLONG, Errc::name_too_long},
      {EBUSY, Errc::busy},
      {EXDEV, Errc::cross_device},
      {ELOOP, Errc::loop},
      {EFBIG, Errc::too_big},
      {E2BIG, Errc::too_big},
      {ERANGE, Errc::range},
      {ENODATA, Errc::no_data},
      {ENXIO, Errc::no_data},  // lseek with SEEK_DATA and SEEK_HOLE
      {EMLINK, Errc::too_many_links},
      {EMFILE, Errc::exhausted},
      {EDQUOT, Errc::quota},
      {EBADF, Errc::bad_descriptor},
      {EPIPE, Errc::broken_pipe},
  };
  const auto known = kCodes.find(error);
  if (known == kCodes.end()) throw std::runtime_error(std::string("unexpected error: ") + strerror(error));
  return known->second;
}

u32 mode_of_type(FileType type) {
  static const std::map<FileType, u32> kModes{{FileType::file, S_IFREG},    {FileType::block, S_IFBLK},
                                              {FileType::chr, S_IFCHR},     {FileType::fifo, S_IFIFO},
                                              {FileType::socket, S_IFSOCK}, {FileType::dir, S_IFDIR}};
  return kModes.at(type);
}

Time time_of(const timespec& time) { return {time.tv_sec, static_cast<u32>(time.tv_nsec)}; }

Attr attr_of(const struct stat& stat) {
  Attr attr;
  attr.type = rump::test::type_of_mode(stat.st_mode);
  attr.ino = stat.st_ino;
  attr.size = static_cast<u64>(stat.st_size);
  attr.allocated = static_cast<u64>(stat.st_blocks) * 512;
  attr.mode = stat.st_mode & 07777;
  attr.nlink = static_cast<u32>(stat.st_nlink);
  attr.uid = stat.st_uid;
  attr.gid = stat.st_gid;
  attr.device = {major(stat.st_rdev), minor(stat.st_rdev)};
  attr.access = time_of(stat.st_atim);
  attr.modify = time_of(stat.st_mtim);
  attr.change = time_of(stat.st_ctim);
  return attr;
}

timespec timespec_of(const TimeChange& change) {
  switch (change.kind) {
    case TimeChange::Kind::omit:
      return {0, UTIME_OMIT};
    case TimeChange::Kind::now:
      return {0, UTIME_NOW};
    default:
      return {change.time.seconds, change.time.nanoseconds};
  }
}

int open_flags(u32 flags) {
  const bool reads = flags & rump::kOpenRead;
  const bool writes = flags & rump::kOpenWrite;
  int result = O_CLOEXEC | (writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY);
  if (flags & rump::kOpenDirectory) result |= O_DIRECTORY;
  if (flags & rump::kOpenNoFollow) result |= O_NOFOLLOW;
  if (flags & rump::kOpenAppend) result |= O_APPEND;
  if (flags & rump::kOpenCreate) result |= O_CREAT;
  if (flags & rump::kOpenExclusive) result |= O_EXCL;
  if (flags & rump::kOpenTruncate) result |= O_TRUNC;
  return result;
}

int at_of(Fd directory) { return directory == rump::kCwd ? AT_FDCWD : directory; }
int nofollow(Follow follow) { return follow == Follow::yes ? 0 : AT_SYMLINK_NOFOLLOW; }
uid_t id_of(std::optional<u32> id) { return id.value_or(~u32{0}); }
Result<> nothing(const Result<long>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}
Result<std::size_t> count(const Result<long>& result) {
  if (!result) return std::unexpected(result.error());
  return static_cast<std::size_t>(*result);
}

/// The root of a file system; removes its directory, if it has one, after the last process.
class HostRoot {
 public:
  HostRoot(int fd, std::string directory) : fd_(fd, "host file system"), directory_(std::move(directory)) {}
  HostRoot(const HostRoot&) = delete;
  HostRoot& operator=(const HostRoot&) = delete;
  ~HostRoot() {
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  }
  int number() const { return fd_.number(); }

 private:
  HostFd fd_;
  std::string directory_;
};

class HostCalls final : public Calls {
 public:
  HostCalls(std::shared_ptr<HostRoot> root, const Identity& who)
      : root_(std::move(root)), who_(who), cwd_(std::make_unique<HostFd>(::dup(root_->number()), "dup")) {}
  ~HostCalls() override {
    for (const Fd fd : open_) ::close(fd);
  }

  std::unique_ptr<Calls> as(const Identity& who) override { return std::make_unique<HostCalls>(root_, who); }

  Result<Fd> open(At path, u32 flags, u32 mode) override {
    return opened(call(
        [&] { return ::openat(at_of(path.directory), text(path.path).c_str(), open_flags(flags), mode); }));
  }
  Result<> close(Fd fd) override {
    if (open_.erase(fd) == 0) return rump::fail(Errc::bad_descriptor);
    return nothing(call([&] { return ::close(fd); }));
  }
  Result<std::size_t> read(Fd fd, std::span<std::byte> bytes) override {
    return count(call([&] { return ::read(fd, bytes.data(), bytes.size()); }));
  }
  Result<std::size_t> pread(Fd fd, std::span<std::byte> bytes, u64 offset) override {
    return count(call([&] { return ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); }));
  }
  Result<std::size_t> write(Fd fd, std::span<const std::byte> bytes) override {
    return count(call([&] { return ::write(fd, bytes.data(), bytes.size()); }));
  }
  Result<std::size_t> pwrite(Fd fd, std::span<const std::byte> bytes, u64 offset) override {
    return count(call([&] { return ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); }));
  }
  Result<u64> seek(Fd fd, i64 offset, Whence whence) override {
    static constexpr std::array kWhence{SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE};
    return count(call([&] { return ::lseek(fd, offset, kWhence.at(static_cast<std::size_t>(whence))); }));
  }
  Result<std::vector<Entry>> read_dir(Fd fd) override {
    std::array<char, 4096> room;
    const auto filled = count(call([&] { return ::getdents64(fd, room.data(), room.size()); }));
    if (!filled) return std::unexpected(filled.error());
    std::vector<Entry> entries;
    for (std::size_t at = 0; at < *filled;) {
      const auto* entry = reinterpret_cast<const dirent64*>(room.data() + at);
      entries.emplace_back(entry->d_name, entry->d_ino, rump::test::type_of_mode(DTTOIF(entry->d_type)),
                           static_cast<u64>(entry->d_off));
      at += entry->d_reclen;
    }
    return entries;
  }
  Result<> seek_dir(Fd fd, u64 cookie) override {
    return nothing(call([&] { return ::lseek(fd, static_cast<off_t>(cookie), SEEK_SET); }));
  }

  Result<Attr> stat(At path, Follow follow) override {
    struct stat stat{};
    TRY(call(
        [&] { return ::fstatat(at_of(path.directory), text(path.path).c_str(), &stat, nofollow(follow)); }));
    return attr_of(stat);
  }
  Result<Attr> fstat(Fd fd) override {
    struct stat stat{};
    TRY(call([&] { return ::fstat(fd, &stat); }));
    return attr_of(stat);
  }
  Result<std::size_t> readlink(At path, std::span<char> room) override {
    return count(call([&] {
      return ::readlinkat(at_of(path.directory), text(path.path).c_str(), room.data(), room.size());
    }));
  }
  Result<> access(At path, u32 access) override {
    return nothing(call([&] {
      return ::faccessat(at_of(path.directory), text(path.path).c_str(), static_cast<int>(access),
                         AT_EACCESS);
    }));
  }
  Result<rump::FsStat> statfs(At path) override {
    struct statvfs stat{};
    TRY(call([&]() -> long {
      if (path.directory != rump::kCwd && ::fchdir(path.directory) < 0) return -1;
      return ::statvfs(text(path.path).c_str(), &stat);
    }));
    rump::FsStat result;
    result.block_bytes = static_cast<u32>(stat.f_frsize);
    result.blocks = stat.f_blocks;
    result.blocks_free = stat.f_bfree;
    result.blocks_available = stat.f_bavail;
    result.files = stat.f_files;
    result.files_free = stat.f_ffree;
    result.name_max = static_cast<u32>(stat.f_namemax);
    return result;
  }
  Result<> chdir(At path) override {
    return moved([&]() -> long {
      if (path.directory != rump::kCwd && ::fchdir(path.directory) < 0) return -1;
      return ::chdir(text(path.path).c_str());
    });
  }
  Result<> fchdir(Fd fd) override {
    return moved([&] { return ::fchdir(fd); });
  }

  Result<> truncate(At path, u64 size) override {
    return nothing(call([&]() -> long {
      if (path.directory != rump::kCwd && ::fchdir(path.directory) < 0) return -1;
      return ::truncate(text(path.path).c_str(), static_cast<off_t>(size));
    }));
  }
  Result<> ftruncate(Fd fd, u64 size) override {
    return nothing(call([&] { return ::ftruncate(fd, static_cast<off_t>(size)); }));
  }
  Result<> fsync(Fd fd) override {
    return nothing(call([&] { return ::fsync(fd); }));
  }

  Result<> mkdir(At path, u32 mode) override {
    return nothing(call([&] { return ::mkdirat(at_of(path.directory), text(path.path).c_str(), mode); }));
  }
  Result<> mknod(At path, FileType type, u32 mode, DeviceNumber device) override {
    return nothing(call([&] {
      return ::mknodat(at_of(path.directory), text(path.path).c_str(), mode | mode_of_type(type),
                       makedev(device.major, device.minor));
    }));
  }
  Result<> symlink(std::string_view target, At path) override {
    return nothing(call(
        [&] { return ::symlinkat(text(target).c_str(), at_of(path.directory), text(path.path).c_str()); }));
  }
  Result<> link(At from, At to, Follow follow) override {
    return nothing(call([&] {
      return ::linkat(at_of(from.directory), text(from.path).c_str(), at_of(to.directory),
                      text(to.path).c_str(), follow == Follow::yes ? AT_SYMLINK_FOLLOW : 0);
    }));
  }
  Result<> unlink(At path) override {
    return nothing(call([&] { return ::unlinkat(at_of(path.directory), text(path.path).c_str(), 0); }));
  }
  Result<> rmdir(At path) override {
    return nothing(
        call([&] { return ::unlinkat(at_of(path.directory), text(path.path).c_str(), AT_REMOVEDIR); }));
  }
  Result<> rename(At from, At to, u32 flags) override {
    u32 host_flags = 0;
    if (flags & rump::kRenameNoReplace) host_flags |= RENAME_NOREPLACE;
    if (flags & rump::kRenameExchange) host_flags |= RENAME_EXCHANGE;
    return nothing(call([&] {
      return ::renameat2(at_of(from.directory), text(from.path).c_str(), at_of(to.directory),
                         text(to.path).c_str(), host_flags);
    }));
  }

  Result<> chmod(At path, u32 mode) override {
    return nothing(call([&] { return ::fchmodat(at_of(path.directory), text(path.path).c_str(), mode, 0); }));
  }
  Result<> fchmod(Fd fd, u32 mode) override {
    return nothing(call([&] { return ::fchmod(fd, mode); }));
  }
  Result<> chown(At path, Follow follow, std::optional<u32> uid, std::optional<u32> gid) override {
    return nothing(call([&] {
      return ::fchownat(at_of(path.directory), text(path.path).c_str(), id_of(uid), id_of(gid),
                        nofollow(follow));
    }));
  }
  Result<> fchown(Fd fd, std::optional<u32> uid, std::optional<u32> gid) override {
    return nothing(call([&] { return ::fchown(fd, id_of(uid), id_of(gid)); }));
  }
  Result<> utimens(At path, Follow follow, TimeChange access, TimeChange modify) override {
    const std::array times{timespec_of(access), timespec_of(modify)};
    return nothing(call([&] {
      return ::utimensat(at_of(path.directory), text(path.path).c_str(), times.data(), nofollow(follow));
    }));
  }
  Result<> futimens(Fd fd, TimeChange access, TimeChange modify) override {
    const std::array times{timespec_of(access), timespec_of(modify)};
    return nothing(call([&] { return ::futimens(fd, times.data()); }));
  }
  u32 umask(u32 mask) override { return std::exchange(mask_, mask & 0777); }
  Result<Fd> dup(Fd fd) override {
    return opened(call([&] { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); }));
  }

  Result<std::size_t> get_xattr(At path, Follow follow, const std::string& name,
                                std::span<std::byte> room) override {
    return count(at_path(path, [&](const char* file) {
      return (follow == Follow::yes ? ::getxattr : ::lgetxattr)(file, name.c_str(), room.data(), room.size());
    }));
  }
  Result<std::vector<std::string>> list_xattr(At path, Follow follow) override {
    std::vector<char> room(65536);
    const auto filled = count(at_path(path, [&](const char* file) {
      return (follow == Follow::yes ? ::listxattr : ::llistxattr)(file, room.data(), room.size());
    }));
    if (!filled) return std::unexpected(filled.error());
    std::vector<std::string> names;
    for (std::size_t at = 0; at < *filled; at += names.back().size() + 1) names.emplace_back(&room[at]);
    return names;
  }
  Result<> set_xattr(At path, Follow follow, const std::string& name, std::span<const std::byte> value,
                     XattrMode mode) override {
    static constexpr std::array<int, 3> kModes{0, XATTR_CREATE, XATTR_REPLACE};
    const int flags = kModes.at(static_cast<std::size_t>(mode));
    return nothing(at_path(path, [&](const char* file) -> long {
      return (follow == Follow::yes ? ::setxattr : ::lsetxattr)(file, name.c_str(), value.data(),
                                                                value.size(), flags);
    }));
  }
  Result<> remove_xattr(At path, Follow follow, const std::string& name) override {
    return nothing(at_path(path, [&](const char* file) -> long {
      return (follow == Follow::yes ? ::removexattr : ::lremovexattr)(file, name.c_str());
    }));
  }

 private:
  static std::string text(std::string_view path) { return std::string(path); }

  /// What `function` answers when this process calls it; its errno where that is negative.
  template <class Function>
  Result<long> call(Function function) {
    long result = 0;
    int error = 0;
    {
      const HostVisit visit({.root = root_->number(), .cwd = cwd_->number(), .mask = mask_, .who = who_});
      result = function();
      error = errno;
    }
    if (result < 0) return rump::fail(errc_of(error));
    return result;
  }
  /// The same for a call that takes no directory descriptor.
  template <class Function>
  Result<long> at_path(At path, Function function) {
    return call([&]() -> long {
      if (path.directory != rump::kCwd && ::fchdir(path.directory) < 0) return -1;
      return function(text(path.path).c_str());
    });
  }
  /// The same for a call that changes the current directory.
  template <class Function>
  Result<> moved(Function function) {
    const auto cwd = call([&]() -> long {
      if (function() < 0) return -1;
      return ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    });
    if (cwd) cwd_ = std::make_unique<HostFd>(static_cast<int>(*cwd), "chdir");
    return nothing(cwd);
  }
  Result<Fd> opened(const Result<long>& fd) {
    if (!fd) return std::unexpected(fd.error());
    open_.insert(static_cast<Fd>(*fd));
    return static_cast<Fd>(*fd);
  }

  std::shared_ptr<HostRoot> root_;
  Identity who_;
  std::unique_ptr<HostFd> cwd_;
  u32 mask_ = 022;
  std::set<Fd> open_;
};

int new_tmpfs(u64 bytes) {
  const HostFd context(::fsopen("tmpfs", FSOPEN_CLOEXEC), "fsopen tmpfs");
  const auto option = [&](const char* key, const std::string& value) {
    if (::fsconfig(context.number(), FSCONFIG_SET_STRING, key, value.c_str(), 0) < 0)
      throw std::runtime_error(std::string("tmpfs option ") + key);
  };
  option("mode", "755");
  if (bytes > 0) {
    option("size", std::to_string(bytes));
    option("nr_inodes", std::to_string(bytes / 2048));
  }
  if (::fsconfig(context.number(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) return -1;
  return ::fsmount(context.number(), FSMOUNT_CLOEXEC, MOUNT_ATTR_STRICTATIME);
}

/// The directory as a mount of its own that updates access times at each read.
int clone_of(const std::string& directory) {
  const int fd = ::open_tree(AT_FDCWD, directory.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  struct mount_attr attr{};
  attr.attr_set = MOUNT_ATTR_STRICTATIME;
  attr.attr_clr = MOUNT_ATTR__ATIME | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID;
  if (fd < 0 || ::mount_setattr(fd, "", AT_EMPTY_PATH, &attr, sizeof attr) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

std::unique_ptr<Calls> host_tmpfs(u64 bytes) {
  return std::make_unique<HostCalls>(std::make_shared<HostRoot>(new_tmpfs(bytes), ""), Identity{});
}

std::unique_ptr<Calls> host_directory() {
  std::string name = std::filesystem::temp_directory_path() / "fs-utils-conformance.XXXXXX";
  if (!::mkdtemp(name.data()) || ::chmod(name.c_str(), 0755) < 0) throw std::runtime_error("mkdtemp");
  return std::make_unique<HostCalls>(std::make_shared<HostRoot>(clone_of(name), name), Identity{});
}

std::string host_refusal() {
  if (::geteuid() != 0)
    return "the host's kernel gives other users and file systems of one's own to root only";
  try {
    host_tmpfs(0);
    host_directory();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace conformance
