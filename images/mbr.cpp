// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The master boot record. Its layout is a convention of the IBM PC; UEFI 2.10, sections 5.2.1 ("Legacy
/// Master Boot Record") and 5.2.3 ("Protective MBR") write it down. Logical partitions are found and numbered
/// as fdisk and Linux do where that leaves a choice.
#include "images/mbr.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "vfs/disk.hpp"

namespace rump::images {
namespace {

constexpr u32 kSlots = 4;
constexpr u16 kSignature = 0xAA55;
constexpr u32 kFirstLogical = 5;
constexpr u32 kLinksMax = 256;  // of all chains of a table together
constexpr std::array<u32, 2> kSectorSizes = {512, 4096};

/// UEFI 2.10, table 5.1.
struct BootRecord : Layout<BootRecord, 512> {
  static constexpr At<u32, 440> disk_id{};
  static constexpr At<u16, 510> signature{};
};

/// UEFI 2.10, table 5.2; slot i lies at byte 446 + 16 i.
struct RawEntry : Layout<RawEntry, 16> {
  static constexpr At<u8, 0> status{};
  static constexpr At<u8, 4> type{};
  static constexpr At<u32, 8> first_sector{};
  static constexpr At<u32, 12> sectors{};
};

/// The parameters that a FAT boot sector has where a master boot record has code (FAT specification 1.03,
/// section "Boot Sector and BPB"), and the name of NTFS and exFAT in the place of the system's name.
struct BootParameters : Layout<BootParameters, 512> {
  static constexpr At<u8, 0> jump{};
  static constexpr At<u8, 3, 8> system{};
  static constexpr At<u16, 11> sector_bytes{};
  static constexpr At<u8, 13> cluster_sectors{};
  static constexpr At<u16, 14> reserved_sectors{};
  static constexpr At<u8, 16> fats{};
  static constexpr At<u16, 19> sectors_16{};
  static constexpr At<u8, 21> media{};
  static constexpr At<u32, 32> sectors_32{};
};

struct MbrType {
  u8 type;
  const char* name;
  Purpose purpose = Purpose::data;
};

constexpr u8 kTypeProtective = 0xEE;
constexpr std::array kTypes = {
    MbrType{0x01, "FAT12"},
    MbrType{0x04, "FAT16"},
    MbrType{0x05, "extended", Purpose::extended},
    MbrType{0x06, "FAT16"},
    MbrType{0x07, "NTFS or exFAT"},
    MbrType{0x0B, "FAT32"},
    MbrType{0x0C, "FAT32"},
    MbrType{0x0E, "FAT16"},
    MbrType{0x0F, "extended", Purpose::extended},
    MbrType{0x27, "Windows recovery"},
    MbrType{0x41, "PReP boot", Purpose::loader},
    MbrType{0x82, "Linux swap", Purpose::swap},
    MbrType{0x83, "Linux"},
    MbrType{0x85, "Linux extended", Purpose::extended},
    MbrType{0x8E, "Linux LVM"},
    MbrType{0xA5, "FreeBSD"},
    MbrType{0xA6, "OpenBSD"},
    MbrType{0xA8, "Apple UFS"},
    MbrType{0xA9, "NetBSD"},
    MbrType{0xAF, "Apple HFS"},
    MbrType{kTypeProtective, "GPT"},
    MbrType{0xEF, "EFI system"},
    MbrType{0xFD, "Linux RAID"},
};

/// One slot.
struct Slot {
  u8 status = 0, type = 0;
  u32 first = 0, sectors = 0;

