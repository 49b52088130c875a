// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The boot images of a CD: "El Torito" Bootable CD-ROM Format Specification 1.0, of 1995.
#pragma once

#include "images/partitions.hpp"

namespace rump::images {

/// What the firmware makes of a boot image: the media type of the catalog.
enum class Emulation : u8 {
  none,         ///< it is loaded and started as it is
  floppy_1200,  ///< KiB
  floppy_1440,
  floppy_2880,
  hard_disk,
  unknown,
};

/// One entry of the catalog.
struct BootImage {
  u32 number = 0;  ///< counted from 1 in the order of the catalog, as 7-Zip and xorriso do
  u8 platform = 0;
  bool bootable = false;
  Emulation emulation = Emulation::none;
  u16 load_segment = 0;  ///< 0: the platform's usual one, 07C0 on a PC
  u8 system_type = 0;    ///< of a hard disk: the type of its partition
  u16 load_sectors = 0;  ///< how much the firmware loads, in sectors of 512 bytes
  u64 offset = 0;        ///< bytes from the start of the device
  u64 length = 0;        ///< bytes, as far as it can be known: see read_boot_catalog()
  u64 available = 0;     ///< bytes of it that lie on the device; 0: it cannot be used
  Text<28> id;           ///< of its section

  /// What is wrong with it, in a sentence, or nullptr.
  const char* problem() const {
    if (available == 0) return "the boot image does not lie in the image";
    return available < length ? "the boot image reaches past the end of the image" : nullptr;
  }
};

/// What the number of a platform means; empty where it is not a known one.
const char* platform_name(u8 platform);

/// A boot catalog, checked.
struct BootCatalog {
  u64 offset = 0;  ///< bytes from the start of the device
  /// What of the catalog is wrong, in a sentence, or nullptr. There may be more images than are listed.
  const char* damage = nullptr;
  Array<BootImage> images;

  /// The image of this number, or nullptr.
  const BootImage* find(u64 number) const;
};

/// The boot catalog of the ISO 9660 volume on the device. not_found when there is none; corrupt when there is
/// one and it cannot be used at all.
///
/// The catalog says how much firmware loads of an image, which is seldom all of it. Its length is that of the
/// floppy, where it emulates one. Else it is the greatest of: the sectors to be loaded, the end of the last
/// partition of an emulated hard disk, and the size of a FAT file system that begins there (EFI); or, where
/// it fills at least as many blocks as that, the length of the file that begins in the same place, found by
/// the path table of the primary volume descriptor.
Result<BootCatalog> read_boot_catalog(BlockDevice& device);

}  // namespace rump::images
