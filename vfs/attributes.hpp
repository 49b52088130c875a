// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The rules of attributes: who may change what, and what else changes with it. POSIX, and Linux where
/// POSIX leaves the choice. All are pure; the caller holds what lock its attributes need.
#pragma once

#include "vfs/acl.hpp"

namespace rump {

/// Bits of a mode beyond the permissions.
inline constexpr u32 kSetUid = 04000, kSetGid = 02000, kSticky = 01000;

/// A time to set.
struct TimeChange {
  enum class Kind : u8 { omit, now, set };
  Kind kind = Kind::omit;
  Time time{};
};

/// How to set an extended attribute.
enum class XattrMode : u8 {
  set,
  create,   ///< exists where it is there
  replace,  ///< no_data where it is not
};

/// What the flags of a file (AttrFlag) may forbid.
enum class Change : u8 {
  write,         ///< bytes anywhere, or the size
  append,        ///< bytes at the end
  attributes,    ///< mode, owner, given times, extended attributes
  touch,         ///< both times to now
  add_entry,     ///< to this directory
  remove_entry,  ///< from this directory
  name,          ///< another name for this file, or one of its names taken away or moved
};

/// not_permitted where the flags forbid the change, whoever asks: immutable all of them; append-only all but
/// append, touch and add_entry; verity every change of bytes.
Result<> check_flags(const Attr& attr, Change change);

/// Whether the caller owns the file or may act as its owner.
bool acts_as_owner(const Attr& attr, const Cred& cred);

/// chmod(2): not_permitted unless the flags allow it and the caller acts as the owner; not_supported for a
/// symlink.
Result<> may_chmod(const Attr& attr, const Cred& cred);

/// The mode that chmod to `mode` leaves (07777): setgid is lost where the caller is not in the file's group.
/// To set an access ACL is a chmod to its Acl::mode_bits(), with the upper bits as they are.
u32 mode_after_chmod(const Attr& attr, u32 mode, const Cred& cred);

/// chown(2) to `uid` and `gid` (nullopt: stays). not_permitted unless the caller is user 0, or owns the file
/// and gives it no other user, and no group but its own or one of the caller's. Anything but a directory
/// loses setuid, and setgid with group-execute (without: where the caller is not in its group), even if
/// nothing else changes. invalid: the number ~0. Times are left to the caller.
Result<AttrChange> change_for_chown(const Attr& attr, const Cred& cred, std::optional<u32> uid,
                                    std::optional<u32> gid);

/// utimensat(2), with the time of change. Both to `now`: `may_write` or its error, unless the caller acts as
/// the owner. Any other change: not_permitted unless it does. invalid: nanoseconds beyond a second. Both
/// omitted: no change and no check.
Result<AttrChange> change_for_utimens(const Attr& attr, const Cred& cred, TimeChange access,
                                      TimeChange modify, Time now, const Result<>& may_write);

/// chattr(1): immutable, append-only and no-dump become as in `flags`, the others stay. not_permitted unless
/// the caller acts as the owner, and is user 0 where immutable or append-only change.
Result<AttrChange> change_for_chflags(const Attr& attr, const Cred& cred, u32 flags);

/// The mode after a write or a truncation: a regular file loses setuid, and setgid with group-execute
/// (without: where the caller is not in its group), unless the caller is user 0.
u32 mode_after_write(const Attr& attr, const Cred& cred);

/// Whether an entry may be taken out of the directory, beyond permission to write and search it: the flags of
/// both, and in a sticky directory only the owner of one of them. not_permitted.
Result<> may_remove(const Attr& directory, const Attr& victim, const Cred& cred);

/// What a new node is to be made with.
struct NewRights {
  u32 mode, gid;
  std::optional<Acl> access;  ///< none where the mode says all
};
/// open(2), mkdir(2), mknod(2) with `mode` in a directory, whose default ACL is `default_acl` (nullptr: none;
/// else `umask` plays no part). A setgid directory gives its group, and a new directory its setgid bit, which
/// mkdir cannot set otherwise. A caller outside that group cannot make a setgid file with group-execute in
/// it. A symlink's mode is 0777. no_memory.
Result<NewRights> rights_of_new(const Attr& directory, const Acl* default_acl, const Cred& cred,
                                FileType type, u32 mode, u32 umask);

/// What is done with an extended attribute.
enum class XattrUse : u8 { read, write, remove };

/// Whether the caller may use the extended attribute, going by name and file; returns the Access bits that it
/// must have on the file besides ("user." and "gnu." alone need any). Space by space:
///  - user: regular files and directories only; a sticky directory's only as its owner;
///  - trusted: user 0; security: everybody reads, user 0 writes; gnu: whoever reads the file, nobody writes;
///  - kAccessAcl, kDefaultAcl: everybody reads, the owner writes; a default ACL only on directories (denied).
/// Reading what may not be seen is no_data, other refusals are not_permitted, flags included. range: the name
/// is empty or longer than kXattrNameMax; not_supported: another name space, ACLs of a symlink; invalid:
/// nothing after the prefix.
Result<u32> access_for_xattr(Name name, const Attr& attr, const Cred& cred, XattrUse use);

/// Passes on the names of extended attributes that the caller may know of.
class VisibleNames final : public NameSink {
 public:
  VisibleNames(const Cred& cred, NameSink& sink) : cred_(cred), sink_(sink) {}
  bool add(Name name) override;

 private:
  const Cred& cred_;
  NameSink& sink_;
};

}  // namespace rump
