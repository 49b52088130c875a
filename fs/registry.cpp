// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The one list of drivers.
#include "fs/registry.hpp"

#include "fs/ext2/ext2.hpp"
#include "fs/fat/fat.hpp"
#include "fs/iso9660/iso9660.hpp"
#include "fs/rawfs/rawfs.hpp"
#include "fs/tmpfs/tmpfs.hpp"

namespace rump {

std::span<const FsType* const> fs_types() {
  static constexpr const FsType* kTypes[] = {&ext2::kFsType, &fat::kFsType, &iso9660::kFsType,
                                             &rawfs::kFsType, &tmpfs::kFsType};
  return kTypes;
}

}  // namespace rump
