// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a tree's files are, as an mtree(5) specification: it keeps what a copy on the host cannot.
#pragma once

#include <string_view>

#include "utils/base/output.hpp"
#include "utils/confine/host_calls.hpp"
#include "vfs/vnode.hpp"

namespace fsu {

/// Writes a specification in the form that mtree of BSD and libarchive (bsdtar) read: one line a file with
/// its full path. Owners are numbers only: their names are another system's. Throws OutputError.
class MtreeWriter {
 public:
  /// Writes to the descriptor, which is empty.
  explicit MtreeWriter(HostFd file);

  /// A file at `path` below the root, "" being the root itself; `target` is what a symlink leads to.
  void add(std::string_view path, const rump::Attr& attr, std::string_view target);
  /// Writes what is collected and closes. Nothing is complete before.
  void finish();

  int fd() const { return file_.get(); }

 private:
  void put_word(std::string_view keyword, std::string_view value);
  void put_digits(std::uint32_t number, unsigned base, std::size_t width);
  void put_encoded(std::string_view name);

  HostFd file_;
  Output out_;
};

}  // namespace fsu
