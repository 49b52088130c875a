// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How a directory's names are told apart and shown: as bytes, without regard to case, or encrypted.
#pragma once

#include "fs/ext2/inode.hpp"
#include "fs/ext2/nokey.hpp"

namespace rump::ext2 {

/// A name that is looked for in a directory.
class NameMatcher {
 public:
  NameMatcher(const Geometry& geometry, const Inode& dir, Name name);
  NameMatcher(const NameMatcher&) = delete;
  NameMatcher& operator=(const NameMatcher&) = delete;
  /// Whether no entry can have this name.
  bool is_impossible() const { return form_ == Form::impossible; }
  /// Whether the name of an entry, as it is stored, counts as the one looked for.
  bool matches(Name stored) const;
  /// Where the name stands in an index whose root has this hash version; not_supported.
  Result<u32> hash(u8 version) const;

 private:
  enum class Form : u8 { plain, folded, no_key, impossible };

  const Geometry& g_;
  const Inode& dir_;
  Form form_ = Form::plain;
  std::array<char, kNameMax> room_;
  Name wanted_;  ///< folded if the directory folds and the name is UTF-8
  NoKeyName no_key_;
};

/// Shows the names of one directory.
class NamePresenter {
 public:
  /// `version` is the one by which the names of an encrypted directory are hashed, if any.
  NamePresenter(const Geometry& geometry, const Inode& dir, std::optional<HashVersion> version)
      : g_(geometry), dir_(dir), version_(version) {}
  /// A stored name as a reader sees it, in `room` (kNameMax bytes or more) or where it is. `kept` is the hash
  /// that stands in the entry itself where the directory has one there.
  Result<Name> show(Name stored, const DirHash& kept, std::span<char> room) const;

 private:
  const Geometry& g_;
  const Inode& dir_;
  std::optional<HashVersion> version_;
};

}  // namespace rump::ext2
