// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names in directories.
#include "fs/ext2/names.hpp"

#include "vfs/unicode.hpp"

namespace rump::ext2 {

NameMatcher::NameMatcher(const Geometry& g, const Inode& dir, Name name) : g_(g), dir_(dir), wanted_(name) {
  if (dir.folds_case(g)) {
    form_ = Form::folded;
    wanted_ = fold_unicode(name, room_).value_or(name);
  } else if (dir.has(kInodeEncrypted) && name != "..") {
    const auto parsed = NoKeyName::parse(name);
    form_ = parsed ? Form::no_key : Form::impossible;
    if (parsed) no_key_ = *parsed;
  }
}

bool NameMatcher::matches(Name stored) const {
  std::array<char, kNameMax> room;
  switch (form_) {
    case Form::plain:
      return stored == wanted_;
    case Form::folded:
      return fold_unicode(stored, room).value_or(stored) == wanted_;
    case Form::no_key:
      return no_key_.matches(stored);
    case Form::impossible:
      break;
  }
  return false;
}

Result<u32> NameMatcher::hash(u8 version) const {
  const bool kept = dir_.keeps_hashes(g_);
  const auto known = hash_version(g_, version);
  if (kept ? version != kHashVersionSip : !known)
    return fail(Errc::not_supported, "the directory's index has an unknown hash");
  if (form_ == Form::no_key) {
    // A long name cannot be hashed again, so its text says what it had been.
    const auto stored = no_key_.stored();
    return kept || !stored ? no_key_.hash().major : hash_name(*known, *stored, g_.hash_seed).major;
  }
  if (!known) return fail(Errc::not_supported, "the directory's index hashes names with a key");
  return hash_name(*known, wanted_, g_.hash_seed).major;
}

Result<Name> NamePresenter::show(Name stored, const DirHash& kept, std::span<char> room) const {
  if (!dir_.has(kInodeEncrypted)) return stored;
  if (dir_.keeps_hashes(g_)) return NoKeyName::show(kept, stored, room);
  return NoKeyName::show(version_ ? hash_name(*version_, stored, g_.hash_seed) : DirHash{}, stored, room);
}

}  // namespace rump::ext2
