// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The side of a copy that is read.
#pragma once

#include <stdexcept>
#include <string>

#include "utils/copy/file_tree.hpp"
#include "utils/list/listing.hpp"

namespace fsu {

/// The source refused a step; what() is the reason.
class SourceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The value, or SourceError.
template <class T>
T source_or_throw(Step<T> step) {
  if (!step) throw SourceError(step.error().reason);
  if constexpr (!std::is_void_v<T>) return *std::move(step);
}

/// An open file of an image, closed at the end.
class SourceFd {
 public:
  SourceFd(rump::Process& process, rump::Fd fd) : process_(process), fd_(fd) {}
  SourceFd(const SourceFd&) = delete;
  SourceFd& operator=(const SourceFd&) = delete;
  // It was only read: nothing can be lost.
  ~SourceFd() { static_cast<void>(process_.close(fd_)); }
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
