// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Manifests: all that a person can see of a tree, from a host directory or from a mounted image, as
/// text that can be compared.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vfs/syscall.hpp"

namespace oracle {

/// One file.
struct Entry {
  rump::FileType type = rump::FileType::unknown;
  rump::u32 mode = 0, uid = 0, gid = 0, nlink = 0;
  rump::u64 ino = 0;
  rump::u64 size = 0;  ///< 0 for what has none of its own: directories differ between formats
  rump::Time modify{};
  rump::DeviceNumber device{};
  std::string target;     ///< of a symlink
  rump::u64 content = 0;  ///< hash of a file's bytes
  std::string same_as;    ///< of several names for one file: the first
  std::map<std::string, std::string> xattrs;

  /// Everything but the inode number, in one line.
  std::string text() const;
};

/// By path; "." is the top.
using Manifest = std::map<std::string, Entry>;

/// What lies in the host directory.
Manifest manifest_of(const std::string& host_directory);

/// What lies in the image below `top`.
Manifest manifest_of(rump::Process& process, const std::string& top = "/");

/// One line for each path that differs; empty when both are the same.
std::vector<std::string> differences(const Manifest& expected, const Manifest& actual);

/// The hash that manifests carry: of the bytes and their places, zeroes left out, so that it does not depend
/// on how holes are stored.
class ContentHash {
 public:
  /// `offset` is a multiple of kBlock; `length` too, except at the end of the file.
  void add(rump::u64 offset, const char* bytes, std::size_t length);
  rump::u64 value() const { return value_; }
  static constexpr std::size_t kBlock = 4096;

 private:
  rump::u64 value_ = 0;
};

/// The whole content of a file in the image, by read calls that end at odd places. Throws on an error.
std::string read_all(rump::Process& process, const std::string& path);

/// The xattrs of a file in the image, not following symlinks. Throws on an error.
std::map<std::string, std::string> xattrs_of(rump::Process& process, const std::string& path);

}  // namespace oracle
