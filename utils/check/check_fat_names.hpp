// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names and records of a FAT directory as its judge reads them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_set>

#include "fs/fat/disk.hpp"

namespace fsu {

/// A directory's record of 32 bytes.
using FatRecord = rump::Record<rump::fat::DirRecord, rump::LittleEndian>;

/// The short name as text; bytes that are not ASCII stand for themselves in a range of their own (U+F080 to
/// U+F0FF), because only people know the code page.
std::u16string short_text(const FatRecord& record);
/// What is wrong with a short name, if anything.
const char* fault_of_short_name(const FatRecord& record);
/// What is wrong with the times of a record, if anything.
const char* fault_of_times(const FatRecord& record);
std::uint8_t checksum_of(const FatRecord& record);
/// The text for people; units that are no characters as "?".
std::string printable(std::u16string_view name);

/// Puts long names together, and says what is wrong with their pieces.
class FatSlices {
 public:
  /// Takes a long entry. What is wrong with it, or with the pieces before it that now are nobody's.
  const char* add(std::span<const std::byte> record);
  /// The short entry that follows. What is wrong with the pieces before it, if there are any.
  const char* end(const FatRecord& short_record);
  /// Some other entry follows. What is wrong: pieces are nobody's.
  const char* drop();
  /// The name that end() found in order; empty where there was none.
  const std::u16string& name() const { return name_; }

 private:
  const char* start(std::uint8_t sequence, std::uint8_t checksum);
  const char* finish();

  std::u16string name_, pieces_;
  unsigned expected_ = 0;  ///< sequence number of the next piece
  std::uint8_t checksum_ = 0;
  bool collecting_ = false;
};

/// The names of one directory, to find those that are there twice.
class FatNameSet {
 public:
  /// Whether another file has one of the names of this one (`long_name` may be empty). Case does not count.
  bool add(const std::u16string& short_name, const std::u16string& long_name);

 private:
  std::unordered_set<std::u16string> names_;
};

}  // namespace fsu
