// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The list of drivers of the test-only build of the tools: those of fs/, and logfs, which can be
/// written and knows all of POSIX.
#include "fs/ext2/ext2.hpp"
#include "fs/registry.hpp"
#include "tests/fixtures/logfs/mount.hpp"

namespace rump {

std::span<const FsType* const> fs_types() {
  static constexpr const FsType* kTypes[] = {&logfs::kFsType, &ext2::kFsType};
  return kTypes;
}

}  // namespace rump
