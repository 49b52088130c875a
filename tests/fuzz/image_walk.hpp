// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a fuzz target does with an image: mount it and use all that is in it, within bounds.
#pragma once

#include <span>
#include <string_view>

#include "vfs/mount.hpp"

namespace fuzz {

/// Mounts `image` by this driver with the driver's own options, in a kernel of its own with small caches,
/// walks it, reads it, unmounts it. Errors are what a hostile image may get; a broken promise of the kernel's
/// ends the program.
void use_image(const rump::FsType& type, std::span<const std::byte> image, std::string_view options = {});

}  // namespace fuzz
