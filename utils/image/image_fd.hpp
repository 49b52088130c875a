// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file An open file of an image.
#pragma once

#include <string_view>
#include <utility>

#include "vfs/syscall.hpp"

namespace fsu {

/// A descriptor of a process in an image, closed at the end. What a close could still report, syncing the
/// image reports too.
class ImageFd {
 public:
  /// As Process::open().
  static rump::Result<ImageFd> open(rump::Process& process, rump::Fd at, std::string_view path,
                                    rump::u32 flags, rump::u32 mode = 0) {
    const rump::Fd fd = TRY(process.open(at, path, flags, mode));
    return ImageFd(process, fd);
  }
  ImageFd(rump::Process& process, rump::Fd fd) : process_(&process), fd_(fd) {}
  ImageFd(ImageFd&& other) noexcept : process_(std::exchange(other.process_, nullptr)), fd_(other.fd_) {}
  ImageFd& operator=(ImageFd&& other) noexcept {
    std::swap(process_, other.process_);
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~ImageFd() {
    if (process_) static_cast<void>(process_->close(fd_));
  }
  rump::Fd get() const { return fd_; }

 private:
  rump::Process* process_;  ///< nullptr: moved away
  rump::Fd fd_;
};

}  // namespace fsu
