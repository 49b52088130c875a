// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Patterns in operands (--glob), matched against the names inside an image.
#pragma once

#include <vector>

#include "utils/image/image.hpp"

namespace fsu {

/// Replaces each operand in an image whose path holds *, ? or [ by the paths that it matches, in byte order;
/// a backslash takes a character's meaning away, and a leading dot is matched by a dot only. Names are
/// matched one directory at a time. An operand that matches nothing is reported and taken out; so is one
/// whose image cannot be mounted, or that matches more than a shell could bear. Mounts images, so it comes
/// after open_images() and after everything that must not depend on what an image says.
void expand_globs(Images& images, std::vector<Operand>& operands, Reporter& report);

}  // namespace fsu
