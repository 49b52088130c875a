// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From the files of images to an archive.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "utils/base/message.hpp"
#include "utils/base/progress.hpp"
#include "utils/copy/keep.hpp"
#include "utils/copy/left_out.hpp"
#include "utils/list/tree_guard.hpp"
#include "utils/tar/tar_writer.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

struct TarExportOptions {
  bool follow = false, follow_operands = false;  ///< symbolic links
  bool holes = true;                             ///< as holes, not as zeroes
  std::optional<KeepOptions::Owner> owner = {};  ///< of all members, in place of theirs
  bool verbose = false;                          ///< names of members on standard error
};

/// Writes trees of images into one archive, names of a directory in byte order, so that an archive depends on
/// what is in the image and not on how it lies there, but for the places of holes. A file with several names
/// is stored once. Errors of single files are reported, and the others go on. Throws OutputError.
class TarExporter {
 public:
  TarExporter(const TarExportOptions& options, TarWriter& writer, Reporter& report, Progress& progress);
  ~TarExporter();
  TarExporter(const TarExporter&) = delete;
  TarExporter& operator=(const TarExporter&) = delete;

  /// Adds the file or tree at `path`, called `shown` in messages and `name` in the archive.
  void add(rump::Process& process, const std::string& path, const std::string& shown,
           const std::string& name);

 private:
  /// A file on its way.
  struct Source {
    rump::Fd at;
    std::string path;  ///< from `at`
    std::string shown;
    std::string name;  ///< in the archive
    rump::Follow follow;
  };
  /// A directory that is open.
  struct Level {
    rump::Fd fd;
    std::string shown, name;
    std::vector<std::string> entries;  ///< still to come, the next one last
  };

  void add_reported(const Source& source);
  rump::Result<> add_file(const Source& source);
  rump::Result<> enter(const Source& source, TarMember member);
  rump::Result<std::vector<std::string>> read_names(rump::Fd directory);
  rump::Result<> store(const Source& source, TarMember member);
  rump::Result<> store_regular(const Source& source, TarMember& member);
  rump::Result<> find_runs(rump::Fd file, TarMember& member);
  rump::Result<> copy_data(rump::Fd file, const Source& source, const TarMember& member);
  rump::Result<> copy_run(rump::Fd file, const TarRun& run, const Source& source);
  bool is_another_name(TarMember& member);
  void read_xattrs(const Source& source, TarMember& member);
  rump::Result<std::vector<std::byte>> read_xattr(const Source& source, const std::string& name);
  void begin(const Source& source, const TarMember& member);
  void leave_to(std::size_t depth);

  const TarExportOptions& options_;
  TarWriter& writer_;
  Reporter& report_;
  Progress& progress_;
  LeftOutNotes left_out_;
  rump::Process* process_ = nullptr;
  std::vector<Level> levels_;
  TreeGuard guard_;
  rump::DirBatch batch_{rump::DirBatch::Attrs::no};
  std::map<std::pair<const rump::Process*, rump::u64>, std::string> first_names_;
  const std::unique_ptr<std::byte[]> buffer_;
};

}  // namespace fsu
