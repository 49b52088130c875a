// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a fuzz target does with an image that its driver can write to.
#pragma once

#include <functional>
#include <span>

#include "vfs/mount.hpp"

namespace fuzz {

/// What change_image() came to.
enum class Changed { not_mounted, given_up, written };

/// Mounts the image for writing and makes system calls on what is in it and on names of its own: which ones
/// the `seed` says. Then it is unmounted: `written`, or `given_up` where damage was found on the way. Of an
/// image that `was_good`, which is asked only where it matters, nothing may be called corrupt, and what is
/// written must read the same, for no other file has the same place. Errors are what a hostile image may get;
/// a broken promise of the kernel's ends the program.
Changed change_image(const rump::FsType& type, std::span<std::byte> image, rump::u32 seed,
                     const std::function<bool()>& was_good);

}  // namespace fuzz
