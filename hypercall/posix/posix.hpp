// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What the host side of a posix program may tell its host. A Handle is the number of an open
/// descriptor.
#pragma once

#include "hypercall/host.hpp"

namespace rump::host::posix {

/// The handle for a descriptor that the host side has opened and keeps owning.
constexpr Handle handle_of(int descriptor) { return static_cast<Handle>(descriptor); }

/// From now on the kernel may open regular files, read-only, beside the file behind `handle`: in `directory`,
/// an open directory that the caller keeps open until forbid_siblings(). Files opened so may open further
/// ones there, since backing files form chains. Without this call, every io_open_sibling is denied.
void allow_siblings(Handle handle, int directory);

/// Takes the permission back. Call it before the descriptor behind `handle` is closed: its number may come
/// again.
void forbid_siblings(Handle handle);

}  // namespace rump::host::posix
