// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From an archive to the files of an image.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "utils/base/progress.hpp"
#include "utils/copy/keep.hpp"
#include "utils/copy/left_out.hpp"
#include "utils/edit/edit_log.hpp"
#include "utils/image/image_fd.hpp"
#include "utils/tar/tar_reader.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

struct TarImportOptions {
  unsigned kept = kKeepAll;  ///< Keep bits
  unsigned named = 0;        ///< those that the user named: what cannot be kept of them is an error
  std::optional<KeepOptions::Owner> owner = {};  ///< of all members, in place of theirs
  bool keep_existing = false;                    ///< what is there stays
  bool verbose = false;
};

/// Makes the members of an archive below one directory of an image. An archive is not trusted: each step
/// names one component in an open directory and follows no symlink, whoever made it, and a name with ".." is
/// refused. Errors of single members are reported, and the others go on. A member replaces what has its name,
/// but for directories, which stay, and for files that are called so in other letters only.
class TarImporter {
 public:
  TarImporter(rump::Process& process, const TarImportOptions& options, EditLog& log, Reporter& report,
              Progress& progress);
  ~TarImporter();
  TarImporter(const TarImporter&) = delete;
  TarImporter& operator=(const TarImporter&) = delete;

  /// Makes all members below `directory`, which is there; `archive` is called so in messages.
  void run(TarReader& reader, const std::string& directory, const std::string& archive);

 private:
  /// A directory on the way to the last member, open; the first one is where the archive goes.
  struct Level {
    std::string name;
    rump::Fd fd;
    bool hands_on_acl;  ///< what is made in it inherits an ACL
    /// The names in it, once they had to be known.
    std::optional<std::unordered_set<std::string>> names = {};
  };
  /// Names on the way from the first directory to a file.
  using Components = std::vector<std::string_view>;
  /// A directory whose attributes are set in the end, when it is filled.
  struct Made {
    TarMember member;
    std::size_t depth;
  };

  rump::Result<Components> components_of(std::string_view path, const std::string& shown);
  rump::Result<> enter(std::span<const std::string_view> directories);
  rump::Result<> open_level(std::string_view name);
  void leave_to(std::size_t depth);

  void add_reported(TarReader& reader, ReadMember member);
  rump::Result<> add(TarReader& reader, ReadMember& member);
  rump::Result<> add_directory(const ReadMember& read, std::string_view name, std::size_t depth);
  rump::Result<> add_link(TarReader& reader, const ReadMember& read, const Components& place);
  rump::Result<> copy_linked(const TarMember& member, rump::Fd from_at, std::string_view from,
                             std::string_view name);
  rump::Result<std::optional<ImageFd>> create_file(const TarMember& member, std::string_view name);
  rump::Result<> add_file(TarReader& reader, const ReadMember& read, std::string_view name);
  rump::Result<> add_node(const ReadMember& read, std::string_view name);
  rump::Result<> write_data(TarReader& reader, rump::Fd fd, const TarMember& member);
  rump::Result<> write_block(rump::Fd fd, TarReader::Block block);

  template <class Make>
  rump::Result<bool> make(std::string_view name, Make make);
  rump::Result<bool> clear(std::string_view name);
  rump::Result<bool> has_exactly(std::string_view name);

  rump::Result<> set_attributes(const TarMember& member, std::string_view name);
  rump::Result<> set_owner(const TarMember& member, std::string_view name);
  rump::Result<> set_mode(const TarMember& member, std::string_view name);
  void set_xattrs(const TarMember& member, std::string_view name, bool acls);
  void remove_inherited(const TarMember& member, std::string_view name);
  rump::Result<> accept(rump::Result<> result, LeftOut kind, unsigned bit, const TarMember& member);
  void finish_directories();
  std::string shown(std::string_view path) const;
  std::string path_in_image(std::string_view path) const;

  rump::Fd here() const { return levels_.back().fd; }
  bool keeps(unsigned what) const { return (options_.kept & what) != 0; }
  rump::u32 first_mode(const TarMember& member) const;

  rump::Process& process_;
  const TarImportOptions& options_;
  EditLog& log_;
  Reporter& report_;
  Progress& progress_;
  LeftOutNotes left_out_;
  std::string directory_;
  std::vector<Level> levels_;
  std::vector<Made> made_;
  bool said_absolute_ = false;
};

}  // namespace fsu
