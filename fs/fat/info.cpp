// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The boot sector in words, with what needs a look at the FAT and the root directory.
#include "fs/fat/info.hpp"

#include "fs/fat/label.hpp"
#include "fs/fat/mount.hpp"
#include "fs/fat/status.hpp"

namespace rump::fat {
namespace {

constexpr u64 kCacheBytes = 256 << 10;

std::string_view version_of(FatType type) {
  return type == FatType::fat12 ? "FAT12" : type == FatType::fat16 ? "FAT16" : "FAT32";
}

void put_hex(u32 value, std::span<char> digits) {
  for (std::size_t i = digits.size(); i > 0; --i, value >>= 4)
    digits[i - 1] = "0123456789ABCDEF"[value & 0xF];
}

/// As blkid prints it.
void add_serial(u32 serial, DetailSink& sink) {
  if (serial == 0) return;
  std::array<char, 9> text{};
  put_hex(serial >> 16, std::span(text).first(4));
  text[4] = '-';
  put_hex(serial & 0xFFFF, std::span(text).last(4));
  sink.text("uuid", {text.data(), text.size()});
}

void add_layout(const Geometry& g, DetailSink& sink) {
  sink.bytes("sector_size", g.sector_bytes);
  sink.bytes("cluster_size", g.cluster_bytes);
  sink.number("clusters", g.clusters);
  sink.number("fat_copies", g.fats);
  sink.bytes("fat_size", g.fat_bytes);
  if (!g.mirrored) sink.number("active_fat", g.active_fat);
  if (g.root_records != 0) sink.number("root_entries", g.root_records);
  if (g.has_chain_root()) sink.number("root_cluster", g.root_cluster);
}

/// What only the raw sector has.
Result<> add_boot_sector(BlockDevice& device, const Geometry& g, DetailSink& sink) {
  std::array<std::byte, BootSector::size> sector;
  TRY(device.read(0, sector));
  const auto boot = TRY((Record<BootSector, LittleEndian>::at(std::span<const std::byte>(sector), 0)));
  if (const auto system = padded_text(boot.bytes(BootSector::system)); !system.empty())
    sink.text("system", system.substr(0, system.find_last_not_of(' ') + 1));
  std::array<char, 4> media{'0', 'x'};
  put_hex(boot.get(BootSector::media), std::span(media).last(2));
  sink.text("media", {media.data(), media.size()});
  if (const u32 hidden = boot.get(BootSector::hidden_sectors); hidden != 0)
    sink.number("hidden_sectors", hidden);
  if (!g.has_chain_root()) return {};
  const auto tail = TRY((Record<BootTail32, LittleEndian>::at(std::span<const std::byte>(sector), 0)));
  const u16 backup = tail.get(BootTail32::backup_sector);
  if (backup == 0 || backup == kNoSector) return {};
  std::array<std::byte, BootSector::size> copy;
  const bool there = device.read(u64{backup} * g.sector_bytes, copy).has_value();
  sink.text("backup_boot_sector", !there ? "missing" : copy == sector ? "intact" : "differs");
  return {};
}

/// What a mount finds out: state, label, free space.
Result<> add_contents(BlockDevice& device, DetailSink& sink) {
  const auto mounted = TRY(FatMount::make(device, {.cache_bytes = kCacheBytes}));
  auto& mount = static_cast<FatMount&>(*mounted);
  sink.text("state", TRY(read_marks(mount.table(), mount.cache())).both() ? "clean" : "not clean");
  const Result<Label> label = mount.label();
  std::array<char, kLabelTextMax> room;
  if (!label)
    sink.text("damage", label.error().reason);
  else if (const Name text = label_text(*label, *mount.options().page, room); !text.empty())
    sink.text("label", text);
  sink.bytes("free", u64{TRY(mount.free_clusters())} << mount.geometry().cluster_shift);
  return {};
}

}  // namespace

Result<> describe(BlockDevice& device, DetailSink& sink) {
  Result<Geometry> primary = read_geometry(device, WhichBoot::primary);
  const Geometry g = primary ? *primary : TRY(read_geometry(device, WhichBoot::backup));
  sink.text("type", "vfat");
  sink.text("version", version_of(g.type));
  add_serial(g.serial, sink);
  if (!primary) sink.text("damage", primary.error().reason);
  if (g.truncated) sink.text("damage", "the image ends before the file system does");
  sink.bytes("size", g.bytes);
  if (primary)
    if (const Result<> told = add_contents(device, sink); !told) sink.text("damage", told.error().reason);
  add_layout(g, sink);
  return add_boot_sector(device, g, sink);
}

}  // namespace rump::fat
