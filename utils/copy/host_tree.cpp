// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Files of the host by system calls.
#include "utils/copy/host_tree.hpp"

#include <dirent.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

/// Opens what may turn out to be anything, without waiting for anybody.
constexpr int kReadFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

rump::Errc code_of(int error) {
  switch (error) {
    case EEXIST:
      return rump::Errc::exists;
    case ENOENT:
      return rump::Errc::not_found;
    case ENOTDIR:
      return rump::Errc::not_dir;
    case EISDIR:
      return rump::Errc::is_dir;
    case ELOOP:
      return rump::Errc::loop;
    case EPERM:
      return rump::Errc::not_permitted;
    case EACCES:
      return rump::Errc::denied;
    case EINVAL:
      return rump::Errc::invalid;
    case ENODATA:
    case ENXIO:
      return rump::Errc::no_data;
    case EOPNOTSUPP:
      return rump::Errc::not_supported;
    default:
      return rump::Errc::io;
  }
}

std::unexpected<Failure> failure(int error) {
  return std::unexpected(Failure{code_of(error), errno_text(error)});
}

/// What a system call that answers 0 did.
Step<> done(int result) {
  if (result != 0) return failure(errno);
  return {};
}

rump::FileType type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return rump::FileType::file;
    case S_IFDIR:
      return rump::FileType::dir;
    case S_IFLNK:
      return rump::FileType::symlink;
    case S_IFBLK:
      return rump::FileType::block;
    case S_IFCHR:
      return rump::FileType::chr;
    case S_IFIFO:
      return rump::FileType::fifo;
    case S_IFSOCK:
      return rump::FileType::socket;
    default:
      return rump::FileType::unknown;
  }
}

mode_t type_bits(rump::FileType type) {
  switch (type) {
    case rump::FileType::block:
      return S_IFBLK;
    case rump::FileType::chr:
      return S_IFCHR;
    case rump::FileType::socket:
      return S_IFSOCK;
    default:
      return S_IFIFO;
  }
}

rump::FileType entry_type(unsigned char type) { return type_of(DTTOIF(type)); }

rump::Time time_of(const timespec& time) { return {time.tv_sec, static_cast<rump::u32>(time.tv_nsec)}; }

Node node_of(const struct stat& status) {
  Node node;
  rump::Attr& attr = node.attr;
  attr.type = type_of(status.st_mode);
  attr.ino = status.st_ino;
  attr.size = static_cast<rump::u64>(status.st_size);
  attr.allocated = static_cast<rump::u64>(status.st_blocks) * 512;
  attr.mode = status.st_mode & 07777;
  attr.nlink = static_cast<rump::u32>(status.st_nlink);
  attr.uid = status.st_uid;
  attr.gid = status.st_gid;
  attr.device = {major(status.st_rdev), minor(status.st_rdev)};
  attr.access = time_of(status.st_atim);
  attr.modify = time_of(status.st_mtim);
  attr.change = time_of(status.st_ctim);
  node.device = status.st_dev;
  return node;
}

std::array<timespec, 2> timespecs(const FileTimes& times) {
  const auto convert = [](const rump::Time& time) {
    return timespec{.tv_sec = static_cast<time_t>(time.seconds),
                    .tv_nsec = static_cast<long>(time.nanoseconds)};
  };
  return {convert(times.access), convert(times.modify)};
}

uid_t owner_or_same(std::optional<rump::u32> uid) { return uid.value_or(static_cast<uid_t>(-1)); }

}  // namespace

void HostTree::add_operand(const std::string& path, rump::Follow follow, Wanted wanted) {
  Operand& operand = operands_[path];
  if (operand.fd || !operand.refused.reason.empty()) {
    operand.wanted = std::max(operand.wanted, wanted);
    return;
  }
  operand.wanted = wanted;
  const int nofollow = follow == rump::Follow::no ? O_NOFOLLOW : 0;
  // Looked at first: to open a device may do something.
  operand.fd = HostFd(::open(path.c_str(), O_PATH | O_CLOEXEC | nofollow));
  struct stat status{};
  if (!operand.fd || !stat_descriptor(operand.fd.get(), status)) operand.refused = failure(errno).error();
  operand.is_directory = S_ISDIR(status.st_mode);
  const bool plain = operand.is_directory || S_ISREG(status.st_mode);
  if (operand.fd && (plain || (wanted == Wanted::bytes && !S_ISLNK(status.st_mode)))) {
    operand.fd = HostFd(::open(path.c_str(), kReadFlags | nofollow));
    if (!operand.fd) operand.refused = failure(errno).error();
  }
}

std::vector<int> HostTree::operands() const {
  std::vector<int> all;
  for (const auto& [path, operand] : operands_)
    if (operand.fd) all.push_back(operand.fd.get());
  return all;
}

std::vector<int> HostTree::directories() const {
  std::vector<int> all;
  for (const auto& [path, operand] : operands_)
    if (operand.fd && operand.is_directory && operand.wanted != Wanted::itself)
      all.push_back(operand.fd.get());
  return all;
}

