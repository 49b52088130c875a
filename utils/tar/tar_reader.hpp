// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Reading tar archives, by libarchive.
#pragma once

#include <archive.h>
#include <iconv.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "utils/tar/tar_member.hpp"

namespace fsu {

/// A member as an archive has it.
struct ReadMember {
  TarMember file;  ///< paths as they are in the archive; neither runs nor times but that of modification
  bool has_data = false;
  std::string warning;  ///< what of the member could not be read; empty: nothing
};

/// Reads tar archives of all forms, plain or compressed by gzip, xz or zstd, from a stream. Members come with
/// whatever the archive says: no path is to be trusted. All calls throw TarError, after which nothing more
/// can be read.
class TarReader {
 public:
  /// Reads from the descriptor, of which nothing is read before next(). A signal that Interrupts have noted
  /// ends the reading.
  enum class Format : std::uint8_t {
    tar,
    mtree,  ///< no archive, but a specification that says the same of files without their data
  };
  explicit TarReader(int fd, Format format = Format::tar);
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  /// The next member; nullopt at the archive's end. What was not read of the last one is skipped.
  std::optional<ReadMember> next();
  /// Bytes of the member's data. What lies between blocks, or behind them, is a hole.
  struct Block {
    std::span<const std::byte> bytes;
    rump::u64 offset;
  };
  /// The next block, valid until the next call; nullopt behind the last one.
  std::optional<Block> data();

 private:
  struct FreeArchive {
    void operator()(archive* reader) const { archive_read_free(reader); }
  };
  static la_ssize_t read(archive* reader, void* self, const void** bytes);
  ReadMember member();
  [[noreturn]] void fail();

  /// libarchive is let fail to convert names, which then stay as they are: in a locale that had all
  /// characters it would compose them. The conversion that it tries is opened before, since that reads files
  /// of the host.
  class Conversion {
   public:
    Conversion();
    ~Conversion();
    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;

   private:
    iconv_t conversion_;
  };

  const int fd_;
  bool opened_ = false;
  const std::unique_ptr<std::byte[]> buffer_;
  Conversion conversion_;
  std::unique_ptr<archive, FreeArchive> reader_;
  archive_entry* entry_ = nullptr;  ///< libarchive's own
};

}  // namespace fsu
