// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Short names: the 11 bytes of a directory entry, as text and made for a long name.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "fs/fat/code_page.hpp"
#include "fs/fat/disk.hpp"

namespace rump::fat {

/// The name of a short entry, as it is on disk.
struct ShortName {
  static constexpr std::size_t kBaseMax = 8, kExtensionMax = 3;
  /// Characters of the longest text, with its dot.
  static constexpr std::size_t kTextMax = kBaseMax + 1 + kExtensionMax;

  std::array<u8, kBaseMax + kExtensionMax> bytes;  ///< both parts padded with spaces

  bool operator==(const ShortName&) const = default;
  /// The sum of the bytes that long entries repeat ("FAT Long Directory Entries", ChkSum()).
  u8 checksum() const;
  /// The name as readers see it, in `room` (kTextMax units or more); `case_bits` is that of its
  /// DirRecord. A slash or NUL, which no name can have, shows as "_". Empty where the entry has spaces only.
  std::u16string_view text(u8 case_bits, const CodePage& page, std::span<char16_t> room) const;
};

/// invalid where no new file may have the long name: empty, ".", "..", a trailing dot or space, a control
/// character, or one of "*/:<>?\| and \"; name_too_long.
Result<> check_long_name(std::u16string_view name);

/// How a new name is stored, and the short names that may stand for it.
class ShortNames {
 public:
  /// More than a directory has entries, so one of them is free.
  static constexpr u32 kCandidates = kDirRecordsMax + 1;

  /// For a name that check_long_name() accepts.
  ShortNames(std::u16string_view name, const CodePage& page);

  /// Whether the name needs long entries. Without, candidate(0) and case_bits() say all of it.
  bool needs_long_entries() const { return needs_long_; }
  /// DirRecord::case_bits of the short entry.
  u8 case_bits() const { return case_bits_; }
  /// The n-th choice, as Windows chooses: the name itself where that loses nothing, then ~1 to ~4, then two
  /// of its characters, a hash of the name, and ~1 …
  ShortName candidate(u32 n) const;
  /// Which choice `taken` is, so that one pass over a directory finds all that are not free.
  std::optional<u32> index_of(const ShortName& taken) const;

 private:
  static constexpr std::size_t kKeptOfHashed = 2, kHashDigits = 4, kHashedMax = kKeptOfHashed + kHashDigits;
  void make_hashed(u16 hash);
  ShortName with_tail(std::span<const u8> base, u32 tail) const;

  std::array<u8, ShortName::kBaseMax> base_{};
  std::array<u8, ShortName::kExtensionMax> extension_{};
  std::size_t base_length_ = 0, extension_length_ = 0;
  std::array<u8, kHashedMax> hashed_{};  ///< what stands for the base where a hash is in it
  std::size_t hashed_length_ = 0;
  bool is_exact_ = true;  ///< the short name has all characters of the name, but for case
  bool needs_long_ = false;
  u8 case_bits_ = 0;
};

}  // namespace rump::fat
