// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Which part of an image an operand means, and which driver knows what lies there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "utils/base/message.hpp"
#include "utils/image/operand.hpp"
#include "vfs/mount.hpp"

namespace fsu {

/// The value, or ImageError with the reason.
template <class T>
T value_or_throw(rump::Result<T> result) {
  if (!result) throw ImageError(reason_of(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Bytes of an image.
struct Window {
  rump::u64 offset = 0;
  rump::u64 length = 0;
  bool cut = false;  ///< the image ends inside the partition that this is
};

/// Finds the part of an image that is meant: the one that was named, or else the whole image where it has no
/// partition table, or else the only partition that may hold a file system. For one image; all calls throw
/// ImageError, with a list of the partitions where one must be chosen.
class PartFinder {
 public:
  /// `mount_text`: MountOptions::text for the file systems whose labels are asked for.
  PartFinder(rump::BlockDevice& image, std::string_view mount_text)
      : image_(image), mount_text_(mount_text) {}

  /// `fstype`: the type asked for, or empty.
  Window find(const Part& part, std::string_view fstype);

 private:
  Window without_part(std::string_view fstype);
  Window by_number(rump::u64 number);
  Window by_boot_catalog(rump::u64 number);
  Window by_table(const Part& part);
  Window by_file_system(const Part& part);

  rump::BlockDevice& image_;
  std::string_view mount_text_;
};

/// What a boot image is for, in words.
std::string platform_text(rump::u8 platform);

/// The drivers that know what lies on the device. Throws ImageError.
std::vector<const rump::FsType*> drivers_of(rump::BlockDevice& device);

/// The driver of that name; one that reads nothing from a device is none. Throws ImageError.
const rump::FsType& find_type(std::string_view name);

/// The one driver that knows what lies on the device, or the one asked for. Throws ImageError.
const rump::FsType& find_type(rump::BlockDevice& device, std::string_view asked);

}  // namespace fsu
