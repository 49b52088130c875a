// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a directory says of a file, beside its name.
#pragma once

#include "fs/fat/super.hpp"
#include "fs/fat/times.hpp"

namespace rump::fat {

/// A DirRecord without its name.
struct FileRecord {
  u8 attributes = 0;
  u32 start = 0;  ///< first cluster; 0: none
  u32 size = 0;   ///< 0 for directories
  DosTime created, accessed, written;

  bool operator==(const FileRecord&) const = default;
  bool is_dir() const { return attributes & kAttrDirectory; }
};

/// What a record of 32 bytes is.
enum class RecordKind : u8 { end, deleted, long_part, label, file };
RecordKind kind_of(std::span<const std::byte> record);

/// Decodes a record of RecordKind::file.
FileRecord decode_record(std::span<const std::byte> record, FatType type);
/// The byte that says how a short name is shown.
u8 case_bits_of(std::span<const std::byte> record);
/// Stores the name.
void encode_name(std::span<const u8, 11> name, u8 case_bits, std::span<std::byte> record);
/// Stores all of it but the name.
void encode_record(const FileRecord& file, FatType type, std::span<std::byte> record);

}  // namespace rump::fat