  bool in_use() const { return type != 0 && sectors != 0; }
  bool is_extended() const { return type == 0x05 || type == 0x0F || type == 0x85; }
  bool overlaps(const Slot& other) const {
    return u64{first} < u64{other.first} + other.sectors && u64{other.first} < u64{first} + sectors;
  }
  bool contains(const Slot& other) const {
    return first <= other.first && u64{other.first} + other.sectors <= u64{first} + sectors;
  }
};

/// A sector that is a boot record by its signature.
struct Sector {
  std::array<Slot, kSlots> slots;
  u32 disk_id = 0;
  bool has_parameters = false;  ///< of a FAT, NTFS or exFAT file system
  u64 fat_bytes = 0;            ///< as long as a FAT file system says that it is
};

bool looks_like_ntfs(Record<BootParameters, LittleEndian> boot) {
  const std::string_view system = padded_text(boot.bytes(BootParameters::system));
  return system == "NTFS    " || system == "EXFAT   ";
}

bool looks_like_fat(Record<BootParameters, LittleEndian> boot) {
  using P = BootParameters;
  const u8 jump = boot.get(P::jump);
  const u16 sector_bytes = boot.get(P::sector_bytes);
  return (jump == 0xEB || jump == 0xE9) && std::has_single_bit(sector_bytes) && sector_bytes >= 128 &&
         sector_bytes <= 4096 && std::has_single_bit(boot.get(P::cluster_sectors)) &&
         boot.get(P::reserved_sectors) != 0 && boot.get(P::fats) != 0 && boot.get(P::fats) <= 4 &&
         (boot.get(P::media) == 0xF0 || boot.get(P::media) >= 0xF8);
}

u64 fat_bytes(Record<BootParameters, LittleEndian> boot) {
  using P = BootParameters;
  const u32 few = boot.get(P::sectors_16);
  return u64{few != 0 ? few : boot.get(P::sectors_32)} * boot.get(P::sector_bytes);
}

/// The boot record at `offset`; nullopt where there is none.
Result<std::optional<Sector>> read_sector(BlockDevice& device, u64 offset) {
  if (offset > device.size() || device.size() - offset < BootRecord::size) return std::nullopt;
  std::array<std::byte, BootRecord::size> bytes;
  TRY(device.read(offset, bytes));
  const std::span<const std::byte> block = bytes;
  const auto record = TRY((Record<BootRecord, LittleEndian>::at(block, 0)));
  if (record.get(BootRecord::signature) != kSignature) return std::nullopt;
  Sector sector;
  sector.disk_id = record.get(BootRecord::disk_id);
  const auto boot = TRY((Record<BootParameters, LittleEndian>::at(block, 0)));
  const bool is_fat = looks_like_fat(boot);
  sector.has_parameters = is_fat || looks_like_ntfs(boot);
  if (is_fat) sector.fat_bytes = fat_bytes(boot);
  for (u32 i = 0; i < kSlots; ++i) {
    const auto entry = TRY((Record<RawEntry, LittleEndian>::at(block, 446 + i * RawEntry::size)));
    sector.slots[i] = {.status = entry.get(RawEntry::status),
                       .type = entry.get(RawEntry::type),
                       .first = entry.get(RawEntry::first_sector),
                       .sectors = entry.get(RawEntry::sectors)};
  }
  return sector;
}

/// Whether the slots of the first sector are a table rather than whatever a boot sector has there. A table
/// may list more than a cut image holds; in what else looks like a file system's boot sector, all must fit.
bool is_table(const Sector& sector, u64 device_bytes) {
  const u64 device_sectors = (device_bytes + kSectorSizes[0] - 1) / kSectorSizes[0];
  bool some_inside = false;
  for (const Slot& slot : sector.slots) {
    if (slot.status != 0x00 && slot.status != 0x80) return false;
    if (!slot.in_use()) continue;
    const bool starts_inside = slot.first < device_sectors;
    some_inside |= starts_inside;
    if (sector.has_parameters && u64{slot.first} + slot.sectors > device_sectors) return false;
    // mtools and mkfs.fat can list the file system that the sector begins as a partition.
    if (sector.has_parameters && slot.first == 0) return false;
    // Hybrid images for CD and disk list the whole image, and parts of it again.
    for (const Slot& other : sector.slots)
      if (&other != &slot && other.in_use() && slot.overlaps(other) && !slot.contains(other) &&
          !other.contains(slot))
        return false;
  }
  return some_inside;
}

/// Finds out what a table counts in.
class SectorSize {
 public:
  SectorSize(BlockDevice& device, const Sector& sector) : device_(device), sector_(sector) {}

  /// The table does not say what it counts in. 512 unless everything fits on the device in 4096 too, and more
  /// partitions begin with something there: a table in the wrong unit points into the emptiness before them.
  Result<u32> find() {
    for (const Slot& slot : sector_.slots)
      if (slot.in_use() && (u64{slot.first} + slot.sectors) * kSectorSizes[1] > device_.size())
        return kSectorSizes[0];
    const u32 small = TRY(begun(kSectorSizes[0]));
    const u32 large = TRY(begun(kSectorSizes[1]));
    return large > small ? kSectorSizes[1] : kSectorSizes[0];
  }

 private:
  Result<u32> begun(u32 sector_bytes) {
    u32 count = 0;
    for (const Slot& slot : sector_.slots) {
      if (!slot.in_use()) continue;
      const u64 offset = u64{slot.first} * sector_bytes;
      const bool found =
          slot.is_extended() ? TRY(read_sector(device_, offset)).has_value() : TRY(holds_something(offset));
      count += found ? 1 : 0;
    }
    return count;
  }

  /// Whether the first bytes are other than zeroes, as far as any file system's first record lies (UFS2: 64
  /// KiB and its superblock).
  Result<bool> holds_something(u64 offset) {
    constexpr u64 kHead = 72 << 10;
    std::array<std::byte, 4096> piece;
    const u64 end = offset + std::min(kHead, device_.size() - offset);
    for (; offset < end; offset += piece.size()) {
      const auto bytes = std::span(piece).first(std::min<u64>(piece.size(), end - offset));
      TRY(device_.read(offset, bytes));
      if (std::ranges::any_of(bytes, [](std::byte b) { return b != std::byte{0}; })) return true;
    }
    return false;
  }

