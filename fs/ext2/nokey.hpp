// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names and link targets of encrypted directories, as Linux shows them to those without the key.
///
/// Source: Linux, Documentation/filesystems/fscrypt.rst ("Encryption context", "Filenames hashing and
/// encoding") and fs/crypto/fname.c (struct fscrypt_nokey_name).
#pragma once

#include <optional>

#include "fs/ext2/dirhash.hpp"
#include "fs/ext2/sha256.hpp"

namespace rump::ext2 {

/// What a "no-key name" says when it is taken apart: the name's hash in its directory, then the stored name;
/// of a long one only the beginning, and the SHA-256 of the rest.
class NoKeyName {
 public:
  /// The text for a stored name, in `room` (kNameMax bytes or more); corrupt for a name that no cipher wrote.
  static Result<Name> show(const DirHash& hash, Name stored, std::span<char> room);
  /// nothing for a text that show() does not write.
  static std::optional<NoKeyName> parse(Name text);

  DirHash hash() const;
  /// The stored name; nothing where the text has only its beginning.
  std::optional<Name> stored() const;
  /// Whether this is the text for the stored name, whatever its hash.
  bool matches(Name stored) const;

 private:
  static constexpr std::size_t kHashBytes = 8, kPlainMax = 149;
  static constexpr std::size_t kMax = kHashBytes + kPlainMax + std::tuple_size_v<Sha256>;
  std::span<const std::byte> plain() const { return std::span(bytes_).first(size_).subspan(kHashBytes); }

  std::array<std::byte, kMax> bytes_;
  std::size_t size_ = 0;
};

/// The target of an encrypted symlink whose content is given, in `room` (kNameMax bytes or more).
Result<Name> show_link(std::span<const std::byte> content, std::span<char> room);

}  // namespace rump::ext2
