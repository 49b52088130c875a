// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The driver's mount options.
#pragma once

#include "fs/fat/code_page.hpp"
#include "fs/fat/super.hpp"

namespace rump::fat {

/// MountOptions::text, understood.
struct Options {
  const CodePage* page = &CodePage::standard();
  i32 minutes_east = 0;  ///< of UTC, of the zone that the volume's times are in
  u32 uid = 0, gid = 0;
  u32 file_mask = 022, dir_mask = 022;  ///< permission bits that nothing has
  WhichBoot boot = WhichBoot::primary;
};

/// invalid: an unknown option, or a value that it cannot have; the reason names it.
Result<Options> parse_options(std::string_view text);

}  // namespace rump::fat
