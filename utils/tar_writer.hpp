// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Writing tar archives in the pax format, by libarchive.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "utils/output.hpp"
#include "vfs/vnode.hpp"

namespace fsu {

/// An archive, or one member of it, cannot be written or read; what() is the reason.
class TarError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// While this lives, characters are those of UTF-8 for libarchive, which asks the locale; without it names
/// would be taken for ASCII. Reads files of the host. Throws TarError.
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

/// One archive: members, each begin(), data() and hole() for all bytes of a regular file, end(). All calls
/// throw OutputError. The bytes are decided by what is written alone.
class TarWriter {
 public:
  explicit TarWriter(Output& out);
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  /// Throws TarError where an archive cannot hold such a member; nothing of it is written then. Answers what
  /// of it is left out, for lack of meaning; empty: nothing.
  std::string begin(const TarMember& member);
  void data(std::span<const std::byte> bytes);
  void hole(std::uint64_t length);
  /// Fills up with zeroes what is missing of a file.
  void end();
  /// Ends the archive.
  void finish();

 private:
  struct FreeArchive {
    void operator()(archive* writer) const { archive_write_free(writer); }
  };
  struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
  };
  static la_ssize_t write(archive* writer, void* self, const void* bytes, std::size_t length);
  std::string fill(const TarMember& member);
  void check(la_ssize_t result);

  Utf8Locale locale_;
  Output& out_;
  std::exception_ptr thrown_;  ///< by the output, below libarchive
  std::vector<std::byte> zeroes_;
  std::unique_ptr<archive, FreeArchive> writer_;
  std::unique_ptr<archive_entry, FreeEntry> entry_;
};

}  // namespace fsu
