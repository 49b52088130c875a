// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a member of a tar archive is, written or read.
#pragma once

#include <archive_entry.h>
#include <locale.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "vfs/vnode.hpp"

namespace fsu {

/// An archive, or one member of it, cannot be written or read; what() is the reason.
class TarError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// While this lives, characters are those of UTF-8 for libarchive, which asks the locale; without it names
/// would be taken for ASCII. Reads files of the host. Throws UsageError.
class Utf8Locale {
 public:
  Utf8Locale();
  ~Utf8Locale();
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t locale_;
  locale_t before_;
};

struct TarXattr {
  std::string name;
  std::vector<std::byte> value;
};

/// Bytes of a file that are data.
struct TarRun {
  std::uint64_t offset, length;
};

/// What an archive keeps of a file beside its data.
struct TarMember {
  std::string path;  ///< in the archive
  rump::Attr attr;
  std::string target = {};            ///< of a symlink
  std::string linked_to = {};         ///< the path of the member that this is another name of
  std::vector<TarXattr> xattrs = {};  ///< ACLs among them
  std::vector<TarRun> runs = {};      ///< what is not in them are holes, if `sparse`
  bool sparse = false;
};

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using OwnedEntry = std::unique_ptr<archive_entry, FreeEntry>;

/// Whether the attribute is an ACL.
bool is_acl(std::string_view name);

/// File flags by the names that libarchive has for them on every system: "schg,nodump".
std::string flags_text(rump::u32 flags);
/// The flags of such a text that are known here.
rump::u32 parse_flags(std::string_view text);

}  // namespace fsu
