// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names compared without regard to case.
#pragma once

#include <span>

#include "vfs/vnode.hpp"

namespace rump {

/// The name in the form in which names that differ only by case or by canonical equivalence are the same
/// bytes: canonical decomposition, full case folding, ignorable code points left out (The Unicode
/// Standard, 3.13, "Default Caseless Matching"; Linux calls it NFDICF). The result lies in `room` or is
/// `name` itself. invalid: not UTF-8; name_too_long: does not fit into `room`.
Result<Name> fold_unicode(Name name, std::span<char> room);

}  // namespace rump
