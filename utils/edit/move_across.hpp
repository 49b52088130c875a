// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Moving files from one file system to another.
#pragma once

#include "utils/edit/edit_run.hpp"
#include "utils/edit/edits.hpp"

namespace fsu {

/// Copies the file, or the whole tree, with all that its copy can hold, and then removes it: only where there
/// was nothing to be said of the copy. What fails is reported.
void move_across(rump::Process& from, const NamedPath& file, rump::Process& into, const NamedPath& to,
                 const MoveOptions& options, EditRun& run);

}  // namespace fsu
