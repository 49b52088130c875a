// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The calls answered by the C face.
#pragma once

#include "tests/conformance/calls.hpp"

namespace conformance {

/// A process of user 0 in the tmpfs that rump_init makes. The kernel is stopped after the last process has
/// gone, and what stopping says is checked. One such file system at a time. Throws where the kernel does not
/// start.
std::unique_ptr<Calls> c_face_tmpfs();

}  // namespace conformance
