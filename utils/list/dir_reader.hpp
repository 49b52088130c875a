// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Reading directories for tools that list and count.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "utils/list/listing.hpp"

namespace fsu {

/// Which names of a directory are wanted.
struct NameFilter {
  enum class Hidden : std::uint8_t {
    skip,        ///< none that begins with '.'
    almost_all,  ///< all but "." and ".."
    all,
  };
  Hidden hidden = Hidden::skip;
  std::vector<std::string> ignore;  ///< patterns of names that are not wanted
  std::vector<std::string> hide;    ///< the same, unless hidden names are wanted

  bool wants(std::string_view name) const;
};

/// What is wanted to know of each entry, besides its name.
struct EntryWants {
  bool attributes = false;    ///< else only the directory's words
  bool targets = false;       ///< of symlinks
  bool referents = false;     ///< the modes of what symlinks lead to
  bool follow = false;        ///< of symlinks, all that is said is of what they lead to
  bool default_acls = false;  ///< whether directories have one; others need no asking
  bool capabilities = false;
  bool details = false;  ///< Listing::set_details
  TimeKind time = TimeKind::modify;
};

/// Where entries are: an open directory, or, for operands, kCwd and no name.
struct EntryPlace {
  rump::Fd fd;
  std::string_view shown;  ///< how the directory is called in messages
  std::string shown_entry(std::string_view name) const {
    return shown.empty() ? std::string(name) : join_path(shown, name);
  }
};

/// Adds entries to listings with all that is wanted of them. What cannot be read is reported.
class EntryReader {
 public:
  EntryReader(rump::Process& process, Reporter& report, const EntryWants& wants)
      : process_(process), report_(report), wants_(wants) {}

  /// Adds the entry `name`, which is at `path` from the place and has these attributes.
  void add(const EntryPlace& place, std::string_view path, std::string_view name, const rump::Attr& attr,
           Listing& listing);
  /// Gives the row of an entry, which has its name, these attributes and all else that is wanted.
  void fill(const EntryPlace& place, std::string_view path, const rump::Attr& attr, Row& row,
            Listing& listing);

 private:
  void add_link(const EntryPlace& place, const std::string& path, Row& row, Listing& listing);
  bool has_xattr(const EntryPlace& place, std::string_view path, std::string_view attribute);

  rump::Process& process_;
  Reporter& report_;
  const EntryWants wants_;
};

/// Reads directories into listings, by next() if they are read in steps, else by read_whole() or read_rows().
class DirReader {
 public:
  DirReader(rump::Process& process, Reporter& report, const NameFilter& filter, const EntryWants& wants,
            bool in_steps)
      : process_(process),
        report_(report),
        filter_(filter),
        wants_(wants),
        in_steps_(in_steps),
        entries_(process, report, wants),
        batch_(wants.attributes && in_steps ? rump::DirBatch::Attrs::yes : rump::DirBatch::Attrs::no) {}

  /// Appends the next entries of the open directory; false at its end, or where it cannot be read further,
  /// which is reported.
  bool next(const EntryPlace& directory, Listing& listing);
  /// All entries of the open directory into the listing, which is empty. Attributes are read in the order of
  /// the inodes: that of the names, in a large directory, would read an inode table many times over.
  void read_whole(const EntryPlace& directory, Listing& listing) {
    read_rows(directory, listing, std::numeric_limits<std::size_t>::max());
  }
  /// The same of the next entries, a batch more than `rows` at most; false at the directory's end.
  bool read_rows(const EntryPlace& directory, Listing& listing, std::size_t rows);

 private:
  void look_behind(const EntryPlace& directory, Listing& listing);
  void fill(const EntryPlace& directory, rump::Result<rump::Attr> attr, Row& row, Listing& listing);

  rump::Process& process_;
  Reporter& report_;
  const NameFilter& filter_;
  const EntryWants wants_;
  const bool in_steps_;
  EntryReader entries_;
  rump::DirBatch batch_;
};

}  // namespace fsu
