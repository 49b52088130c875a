// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Locks on image files that other programs understand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fsu {

/// What to do while another process writes to an image.
struct LockPolicy {
  enum class Kind : std::uint8_t { fail, wait, none };
  Kind kind = Kind::fail;
  std::optional<std::uint32_t> seconds = {};  ///< how long to wait; nullopt: for ever
};

/// Opens a block device for reading with `flags`, so that nobody else can use it exclusively until the
/// descriptor is closed: a file system that is mounted from it does. Throws ImageError where somebody does.
int open_device(const std::string& path, int flags, const LockPolicy& policy);

/// Locks the open file for reading, until its descriptor is closed: flock(2) shared, and the byte locks by
/// which QEMU tells what it does with a raw image (a reader, to whom nobody may write or resize). Throws
/// ImageError where another process has it for writing. A file system that has no locks is no error.
void lock_for_reading(int fd, const LockPolicy& policy);

}  // namespace fsu
