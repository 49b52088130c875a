// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file FAT images: made by mkfs.fat, filled and read by mtools, checked by fsck.fat.
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/command.hpp"

namespace oracle {

/// What mkfs.fat is asked for.
struct FatFormat {
  int bits = 32;            ///< 12, 16 or 32
  std::string size = "2M";  ///< of the image, as truncate has it
  int sector_bytes = 512;
  int cluster_sectors = 1;
  int fats = 2;
  std::string label = "";
  int root_entries = 0;  ///< 0: the usual number

  /// For messages: "FAT16, 512-byte sectors, …".
  std::string text() const;
};

/// A new image. Throws what mkfs.fat says.
void make_fat(const std::string& image, const FatFormat& format);

/// Runs one of mtools on the image ("mcopy", "-s", …; "::/path" is in the image); names are UTF-8, the code
/// page is 437. Throws what it says when it fails. Its output.
std::string mtools(const std::string& image, std::vector<std::string> command);

/// What `fsck.fat -n` has to complain of; empty: nothing.
std::string complaints_of_fsck(const std::string& image);

}  // namespace oracle
