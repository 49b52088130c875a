// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Removing files and trees of an image, as rm(1) does.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "utils/copy/source.hpp"
#include "utils/edit/edit_log.hpp"
#include "utils/list/tree_guard.hpp"

namespace fsu {

struct RemoveOptions {
  bool recursive = false;
  bool force = false;              ///< no error for what is not there
  bool empty_directories = false;  ///< too, without recursion
  bool verbose = false;
  bool preserve_root = true;
  /// Asked before each step, in words like "remove regular file 'disk.img:/a'"; empty: all is removed.
  std::function<bool(std::string_view question)> ask = {};
};

/// Removes operands of one image. What fails is logged; the rest is removed all the same. Ends early where
/// the run is interrupted.
class TreeRemover {
 public:
  TreeRemover(rump::Process& process, const RemoveOptions& options, EditLog& log)
      : process_(process), options_(options), log_(log), guard_(false), batch_(rump::DirBatch::Attrs::no) {}

  /// Removes what the path names, not what a symlink there leads to. The root itself stays.
  void remove(const std::string& path);

 private:
  /// A directory that is being emptied.
  struct Level {
    Level(rump::Process& process, rump::Fd fd, const std::string& path)
        : directory(process, fd), path(path) {}

    SourceFd directory;
    std::string path;
    struct Entry {
      std::string name;
      rump::FileType type;
    };
    std::vector<Entry> entries;  ///< still to be removed, the next one last
    bool is_root = false;        ///< which stays itself
    bool keeps_some = false;     ///< something in it stays
  };
  /// Something to be removed.
  struct Victim {
    rump::Fd at;
    const std::string& name;  ///< from there
    const std::string& path;  ///< as a whole
  };

  void remove_operand(const std::string& path, const rump::Attr& attr);
  void remove_tree();
  void remove_entry(Level& level, const Level::Entry& entry);
  void enter(const Victim& directory);
  rump::Result<> list(Level& level, std::size_t depth);
  void leave();
  bool is_root(const rump::Attr& attr);
  bool remove_file(const Victim& victim);
  bool remove_empty(const Victim& victim);
  bool wants(std::string_view step, const Victim& victim) const;
  std::string kind_of(const Victim& victim) const;
  void failed(const std::string& path, const rump::Error& error);

  rump::Process& process_;
  const RemoveOptions& options_;
  EditLog& log_;
  TreeGuard guard_;
  rump::DirBatch batch_;
  std::deque<Level> levels_;  ///< from the operand down
};

}  // namespace fsu
