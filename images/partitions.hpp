// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Partition tables: which parts an image is divided into, whatever the format of its table.
#pragma once

#include <optional>
#include <string_view>

#include "vfs/block_device.hpp"
#include "vfs/memory.hpp"

namespace rump::images {

/// At most `N` bytes of text inside a plain value.
template <std::size_t N>
class Text {
 public:
  /// Appends one byte; what does not fit is left out.
  constexpr void put(char c) {
    if (length_ < N) chars_[length_++] = c;
  }
  constexpr void put(std::string_view text) {
    for (const char c : text) put(c);
  }
  /// Appends the lowest `digits` hexadecimal digits of the value, in lower case.
  constexpr void put_hex(u64 value, u32 digits) {
    while (digits > 0) put("0123456789abcdef"[value >> (4 * --digits) & 0xF]);
  }
  constexpr std::string_view view() const { return {chars_, length_}; }

 private:
  char chars_[N] = {};
  u32 length_ = 0;
};

/// What a partition is for, as far as its type says.
enum class Purpose : u8 {
  data,      ///< may hold a file system
  extended,  ///< holds logical partitions, which are listed by themselves
  loader,    ///< the code of a boot loader, without a file system
  swap,
};

/// One entry in use.
struct Partition {
  u32 number = 0;  ///< the slot, counted as Linux does: unused slots keep their numbers, logical ones from 5
  u64 offset = 0;  ///< bytes from the start of the device
  u64 length = 0;  ///< bytes, as the table says
  u64 available = 0;  ///< bytes of it that lie on the device; 0: it cannot be used
  Purpose purpose = Purpose::data;
  bool bootable = false;       ///< marked for starting it by a BIOS
  Text<36> type;               ///< "83", or a GUID
  const char* type_name = "";  ///< what the type is called; empty where it is not a common one
  Text<36> uuid;               ///< PARTUUID as Linux forms it, in lower case
  Text<108> name;              ///< UTF-8; GPT only

  /// What is wrong with it, in a sentence, or nullptr.
  const char* problem() const {
    if (available == 0) return "the partition does not lie in the image";
    return available < length ? "the partition reaches past the end of the image" : nullptr;
  }
};

/// A partition table, checked.
struct PartitionTable {
  std::string_view format;  ///< "mbr" or "gpt"
  u32 sector_bytes = 0;     ///< what the table counts in
  Text<36> id;              ///< of the disk: a GUID, or the MBR's number in 8 digits
  /// What of the table could not be read, in a sentence, or nullptr. There may be more partitions than are
  /// listed.
  const char* damage = nullptr;
  bool from_backup = false;     ///< the primary table is damaged, this is its copy
  Array<Partition> partitions;  ///< those in use, in the order of the table

  /// The partition of this number, or nullptr.
  const Partition* find(u64 number) const;
};

/// A kind of partition table: one line in the list of partitions.cpp.
struct TableFormat {
  std::string_view name;
  /// The table of this format; nullopt where there is none. Errors: the device's; corrupt where there is one
  /// that cannot be used at all.
  Result<std::optional<PartitionTable>> (*read)(BlockDevice& device);
};

/// The table that the device begins with: a GPT, unless the MBR before it is one in use by itself; else an
/// MBR. not_found when there is none; corrupt when there is one and it cannot be used at all.
Result<PartitionTable> read_partitions(BlockDevice& device);

/// Sets offset, length and available from sectors that an image names; any numbers will do.
void place(Partition& partition, u64 first_sector, u64 sectors, u32 sector_bytes, u64 device_bytes);

}  // namespace rump::images
