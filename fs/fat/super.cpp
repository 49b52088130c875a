// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Boot sector to Geometry.
#include "fs/fat/super.hpp"

#include <algorithm>
#include <bit>
#include <optional>

namespace rump::fat {
namespace {

using SectorBytes = std::array<std::byte, BootSector::size>;
using BootView = Record<BootSector, LittleEndian>;
using Tail16View = Record<BootTail16, LittleEndian>;
using Tail32View = Record<BootTail32, LittleEndian>;

constexpr u32 kFatsMax = 4;
constexpr u32 kBlockBytesMax = 4096;

/// Diskettes of DOS 1, whose boot sectors do not describe them (Linux, fs/fat/inode.c, floppy_defaults).
struct OldDiskette {
  u32 sectors;
  u8 media;
  u8 cluster_sectors, root_records, fat_sectors;
};
constexpr OldDiskette kOldDiskettes[] = {
    {320, 0xFE, 1, 64, 1}, {360, 0xFC, 1, 64, 2}, {640, 0xFF, 2, 112, 1}, {720, 0xFD, 2, 112, 2}};

bool is_sector_size(u32 bytes) {
  return std::has_single_bit(bytes) && bytes >= kSectorBytesMin && bytes <= kSectorBytesMax;
}

bool is_media(u8 media) { return media == 0xF0 || media >= 0xF8; }

bool is_jump(u8 byte) { return byte == 0xEB || byte == 0xE9; }

/// The raw fields that the geometry is made of, in sectors.
struct Fields {
  u32 sector_bytes = 0, cluster_sectors = 0, reserved = 0, fats = 0;
  u32 root_records = 0, sectors = 0, fat_sectors = 0;
  bool is_fat32 = false;
};

Fields read_fields(const BootView& boot, const Tail32View& tail) {
  Fields l;
  l.sector_bytes = boot.get(BootSector::sector_bytes);
  l.cluster_sectors = boot.get(BootSector::cluster_sectors);
  l.reserved = boot.get(BootSector::reserved_sectors);
  l.fats = boot.get(BootSector::fats);
  l.root_records = boot.get(BootSector::root_entries);
  l.sectors = boot.get(BootSector::sectors_16);
  if (l.sectors == 0) l.sectors = boot.get(BootSector::sectors_32);
  l.fat_sectors = boot.get(BootSector::fat_sectors_16);
  // As Linux and dosfstools decide: small volumes are made as FAT32 too.
  l.is_fat32 = l.fat_sectors == 0;
  if (l.is_fat32) l.fat_sectors = tail.get(BootTail32::fat_sectors);
  return l;
}

Result<> check_fields(const Fields& l, u8 media) {
  if (!is_sector_size(l.sector_bytes))
    return fail(Errc::corrupt, "the boot sector's sector size is out of range");
  if (!std::has_single_bit(l.cluster_sectors) || l.cluster_sectors > kClusterSectorsMax)
    return fail(Errc::corrupt, "the boot sector's cluster size is out of range");
  if (l.reserved == 0) return fail(Errc::corrupt, "the boot sector reserves no sectors");
  if (l.fats == 0 || l.fats > kFatsMax)
    return fail(Errc::corrupt, "the boot sector's number of FATs is out of range");
  if (!is_media(media)) return fail(Errc::corrupt, "the boot sector's media byte is out of range");
  if (l.fat_sectors == 0) return fail(Errc::corrupt, "the boot sector's FAT has no sectors");
  if (l.sectors == 0) return fail(Errc::corrupt, "the boot sector counts no sectors");
  if (!l.is_fat32 && l.root_records == 0)
    return fail(Errc::corrupt, "the boot sector's root directory has no entries");
  return {};
}

/// Where everything lies.
Result<Geometry> place(const Fields& l) {
  Geometry g;
  g.sector_bytes = l.sector_bytes;
  g.cluster_bytes = l.cluster_sectors * l.sector_bytes;
  g.cluster_shift = static_cast<u32>(std::countr_zero(g.cluster_bytes));
  g.fats = l.fats;
  g.bytes = u64{l.sectors} * l.sector_bytes;
  g.fat_start = u64{l.reserved} * l.sector_bytes;
  g.fat_bytes = u64{l.fat_sectors} * l.sector_bytes;
  g.root_start = g.fat_start + l.fats * g.fat_bytes;
  g.root_records = l.is_fat32 ? 0 : l.root_records;
  const u64 root_bytes = u64{g.root_records} * DirRecord::size;
  g.data_start = g.root_start + (root_bytes + l.sector_bytes - 1) / l.sector_bytes * l.sector_bytes;
  if (g.data_start >= g.bytes || g.bytes - g.data_start < g.cluster_bytes)
    return fail(Errc::corrupt, "the boot sector leaves no room for data");
  const u64 clusters = (g.bytes - g.data_start) >> g.cluster_shift;
  g.type = l.is_fat32 ? FatType::fat32 : clusters < kFat16Clusters ? FatType::fat12 : FatType::fat16;
  const u64 entries = g.fat_bytes * 8 / static_cast<u32>(g.type);
  if (entries <= kFirstCluster) return fail(Errc::corrupt, "the FAT is too small for any cluster");
  const u64 usable = std::min(clusters, entries - kFirstCluster);
  if (usable > (l.is_fat32 ? kClustersMax : kFat32Clusters - 1))
    return fail(Errc::corrupt, "the boot sector counts too many clusters");
  g.clusters = static_cast<u32>(usable);
  g.block_bytes = kBlockBytesMax;
  while (g.data_start % g.block_bytes != 0 || g.cluster_bytes % g.block_bytes != 0) g.block_bytes /= 2;
  return g;
}

Result<> read_tail32(const Tail32View& tail, const Fields& l, Geometry& g) {
  if (tail.get(BootTail32::version) != 0)
    return fail(Errc::not_supported, "the version of this FAT32 is not supported");
  const u16 flags = tail.get(BootTail32::flags);
  if (flags & kFlagOneFat) {
    g.mirrored = false;
    g.active_fat = flags & kActiveFatMask;
    if (g.active_fat >= g.fats) return fail(Errc::corrupt, "the boot sector's active FAT does not exist");
  }
  g.root_cluster = tail.get(BootTail32::root_cluster);
  if (!g.is_cluster(g.root_cluster))
    return fail(Errc::corrupt, "the boot sector's root directory lies outside the volume");
  const u16 info = tail.get(BootTail32::info_sector);
  if (info != 0 && info != kNoSector && info < l.reserved) g.info_at = u64{info} * l.sector_bytes;
  g.state_at = 0x41;
  g.marked_dirty = tail.get(BootTail32::state) & kStateDirty;
  const u8 extended = tail.get(BootTail32::extended);
  g.label.fill(' ');
  if (extended == kExtendedFull || extended == kExtendedSerial) g.serial = tail.get(BootTail32::serial);
  if (extended == kExtendedFull)
    std::ranges::transform(tail.bytes(BootTail32::label), g.label.begin(), std::to_integer<u8>);
  return {};
}

void read_tail16(const Tail16View& tail, Geometry& g) {
  const u8 extended = tail.get(BootTail16::extended);
  g.label.fill(' ');
  if (extended != kExtendedFull && extended != kExtendedSerial) return;
  g.state_at = 0x25;
  g.marked_dirty = tail.get(BootTail16::state) & kStateDirty;
  g.serial = tail.get(BootTail16::serial);
  if (extended == kExtendedFull)
    std::ranges::transform(tail.bytes(BootTail16::label), g.label.begin(), std::to_integer<u8>);
}

Result<Geometry> read_boot(std::span<const std::byte> sector, u64 device_bytes) {
  const BootView boot = TRY(BootView::at(sector, 0));
  const Tail32View tail32 = TRY(Tail32View::at(sector, 0));
  const Fields fields = read_fields(boot, tail32);
  TRY(check_fields(fields, boot.get(BootSector::media)));
  Geometry g = TRY(place(fields));
  g.truncated = g.bytes > device_bytes;
  if (fields.is_fat32)
    TRY(read_tail32(tail32, fields, g));
  else
    read_tail16(TRY(Tail16View::at(sector, 0)), g);
  return g;
}

/// Whether entry 0 of a FAT is a media byte, with ones above it ("FAT Data Structure"); which, else 0.
Result<u8> media_of_fat(BlockDevice& device, u64 fat_start) {
  std::array<std::byte, 3> head{};
  if (device.size() < fat_start + head.size()) return 0;
  TRY(device.read(fat_start, head));
  const u8 media = static_cast<u8>(head[0]);
  return is_media(media) && head[1] == std::byte{0xFF} && head[2] == std::byte{0xFF} ? media : 0;
}

/// A diskette of DOS 1, by its exact size and both its FATs.
Result<std::optional<Geometry>> old_diskette(BlockDevice& device, std::span<const std::byte> sector) {
  for (const OldDiskette& old : kOldDiskettes) {
    if (device.size() != u64{old.sectors} * kSectorBytesMin || !is_jump(static_cast<u8>(sector[0]))) continue;
    const Fields fields{.sector_bytes = kSectorBytesMin,
                        .cluster_sectors = old.cluster_sectors,
                        .reserved = 1,
                        .fats = 2,
                        .root_records = old.root_records,
                        .sectors = old.sectors,
                        .fat_sectors = old.fat_sectors};
    Geometry g = TRY(place(fields));
    g.label.fill(' ');
    if (TRY(media_of_fat(device, g.fat_start)) == old.media &&
        TRY(media_of_fat(device, g.fat_start + g.fat_bytes)) == old.media)
      return g;
  }
  return std::nullopt;
}

/// The backup of a FAT32 boot sector, where it usually is; the volume's sector size is not known for sure.
Result<Geometry> read_backup(BlockDevice& device) {
  for (u32 bytes = kSectorBytesMin; bytes <= kSectorBytesMax; bytes *= 2) {
    SectorBytes sector;
    const u64 at = u64{kBackupSectorUsual} * bytes;
    if (device.size() < at + sector.size()) break;
    TRY(device.read(at, sector));
    const Result<Geometry> g = read_boot(sector, device.size());
    if (g && g->type == FatType::fat32 && g->sector_bytes == bytes) return g;
  }
  return fail(Errc::corrupt, "there is no backup of the boot sector that makes sense");
}

Result<SectorBytes> read_sector(BlockDevice& device) {
  SectorBytes sector;
  if (device.size() < sector.size()) return fail(Errc::corrupt, "the device is too small for a boot sector");
  TRY(device.read(0, sector));
  return sector;
}

/// Whether the boot sector calls its own type.
Result<bool> names_its_type(std::span<const std::byte> sector) {
  const BootView boot = TRY(BootView::at(sector, 0));
  if (boot.get(BootSector::signature) != kBootSignature || !is_jump(boot.get(BootSector::jump))) return false;
  const auto is = [](std::span<const std::byte> bytes) { return padded_text(bytes).starts_with("FAT"); };
  return is(TRY(Tail16View::at(sector, 0)).bytes(BootTail16::type)) ||
         is(TRY(Tail32View::at(sector, 0)).bytes(BootTail32::type));
}

}  // namespace

Result<bool> probe(BlockDevice& device) {
  if (device.size() < BootSector::size) return false;
  const SectorBytes sector = TRY(read_sector(device));
  const Result<Geometry> g = read_boot(sector, device.size());
  if (!g) return TRY(old_diskette(device, sector)).has_value();
  return TRY(media_of_fat(device, g->fat_start)) != 0 || TRY(names_its_type(sector));
}

Result<Geometry> read_geometry(BlockDevice& device, WhichBoot which) {
  if (which == WhichBoot::backup) return read_backup(device);
  const SectorBytes sector = TRY(read_sector(device));
  Result<Geometry> g = read_boot(sector, device.size());
  if (g) return g;
  if (const auto old = TRY(old_diskette(device, sector))) return *old;
  if (g.error().code == Errc::corrupt && read_backup(device))
    return fail(Errc::corrupt, "the boot sector is damaged; its backup is good (sb=backup reads by it)");
  return g;
}

}  // namespace rump::fat
