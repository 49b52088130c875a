// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The checksums of a journal (jbd2), made right after a mutation.
#pragma once

#include "tests/fuzz/ext2_bytes.hpp"

namespace fuzz {

/// Makes right what carries a checksum in the journal inside the image: superblock, descriptors, tags,
/// revokes and commits. The journal is found by its magic, and is taken to lie in one piece, as in the seeds.
void repair_journal(Bytes image);

}  // namespace fuzz
