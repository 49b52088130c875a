// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Making files on the host, one component at a time.
#include "utils/target.hpp"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <cerrno>
#include <utility>

namespace fsu {
namespace {

std::string name_of(const Place& place) { return std::string(place.name); }

HostId id_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

bool stat_place(const Place& place, struct stat& status) {
  return stat_beneath(place.directory.fd.get(), name_of(place).c_str(), status);
}

constexpr const char* kWrittenAlready =
    "not overwritten: this copy has just made it (two names that are the same on this file system?)";

/// The directory of the file, opened below `base`; or nothing.
HostFd open_parent(int base, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == path.npos ? "." : path.substr(0, slash);
  return open_beneath(base, parent.c_str(), O_PATH | O_DIRECTORY);
}

}  // namespace

TargetDir existing_directory(HostFd directory, std::string path) {
  const bool acl = ::fgetxattr(directory.get(), kDefaultAcl, nullptr, 0) > 0;
  return {.fd = std::move(directory), .path = std::move(path), .fresh = false, .hands_on_an_acl = acl};
}

Target::Target(TargetDir base, std::string shown, TargetPolicy policy)
    : base_(std::move(base)), shown_(std::move(shown)), policy_(std::move(policy)) {}

std::string Target::path_of(const Place& place) {
  if (place.name == ".") return place.directory.path;
  if (place.directory.path.empty()) return name_of(place);
  return place.directory.path + "/" + name_of(place);
}

HostId Target::id_at(const Place& place) {
  struct stat status;
  if (!stat_place(place, status)) fail_with("cannot stat the copy", errno);
  return id_of(status);
}

/// Whether the options say that what is there stays, whatever it is.
bool Target::stays(const Place& place, const struct stat& status, const rump::Time& modified) const {
  if (policy_.existing == TargetPolicy::Existing::keep) return true;
  const auto key = [](auto seconds, auto nanoseconds) {
    return std::pair<rump::i64, rump::i64>(seconds, nanoseconds);
  };
  if (policy_.only_older &&
      key(status.st_mtim.tv_sec, status.st_mtim.tv_nsec) >= key(modified.seconds, modified.nanoseconds))
    return true;
  return policy_.existing == TargetPolicy::Existing::ask && !policy_.ask(shown(place));
}

/// Throws unless what is at the place may be replaced or overwritten.
void Target::check_replaceable(const Place& place, const struct stat& status) const {
  if (S_ISDIR(status.st_mode)) throw HostError("cannot overwrite a directory with a non-directory");
  if (const char* reason = policy_.protection(status)) throw HostError(reason);
  // In a fresh directory every name that exists is this run's: nothing need be remembered for one operand.
  const auto written = written_.find(status.st_dev);
  if (place.directory.fresh || (written != written_.end() && written->second.contains(status.st_ino)))
    throw HostError(kWrittenAlready);
}

/// Makes the file where there is nothing; or empty and errno.
HostFd Target::open_new(const Place& place, mode_t mode) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  return open_beneath(place.directory.fd.get(), name_of(place).c_str(), kFlags, mode);
}

HostFd Target::create_file(const Place& place, mode_t mode, const rump::Time& modified) {
  mode = new_mode(place.directory, mode);
  HostFd file = open_new(place, mode);
  if (!file) {
    if (errno != EEXIST) fail_with("cannot create", errno);
    file = open_existing(place, mode, modified);
    if (!file) return file;
  }
  if (remembers(place)) {
    struct stat status;
    if (!stat_descriptor(file.get(), status)) fail_with("cannot stat the copy", errno);
    remember(status);
  }
  return file;
}

/// Opens the regular file that is there and empties it, or puts another in its place, as the policy says.
HostFd Target::open_existing(const Place& place, mode_t mode, const rump::Time& modified) {
  const Place& real = place.behind && !policy_.remove_first ? *place.behind : place;
  struct stat status;
  if (!stat_place(real, status)) fail_with("cannot write", errno);
  if (stays(place, status, modified)) return {};
  check_replaceable(real, status);
  if (policy_.remove_first) return replace(place, mode);
  // Devices and pipes are neither written nor, with -f, replaced: /dev/null would become a file.
  if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
    throw HostError("not overwritten: it is not a regular file");
  if (S_ISREG(status.st_mode)) {
    HostFd file = write_into(real, status);
    if (file) return file;
    if (!policy_.force) fail_with("cannot write", errno);
  }
  if (!policy_.force) throw HostError("not written through the symbolic link that is there");
  return replace(place, mode);
}

