// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a descriptor of a Process stands for.
#pragma once

#include "vfs/syscall.hpp"

namespace rump {

/// An open file. Descriptors and running calls share it.
struct Process::OpenFile {
  OpenFile(VnodeRef file, u32 open_flags) : vnode(std::move(file)), flags(open_flags) {}

  std::atomic<u32> refs{1};
  const VnodeRef vnode;
  const u32 flags;
  Mutex lock{Rank::file_offset};  ///< guards position
  u64 position = 0;               ///< bytes; a cookie for a directory
};

/// A counted reference to an open file.
class Process::FileRef {
 public:
  /// A file just opened.
  static FileRef open(VnodeRef vnode, u32 flags) { return FileRef(new OpenFile(std::move(vnode), flags)); }
  /// Counts one more.
  explicit FileRef(OpenFile& file) : file_(&file) { file.refs.fetch_add(1, std::memory_order_relaxed); }
  FileRef(FileRef&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  FileRef& operator=(FileRef&&) = delete;
  ~FileRef() {
    if (file_) drop(*file_);
  }
  /// Gives one reference back; the last one closes the file.
  static void drop(OpenFile& file) {
    if (file.refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete &file;
  }
  /// Hands the reference over.
  OpenFile* take() { return std::exchange(file_, nullptr); }
  OpenFile* operator->() const { return file_; }
  OpenFile& operator*() const { return *file_; }

 private:
  /// Takes over the first reference.
  explicit FileRef(OpenFile* file) : file_(file) {}
  OpenFile* file_;
};

}  // namespace rump
