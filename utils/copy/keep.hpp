// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a copy keeps of its source beside the data.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "utils/copy/left_out.hpp"
#include "utils/copy/source.hpp"
#include "utils/copy/target.hpp"

namespace fsu {

/// What --preserve can name; combined by |.
enum Keep : unsigned {
  kKeepMode = 1 << 0,
  kKeepOwner = 1 << 1,
  kKeepTimes = 1 << 2,
  kKeepLinks = 1 << 3,
  kKeepXattrs = 1 << 4,
  kKeepAcls = 1 << 5,
  /// -p
  kKeepUsual = kKeepMode | kKeepAcls | kKeepOwner | kKeepTimes,
  kKeepAll = kKeepUsual | kKeepLinks | kKeepXattrs,
};

/// The Keep bits of a list as --preserve takes it: "mode,timestamps". An ACL is part of the mode. Throws
/// UsageError.
unsigned parse_keep(std::string_view list);

/// What is kept, and how.
struct KeepOptions {
  unsigned kept = kKeepLinks;  ///< Keep bits
  unsigned named = 0;          ///< those that the user named: what cannot be kept of them is an error
  /// Privileges of the source's, and its devices, may go to the target: both are images, or it is trusted.
  bool trusted_image = false;
  /// Who gets the copies, in place of the source's owner.
  struct Owner {
    rump::u32 uid, gid;
  };
  std::optional<Owner> owner = {};
};

/// How both sides of one copy are called.
struct CopyNames {
  ShownPath source;
  const Target& target;
  const Place& place;
};

/// Runs one step of a copy and reports where it failed: in the image, or at the copy.
template <class Step>
void attempt(Reporter& report, const CopyNames& names, Step step) {
  try {
    step();
  } catch (const SourceError& error) {
    report.error(names.source.text(), error.what());
  } catch (const TargetError& error) {
    report.error(names.target.shown(names.place), error.what());
  }
}

/// Gives copies what the options keep: owner, extended attributes, ACLs, mode, times, in this order. A new
/// owner drops capabilities and setuid; a mode might forbid what comes before it, and says the mask of an
/// ACL. Each step is tried though one before it failed; failures are reported.
class Keeper {
 public:
  Keeper(const KeepOptions& options, LeftOutNotes& left_out, Reporter& report)
      : options_(options), left_out_(left_out), report_(report) {}

  bool keeps(unsigned what) const { return (options_.kept & what) != 0; }
  /// Whether copies get an owner: their source's, or another one.
  bool sets_owner() const { return keeps(kKeepOwner) || options_.owner; }

  /// For the open copy `to` of the open file or directory `from`.
  void keep(const TreeFd& from, const rump::Attr& attr, const TreeFd& to, const CopyNames& names);
  /// For the symlink or node at its place, which has got its mode.
  void keep_node(const rump::Attr& attr, const CopyNames& names);

 private:
  template <class Change>
  bool keep_owner(const rump::Attr& attr, const CopyNames& names, Change change);
  void keep_xattrs(const TreeFd& from, const TreeFd& to, const CopyNames& names);
  void keep_xattr(const TreeFd& from, const std::string& name, const TreeFd& to, const CopyNames& names);
  void keep_acl(const TreeFd& from, const char* name, const TreeFd& to, const CopyNames& names);
  void keep_mode(const rump::Attr& attr, bool owned, const TreeFd& to, const CopyNames& names);
  bool wants_xattr(std::string_view name, const CopyNames& names);
  rump::u32 kept_mode(const rump::Attr& attr, bool owned, const CopyNames& names);
  void leave_out(LeftOut what, const CopyNames& names, unsigned kind = 0);

  const KeepOptions& options_;
  LeftOutNotes& left_out_;
  Reporter& report_;
};

}  // namespace fsu
