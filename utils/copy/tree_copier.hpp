// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Copying files and trees: the walk through a source, and what becomes of each file.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "utils/base/message.hpp"
#include "utils/base/output.hpp"
#include "utils/copy/copy_data.hpp"
#include "utils/copy/keep.hpp"
#include "utils/copy/mtree.hpp"
#include "utils/copy/source.hpp"
#include "utils/copy/target.hpp"
#include "utils/list/tree_guard.hpp"

namespace fsu {

/// What fs-cp's options ask for.
struct CopyOptions {
  bool recursive = false;
  bool follow = false;           ///< symlinks of the image, everywhere
  bool follow_operands = false;  ///< only where they are operands
  bool parents = false;          ///< make the directories above an operand too
  bool plain_mode = false;       ///< new files do not even get the mode of their source
  bool verbose = false;
  bool one_file_system = false;  ///< directories of another one are made, and not filled
  KeepOptions keep;
  Sparse sparse = Sparse::automatic;
};

/// Copies into one target; hard links are kept across all operands. Errors of single files are reported and
/// the others go on.
class TreeCopier {
 public:
  /// Where things are told, all of them longer-lived; `saved` may be nullptr.
  struct Told {
    Output& out;
    Reporter& report;
    Progress& progress;
    MtreeWriter* saved;
  };
  /// Who is asked before each file.
  struct Asked {
    std::function<bool()> stops = [] { return false; };  ///< whether to come to an end
    /// Why a file must not be read (it is the image that is written), or nullptr.
    std::function<const char*(const FileTree&, const Node&)> refuses = [](const FileTree&, const Node&) {
      return static_cast<const char*>(nullptr);
    };
  };
  TreeCopier(const CopyOptions& options, Target& target, const Told& told, Asked asked);

  /// Copies `path`, called `shown` in messages, to the place. With `directory_only` a file is refused: its
  /// name was written with a slash.
  void copy(FileTree& from, const std::string& path, const std::string& shown, const Place& place,
            bool directory_only);
  /// Copies all that comes from a stream into a file at the place.
  void copy_stream(int from, const std::string& shown, const Place& place);

 private:
  /// A file on its way.
  struct Source {
    int at;
    std::string path;  ///< from `at`
    ShownPath shown;
    Node node;
    rump::Follow follow;
    TreeFd opened = {};  ///< where it had to be opened to be known
    const rump::Attr& attr() const { return node.attr; }
  };
  /// A directory that is open on both sides.
  struct Level {
    TreeFd source;
    TargetDir target;
    std::string shown;
    Node node;
    std::vector<std::string> directories;  ///< in it, still to be copied
    bool keeps;                            ///< the copy gets the source's attributes
  };
  /// The first copy of a file with several names.
  struct FirstCopy {
    std::string path;  ///< below the target's base
    NodeId id;
  };

  CopyNames names(const ShownPath& shown, const Place& place) const { return {shown, target_, place}; }
  Origin origin(const Source& source) const { return {*from_, source.node}; }
  void copy_operand(const std::string& path, const ShownPath& shown, const Place& place, bool directory_only);
  void copy_with_parents(const std::string& path, const std::string& shown, const Place& place);

  void copy_tree();
  void enter(Source source, const Place& place);
  void list_level();
  void copy_entry(const TreeEntry& entry);
  void look_at(Source& source, const TreeEntry& entry);
  void leave();

  void copy_node(Source& source, const Place& place);
  bool make_copy(Source& source, const Place& place);
  bool copy_first(Source& source, const Place& place);
  bool copy_file(Source& source, const Place& place);
  bool copy_symlink(const Source& source, const Place& place);
  bool copy_special(Source& source, const Place& place);
  void keep_node(const Source& source, const Place& place);

  rump::u32 first_mode(const rump::Attr& attr) const;
  void save(const Source& source, const Place& place);
  void say_copied(const ShownPath& from, const Place& to);

  const CopyOptions& options_;
  Target& target_;
  const Told told_;
  const Asked asked_;
  LeftOutNotes left_out_;
  Keeper keeper_;
  DataCopier data_;
  FileTree* from_ = nullptr;
  std::deque<Level> levels_;  // places point into it
  std::map<std::pair<const FileTree*, NodeId>, FirstCopy> first_copies_;
  TreeGuard guard_{false};
  std::uint64_t device_ = 0;  ///< of the operand
};

}  // namespace fsu
