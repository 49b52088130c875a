// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The calls answered by the host's own kernel: what proves the suite.
#pragma once

#include "tests/conformance/calls.hpp"

namespace conformance {

/// A process of user 0 in a tmpfs of the host's kernel that belongs to nobody else and goes away with its
/// last process. `bytes` limits it; 0: ample. Throws where the host does not let us.
std::unique_ptr<Calls> host_tmpfs(u64 bytes);

/// The same in a directory of its own in $TMPDIR (else /tmp), on whatever file system that is.
std::unique_ptr<Calls> host_directory();

/// Empty, or why this program may not use the host's kernel in that way (it takes root).
std::string host_refusal();

}  // namespace conformance
