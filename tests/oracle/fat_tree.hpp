// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Trees that FAT can hold, and the formats that tests go through.
#pragma once

#include <ostream>

#include "tests/oracle/fat_image.hpp"
#include "tests/oracle/manifest.hpp"

namespace oracle {

/// A kind of volume, named for a test's parameter.
struct FatVariant {
  std::string name;
  FatFormat format;
};

inline void PrintTo(const FatVariant& variant, std::ostream* out) { *out << variant.format.text(); }

/// All types, sector sizes and numbers of FATs, clusters from one sector to 256 KiB. Each is large enough for
/// build_fat_tree(), and for mtools to see its type.
std::vector<FatVariant> fat_variants();

/// Builds a tree of about 700 KiB in the directory, which exists: sizes around the ends of clusters, names of
/// all kinds that FAT has, a deep and a wide directory. The same bytes each time.
void build_fat_tree(const std::string& directory);

/// What mcopy and our driver keep of a tree that has only files and directories. Times of directories, and
/// the root, are taken from `actual`.
Manifest as_fat_keeps(Manifest source, const Manifest& actual);

}  // namespace oracle
