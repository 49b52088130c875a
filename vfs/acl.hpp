// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Access control lists as POSIX.1e (draft 17) describes them and Linux decides by them.
#pragma once

#include <vector>

#include "vfs/cred.hpp"
#include "vfs/memory.hpp"

namespace rump {

/// The extended attributes that hold ACLs: who may use a file, and what new files of a directory get.
inline constexpr Name kAccessAcl = "system.posix_acl_access";
inline constexpr Name kDefaultAcl = "system.posix_acl_default";

struct InheritedAcl;

/// A valid ACL: one entry for the owner, the owning group and all others, perhaps entries for named users and
/// groups, and then a mask that limits what they and the owning group get. Movable, not copyable.
class Acl {
 public:
  /// The most bytes that a value may have; the limit of Linux for every extended attribute.
  static constexpr std::size_t kBytesMax = 65536;

  /// Reads the value of kAccessAcl or kDefaultAcl (version 2 of Linux). Refuses what Linux refuses: two
  /// entries for one name and names in any order are allowed, and the first that fits counts. not_supported:
  /// another version; invalid: no ACL; no_memory.
  static Result<Acl> parse(std::span<const std::byte> value);
  /// Whether the value says "no ACL": empty, or a header alone. To set it is to remove the ACL.
  static bool absent(std::span<const std::byte> value);
  /// Replaces `value` by what parse() reads.
  void encode(std::vector<std::byte>& value) const;

  /// denied unless this access ACL of the file grants every access asked for (Access bits). User 0 and the
  /// owner are judged by the mode bits. So is everybody where the mode has no group bits (the mask is empty):
  /// Linux gives a named user then what others get, where POSIX.1e would refuse.
  Result<> check(const Attr& attr, const Cred& cred, u32 access) const;

  /// The mode bits that show this access ACL, 0777: the group's bits are the mask where there is one.
  u32 mode_bits() const;
  /// Whether mode_bits() says all there is; such an ACL is not kept.
  bool minimal() const;
  /// chmod: the owner, the mask (without one: the owning group) and the others get the bits of `mode`.
  void set_mode(u32 mode);

  /// What a node made with `mode` gets in a directory with this default ACL. The umask plays no part. A new
  /// directory inherits the default ACL too, as it is; a symlink nothing. no_memory.
  Result<InheritedAcl> inherit(u32 mode) const;

 private:
  /// An entry for one user or group.
  struct Named {
    bool group;
    u32 access;  ///< Access bits
    u32 id;
  };
  class Reader;

  Acl() = default;
  std::span<const Named> names() const { return entries_.span().first(count_); }
  /// The group's bits of the mode.
  u32 group_bits() const { return mask_.value_or(group_); }

  u32 owner_ = 0, group_ = 0, others_ = 0;  ///< Access bits
  std::optional<u32> mask_;
  Array<Named> entries_;   ///< users before groups
  std::size_t count_ = 0;  ///< how many of them there are
};

/// The rights of a new node by the default ACL of its directory.
struct InheritedAcl {
  u32 mode;                   ///< as asked for, but no permission that the ACL withholds
  std::optional<Acl> access;  ///< none where the mode says all
};

}  // namespace rump
