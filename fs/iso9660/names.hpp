// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names as they are shown: put together from pieces, plain ones mapped, Joliet's decoded.
#pragma once

#include <array>
#include <cstring>

#include "fs/iso9660/options.hpp"
#include "fs/iso9660/record.hpp"

namespace rump::iso9660 {

/// Which of a volume's names are read.
enum class NameSpace : u8 { rock_ridge, joliet, enhanced, plain };

/// What the longest record has room for, 111 units of UTF-16, takes in UTF-8.
inline constexpr u32 kJolietNameMax = 111 * 3;

/// Puts a name together without allocating. What is longer than its limit is cut, and gets a hash of the
/// whole behind it, so that two long names stay two.
class NameBuilder {
 public:
  /// Of names of at most `limit` bytes, which is at most kJolietNameMax.
  explicit NameBuilder(u32 limit = kNameMaxUsual) : limit_(limit) {}
  void clear() { length_ = 0; }
  void add(char c) { add(std::string_view(&c, 1)); }
  void add(std::string_view text) {
    if (length_ + text.size() > limit_) return add_beyond(text);
    std::memcpy(text_.data() + length_, text.data(), text.size());
    length_ += text.size();
  }
  /// The name; valid until the builder changes.
  Name finish();
  /// The name with another first byte; it is not empty.
  Name with_first(char c) {
    text_[0] = c;
    return finish();
  }

 private:
  void add_beyond(std::string_view text);

  const std::size_t limit_;
  u64 length_ = 0;
  // Of a name that is too long:
  u32 hash_;         ///< of the whole
  std::size_t cut_;  ///< what is kept of it, whole characters of UTF-8
  std::array<char, kJolietNameMax> text_;
};

/// Whether a name can stand in a directory: not empty, no dots, no slash, no NUL.
bool legal_name(Name name);

/// The name that any record has, mapped; always a legal one. Only enhanced ones keep their case.
Name plain_name(const DirEntry& entry, NameSpace space, NameMap map, NameBuilder& builder);

/// The name of a Joliet record in UTF-8; always a legal one. Half a surrogate pair is encoded like any other
/// number.
Name joliet_name(const DirEntry& entry, NameBuilder& builder);

/// A plain name without its version number (";1").
Name without_version(Name name);

/// The same without the period before the version, which ECMA-119, 7.5.1 asks for where there is no extension.
Name without_tail(Name name);

}  // namespace rump::iso9660
