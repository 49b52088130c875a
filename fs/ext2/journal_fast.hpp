// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Fast commits: found, not replayed.
#pragma once

#include "fs/ext2/journal_log.hpp"

namespace rump::ext2 {

/// Whether the area of fast commits holds one that belongs behind the transactions before `sequence`:
/// recovery by Linux would replay it.
Result<bool> has_fast_commits(JournalLog& log, const JournalGeometry& journal, u32 sequence);

}  // namespace rump::ext2
