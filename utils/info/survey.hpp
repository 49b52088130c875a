// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file All that can be said about an image: its format, its partition table, and what is in each part.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "images/eltorito.hpp"
#include "utils/base/moment.hpp"
#include "utils/image/operand.hpp"
#include "utils/info/identify.hpp"

namespace fsu {

/// An amount of space.
struct Bytes {
  std::uint64_t count;
};
/// A fact about a file system, under the key of rump::DetailSink.
struct Detail {
  std::string key;
  std::variant<std::string, std::uint64_t, Bytes, Moment, std::vector<std::string>> value;
};

/// What lies in one range of an image.
struct Volume {
  std::string type;             ///< "ext4", "crypto_LUKS"; empty: nothing that is known
  std::vector<Detail> details;  ///< without the type
  /// Why fs-utils cannot read it, empty where it can. Not for volumes of no type.
  std::string unreadable;
  /// What else was found in the same place, in libblkid's words.
  std::vector<std::string> others;

  /// The text of a detail, or nullptr.
  const std::string* find(std::string_view key) const;
};

/// A partition, or another part of the image that was asked for.
struct PartInfo {
  std::string slot;  ///< "@2" or "@boot=1"; empty for the whole image
  std::uint64_t offset = 0, length = 0;
  std::optional<rump::images::Partition> entry = {};  ///< in the partition table, if it has one there
  std::optional<rump::images::BootImage> boot = {};   ///< its entry in the boot catalog
  std::optional<Volume> volume = {};                  ///< not for parts that hold no data of their own
};

/// One image.
struct ImageInfo {
  std::string name;  ///< as the user wrote it
  bool block_device = false;
  std::uint64_t file_bytes = 0, allocated = 0;  ///< of the host file
  std::uint32_t sector_bytes = 0;               ///< of a block device; 0: it has none
  std::uint64_t offset = 0, length = 0;         ///< of the image in its file
  std::string container;                        ///< empty: raw
  std::string table;                            ///< "gpt"; empty: there is none
  std::string table_id;
  std::uint32_t table_sector_bytes = 0;
  std::string table_state;                   ///< empty: all is well
  std::optional<std::uint64_t> boot_offset;  ///< of the boot catalog, where it can be read
  std::string boot_state;  ///< what is wrong with the boot catalog; empty: nothing, or there is none
  std::vector<PartInfo> parts;
};

/// An image, and what of it was found damaged: pairs of a part ("@2" or empty) and a reason.
struct Survey {
  ImageInfo image;
  std::vector<std::pair<std::string, std::string>> damage;
};

/// Looks at the image that begins the device; `spec` says which part of it is meant (none: all of it) and as
/// what. Whatever cannot be read is told in the result. Throws ImageError where there is no such part.
Survey survey(rump::BlockDevice& image, const ImageSpec& spec, std::string_view mount_text);

}  // namespace fsu
