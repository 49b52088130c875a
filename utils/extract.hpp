// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Copying files and trees out of images.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "utils/message.hpp"
#include "utils/output.hpp"
#include "utils/target.hpp"
#include "utils/tree_guard.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// What fs-cp's options ask for.
struct CopyOptions {
  bool recursive = false;
  bool preserve = false;         ///< mode, owner, times
  bool xattrs = false;           ///< extended attributes too
  bool follow = false;           ///< symlinks of the image, everywhere
  bool follow_operands = false;  ///< only where they are operands
  bool verbose = false;
  bool trusted_image = false;
};

/// An open file of an image, closed at the end.
class SourceFd {
 public:
  SourceFd(rump::Process& process, rump::Fd fd) : process_(process), fd_(fd) {}
  SourceFd(const SourceFd&) = delete;
  SourceFd& operator=(const SourceFd&) = delete;
  // It was only read: nothing can be lost.
  ~SourceFd() { static_cast<void>(process_.close(fd_)); }
  rump::Fd get() const { return fd_; }

 private:
  rump::Process& process_;
  const rump::Fd fd_;
};

/// Copies out of images into one target; hard links are kept across all operands. Errors of single files are
/// reported and the others go on.
class Extractor {
 public:
  Extractor(const CopyOptions& options, Target& target, Output& out, Reporter& report);

  /// Copies `path`, called `shown` in messages, to the place. With `directory_only` a file is refused: its
  /// name was written with a slash.
  void copy(rump::Process& process, const std::string& path, const std::string& shown, const Place& place,
            bool directory_only);

 private:
  /// A file of the image on its way.
  struct Source {
    rump::Fd at;
    std::string path;  ///< from `at`
    std::string shown;
    rump::Attr attr;
    rump::Follow follow;
  };
  /// A directory that is open on both sides.
  struct Level {
    std::unique_ptr<SourceFd> source;
    TargetDir target;
    std::string shown;
    rump::Attr attr;
    std::vector<std::string> directories;  ///< in it, still to be copied
  };
  /// The first copy of a file with several names.
  struct FirstCopy {
    std::string path;  ///< below the target's base
    HostId id;
  };
  /// What is left out with one warning for all.
  enum class LeftOut : unsigned {
    setid,
    device,
    socket,
    security,
    trusted,
    other_attribute,
    refused_attribute,
    link
  };

  /// Runs one step of a copy and reports where it failed: in the image, or at the copy.
  template <class Step>
  void attempt(const std::string& shown, const std::string& copy_shown, Step step);

  void copy_tree();
  void enter(const Source& source, const Place& place);
  void list_level();
  void copy_entry(const rump::DirEntry& entry);
  void leave();

  void copy_node(const Source& source, const Place& place);
  bool make_copy(const Source& source, const Place& place);
  bool copy_link(const Source& source, const Place& place);
  bool copy_file(const Source& source, const Place& place);
  void copy_data(const Source& source, rump::Fd from, int to);
  bool copy_symlink(const Source& source, const Place& place);
  bool copy_special(const Source& source, const Place& place);
  void keep_attributes(const Source& source, int to, mode_t mode, const std::string& copy_shown);
  void copy_xattrs(const Source& source, int to, const std::string& copy_shown);
  void copy_xattr(const Source& source, const std::string& name, int to);
  bool wants_xattr(std::string_view name, const std::string& shown);

  rump::Attr attr_of(rump::Fd at, const std::string& path, rump::Follow follow);
  mode_t kept_mode(const rump::Attr& attr, const std::string& shown);
  void left_out(LeftOut what, const std::string& shown);
  void say_copied(std::string_view from, std::string_view to);

  const CopyOptions& options_;
  Target& target_;
  Output& out_;
  Reporter& report_;
  rump::Process* process_ = nullptr;
  rump::DirBatch batch_{rump::DirBatch::Attrs::yes};
  std::vector<Level> levels_;
  std::map<std::pair<const rump::Process*, rump::u64>, FirstCopy> first_copies_;
  unsigned warned_ = 0;  ///< bits of LeftOut
  TreeGuard guard_;
  const mode_t umask_;
};

}  // namespace fsu
