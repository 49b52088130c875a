// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names of users and groups inside an image.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vfs/syscall.hpp"

namespace fsu {

/// One passwd(5) or group(5) file as a table from numbers to names. Both begin `name:password:number:`.
class IdTable {
 public:
  /// How much of a file is looked at: an image may hold any size.
  static constexpr std::size_t kBytesMax = std::size_t{1} << 20;

  IdTable() = default;
  /// Takes a file's text. Lines that do not fit the form, and names that are not plain printable ASCII, are
  /// skipped; of several lines for a number the first counts.
  explicit IdTable(std::string text);
  /// The name, or an empty text.
  std::string_view find(std::uint32_t id) const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::uint32_t id;
    std::uint32_t at;  ///< in text_
    std::uint32_t length;
  };
  std::string text_;
  std::vector<Entry> entries_;  ///< by id
};

/// The host's own passwd(5) and group(5), read while a tool may still open files.
struct HostIds {
  std::string users, groups;
  /// Reads both; what cannot be read is empty.
  static HostIds read();
};

/// Names for the numbers in one image: from its own /etc/passwd and /etc/group; where it has none, from the
/// host's. Each file is parsed when the first name is asked for.
class IdNames {
 public:
  IdNames(rump::Process& image, const HostIds& host)
      : image_(image),
        users_{.path = "/etc/passwd", .fallback = host.users, .table = {}},
        groups_{.path = "/etc/group", .fallback = host.groups, .table = {}} {}

  /// The name, or an empty text: the number is all there is.
  std::string_view user(std::uint32_t uid) { return users_.find(image_, uid); }
  std::string_view group(std::uint32_t gid) { return groups_.find(image_, gid); }

 private:
  struct Lazy {
    const char* path;
    const std::string& fallback;
    bool loaded = false;
    IdTable table;
    std::uint32_t last_id = 0;  ///< of the last answer, once loaded: neighbours mostly share their owners
    std::string_view last_name = {};
    std::string_view find(rump::Process& image, std::uint32_t id) {
      return loaded && id == last_id ? last_name : look_up(image, id);
    }
    std::string_view look_up(rump::Process& image, std::uint32_t id);
  };

  rump::Process& image_;
  Lazy users_;
  Lazy groups_;
};

/// The IdNames of each image of a run.
class ImageNames {
 public:
  /// Reads the host's own names, for images that have none. Without it numbers stay numbers there.
  void read_host() { host_ = HostIds::read(); }
  IdNames& of(rump::Process& image) {
    for (const auto& [known, names] : names_)
      if (known == &image) return *names;
    return *names_.emplace_back(&image, std::make_unique<IdNames>(image, host_)).second;
  }

 private:
  HostIds host_;
  std::vector<std::pair<rump::Process*, std::unique_ptr<IdNames>>> names_;
};

}  // namespace fsu
