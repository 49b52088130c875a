// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Writing tar archives in the pax format, by libarchive.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <exception>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "utils/base/output.hpp"
#include "utils/tar/tar_member.hpp"

namespace fsu {

/// One archive: members, each begin(), data() and hole() for all bytes of a regular file, end(). All calls
/// throw OutputError. The bytes are decided by what is written alone.
class TarWriter {
 public:
  /// Throws UsageError.
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
  static la_ssize_t write(archive* writer, void* self, const void* bytes, std::size_t length);
  std::string fill(const TarMember& member);
  void check(la_ssize_t result);

  Utf8Locale locale_;
  Output& out_;
  std::exception_ptr thrown_;  ///< by the output, below libarchive
  std::vector<std::byte> zeroes_;
  std::unique_ptr<archive, FreeArchive> writer_;
  OwnedEntry entry_;
};

}  // namespace fsu
