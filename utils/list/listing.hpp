// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A directory's entries in memory, as fs-ls sorts and prints them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "utils/base/file_facts.hpp"
#include "utils/base/message.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// One entry: what a listing may show of it, and no more.
struct Row {
  /// How much is known.
  enum class Known : std::uint8_t {
    name,    ///< name, ino and type are: nobody asked for more
    all,     ///< all fields are
    failed,  ///< as `name`, because the rest could not be read
  };
  std::uint64_t name_at;  ///< in Listing's text; a symlink's target and the details follow the name
  std::uint64_t ino;
  std::uint64_t size;  ///< bytes; of a device, its number: major in the upper half, minor in the lower
  std::uint64_t allocated;
  std::int64_t seconds;  ///< of the one time that is wanted
  std::uint32_t nanoseconds;
  std::uint32_t nlink, uid, gid;
  std::uint16_t mode;  ///< permissions
  std::uint16_t name_length, target_length;
  std::uint16_t referent_mode;  ///< st_mode of what a symlink leads to; 0: nothing, or nobody asked
  rump::FileType type;
  Known known;
  bool has_time : 1;    ///< false: the format keeps no such time
  bool has_acl : 1;     ///< ACLs say more than the mode
  bool privileged : 1;  ///< it has capabilities

  bool has_attr() const { return known == Known::all; }
  bool is_device() const {
    return has_attr() && (type == rump::FileType::block || type == rump::FileType::chr);
  }
  std::uint32_t major() const { return static_cast<std::uint32_t>(size >> 32); }
  std::uint32_t minor() const { return static_cast<std::uint32_t>(size); }
  rump::Time time() const { return {seconds, nanoseconds}; }
  /// Whether it is a directory, or a symlink to one.
  bool leads_to_directory() const {
    return type == rump::FileType::dir || (referent_mode & 0170000) == 0040000;
  }
};

/// Rows and their names.
class Listing {
 public:
  void clear();
  /// Makes room for the entries of a directory of so many bytes, so that rows need not move while it is read.
  void reserve(std::uint64_t directory_bytes);
  /// Adds an entry whose attributes are known, with its time of this kind.
  void add(std::string_view name, const rump::Attr& attr, TimeKind time = TimeKind::modify);
  /// Adds an entry of which only the directory's words are known.
  void add(std::string_view name, std::uint64_t ino, rump::FileType type, Row::Known known);
  /// Gives a row its attributes, with the time of this kind.
  void set_attr(Row& row, const rump::Attr& attr, TimeKind time);
  /// Gives a row the target of its symlink. Views of this listing's text end here, as with each of these.
  void set_target(Row& row, std::string_view target);
  /// Gives a row all its times and its flags, for attr_of(). After set_target().
  void set_details(Row& row, const rump::Attr& attr);

  std::vector<Row>& rows() { return rows_; }
  const std::vector<Row>& rows() const { return rows_; }
  std::string_view name(const Row& row) const { return {text_.data() + row.name_at, row.name_length}; }
  std::string_view target(const Row& row) const {
    return {text_.data() + row.name_at + row.name_length, row.target_length};
  }
  /// The attributes of a row with details.
  rump::Attr attr_of(const Row& row) const;

 private:
  Row& append(std::string_view name);
  void move_text_to_end(Row& row);

  std::vector<Row> rows_;
  std::vector<char> text_;
};

/// `directory` and `name` with one slash between them.
std::string join_path(std::string_view directory, std::string_view name);

}  // namespace fsu
