// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The walk of fs-ls.
#pragma once

#include "utils/image/operand.hpp"
#include "utils/list/ls_options.hpp"
#include "utils/list/tree_guard.hpp"

namespace fsu {

/// Prints the contents of directories, with all that is below them if wanted.
class TreeLister {
 public:
  TreeLister(rump::Process& process, IdNames& names, const LsOptions& options, ListWriter& writer,
             Reporter& report);
  ~TreeLister() { leave_to(0); }
  TreeLister(const TreeLister&) = delete;
  TreeLister& operator=(const TreeLister&) = delete;

  /// Lists `operand` and, if wanted, the tree below it; with `headers`, each directory under its name.
  void list(const Operand& operand, bool headers);

 private:
  /// A directory still to be listed: a name in the directory that is open at level `depth - 1`.
  struct Pending {
    std::size_t depth;
    std::string name;
  };
  /// A directory that is open, with directories below it pending.
  struct Level {
    rump::Fd fd;
    std::string path;
  };

  void close(rump::Fd fd);
  void leave_to(std::size_t depth);
  void enter(const Pending& directory);
  bool list_open(rump::Fd fd, std::size_t depth);
  void list_whole(rump::Fd fd, std::size_t depth, std::uint64_t bytes);
  void list_in_steps(rump::Fd fd, std::size_t depth);
  ListSource source() const;
  void queue_directories(rump::Fd fd, std::size_t depth);
  bool is_directory(rump::Fd fd, const Row& row);

  rump::Process& process_;
  IdNames& names_;
  const LsOptions& options_;
  ListWriter& writer_;
  Reporter& report_;
  DirReader reader_;
  Listing listing_;
  std::vector<Pending> pending_;
  std::vector<Level> levels_;
  TreeGuard guard_;
  std::string image_;
  std::string path_;  ///< of the directory being listed, as messages call it
  bool headers_ = false;
};

}  // namespace fsu
