// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What trees take: the walk of fs-du.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "utils/image/operand.hpp"
#include "utils/list/dir_reader.hpp"
#include "utils/list/tree_guard.hpp"

namespace fsu {

/// What files take together. Sums stop at the largest number: an image may claim any sizes.
struct Usage {
  std::uint64_t allocated = 0;  ///< bytes on the device
  std::uint64_t apparent = 0;   ///< bytes that can be read
  std::uint64_t files = 0;
  rump::Time latest{std::numeric_limits<std::int64_t>::min(), 0};  ///< of the times that are wanted

  void add(const Usage& more);
};

/// What is counted, and what of it is shown.
struct UsageOptions {
  bool files_too = false;  ///< files are shown, not directories alone
  bool separate = false;   ///< a directory's number is without the directories in it
  bool each_link = false;  ///< a file counts as often as it has names
  bool each_once =
      false;  ///< even a file with one name may be met twice: operands overlap, links are followed
  bool follow = false, follow_operands = false;                 ///< symbolic links
  std::size_t depth = std::numeric_limits<std::size_t>::max();  ///< below an operand, of what is shown
  std::vector<std::string> excluded;  ///< patterns of paths and of their ends behind a slash
  TimeKind time = TimeKind::modify;
};

/// A file or directory whose number is known.
struct UsageEntry {
  const std::string& image;  ///< as the user wrote it
  const std::string& path;
  rump::FileType type;
  const Usage& usage;
};

/// Counts what is below operands of one image, each file once. Directories come after what is in them. What
/// cannot be read is reported.
class UsageWalk {
 public:
  using Show = std::function<void(const UsageEntry&)>;
  UsageWalk(rump::Process& process, const UsageOptions& options, Reporter& report, Show show);
  ~UsageWalk() { leave_to(0); }
  UsageWalk(const UsageWalk&) = delete;
  UsageWalk& operator=(const UsageWalk&) = delete;

  /// Everything from the operand on.
  Usage count(const Operand& operand);

 private:
  /// A directory still to be entered.
  struct Pending {
    std::string name;
    Usage own;
  };
  /// A directory that is open.
  struct Level {
    rump::Fd fd;
    std::string path;
    Usage here;   ///< itself and the files in it
    Usage below;  ///< the directories in it
    std::vector<Pending> directories;
  };

  std::string shown(const std::string& path) const { return image_ + ":" + path; }
  bool is_excluded(const std::string& path) const;
  bool counts(std::uint64_t ino, rump::FileType type, std::uint32_t nlink);
  void enter(const Pending& directory);
  void read(Level& level, std::uint64_t bytes);
  void add_row(Level& level, const Row& row);
  void leave();
  void finish(const std::string& path, const Usage& here, const Usage& below);
  void leave_to(std::size_t depth);

  rump::Process& process_;
  const UsageOptions& options_;
  Reporter& report_;
  const Show show_;
  DirReader reader_;
  Listing listing_;
  std::vector<Level> levels_;
  TreeGuard guard_;
  InoSet counted_;
  std::string image_;
  Usage sum_;  ///< of the operand
};

}  // namespace fsu
