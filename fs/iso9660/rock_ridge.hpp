// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What Rock Ridge says of a file.
#pragma once

#include "fs/iso9660/names.hpp"
#include "fs/iso9660/susp.hpp"

namespace rump::iso9660 {

/// What "ZF" says of a compressed file.
struct ZisofsInfo {
  u8 version = 0;  ///< of the entry: 1 or 2
  std::array<char, 2> algorithm{};
  u8 header_words = 0;  ///< the length of the file's head, in words of 4 bytes
  u8 log_block = 0;
  u64 size = 0;  ///< of the content
};

/// The target of a symbolic link, put together from components (P1282, 4.1.3).
class LinkBuilder {
 public:
  /// The text goes to `room`; of one that is longer only the length is kept.
  explicit LinkBuilder(std::span<char> room) : room_(room) {}
  /// The components of one "SL".
  void add(std::span<const std::byte> components);
  u64 length() const { return length_; }

 private:
  void add(std::string_view text);

  std::span<char> room_;
  u64 length_ = 0;
  bool needs_slash_ = false;
};

/// What of Rock Ridge is read: what a listing shows, or all but that. Types and places come with both.
enum class RockPart : u8 { name, attributes };

/// Everything that Rock Ridge entries say of one record. What is said twice counts the first time; names and
/// targets go on.
struct RockRidge {
  bool has_attributes = false;
  u32 mode = 0;  ///< as in stat(2), with the type
  u32 links = 1, uid = 0, gid = 0;
  std::optional<u32> serial;  ///< the same for all names of a file, if the writer knows its trade
  std::optional<DeviceNumber> device;
  NameBuilder name;
  bool name_ends = false;  ///< no piece is missing
  bool is_link = false;
  u64 target_length = 0;
  std::optional<u32> child;   ///< "CL": the block of the directory that this stands for
  std::optional<u32> parent;  ///< "PL": the block of the directory that it was moved away from
  bool is_relocated = false;  ///< "RE"
  std::optional<Time> creation, modify, access, attributes;
  std::optional<ZisofsInfo> zisofs;
  std::optional<u64> sparse_size;

  /// The name, if there is one and it is legal.
  std::optional<Name> legal_text();
};

/// Reads the entries of a system use area, its "SP" bytes skipped. The target of a link goes to `target`.
/// Errors as SuspCursor's; what was read before is there.
Result<> read_rock_ridge(SuspCursor cursor, RockPart part, RockRidge& rock, LinkBuilder& target);

}  // namespace rump::iso9660
