// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where copies out of an image go: the only code that changes the host's files.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "utils/tree_guard.hpp"
#include "vfs/vnode.hpp"

namespace fsu {

/// The host refused a step of the copy; what() is the reason.
class HostError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An open descriptor of the host's, closed at the end.
class HostFd {
 public:
  HostFd() = default;
  explicit HostFd(int fd) : fd_(fd) {}
  HostFd(HostFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  HostFd& operator=(HostFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~HostFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  /// Closes it now. False, with errno: the host kept an error of the writes back until here (NFS, quotas).
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_ = -1;
};

/// What a host file is, whatever it is called.
using HostId = std::pair<dev_t, ino_t>;

/// A directory of the host's that is being filled.
struct TargetDir {
  HostFd fd;
  std::string path;    ///< below the base; empty for the base itself
  bool fresh = false;  ///< made by this operand: whatever is in it, this operand has put there
};

/// A name in an open directory, where one copy goes.
struct Place {
  const TargetDir& directory;
  std::string_view name;    ///< one component; "." is the directory itself
  bool user_named = false;  ///< the user wrote this very name, so a symlink to a file is followed, as cp does
};

/// What decides about what is there already.
struct TargetPolicy {
  bool no_clobber = false;
  bool force = false;
  bool several_operands = false;
  /// Whether a file must not be touched whatever the user said: it is an image being read.
  std::function<bool(const struct stat&)> is_protected;
};

/// Makes files below one base directory. Every step names one component in an open directory and follows no
/// symlink, so that nothing an image contains, and no name that differs only by case on the host, leads a
/// write elsewhere or onto another file of the same run. All calls throw HostError.
class Target {
 public:
  /// `base`: the open directory; `shown`: how it is written in front of a path below it, "" or "dir/".
  Target(HostFd base, std::string shown, TargetPolicy policy);

  const TargetDir& base() const { return base_; }
  std::string shown(const Place& place) const { return shown_ + path_of(place); }
  /// The place's path below the base.
  static std::string path_of(const Place& place);

  /// Forgets which directories the last operand has visited.
  void begin_operand() { directories_.clear(); }

  /// An empty regular file, open for writing, with `mode` less the umask where it is new. Empty: it exists
  /// and no_clobber is set.
  HostFd create_file(const Place& place, mode_t mode);
  /// The directory, made where there is none, so that its owner may fill it.
  TargetDir make_directory(const Place& place, mode_t mode);
  /// False: it exists and no_clobber is set.
  bool make_symlink(const Place& place, const std::string& target);
  bool make_node(const Place& place, mode_t type_and_mode, rump::DeviceNumber device);

  enum class Linked : std::uint8_t {
    done,
    skipped,     ///< it exists and no_clobber is set
    impossible,  ///< the host cannot link here, or the first name is no longer what it was
  };
  /// Makes a hard link to the file `id` that this run has put at `path`.
  Linked make_link(const std::string& path, const HostId& id, const Place& place);

  /// What the host calls the file at the place (a symlink is not followed).
  static HostId id_at(const Place& place);

 private:
  HostFd open_existing(const Place& place, mode_t mode);
  bool clear_place(const Place& place);
  void check_replaceable(const Place& place, const struct stat& status) const;
  void remember(const Place& place, const struct stat& status);
  template <class Make>
  bool make_at(const Place& place, Make make);

  TargetDir base_;
  std::string shown_;
  TargetPolicy policy_;
  std::map<dev_t, InoSet> written_;  ///< files of this run, where a second operand or name could meet them
  std::set<HostId> directories_;     ///< of this operand, below directories that were there before
};

/// Sets the owner of an open file or directory. False: only root may set it, and it is left as it is, as cp
/// does. Drops security.capability, so extended attributes come after it. Throws HostError.
bool set_owner(int fd, const rump::Attr& attr);
/// Sets the mode (07777) and the times of an open file or directory. `owned`: it has its owner; without,
/// setuid and setgid would be another's privilege and are left out. Throws HostError.
void set_mode_and_times(int fd, const rump::Attr& attr, mode_t mode, bool owned);
/// Sets owner, mode and times of what is at the place, without following it; for symlinks and nodes. `mode`
/// is not set on symlinks. Throws HostError, after all has been tried.
void set_attributes_at(const Place& place, const rump::Attr& attr, mode_t mode);

}  // namespace fsu
