// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A directory's entries in memory, as fs-ls sorts and prints them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "utils/message.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// One entry: what a listing may show of it, and no more.
struct Row {
  std::uint64_t name_at;  ///< in Listing::text; a symlink's target follows the name
  std::uint64_t ino;
  std::uint64_t size, allocated;
  std::int64_t modified;  ///< seconds
  std::uint32_t nlink, uid, gid;
  rump::DeviceNumber device;
  std::uint16_t mode;
  std::uint16_t name_length, target_length;
  rump::FileType type;
  bool has_attr;  ///< false: only name, ino and type are known
};

/// Which names of a directory are wanted.
enum class Hidden : std::uint8_t {
  skip,        ///< none that begins with '.'
  almost_all,  ///< all but "." and ".."
  all,
};

/// Rows and their names.
class Listing {
 public:
  void clear();
  /// Adds an entry whose attributes are known.
  void add(std::string_view name, const rump::Attr& attr);
  /// Adds an entry of which only the directory's words are known.
  void add(std::string_view name, std::uint64_t ino, rump::FileType type);
  /// Gives the row added last the target of its symlink.
  void set_target(std::string_view target);
  /// Sorts by name, byte by byte.
  void sort();

  std::vector<Row>& rows() { return rows_; }
  const std::vector<Row>& rows() const { return rows_; }
  std::string_view name(const Row& row) const { return {text_.data() + row.name_at, row.name_length}; }
  std::string_view target(const Row& row) const {
    return {text_.data() + row.name_at + row.name_length, row.target_length};
  }

 private:
  Row& append(std::string_view name);

  std::vector<Row> rows_;
  std::vector<char> text_;
};

/// Reads directories into listings. `shown` is how the directory is called in messages.
class DirReader {
 public:
  /// With `attrs`, rows come with attributes and symlinks with their targets.
  DirReader(rump::Process& process, Reporter& report, Hidden hidden, rump::DirBatch::Attrs attrs)
      : process_(process), report_(report), hidden_(hidden), attrs_(attrs), batch_(attrs) {}

  /// Appends the entries of the open directory. What cannot be read is reported, and what was read stays.
  void read(rump::Fd directory, std::string_view shown, Listing& listing);

 private:
  void add(rump::Fd directory, std::string_view shown, const rump::DirEntry& entry, Listing& listing);

  rump::Process& process_;
  Reporter& report_;
  const Hidden hidden_;
  const rump::DirBatch::Attrs attrs_;
  rump::DirBatch batch_;
};

/// Adds the target of the symlink `path` to the row added last; a failure is reported.
void add_target(rump::Process& process, rump::Fd at, std::string_view path, std::string_view shown,
                Reporter& report, Listing& listing);

/// `directory` and `name` with one slash between them.
std::string join_path(std::string_view directory, std::string_view name);

}  // namespace fsu
