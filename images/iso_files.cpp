// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A flat walk over all directories, which the path table lists.
#include "images/iso_files.hpp"

#include <algorithm>
#include <bit>

#include "vfs/disk.hpp"
#include "vfs/memory.hpp"

namespace rump::images {
namespace {

constexpr u32 kFirstDescriptor = 16;
constexpr u32 kDescriptorsMax = 100;
/// More than any disc's path table, and than the directories of a disc that boots.
constexpr u64 kTableMax = 4 << 20, kDirectoriesMax = 16 << 20;

/// ECMA-119, 8.1.
struct Descriptor : Layout<Descriptor, kIsoSectorBytes> {
  static constexpr At<u8, 0> type{};
  static constexpr At<u8, 1, 5> id{};
};

/// ECMA-119, 8.4: numbers in both byte orders by their first half.
struct Primary : Layout<Primary, kIsoSectorBytes> {
  static constexpr At<u16, 128> block_bytes{};
  static constexpr At<u32, 132> table_bytes{};
  static constexpr At<u32, 140> table_block{};
};

/// ECMA-119, 9.4, without the name.
struct TableEntry : Layout<TableEntry, 8> {
  static constexpr At<u8, 0> name_bytes{};
  static constexpr At<u8, 1> attribute_blocks{};
  static constexpr At<u32, 2> first_block{};
};

/// ECMA-119, 9.1, without the name.
struct DirectoryRecord : Layout<DirectoryRecord, 33> {
  static constexpr At<u8, 0> record_bytes{};
  static constexpr At<u8, 1> attribute_blocks{};
  static constexpr At<u32, 2> first_block{};
  static constexpr At<u32, 10> data_bytes{};
  static constexpr At<u8, 25> flags{};
};
constexpr u8 kDirectory = 2;

/// One walk.
class Walker {
 public:
  Walker(BlockDevice& device, std::span<FileAt> files, u32 block_bytes)
      : device_(device), files_(files), block_bytes_(block_bytes) {}

  Result<> walk_table(std::span<const std::byte> table) {
    for (std::size_t at = 0; at < table.size();) {
      const auto entry = Record<TableEntry, LittleEndian>::at(table, at);
      if (!entry || entry->get(TableEntry::name_bytes) == 0) break;
      TRY(walk_directory(
          place(entry->get(TableEntry::first_block), entry->get(TableEntry::attribute_blocks))));
      const std::size_t name = entry->get(TableEntry::name_bytes);
      at += TableEntry::size + name + name % 2;
    }
    return {};
  }

 private:
  u64 place(u32 first_block, u8 attribute_blocks) const {
    return (u64{first_block} + attribute_blocks) * block_bytes_;
  }

  /// A directory begins with its own record, which says how long it is.
  Result<> walk_directory(u64 offset) {
    u64 left = 1;  // until it is known
    for (bool first = true; left > 0; first = false) {
      if (offset > device_.size() || device_.size() - offset < kIsoSectorBytes) return {};
      if (seen_ >= kDirectoriesMax) return {};
      seen_ += kIsoSectorBytes;
      IsoSector sector;
      TRY(device_.read(offset, sector));
      if (first) {
        const std::span<const std::byte> bytes = sector;
        left = TRY((Record<DirectoryRecord, LittleEndian>::at(bytes, 0))).get(DirectoryRecord::data_bytes);
      }
      walk_records(sector);
      offset += kIsoSectorBytes;
      left -= std::min<u64>(left, kIsoSectorBytes);
    }
    return {};
  }

  void walk_records(std::span<const std::byte> sector) {
    using R = DirectoryRecord;
    for (std::size_t at = 0;;) {
      const auto record = Record<R, LittleEndian>::at(sector, at);
      if (!record || record->get(R::record_bytes) < R::size) return;
      at += record->get(R::record_bytes);
      if (record->get(R::flags) & kDirectory) continue;
      const u64 begin = place(record->get(R::first_block), record->get(R::attribute_blocks));
      for (FileAt& file : files_)
        if (file.offset == begin) file.length = std::max<u64>(file.length, record->get(R::data_bytes));
    }
  }

  BlockDevice& device_;
  const std::span<FileAt> files_;
  const u32 block_bytes_;
  u64 seen_ = 0;  // bytes of directories, which a hostile table may list again and again
};

}  // namespace

Result<bool> read_iso_descriptor(BlockDevice& device, u32 index, IsoSector& sector) {
  const u64 offset = (u64{kFirstDescriptor} + index) * kIsoSectorBytes;
  if (index >= kDescriptorsMax || offset > device.size() || device.size() - offset < kIsoSectorBytes)
    return false;
  TRY(device.read(offset, sector));
  const std::span<const std::byte> bytes = sector;
  const auto descriptor = TRY((Record<Descriptor, LittleEndian>::at(bytes, 0)));
  return padded_text(descriptor.bytes(Descriptor::id)) == "CD001" &&
         descriptor.get(Descriptor::type) != kIsoLastDescriptor;
}

Result<> measure_files(BlockDevice& device, std::span<FileAt> files) {
  IsoSector sector;
  for (u32 i = 0; TRY(read_iso_descriptor(device, i, sector)); ++i) {
    if (static_cast<u8>(sector[0]) != kIsoPrimary) continue;
    const std::span<const std::byte> bytes = sector;
    const auto primary = TRY((Record<Primary, LittleEndian>::at(bytes, 0)));
    const u32 block_bytes = primary.get(Primary::block_bytes);
    const u64 offset = u64{primary.get(Primary::table_block)} * block_bytes;
    const u64 length = primary.get(Primary::table_bytes);
    if (block_bytes < 512 || block_bytes > kIsoSectorBytes || !std::has_single_bit(block_bytes) ||
        length > kTableMax || offset > device.size() || length > device.size() - offset)
      return {};
    auto table = TRY(Array<std::byte>::make(length));
    TRY(device.read(offset, table.span()));
    return Walker(device, files, block_bytes).walk_table(table.span());
  }
  return {};
}

}  // namespace rump::images
