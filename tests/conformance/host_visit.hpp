// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A host thread that for one call is another process: other root, directory, umask and user.
#pragma once

#include "tests/conformance/calls.hpp"

namespace conformance {

/// Owns a descriptor of the host's.
class HostFd {
 public:
  /// Throws where `fd` is negative: `what` failed, errno says why.
  HostFd(int fd, const std::string& what);
  HostFd(const HostFd&) = delete;
  HostFd& operator=(const HostFd&) = delete;
  ~HostFd();
  int number() const { return fd_; }

 private:
  int fd_;
};

/// What a process has besides its descriptors.
struct HostProcess {
  int root, cwd;  ///< descriptors of directories
  u32 mask;
  const Identity& who;
};

/// While it lives, this thread, and no other, is the process. The thread must be root's.
class HostVisit {
 public:
  explicit HostVisit(const HostProcess& process);
  HostVisit(const HostVisit&) = delete;
  HostVisit& operator=(const HostVisit&) = delete;
  ~HostVisit();
};

}  // namespace conformance