  BlockDevice& device_;
  const Sector& sector_;
};

/// Collects the partitions of a table.
class Reader {
 public:
  Reader(BlockDevice& device, const Sector& sector, u32 sector_bytes)
      : device_(device), sector_(sector), sector_bytes_(sector_bytes) {}

  Result<PartitionTable> read() {
    PartitionTable table;
    table.sector_bytes = sector_bytes_;
    table.id.put_hex(sector_.disk_id, 8);
    found_ = TRY(Array<Partition>::make(kSlots + kLinksMax));
    for (u32 i = 0; i < kSlots; ++i)
      if (sector_.slots[i].in_use()) add(i + 1, sector_.slots[i], sector_.slots[i].first);
    for (const Slot& slot : sector_.slots)
      if (slot.in_use() && slot.is_extended()) TRY(follow_chain(slot));
    table.partitions = TRY(Array<Partition>::make(count_));
    std::copy_n(found_.begin(), count_, table.partitions.begin());
    table.damage = damage_;
    return table;
  }

 private:
  void add(u32 number, const Slot& slot, u64 first_sector) {
    Partition partition;
    partition.number = number;
    place(partition, first_sector, slot.sectors, sector_bytes_, device_.size());
    partition.bootable = slot.status == 0x80;
    partition.type.put_hex(slot.type, 2);
    for (const MbrType& type : kTypes) {
      if (type.type != slot.type) continue;
      partition.type_name = type.name;
      partition.purpose = type.purpose;
    }
    partition.uuid.put_hex(sector_.disk_id, 8);
    partition.uuid.put('-');
    partition.uuid.put_hex(number, number > 0xFF ? 3 : 2);
    found_[count_++] = partition;
  }

  /// Each record of the chain holds one logical partition, placed from the record, and one link, placed from
  /// the start of the extended partition. Further entries are ignored, as fdisk does.
  Result<> follow_chain(const Slot& extended) {
    u64 at = extended.first;
    for (;;) {
      const auto seen = std::span(links_).first(links_seen_);
      if (std::ranges::find(seen, at) != seen.end())
        return damaged("the chain of logical partitions runs in a circle");
      if (links_seen_ == kLinksMax) return damaged("there are too many logical partitions");
      links_[links_seen_++] = at;
      const std::optional<Sector> record = TRY(read_sector(device_, at * sector_bytes_));
      if (!record) return damaged("the chain of logical partitions is broken");
      const Slot* data = nullptr;
      const Slot* link = nullptr;
      for (const Slot& slot : record->slots) {
        if (!slot.in_use()) continue;
        const Slot*& role = slot.is_extended() ? link : data;
        if (!role) role = &slot;
      }
      if (data) add(next_logical_++, *data, at + data->first);
      if (!link) return {};
      at = u64{extended.first} + link->first;
    }
  }

  /// What was read before the damage stays usable.
  Result<> damaged(const char* sentence) {
    damage_ = sentence;
    return {};
  }

  BlockDevice& device_;
  const Sector& sector_;
  const u32 sector_bytes_;
  Array<Partition> found_;
  u32 count_ = 0;
  u32 next_logical_ = kFirstLogical;
  std::array<u64, kLinksMax> links_;
  u32 links_seen_ = 0;
  const char* damage_ = nullptr;
};

/// The table in the first sector, if there is one.
Result<std::optional<Sector>> find_table(BlockDevice& device) {
  std::optional<Sector> sector = TRY(read_sector(device, 0));
  if (sector && !is_table(*sector, device.size())) sector.reset();
  return sector;
}

}  // namespace

Result<MbrSummary> summarize_mbr(BlockDevice& device) {
  MbrSummary summary;
  const std::optional<Sector> sector = TRY(find_table(device));
  if (!sector) return summary;
  summary.kind = MbrSummary::Kind::table;
  for (const Slot& slot : sector->slots) {
    if (!slot.in_use() || slot.type != kTypeProtective) continue;
    summary.kind = MbrSummary::Kind::protective;
    summary.protected_end = u64{slot.first} + slot.sectors;
  }
  return summary;
}

Result<BootSectorLengths> boot_sector_lengths(BlockDevice& device, u64 offset) {
  BootSectorLengths lengths;
  const std::optional<Sector> sector = TRY(read_sector(device, offset));
  if (!sector) return lengths;
  lengths.fat = sector->fat_bytes;
  for (const Slot& slot : sector->slots)
    if (slot.in_use())
      lengths.disk = std::max(lengths.disk, (u64{slot.first} + slot.sectors) * kSectorSizes[0]);
  return lengths;
}

Result<std::optional<PartitionTable>> read_mbr(BlockDevice& device) {
  const std::optional<Sector> sector = TRY(find_table(device));
  if (!sector) return std::nullopt;
  const u32 sector_bytes = TRY(SectorSize(device, *sector).find());
  return TRY(Reader(device, *sector, sector_bytes).read());
}

}  // namespace rump::images
