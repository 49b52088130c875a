// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where copies go: the only code of a copy that makes and removes files, on the host or in an image.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "utils/copy/file_tree.hpp"
#include "utils/list/tree_guard.hpp"

namespace fsu {

/// The target refused a step; what() is the reason.
class TargetError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws TargetError: `what`, and the reason.
[[noreturn]] void fail_target(std::string_view what, const Failure& failure);

/// The value, or TargetError.
template <class T>
T target_or_throw(Step<T> step, std::string_view what) {
  if (!step) fail_target(what, step.error());
  if constexpr (!std::is_void_v<T>) return *std::move(step);
}

/// A directory that is being filled.
struct TargetDir {
  TreeFd fd;
  std::string path;              ///< below the base; empty for the base itself
  bool fresh = false;            ///< made by this operand: whatever is in it, this operand has put there
  bool hands_on_an_acl = false;  ///< what is made in it inherits an ACL, which then takes the umask's place
};

/// The directory, which was there before.
TargetDir existing_directory(TreeFd directory, std::string path);

/// A name in an open directory, where one copy goes.
struct Place {
  const TargetDir& directory;
  std::string_view name;  ///< one component; "." is the directory itself
  const Place* behind =
      nullptr;  ///< where the symlink leads that the user named here: as cp, a file goes there
};

/// What is copied, as far as it matters to what is at its place.
struct Origin {
  const FileTree& tree;
  const Node& node;
};

/// What decides about what is there already.
struct TargetPolicy {
  enum class Existing : std::uint8_t { overwrite, keep, ask };
  Existing existing = Existing::overwrite;
  bool only_older = false;    ///< keep what is as new as its source
  bool force = false;         ///< replace what cannot be opened
  bool remove_first = false;  ///< replace instead of writing into
  bool several_operands = false;
  rump::u32 umask = 0;  ///< applied here; the process's own is 0
  /// Whether to overwrite the file that is called so.
  std::function<bool(const std::string& shown)> ask;
  /// Why a file must not be touched whatever the user said (it is an image being read), or nullptr.
  std::function<const char*(const NodeId&)> protection;
};

/// Makes files below one base directory. Every step names one component in an open directory and follows no
/// symlink, so that nothing a source contains, and no name that differs only by case in the target, leads a
/// write elsewhere or onto another file of the same run. All calls throw TargetError.
class Target {
 public:
  /// `base`: the open directory; `shown`: how it is written in front of a path below it, "" or "dir/".
  Target(TargetDir base, std::string shown, TargetPolicy policy);

  FileTree& tree() const { return base_.fd.tree(); }
  const TargetDir& base() const { return base_; }
  std::string shown(const Place& place) const { return shown_ + path_of(place); }
  /// The place's path below the base.
  static std::string path_of(const Place& place);

  /// Forgets which directories the last operand has visited.
  void begin_operand() {
    directories_.clear();
    made_.clear();
  }
  /// Whether the directory is one that this operand has made: it is not to be copied into itself.
  bool has_made(const FileTree& of, const NodeId& directory) const {
    return &of == &tree() && made_.contains(directory);
  }

  /// The mode of a new file in the directory: without the umask, unless an ACL is inherited.
  rump::u32 new_mode(const TargetDir& directory, rump::u32 mode) const {
    return directory.hands_on_an_acl ? mode : mode & ~policy_.umask;
  }
  /// An empty regular file, open for writing, with `mode` as new_mode() has it where it is new. Empty: what
  /// is there stays.
  TreeFd create_file(const Place& place, rump::u32 mode, const Origin& origin);
  /// The directory, made where there is none, so that its owner may fill it.
  TargetDir make_directory(const Place& place, rump::u32 mode);

  enum class Made : std::uint8_t {
    done,
    skipped,     ///< what is there stays
    impossible,  ///< the target cannot hold it
  };
  Made make_symlink(const Place& place, const std::string& target, const Origin& origin);
  /// A fifo, socket or device of this very mode.
  Made make_node(const Place& place, rump::u32 mode, const Origin& origin);
  /// Makes a hard link to the file `id` that this run has put at `path`; impossible too where the first name
  /// is no longer what it was.
  Made make_link(const std::string& path, const NodeId& id, const Place& place, const Origin& origin);

  /// Which file is at the place (a symlink is not followed).
  NodeId id_at(const Place& place) const;

 private:
  TreeFd open_existing(const Place& place, rump::u32 mode, const Origin& origin);
  Step<TreeFd> write_into(const Place& place, const NodeId& id);
  TreeFd replace(const Place& place, rump::u32 mode);
  bool clear_place(const Place& place, const Origin& origin);
  bool stays(const Place& place, const Node& node, const Origin& origin) const;
  void check_replaceable(const Place& place, const Node& node, const Origin& origin) const;
  bool remembers(const Place& place) const { return policy_.several_operands || !place.directory.fresh; }
  void remember(const NodeId& id) { written_[id.device].insert(id.ino); }
  template <class Make>
  Made make_at(const Place& place, const Origin& origin, Make make);

  TargetDir base_;
  std::string shown_;
  TargetPolicy policy_;
  std::map<std::uint64_t, InoSet>
      written_;  ///< by device: files of this run, where a second operand or name could meet them
  std::set<NodeId> directories_;  ///< of this operand, below directories that were there before
  std::set<NodeId> made_;         ///< directories that this operand has made where its source could see them
};

}  // namespace fsu
