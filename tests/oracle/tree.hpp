// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Source trees with all that a file system can hold, for mke2fs -d and for the host's kernel to copy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oracle {

/// What a tree is to hold beside files, directories, symlinks and fifos. What the test's user may not make
/// (device nodes and foreign owners without root, xattrs where the host's file system has none) is left out.
struct TreeOptions {
  std::size_t xattr_bytes = 300;  ///< size of the larger xattr value; 0: no xattrs
  std::size_t wide = 300;         ///< entries of the wide directory
};

/// Builds the tree in `directory`, which exists. The same bytes each time.
void build_tree(const std::string& directory, const TreeOptions& options);

/// `bytes` reproducible bytes that do not compress and hold no long run of zeroes.
std::vector<char> noise(std::size_t bytes, std::uint64_t seed);

/// Makes the file, or changes it in place, with `data` at `offset`; what lies before stays or becomes a hole.
void put_file(const std::string& path, const std::vector<char>& data, std::uint64_t offset = 0);

/// Sets the file's size: a hole at its end, or a cut.
void set_size(const std::string& path, std::uint64_t bytes);

/// Makes a file whose every second piece of `piece` bytes is a hole, `pieces` times.
void put_comb(const std::string& path, std::size_t piece, std::size_t pieces);

}  // namespace oracle
