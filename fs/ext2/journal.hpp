// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The journal (jbd2): what its recovery would write, found in one pass over the log.
#pragma once

#include "fs/ext2/overlay.hpp"

namespace rump::ext2 {

class Ext2Mount;
struct Inode;

/// The blocks that recovery by Linux would write, for an Overlay; none when the log is empty. `raw` is the
/// volume as it lies, `file` the journal's inode. corrupt (what is wrong), not_supported (the feature named).
///
/// Without the mount's `verify` wrong checksums of the superblock and of data are passed over, and a wrong
/// one of a descriptor or a commit ends the log: what tells the log's end is never believed.
Result<Array<Replacement>> read_journal(const Ext2Mount& raw, const Inode& file);

}  // namespace rump::ext2
