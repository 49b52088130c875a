// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A tool gives up what it does not need, before it parses the first byte of an image.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>

namespace fsu {

/// How much confinement the user wants.
enum class ConfineMode : std::uint8_t {
  as_possible,  ///< what the kernel has
  required,     ///< all of it, or an error
  off,
};

/// The process cannot be confined as it must be; what() is the reason.
class ConfineError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What copying out of an image needs, beyond reading it.
struct Extraction {
  /// Open directories beneath which copies are made, and existing files elsewhere that are written.
  std::span<const int> destinations;
  /// Other open descriptors that are written.
  std::span<const int> outputs = {};
  bool devices = false;  ///< device nodes are copied, too
  /// The empty string that every call "on the descriptor itself" (AT_EMPTY_PATH) passes as its path: the
  /// kernel compares the address, since it cannot see the text.
  const char* empty_path;
};

/// What copying into an image needs of the host, beyond reading what is open.
struct Intake {
  /// Open directories beneath which files are looked at, opened and read.
  std::span<const int> directories;
  const char* empty_path;  ///< as Extraction's
};

/// What a tool still has to do. All else is over once it is confined: other descriptors are closed, paths
/// lead nowhere (Landlock), and a system call that is not on the list kills the process by SIGSYS (seccomp).
struct Confinement {
  /// Open images, and other files that are read. Nothing writes to them, or changes them, any more.
  std::span<const int> sources;
  /// Open images that are changed: written and flushed, but neither cut nor given other attributes. Bytes may
  /// be moved into them from sources and from standard input.
  std::span<const int> images = {};
  std::optional<Extraction> extraction = {};
  std::optional<Intake> intake = {};
  /// libblkid looks at the sources: it asks for their kind and size, and gets no answer to what else it asks
  /// the host.
  bool identifies = false;
};

/// Confines this process, for good. It must have one thread, and all that is read from the host later must
/// have been opened or read: time zone, names of owners. Standard streams stay. Throws ConfineError.
void confine(const Confinement& needs, ConfineMode mode);

}  // namespace fsu
