// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names for what lies in an image, also where no driver of ours can read it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vfs/block_device.hpp"

namespace fsu {

/// A superblock that libblkid knows. Texts are whatever the image says; those that it does not say are empty.
struct Signature {
  std::string type;  ///< in libblkid's words: "crypto_LUKS", "ntfs"
  std::string version, label, uuid;
  bool damaged = false;  ///< its checksum is wrong
};

/// All superblocks on the device, the most telling first; none where the device's bytes do not lie in a host
/// file as they are. `sector_bytes`: what the device counts in, where that is known. Throws ImageError.
std::vector<Signature> find_signatures(rump::BlockDevice& device, rump::u32 sector_bytes);

/// What a type of libblkid's is, in words for people; empty for types whose name says it.
std::string_view words_for_type(std::string_view type);

/// The kind of partition table as libblkid calls it ("sun"), empty where it finds none. Throws ImageError.
std::string find_table_type(rump::BlockDevice& device);

/// What kind of image or archive the file is that has the disk's bytes in it, though not as they are:
/// "qcow2"; empty where it is none that we know. Throws ImageError.
std::string_view find_container(rump::BlockDevice& device);

}  // namespace fsu
