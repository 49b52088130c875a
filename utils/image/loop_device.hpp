// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Files that the host's kernel uses as disks.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace fsu {

/// The loop device over the file or block device, "/dev/loop0", or nothing. Where /sys is not mounted, or the
/// device was set up by a name that means nothing here and may not be opened, none is found.
std::optional<std::string> loop_device_of(const struct stat& file);

}  // namespace fsu