Step<HostTree::Operand*> HostTree::operand(const std::string& path) {
  const auto found = operands_.find(path);
  if (found == operands_.end()) return failure(ENOENT);
  if (!found->second.refused.reason.empty()) return std::unexpected(found->second.refused);
  if (!found->second.fd)
    return std::unexpected(Failure{rump::Errc::busy, "is named twice, and was copied already"});
  return &found->second;
}

Step<HostFd> HostTree::open_node(int at, const std::string& name, rump::Follow follow) {
  HostFd node = follow == rump::Follow::yes ? open_anywhere(at, name.c_str(), O_PATH)
                                            : open_beneath(at, name.c_str(), O_PATH | O_NOFOLLOW);
  if (!node) return failure(errno);
  return node;
}

Step<TreeFd> HostTree::open_directory(int at, const std::string& name, rump::Follow follow) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY;
  HostFd directory;
  if (at == kOperand) {
    const Operand& named = *TRY(operand(name));
    if (named.is_directory && named.wanted == Wanted::itself) {
      lent_.insert(named.fd.get());
      return TreeFd(*this, named.fd.get());
    }
    directory = open_beneath(named.fd.get(), ".", kFlags);
  } else if (follow == rump::Follow::yes) {
    directory = open_anywhere(at, name.c_str(), kFlags);
  } else {
    directory = open_beneath(at, name.c_str(), kFlags | O_NOFOLLOW);
  }
  if (!directory) return failure(errno);
  return adopt(*this, std::move(directory));
}

Step<TreeFd> HostTree::open_file(int at, const std::string& name, rump::Follow follow) {
  HostFd file;
  if (at == kOperand) {
    file = std::move((*TRY(operand(name))).fd);
  } else if (follow == rump::Follow::yes) {
    file = open_anywhere(at, name.c_str(), kReadFlags);
  } else {
    file = open_beneath(at, name.c_str(), kReadFlags | O_NOFOLLOW);
  }
  if (!file) return failure(errno);
  return TreeFd(*this, file.release());
}

Step<> HostTree::close(int fd) {
  if (lent_.contains(fd)) return {};
  return done(::close(fd));
}

Step<Node> HostTree::stat(int at, const std::string& name, rump::Follow follow) {
  if (at == kOperand) return fstat((*TRY(operand(name))).fd.get());
  const HostFd node = TRY(open_node(at, name, follow));
  return fstat(node.get());
}

Step<Node> HostTree::fstat(int fd) {
  struct stat status;
  if (!stat_descriptor(fd, status)) return failure(errno);
  return node_of(status);
}

Step<std::string> HostTree::read_link(int at, const std::string& name) {
  HostFd opened;
  int link = -1;
  if (at == kOperand) {
    link = (*TRY(operand(name))).fd.get();
  } else {
    opened = TRY(open_node(at, name, rump::Follow::no));
    link = opened.get();
  }
  std::array<char, rump::kPathMax> room;
  const ssize_t length = ::readlinkat(link, kEmptyPath, room.data(), room.size());
  if (length < 0) return failure(errno);
  return std::string(room.data(), static_cast<std::size_t>(length));
}

Step<std::span<const TreeEntry>> HostTree::read_directory(int fd) {
  entries_.clear();
  const ssize_t got = ::getdents64(fd, names_.data(), names_.size());
  if (got < 0) return failure(errno);
  for (ssize_t at = 0; at < got;) {
    const auto* const entry = reinterpret_cast<const dirent64*>(names_.data() + at);
    entries_.push_back(
        {.name = entry->d_name, .type = entry_type(entry->d_type), .has_node = false, .node = {}});
    at += entry->d_reclen;
  }
  return std::span<const TreeEntry>(entries_);
}

Step<std::vector<std::string>> HostTree::xattr_names(int fd) {
  ssize_t got = ::flistxattr(fd, nullptr, 0);
  if (got < 0) return failure(errno);
  std::vector<char> list(static_cast<std::size_t>(got));
  if (got > 0) got = ::flistxattr(fd, list.data(), list.size());
  if (got < 0) return failure(errno);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < static_cast<std::size_t>(got); at += names.back().size() + 1)
    names.emplace_back(list.data() + at);
  return names;
}

Step<std::vector<std::byte>> HostTree::xattr(int fd, const std::string& name) {
  ssize_t got = ::fgetxattr(fd, name.c_str(), nullptr, 0);
  if (got < 0) return failure(errno);
  std::vector<std::byte> value(static_cast<std::size_t>(got));
  if (got > 0) got = ::fgetxattr(fd, name.c_str(), value.data(), value.size());
  if (got < 0) return failure(errno);
  value.resize(static_cast<std::size_t>(got));
  return value;
}

Step<std::size_t> HostTree::read(int fd, std::span<std::byte> bytes, std::uint64_t offset) {
  std::size_t all = 0;
  while (all < bytes.size()) {
    const ssize_t got = ::pread(fd, bytes.data() + all, bytes.size() - all, static_cast<off_t>(offset + all));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(errno);
    if (got == 0) break;
    all += static_cast<std::size_t>(got);
  }
  return all;
}

