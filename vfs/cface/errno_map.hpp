// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The kernel's errors as the host's errno values.
#pragma once

#include "vfs/error.hpp"

namespace rump::cface {

/// The errno value that says the same; EIO for what has no name.
int errno_of(Errc code);

}  // namespace rump::cface
