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

/// What a run does with an image.
enum class Access : std::uint8_t { read, write };

/// Opens a block device with `flags`, so that nobody else can use it exclusively until the descriptor is
/// closed: a file system that is mounted from it does. Throws ImageError where somebody does. For writing it
/// is opened so under every policy.
int open_device(const std::string& path, int flags, const LockPolicy& policy, Access access);

/// Locks the open file until its descriptor is closed: by flock(2), shared for readers, and by the byte locks
/// with which QEMU tells what it does with a raw image (a reader, to whom nobody may write or resize; or a
/// writer). Throws ImageError where another process has it for writing or, to write, at all. A file system
/// that has no locks is no error.
void lock_file(int fd, const LockPolicy& policy, Access access);

}  // namespace fsu