Step<bool> HostTree::has_holes(int fd, const rump::Attr& attr) {
  if (attr.allocated >= attr.size) return false;
  const auto hole = seek(fd, 0, false);
  // A file system that cannot say has none to show.
  return hole && *hole < attr.size;
}

Step<std::uint64_t> HostTree::seek(int fd, std::uint64_t offset, bool data) {
  const off_t found = ::lseek(fd, static_cast<off_t>(offset), data ? SEEK_DATA : SEEK_HOLE);
  if (found < 0) return failure(errno);
  return static_cast<std::uint64_t>(found);
}

std::expected<void, MoveFailure> HostTree::send(int fd, const Run& run, int to) {
  rump::u64 moved = 0;
  const auto status =
      rump::host::io_move(static_cast<rump::host::Handle>(fd), run.offset,
                          static_cast<rump::host::Handle>(to), run.offset, run.length, &moved);
  if (status == rump::host::Status::ok) return {};
  const rump::Error error = rump::host_error(status, "copying failed");
  return std::unexpected(MoveFailure{rump::Side::target, {error.code, reason_of(error)}});
}

std::expected<void, MoveFailure> HostTree::send(int fd, const Run& run, rump::Process& process, rump::Fd to) {
  rump::Side side{};
  const auto done = process.receive(
      to, {.from = run.offset, .offset = run.offset, .length = run.length, .final_size = run.final_size},
      static_cast<rump::host::Handle>(fd), side);
  if (done) return {};
  return std::unexpected(MoveFailure{side, {done.error().code, reason_of(done.error())}});
}

Step<TreeFd> HostTree::create(int at, const std::string& name, rump::u32 mode) {
  HostFd file = open_beneath(at, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (!file) return failure(errno);
  return TreeFd(*this, file.release());
}

Step<TreeFd> HostTree::open_existing(int at, const std::string& name) {
  HostFd file = open_beneath(at, name.c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
  if (!file) return failure(errno);
  return TreeFd(*this, file.release());
}

Step<> HostTree::resize(int fd, std::uint64_t size) {
  return done(::ftruncate(fd, static_cast<off_t>(size)));
}

Step<> HostTree::write(int fd, std::span<const std::byte> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failure(written < 0 ? errno : EIO);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
  return {};
}

std::expected<void, MoveFailure> HostTree::receive(int fd, const TreeFd& from, const Run& run) {
  return from.tree().send(from.get(), run, fd);
}

Step<> HostTree::make_directory(int at, const std::string& name, rump::u32 mode) {
  return done(::mkdirat(at, name.c_str(), mode));
}

Step<> HostTree::make_symlink(const std::string& target, int at, const std::string& name) {
  return done(::symlinkat(target.c_str(), at, name.c_str()));
}

Step<> HostTree::make_node(int at, const std::string& name, const rump::Attr& attr, rump::u32 mode) {
  return done(::mknodat(at, name.c_str(), type_bits(attr.type) | mode,
                        makedev(attr.device.major, attr.device.minor)));
}

Step<> HostTree::make_link(int from_at, const std::string& from, int at, const std::string& name) {
  return done(::linkat(from_at, from.c_str(), at, name.c_str(), 0));
}

Step<> HostTree::remove(int at, const std::string& name) { return done(::unlinkat(at, name.c_str(), 0)); }

Step<TreeFd> HostTree::open_below(int at, const std::string& path) {
  HostFd directory = open_beneath(at, path.c_str(), O_PATH | O_DIRECTORY);
  if (!directory) return failure(errno);
  return adopt(*this, std::move(directory));
}

Step<> HostTree::set_owner(int fd, std::optional<rump::u32> uid, rump::u32 gid) {
  return done(::fchown(fd, owner_or_same(uid), gid));
}

Step<> HostTree::set_mode(int fd, rump::u32 mode) { return done(::fchmod(fd, mode)); }

Step<> HostTree::set_times(int fd, const FileTimes& times) {
  return done(::futimens(fd, timespecs(times).data()));
}

Step<> HostTree::set_xattr(int fd, const std::string& name, std::span<const std::byte> value) {
  return done(::fsetxattr(fd, name.c_str(), value.data(), value.size(), 0));
}

Step<> HostTree::remove_xattr(int fd, const std::string& name) {
  return done(::fremovexattr(fd, name.c_str()));
}

Step<> HostTree::set_node_owner(int at, const std::string& name, std::optional<rump::u32> uid,
                                rump::u32 gid) {
  const HostFd node = TRY(open_node(at, name, rump::Follow::no));
  return done(chown_node(node.get(), owner_or_same(uid), gid));
}

Step<> HostTree::set_node_times(int at, const std::string& name, const FileTimes& times) {
  const HostFd node = TRY(open_node(at, name, rump::Follow::no));
  return done(::fsu::set_node_times(node.get(), timespecs(times)));
}

}  // namespace fsu
