// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a copy leaves out, said once for all files.
#pragma once

#include <cstdint>
#include <string_view>

#include "utils/base/message.hpp"

namespace fsu {

/// A kind of thing that may be left out.
enum class LeftOut : std::uint8_t {
  setid,
  device,
  socket,
  security,
  trusted,
  other_attribute,
  refused_attribute,
  refused_acl,
  refused_owner,
  link,
  owner,
  mode,
  symlink,
  node,
  flags,
  archived_symlink,
};

/// Says each kind at its first file only.
class LeftOutNotes {
 public:
  explicit LeftOutNotes(Reporter& report) : report_(report) {}

  /// Something was left out of the file `shown`. With `named` the user asked for it by name, and so the exit
  /// status becomes 1; without, it is a warning.
  void add(LeftOut what, std::string_view shown, bool named = false);

 private:
  Reporter& report_;
  unsigned said_ = 0;  ///< bits of LeftOut
};

}  // namespace fsu
