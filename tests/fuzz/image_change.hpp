// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a fuzz target does with an image that its driver can write to.
#pragma once

#include <span>

#include "vfs/mount.hpp"

namespace fuzz {

/// How much an image can be held to.
enum class Order { unknown, good };

/// Mounts the image for writing and makes system calls on what is in it and on names of its own: which ones
/// the `seed` says. Then it is unmounted. In an image in good order what is written must read the same, for
/// no other file has the same place. Whether it was mounted at all. Errors are what a hostile image may get;
/// a broken promise of the kernel's ends the program.
bool change_image(const rump::FsType& type, std::span<std::byte> image, rump::u32 seed, Order order);

}  // namespace fuzz
