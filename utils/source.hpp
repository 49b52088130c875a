// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The image's side of a copy.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "utils/listing.hpp"
#include "utils/message.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// The image refused a step; what() is the reason.
class SourceError : public std::runtime_error {
 public:
  explicit SourceError(const rump::Error& error) : std::runtime_error(reason_of(error)) {}
  using std::runtime_error::runtime_error;
};

/// The value, or SourceError.
template <class T>
T or_throw(rump::Result<T> result) {
  if (!result) throw SourceError(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// An open file of an image, closed at the end.
class SourceFd {
 public:
  SourceFd(rump::Process& process, rump::Fd fd) : process_(process), fd_(fd) {}
  SourceFd(const SourceFd&) = delete;
  SourceFd& operator=(const SourceFd&) = delete;
  // It was only read: nothing can be lost.
  ~SourceFd() { static_cast<void>(process_.close(fd_)); }
  rump::Process& process() const { return process_; }
  rump::Fd get() const { return fd_; }

 private:
  rump::Process& process_;
  const rump::Fd fd_;
};

/// How a file is called in messages: put together only where there is one.
struct ShownPath {
  const std::string& directory;
  std::string_view name;  ///< empty: the directory itself
  std::string text() const { return name.empty() ? directory : join_path(directory, name); }
};

}  // namespace fsu
