// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Making files on the host, one component at a time.
#include "utils/target.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <optional>

#include "utils/message.hpp"

namespace fsu {
namespace {

[[noreturn]] void fail_with(std::string_view what, int error) {
  throw HostError(std::string(what).append(": ").append(errno_text(error)));
}

std::string name_of(const Place& place) { return std::string(place.name); }

HostId id_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

constexpr const char* kWrittenAlready =
    "not overwritten: this copy has just made it (two names that are the same on this file system?)";

/// The file without its last component, opened below `base` without following anything; or nothing.
HostFd open_parent(int base, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == path.npos ? "." : path.substr(0, slash);
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return HostFd(static_cast<int>(::syscall(SYS_openat2, base, parent.c_str(), &how, sizeof how)));
}

timespec to_timespec(const rump::Time& time) {
  return {.tv_sec = static_cast<time_t>(time.seconds), .tv_nsec = static_cast<long>(time.nanoseconds)};
}

/// Whether a refused chown is what cp passes over: nobody but root may give files away.
bool may_keep_owner(int error) { return (error == EPERM || error == EINVAL) && ::geteuid() != 0; }

mode_t allowed_mode(mode_t mode, bool owned) {
  return owned ? mode : mode & ~static_cast<mode_t>(S_ISUID | S_ISGID);
}

/// Gives the file away by `chown(uid, gid)`, which is like a system call. False: only root may do that.
template <class Chown>
bool give_away(const rump::Attr& attr, Chown chown) {
  if (chown(attr.uid, attr.gid) == 0) return true;
  if (!may_keep_owner(errno)) fail_with("cannot set the owner", errno);
  // The group alone may be one of ours; if not, nothing is lost.
  static_cast<void>(chown(static_cast<uid_t>(-1), attr.gid) == 0);
  return false;
}

}  // namespace

Target::Target(HostFd base, std::string shown, TargetPolicy policy)
    : base_{.fd = std::move(base), .path = {}}, shown_(std::move(shown)), policy_(std::move(policy)) {}

std::string Target::path_of(const Place& place) {
  if (place.name == ".") return place.directory.path;
  if (place.directory.path.empty()) return name_of(place);
  return place.directory.path + "/" + name_of(place);
}

HostId Target::id_at(const Place& place) {
  struct stat status;
  if (::fstatat(place.directory.fd.get(), name_of(place).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    fail_with("cannot stat the copy", errno);
  return id_of(status);
}

void Target::remember(const Place& place, const struct stat& status) {
  // In a fresh directory every name that exists is this run's: nothing need be remembered for one operand.
  if (policy_.several_operands || !place.directory.fresh) written_[status.st_dev].insert(status.st_ino);
}

/// Throws unless what is at the place may be replaced or overwritten.
void Target::check_replaceable(const Place& place, const struct stat& status) const {
  if (S_ISDIR(status.st_mode)) throw HostError("cannot overwrite a directory with a non-directory");
  if (policy_.is_protected(status)) throw HostError("not overwritten: it is the image being read");
  const auto written = written_.find(status.st_dev);
  if (place.directory.fresh || (written != written_.end() && written->second.contains(status.st_ino)))
    throw HostError(kWrittenAlready);
}

HostFd Target::create_file(const Place& place, mode_t mode) {
  const std::string name = name_of(place);
  HostFd file(
      ::openat(place.directory.fd.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file) {
    if (errno != EEXIST) fail_with("cannot create", errno);
    if (policy_.no_clobber) return {};
    file = open_existing(place, mode);
  }
  struct stat status;
  if (::fstat(file.get(), &status) != 0) fail_with("cannot stat the copy", errno);
  remember(place, status);
  return file;
}

/// Opens the regular file that is there and empties it.
HostFd Target::open_existing(const Place& place, mode_t mode) {
  const std::string name = name_of(place);
  const int directory = place.directory.fd.get();
  struct stat status;
  if (::fstatat(directory, name.c_str(), &status, place.user_named ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
    fail_with("cannot write", errno);
  check_replaceable(place, status);
  // Devices and pipes are neither written nor, with -f, replaced: /dev/null would become a file.
  if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
    throw HostError("not overwritten: it is not a regular file");
  HostFd file;
  int error = ELOOP;
  if (S_ISREG(status.st_mode)) {
    const int no_follow = place.user_named ? 0 : O_NOFOLLOW;
    file = HostFd(::openat(directory, name.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | no_follow));
    error = errno;
  }
  if (!file && policy_.force) {
    if (::unlinkat(directory, name.c_str(), 0) != 0) fail_with("cannot remove", errno);
    file = HostFd(::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file) fail_with("cannot create", errno);
    return file;
  }
  if (!file && S_ISLNK(status.st_mode))
    throw HostError("not written through the symbolic link that is there");
  if (!file) fail_with("cannot write", error);
  // Looked at again: the name may lead to another file by now.
  struct stat opened;
  if (::fstat(file.get(), &opened) != 0) fail_with("cannot write", errno);
  if (id_of(opened) != id_of(status)) throw HostError("not overwritten: it has changed meanwhile");
  if (::ftruncate(file.get(), 0) != 0) fail_with("cannot write", errno);
  return file;
}

/// Removes what is in the way of something that is not a regular file. False: no_clobber is set.
bool Target::clear_place(const Place& place) {
  if (policy_.no_clobber) return false;
  const std::string name = name_of(place);
  struct stat status;
  if (::fstatat(place.directory.fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    fail_with("cannot replace", errno);
  check_replaceable(place, status);
  if (::unlinkat(place.directory.fd.get(), name.c_str(), 0) != 0) fail_with("cannot remove", errno);
  return true;
}

/// Calls `make`, which is like a system call, once or, where something is in the way, twice.
template <class Make>
bool Target::make_at(const Place& place, Make make) {
  if (make() != 0) {
    if (errno != EEXIST) fail_with("cannot create", errno);
    if (!clear_place(place)) return false;
    if (make() != 0) fail_with("cannot create", errno);
  }
  struct stat status;
  if (::fstatat(place.directory.fd.get(), name_of(place).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    fail_with("cannot stat the copy", errno);
  remember(place, status);
  return true;
}

bool Target::make_symlink(const Place& place, const std::string& target) {
  return make_at(
      place, [&] { return ::symlinkat(target.c_str(), place.directory.fd.get(), name_of(place).c_str()); });
}

bool Target::make_node(const Place& place, mode_t type_and_mode, rump::DeviceNumber device) {
  return make_at(place, [&] {
    return ::mknodat(place.directory.fd.get(), name_of(place).c_str(), type_and_mode,
                     makedev(device.major, device.minor));
  });
}

Target::Linked Target::make_link(const std::string& path, const HostId& id, const Place& place) {
  const HostFd parent = open_parent(base_.fd.get(), path);
  if (!parent) return Linked::impossible;
  const std::string leaf = path.substr(path.rfind('/') + 1);
  const std::string name = name_of(place);
  struct stat first;
  if (::fstatat(parent.get(), leaf.c_str(), &first, AT_SYMLINK_NOFOLLOW) != 0 || id_of(first) != id)
    return Linked::impossible;
  for (const bool again : {false, true}) {
    if (::linkat(parent.get(), leaf.c_str(), place.directory.fd.get(), name.c_str(), 0) == 0)
      return Linked::done;
    if (errno != EEXIST || again) return Linked::impossible;
    if (id_at(place) == id) {
      // The tree was copied here before, or the host takes two names for one.
      if (place.directory.fresh) throw HostError(kWrittenAlready);
      return Linked::done;
    }
    if (!clear_place(place)) return Linked::skipped;
  }
  return Linked::impossible;
}

TargetDir Target::make_directory(const Place& place, mode_t mode) {
  const std::string name = name_of(place);
  const int directory = place.directory.fd.get();
  TargetDir made;
  made.path = path_of(place);
  made.fresh = ::mkdirat(directory, name.c_str(), mode | S_IRWXU) == 0;
  if (!made.fresh && errno != EEXIST) fail_with("cannot create the directory", errno);
  if (!made.fresh && place.directory.fresh) throw HostError(kWrittenAlready);
  made.fd = HostFd(::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!made.fd && (errno == ENOTDIR || errno == ELOOP))
    throw HostError("cannot overwrite a non-directory with a directory");
  if (!made.fd) fail_with("cannot open the directory", errno);
  if (place.directory.fresh) return made;
  struct stat status;
  if (::fstat(made.fd.get(), &status) != 0) fail_with("cannot stat the directory", errno);
  if (!directories_.insert(id_of(status)).second) throw HostError(kWrittenAlready);
  return made;
}

bool set_owner(int fd, const rump::Attr& attr) {
  return give_away(attr, [fd](uid_t uid, gid_t gid) { return ::fchown(fd, uid, gid); });
}

void set_mode_and_times(int fd, const rump::Attr& attr, mode_t mode, bool owned) {
  if (::fchmod(fd, allowed_mode(mode, owned)) != 0) fail_with("cannot set the mode", errno);
  const timespec times[] = {to_timespec(attr.access), to_timespec(attr.modify)};
  if (::futimens(fd, times) != 0) fail_with("cannot set the times", errno);
}

void set_attributes_at(const Place& place, const rump::Attr& attr, mode_t mode) {
  const std::string name = name_of(place);
  const int directory = place.directory.fd.get();
  std::optional<HostError> refused;
  bool owned = false;
  try {
    owned = give_away(attr, [&](uid_t uid, gid_t gid) {
      return ::fchownat(directory, name.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW);
    });
  } catch (const HostError& error) {
    refused = error;
  }
  if (attr.type != rump::FileType::symlink &&
      ::fchmodat(directory, name.c_str(), allowed_mode(mode, owned), AT_SYMLINK_NOFOLLOW) != 0)
    fail_with("cannot set the mode", errno);
  const timespec times[] = {to_timespec(attr.access), to_timespec(attr.modify)};
  if (::utimensat(directory, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
    fail_with("cannot set the times", errno);
  if (refused) throw *std::move(refused);
}

}  // namespace fsu