/// Opens the regular file `status` that is at the place and empties it; or empty and errno.
HostFd Target::write_into(const Place& place, const struct stat& status) {
  HostFd file =
      open_beneath(place.directory.fd.get(), name_of(place).c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
  if (!file) return file;
  // Looked at again: the name may lead to another file by now.
  struct stat opened;
  if (!stat_descriptor(file.get(), opened)) fail_with("cannot write", errno);
  if (id_of(opened) != id_of(status)) throw HostError("not overwritten: it has changed meanwhile");
  if (::ftruncate(file.get(), 0) != 0) fail_with("cannot write", errno);
  return file;
}

HostFd Target::replace(const Place& place, mode_t mode) {
  if (::unlinkat(place.directory.fd.get(), name_of(place).c_str(), 0) != 0) fail_with("cannot remove", errno);
  HostFd file = open_new(place, mode);
  if (!file) fail_with("cannot create", errno);
  return file;
}

/// Removes what is in the way of something that is not a regular file. False: it stays.
bool Target::clear_place(const Place& place, const rump::Time& modified) {
  struct stat status;
  if (!stat_place(place, status)) fail_with("cannot replace", errno);
  if (stays(place, status, modified)) return false;
  check_replaceable(place, status);
  if (::unlinkat(place.directory.fd.get(), name_of(place).c_str(), 0) != 0) fail_with("cannot remove", errno);
  return true;
}

/// Calls `make`, which is like a system call, once or, where something is in the way, twice.
template <class Make>
bool Target::make_at(const Place& place, const rump::Time& modified, Make make) {
  if (make() != 0) {
    if (errno != EEXIST) fail_with("cannot create", errno);
    if (!clear_place(place, modified)) return false;
    if (make() != 0) fail_with("cannot create", errno);
  }
  if (remembers(place)) {
    struct stat status;
    if (!stat_place(place, status)) fail_with("cannot stat the copy", errno);
    remember(status);
  }
  return true;
}

bool Target::make_symlink(const Place& place, const std::string& target, const rump::Time& modified) {
  return make_at(place, modified, [&] {
    return ::symlinkat(target.c_str(), place.directory.fd.get(), name_of(place).c_str());
  });
}

bool Target::make_node(const Place& place, mode_t type_and_mode, rump::DeviceNumber device,
                       const rump::Time& modified) {
  return make_at(place, modified, [&] {
    return ::mknodat(place.directory.fd.get(), name_of(place).c_str(), type_and_mode,
                     makedev(device.major, device.minor));
  });
}

HostFd Target::open_node(const Place& place) {
  HostFd node = open_beneath(place.directory.fd.get(), name_of(place).c_str(), O_PATH | O_NOFOLLOW);
  if (!node) fail_with("cannot open the copy", errno);
  return node;
}

Target::Linked Target::make_link(const std::string& path, const HostId& id, const Place& place,
                                 const rump::Time& modified) {
  const HostFd parent = open_parent(base_.fd.get(), path);
  if (!parent) return Linked::impossible;
  const std::string leaf = path.substr(path.rfind('/') + 1);
  const std::string name = name_of(place);
  struct stat first;
  if (!stat_beneath(parent.get(), leaf.c_str(), first) || id_of(first) != id) return Linked::impossible;
  for (const bool again : {false, true}) {
    if (::linkat(parent.get(), leaf.c_str(), place.directory.fd.get(), name.c_str(), 0) == 0)
      return Linked::done;
    if (errno != EEXIST || again) return Linked::impossible;
    if (id_at(place) == id) {
      // The tree was copied here before, or the host takes two names for one.
      if (place.directory.fresh) throw HostError(kWrittenAlready);
      return Linked::done;
    }
    if (!clear_place(place, modified)) return Linked::skipped;
  }
  return Linked::impossible;
}

TargetDir Target::make_directory(const Place& place, mode_t mode) {
  const std::string name = name_of(place);
  const int directory = place.directory.fd.get();
  // As cp: others may write only where the umask lets them, even if an ACL is inherited in its place.
  mode &= ~(policy_.umask & (S_IWGRP | S_IWOTH));
  const bool fresh = ::mkdirat(directory, name.c_str(), new_mode(place.directory, mode) | S_IRWXU) == 0;
  if (!fresh && errno != EEXIST) fail_with("cannot create the directory", errno);
  if (!fresh && place.directory.fresh) throw HostError(kWrittenAlready);
  HostFd fd = open_beneath(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!fd && (errno == ENOTDIR || errno == ELOOP))
    throw HostError("cannot overwrite a non-directory with a directory");
  if (!fd) fail_with("cannot open the directory", errno);
  if (!place.directory.fresh) {
    struct stat status;
    if (!stat_descriptor(fd.get(), status)) fail_with("cannot stat the directory", errno);
    if (!directories_.insert(id_of(status)).second) throw HostError(kWrittenAlready);
  }
  if (!fresh) return existing_directory(std::move(fd), path_of(place));
  return {.fd = std::move(fd),
          .path = path_of(place),
          .fresh = true,
          .hands_on_an_acl = place.directory.hands_on_an_acl};
}

}  // namespace fsu
