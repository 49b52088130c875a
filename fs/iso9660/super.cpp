// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Volume descriptors to Descriptors.
#include "fs/iso9660/super.hpp"

#include <algorithm>

namespace rump::iso9660 {
namespace {

using VolumeView = Record<VolumeDescriptor, LittleEndian>;
using Sector = std::array<std::byte, kSectorBytes>;

/// Reads a sector; false where the device ends before it does.
Result<bool> read_sector(BlockDevice& device, u64 sector, Sector& bytes) {
  if (sector >= device.size() >> kSectorShift) return false;
  TRY(device.read(sector << kSectorShift, bytes));
  return true;
}

bool is_standard(const VolumeView& view) { return text_of(view.bytes(VolumeDescriptor::id)) == kStandardId; }

Result<bool> is_high_sierra(const Sector& bytes) {
  const auto view = TRY((Record<HighSierraDescriptor, LittleEndian>::at(bytes, 0)));
  return text_of(view.bytes(HighSierraDescriptor::id)) == kHighSierraId;
}

Result<Tree> read_tree(const VolumeView& view, u32 block_shift) {
  const auto record = TRY((Record<DirRecord, LittleEndian>::at(view.bytes(VolumeDescriptor::root), 0)));
  Tree tree;
  tree.root = (u64{record.get(DirRecord::extent)} + record.get(DirRecord::xar_blocks)) << block_shift;
  tree.root_bytes = record.get(DirRecord::bytes);
  return tree;
}

Result<> read_primary(const VolumeView& view, Descriptors& d) {
  const u32 block_bytes = view.get(VolumeDescriptor::block_bytes);
  if (block_bytes < 512 || block_bytes > kSectorBytes || !std::has_single_bit(block_bytes))
    return fail(Errc::corrupt, "the volume descriptor's block size is out of range");
  d.block_shift = static_cast<u32>(std::countr_zero(block_bytes));
  d.blocks = view.get(VolumeDescriptor::blocks);
  d.primary = TRY(read_tree(view, d.block_shift));
  d.is_xa = text_of(view.bytes(VolumeDescriptor::xa_id)) == kXaDiscId;
  const std::string_view name = trimmed_text(view.bytes(VolumeDescriptor::volume_id));
  std::ranges::copy(name, d.volume_id.begin());
  return {};
}

/// 1 to 3; 0: not Joliet.
u8 joliet_level(const VolumeView& view) {
  const std::string_view escapes = text_of(view.bytes(VolumeDescriptor::escapes));
  u8 level = 1;
  for (const std::string_view of_level : kJolietEscapes) {
    if (escapes.starts_with(of_level)) return level;
    ++level;
  }
  return 0;
}

/// Joliet or enhanced; the first of a kind counts, what is neither is passed over. A tree outside the device
/// is none.
Result<> read_supplementary(const VolumeView& view, u64 device_bytes, Descriptors& d) {
  const Tree tree = TRY(read_tree(view, d.block_shift));
  if (tree.root >= device_bytes) return {};
  if (const u8 level = joliet_level(view); level != 0) {
    if (d.joliet) return {};
    d.joliet = tree;
    d.joliet_level = level;
  } else if (view.get(VolumeDescriptor::version) == kVersionEnhanced && !d.enhanced) {
    d.enhanced = tree;
  }
  return {};
}

Result<> read_boot(const Sector& bytes, Descriptors& d) {
  const auto view = TRY((Record<BootRecord, LittleEndian>::at(bytes, 0)));
  if (!d.boot_catalog && text_of(view.bytes(BootRecord::system)).starts_with(kElToritoId))
    d.boot_catalog = view.get(BootRecord::catalog);
  return {};
}

/// The sector of the first primary descriptor in the set that begins at `first`.
Result<u64> find_primary(BlockDevice& device, u64 first) {
  for (u64 sector = first; sector < first + kDescriptorsMax; ++sector) {
    Sector bytes;
    if (!TRY(read_sector(device, sector, bytes))) break;
    const VolumeView view = TRY(VolumeView::at(bytes, 0));
    const u8 type = view.get(VolumeDescriptor::type);
    if (!is_standard(view) || type == kDescriptorEnd) break;
    if (type == kDescriptorPrimary) return sector;
  }
  return fail(Errc::corrupt, "there is no primary volume descriptor");
}

}  // namespace

std::string_view trimmed_text(std::span<const std::byte> bytes) {
  std::string_view text = padded_text(bytes);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Result<bool> probe(BlockDevice& device) {
  Sector bytes;
  if (!TRY(read_sector(device, kDescriptorSector, bytes))) return false;
  return is_standard(TRY(VolumeView::at(bytes, 0))) || TRY(is_high_sierra(bytes));
}

Result<bool> has_primary(BlockDevice& device, u64 sector) {
  Sector bytes;
  if (!TRY(read_sector(device, sector, bytes))) return false;
  const VolumeView view = TRY(VolumeView::at(bytes, 0));
  return is_standard(view) && view.get(VolumeDescriptor::type) == kDescriptorPrimary;
}

Result<Descriptors> read_descriptors(BlockDevice& device, u64 first) {
  Sector bytes;
  if (!TRY(read_sector(device, first, bytes)))
    return fail(Errc::corrupt, "the device is too small for a volume descriptor");
  if (TRY(is_high_sierra(bytes)))
    return fail(Errc::not_supported, "High Sierra, the predecessor of ISO 9660, is not supported");
  Descriptors d;
  d.sector = first;
  // The block size stands in the primary descriptor, which may come after one that needs it.
  d.primary_sector = TRY(find_primary(device, first));
  if (!TRY(read_sector(device, d.primary_sector, bytes)))
    return fail(Errc::corrupt, "the device is too small for a volume descriptor");
  TRY(read_primary(TRY(VolumeView::at(bytes, 0)), d));
  for (u64 sector = first; sector < first + kDescriptorsMax; ++sector) {
    if (!TRY(read_sector(device, sector, bytes))) break;
    const VolumeView view = TRY(VolumeView::at(bytes, 0));
    const u8 type = view.get(VolumeDescriptor::type);
    if (!is_standard(view) || type == kDescriptorEnd) break;
    if (type == kDescriptorSupplementary) TRY(read_supplementary(view, device.size(), d));
    if (type == kDescriptorBoot) TRY(read_boot(bytes, d));
  }
  return d;
}

}  // namespace rump::iso9660
