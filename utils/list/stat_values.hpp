// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What the directives of fs-stat's formats stand for.
#pragma once

#include "utils/base/file_facts.hpp"
#include "utils/image/image.hpp"
#include "utils/image/operand.hpp"
#include "utils/list/stat_format.hpp"

namespace fsu {

/// A file that formats are expanded for.
struct StatFile {
  const Operand& operand;
  rump::Process& process;
  rump::Follow follow;
  rump::Attr attr;
  std::string target;  ///< of a symlink; empty where it cannot be read
  Images::VolumeFacts volume;
  IdNames& names;
  bool quoted;   ///< names are for a terminal
  bool plain_n;  ///< %N quotes only what a terminal needs quoted
};

/// The value of a directive for files ("s", "Hd", …).
std::optional<StatValue> file_value(const StatFile& file, std::string_view letters);

/// A file system that formats are expanded for.
struct StatVolume {
  const Operand& operand;
  rump::FsStat stat;
  Images::VolumeFacts volume;
  bool quoted;
};

/// The value of a directive for file systems.
std::optional<StatValue> volume_value(const StatVolume& volume, std::string_view letters);

/// What statfs(2) of Linux calls a driver's file systems: "ext2/ext3".
std::string volume_type(std::string_view driver);
/// The 64-bit number that statfs(2) of Linux makes of the file system's UUID.
std::uint64_t volume_id(const rump::FsStat& stat);

}  // namespace fsu
