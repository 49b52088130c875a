// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Copying files and trees out of images.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "utils/copy_data.hpp"
#include "utils/keep.hpp"
#include "utils/message.hpp"
#include "utils/mtree.hpp"
#include "utils/output.hpp"
#include "utils/source.hpp"
#include "utils/target.hpp"
#include "utils/tree_guard.hpp"

namespace fsu {

/// What fs-cp's options ask for.
struct CopyOptions {
  bool recursive = false;
  bool follow = false;           ///< symlinks of the image, everywhere
  bool follow_operands = false;  ///< only where they are operands
  bool parents = false;          ///< make the directories above an operand too
  bool plain_mode = false;       ///< new files do not even get the mode of their source
  bool verbose = false;
  KeepOptions keep;
  Sparse sparse = Sparse::automatic;
};

/// Copies out of images into one target; hard links are kept across all operands. Errors of single files are
/// reported and the others go on.
class Extractor {
 public:
  /// Where things are told, all of them longer-lived; `saved` may be nullptr.
  struct Told {
    Output& out;
    Reporter& report;
    Progress& progress;
    MtreeWriter* saved;
  };
  Extractor(const CopyOptions& options, Target& target, const Told& told);

  /// Copies `path`, called `shown` in messages, to the place. With `directory_only` a file is refused: its
  /// name was written with a slash.
  void copy(rump::Process& process, const std::string& path, const std::string& shown, const Place& place,
            bool directory_only);

 private:
  /// A file of the image on its way.
  struct Source {
    rump::Fd at;
    std::string path;  ///< from `at`
    ShownPath shown;
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
    bool keeps;                            ///< the copy gets the source's attributes
  };
  /// The first copy of a file with several names.
  struct FirstCopy {
    std::string path;  ///< below the target's base
    HostId id;
  };

  CopyNames names(const ShownPath& shown, const Place& place) const { return {shown, target_, place}; }
  void copy_operand(const std::string& path, const ShownPath& shown, const Place& place, bool directory_only);
  void copy_with_parents(const std::string& path, const std::string& shown, const Place& place);

  void copy_tree();
  void enter(const Source& source, const Place& place);
  void list_level();
  void copy_entry(const rump::DirEntry& entry);
  void leave();

  void copy_node(const Source& source, const Place& place);
  bool make_copy(const Source& source, const Place& place);
  bool copy_first(const Source& source, const Place& place);
  bool copy_file(const Source& source, const Place& place);
  bool copy_symlink(const Source& source, const Place& place);
  bool copy_special(const Source& source, const Place& place);
  void keep_node(const Source& source, const Place& place);

  std::unique_ptr<SourceFd> open_source(const Source& source, rump::u32 flags);
  mode_t first_mode(const rump::Attr& attr) const;
  void save(const Source& source, const Place& place);
  void say_copied(const ShownPath& from, const Place& to);

  const CopyOptions& options_;
  Target& target_;
  const Told told_;
  LeftOutNotes left_out_;
  Keeper keeper_;
  DataCopier data_;
  rump::Process* process_ = nullptr;
  rump::DirBatch batch_{rump::DirBatch::Attrs::yes};
  std::deque<Level> levels_;  // places point into it
  std::map<std::pair<const rump::Process*, rump::u64>, FirstCopy> first_copies_;
  TreeGuard guard_;
};

}  // namespace fsu
