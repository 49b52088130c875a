// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a file system should hold, state by state, and what it holds.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vfs/syscall.hpp"

namespace rump::test {

/// A file: its bytes, or a symlink's target.
struct ModelFile {
  FileType type;
  std::string content;
  bool operator==(const ModelFile&) const = default;
};

/// A tree: absolute paths to files by an identity of the tree's own; the root is not listed.
struct Tree {
  std::map<std::string, u64> names;
  std::map<u64, ModelFile> files;

  /// Adds a file under a new name.
  void add(const std::string& path, FileType type, std::string content = "");
  ModelFile& at(const std::string& path) { return files.at(names.at(path)); }
  /// Takes the name away; the file goes with its last name.
  void remove(const std::string& path);
  /// Moves a name, and everything below it.
  void move(const std::string& from, const std::string& to);
  void exchange(const std::string& one, const std::string& other);
  u64 next_id = 1;
};

/// The tree that a process sees; the first error.
Result<Tree> read_tree(Process& process);

/// The states that a file system has gone through.
struct History {
  std::vector<Tree> states{Tree{}};
  std::size_t durable = 0;  ///< state that survives whatever happens

  const Tree& now() const { return states.back(); }
};

/// How much a crash may mix up.
enum class Names : u8 {
  atomic,   ///< the names are exactly those of one state
  ordered,  ///< a name that one of the states has not may be missing, and an old one may still be there
};

/// Why `found` cannot be what is left of the history's states from the durable one on; empty if it can.
std::string mismatch(const History& history, const Tree& found, Names names);

}  // namespace rump::test
