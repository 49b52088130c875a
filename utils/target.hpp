// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where copies out of an image go: the only code that makes and removes the host's files.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "utils/host_calls.hpp"
#include "utils/tree_guard.hpp"
#include "vfs/vnode.hpp"

namespace fsu {

/// What a host file is, whatever it is called.
using HostId = std::pair<dev_t, ino_t>;

/// A directory of the host's that is being filled.
struct TargetDir {
  HostFd fd;
  std::string path;              ///< below the base; empty for the base itself
  bool fresh = false;            ///< made by this operand: whatever is in it, this operand has put there
  bool hands_on_an_acl = false;  ///< what is made in it inherits an ACL, which then takes the umask's place
};

/// The directory, which was there before. Throws HostError.
TargetDir existing_directory(HostFd directory, std::string path);

/// A name in an open directory, where one copy goes.
struct Place {
  const TargetDir& directory;
  std::string_view name;  ///< one component; "." is the directory itself
  const Place* behind =
      nullptr;  ///< where the symlink leads that the user named here: as cp, a file goes there
};

/// What decides about what is there already.
struct TargetPolicy {
  enum class Existing : std::uint8_t { overwrite, keep, ask };
  Existing existing = Existing::overwrite;
  bool only_older = false;    ///< keep what is as new as its source
  bool force = false;         ///< replace what cannot be opened
  bool remove_first = false;  ///< replace instead of writing into
  bool several_operands = false;
  mode_t umask = 0;  ///< applied here; the process's own is 0
  /// Whether to overwrite the file that is called so.
  std::function<bool(const std::string& shown)> ask;
  /// Why a file must not be touched whatever the user said (it is an image being read), or nullptr.
  std::function<const char*(const struct stat&)> protection;
};

/// Makes files below one base directory. Every step names one component in an open directory and follows no
/// symlink, so that nothing an image contains, and no name that differs only by case on the host, leads a
/// write elsewhere or onto another file of the same run. All calls throw HostError. `modified` is the time of
/// the source, for only_older.
class Target {
 public:
  /// `base`: the open directory; `shown`: how it is written in front of a path below it, "" or "dir/".
  Target(TargetDir base, std::string shown, TargetPolicy policy);

  const TargetDir& base() const { return base_; }
  std::string shown(const Place& place) const { return shown_ + path_of(place); }
  /// The place's path below the base.
  static std::string path_of(const Place& place);

  /// Forgets which directories the last operand has visited.
  void begin_operand() { directories_.clear(); }

  /// The mode of a new file in the directory: without the umask, unless an ACL is inherited.
  mode_t new_mode(const TargetDir& directory, mode_t mode) const {
    return directory.hands_on_an_acl ? mode : mode & ~policy_.umask;
  }
  /// An empty regular file, open for writing, with `mode` as new_mode() has it where it is new. Empty: what
  /// is there stays.
  HostFd create_file(const Place& place, mode_t mode, const rump::Time& modified);
  /// The directory, made where there is none, so that its owner may fill it.
  TargetDir make_directory(const Place& place, mode_t mode);
  /// False: what is there stays.
  bool make_symlink(const Place& place, const std::string& target, const rump::Time& modified);
  /// The node gets this very mode. False: what is there stays.
  bool make_node(const Place& place, mode_t type_and_mode, rump::DeviceNumber device,
                 const rump::Time& modified);
  /// An O_PATH descriptor of what this run has made at the place.
  static HostFd open_node(const Place& place);

  enum class Linked : std::uint8_t {
    done,
    skipped,     ///< what is there stays
    impossible,  ///< the host cannot link here, or the first name is no longer what it was
  };
  /// Makes a hard link to the file `id` that this run has put at `path`.
  Linked make_link(const std::string& path, const HostId& id, const Place& place, const rump::Time& modified);

  /// What the host calls the file at the place (a symlink is not followed).
  static HostId id_at(const Place& place);

 private:
  static HostFd open_new(const Place& place, mode_t mode);
  HostFd open_existing(const Place& place, mode_t mode, const rump::Time& modified);
  HostFd write_into(const Place& place, const struct stat& status);
  HostFd replace(const Place& place, mode_t mode);
  bool clear_place(const Place& place, const rump::Time& modified);
  bool stays(const Place& place, const struct stat& status, const rump::Time& modified) const;
  void check_replaceable(const Place& place, const struct stat& status) const;
  bool remembers(const Place& place) const { return policy_.several_operands || !place.directory.fresh; }
  void remember(const struct stat& status) { written_[status.st_dev].insert(status.st_ino); }
  template <class Make>
  bool make_at(const Place& place, const rump::Time& modified, Make make);

  TargetDir base_;
  std::string shown_;
  TargetPolicy policy_;
  std::map<dev_t, InoSet> written_;  ///< files of this run, where a second operand or name could meet them
  std::set<HostId> directories_;     ///< of this operand, below directories that were there before
};

}  // namespace fsu
