// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Superblock to Geometry.
#include "fs/ext2/super.hpp"

#include <algorithm>
#include <cstring>

#include "fs/ext2/checksum.hpp"
#include "fs/ext2/features.hpp"

namespace rump::ext2 {
namespace {

using SuperView = Record<SuperBlock, LittleEndian>;

constexpr u32 kUnderstood = kIncompatFileType | kIncompatRecover | kIncompatMetaGroups | kIncompatExtents |
                            kIncompat64Bit | kIncompatMultiMount | kIncompatFlexGroups |
                            kIncompatValueInodes | kIncompatEncrypt | kIncompatCaseFold |
                            kIncompatInlineData | kIncompatChecksumSeed | kIncompatLargeDir;

/// Why a mount is refused.
struct Refusal {
  u32 feature;
  Error error;
};
constexpr Refusal kRefusals[] = {
    {kIncompatJournalDevice, {Errc::not_supported, "this is an external journal, not a file system"}},
    {kIncompatCompression, {Errc::not_supported, "the feature compression is not supported"}},
    {kIncompatDirData, {Errc::not_supported, "the feature dirdata is not supported"}},
};

Result<> check_features(const Geometry& g) {
  for (const Refusal& refusal : kRefusals)
    if (g.incompat & refusal.feature) return std::unexpected(refusal.error);
  if (const u32 unknown = g.incompat & ~kUnderstood)
    return fail(Errc::not_supported, unknown_incompat(unknown));
  return {};
}

void read_features(const SuperView& sb, Geometry& g) {
  g.compat = sb.get(SuperBlock::compat);
  g.incompat = sb.get(SuperBlock::incompat);
  g.ro_compat = sb.get(SuperBlock::ro_compat);
  std::memcpy(g.uuid.data(), sb.bytes(SuperBlock::uuid).data(), g.uuid.size());
  std::memcpy(g.label.data(), sb.bytes(SuperBlock::label).data(), g.label.size());
  g.checksum_seed = g.has(kIncompatChecksumSeed) ? sb.get(SuperBlock::checksum_seed)
                                                 : crc32c(~u32{0}, std::as_bytes(std::span(g.uuid)));
  if (g.has(kCompatJournal)) g.journal_inode = sb.get(SuperBlock::journal_inode);
  g.default_hash = sb.get(SuperBlock::default_hash);
  g.unsigned_hash = sb.get(SuperBlock::flags) & kFlagUnsignedHash;
  for (std::size_t i = 0; i < g.hash_seed.size(); ++i) g.hash_seed[i] = sb.get(SuperBlock::hash_seed, i);
}

Result<> check_checksum(const SuperView& sb, const Geometry& g) {
  if (!g.checks()) return {};
  if (sb.get(SuperBlock::checksum_type) != kChecksumCrc32c)
    return fail(Errc::not_supported, "the superblock names an unknown checksum");
  const auto covered = sb.bytes().first(SuperBlock::size - sizeof(u32));
  if (crc32c(~u32{0}, covered) != sb.get(SuperBlock::checksum))
    return fail(Errc::corrupt, "the superblock's checksum is wrong (verify=off reads on)");
  return {};
}

/// Block size, block counts and groups.
Result<> read_blocks(const SuperView& sb, Geometry& g, u64 device_bytes) {
  const u32 log = sb.get(SuperBlock::log_block_size);
  if (log > kLogBlockSizeMax) return fail(Errc::corrupt, "the superblock's block size is out of range");
  g.block_shift = 10 + log;
  g.block_bytes = u32{1} << g.block_shift;
  const bool wide = g.has(kIncompat64Bit);
  const auto wide_field = [&](auto high, auto low) { return join(wide ? sb.get(high) : 0, sb.get(low), 32); };
  g.blocks = wide_field(SuperBlock::blocks_count_hi, SuperBlock::blocks_count_lo);
  g.blocks_reserved = wide_field(SuperBlock::reserved_blocks_hi, SuperBlock::reserved_blocks_lo);
  g.first_data_block = sb.get(SuperBlock::first_data_block);
  if (g.first_data_block > (g.block_bytes == kBlockBytesMin ? 1 : 0))
    return fail(Errc::corrupt, "the superblock's first data block is out of range");
  if (g.blocks <= g.first_data_block) return fail(Errc::corrupt, "the superblock counts no blocks");
  if (g.blocks > device_bytes >> g.block_shift)
    return fail(Errc::corrupt, "the file system is larger than its device");

  u32 log_cluster = sb.get(SuperBlock::log_cluster_size);
  if (!g.has(kRoCompatBigAlloc)) log_cluster = log;
  if (log_cluster < log || log_cluster - log > 16)
    return fail(Errc::corrupt, "the superblock's cluster size is out of range");
  g.cluster_bytes = u64{kBlockBytesMin} << log_cluster;
  if (g.has(kRoCompatBigAlloc))
    g.blocks_overhead = u64{sb.get(SuperBlock::overhead_clusters)} << (log_cluster - log);
  g.blocks_per_group = sb.get(SuperBlock::blocks_per_group);
  const u64 bits = u64{8} << g.block_shift << (log_cluster - log);
  if (g.blocks_per_group == 0 || g.blocks_per_group > bits)
    return fail(Errc::corrupt, "the superblock's blocks per group are out of range");
  const u64 groups = (g.blocks - g.first_data_block + g.blocks_per_group - 1) / g.blocks_per_group;
  if (groups > ~u32{0} / 8) return fail(Errc::corrupt, "the superblock's groups are too many");
  g.groups = static_cast<u32>(groups);
  return {};
}

Result<> read_inodes(const SuperView& sb, Geometry& g) {
  g.inodes = sb.get(SuperBlock::inodes_count);
  g.inodes_per_group = sb.get(SuperBlock::inodes_per_group);
  const u32 revision = sb.get(SuperBlock::revision);
  if (revision > 1) return fail(Errc::not_supported, "the file system's revision is not supported");
  g.inode_bytes = revision == 0 ? kInodeBytesOld : sb.get(SuperBlock::inode_size);
  g.first_inode = revision == 0 ? kFirstInodeMin : sb.get(SuperBlock::first_inode);
  if (g.first_inode < kFirstInodeMin || g.first_inode > g.inodes)
    return fail(Errc::corrupt, "the superblock's first inode is out of range");
  if (g.inode_bytes < kInodeBytesOld || g.inode_bytes > g.block_bytes || !std::has_single_bit(g.inode_bytes))
    return fail(Errc::corrupt, "the superblock's inode size is out of range");
  if (g.inodes_per_group == 0 || g.inodes_per_group > 8 * g.block_bytes)
    return fail(Errc::corrupt, "the superblock's inodes per group are out of range");
  if (u64{g.inodes_per_group} * g.groups != g.inodes)
    return fail(Errc::corrupt, "the superblock's inode count does not fit its groups");
  const u64 bytes = u64{g.inodes_per_group} * g.inode_bytes;
  g.inode_table_blocks = static_cast<u32>((bytes + g.block_bytes - 1) >> g.block_shift);
  return {};
}

Result<> read_descriptors(const SuperView& sb, Geometry& g) {
  g.descriptor_bytes = kDescriptorBytesOld;
  if (g.has(kIncompat64Bit)) g.descriptor_bytes = sb.get(SuperBlock::descriptor_size);
  const u32 least = g.has(kIncompat64Bit) ? GroupDescriptor::size : kDescriptorBytesOld;
  if (g.descriptor_bytes < least || g.descriptor_bytes > g.block_bytes ||
      !std::has_single_bit(g.descriptor_bytes))
    return fail(Errc::corrupt, "the superblock's descriptor size is out of range");
  const u32 per_block = g.descriptors_per_block();
  g.descriptor_blocks = g.groups / per_block + (g.groups % per_block != 0);
  g.reserved_descriptor_blocks = sb.get(SuperBlock::reserved_descriptor_blocks);
  if (g.reserved_descriptor_blocks > g.block_bytes / sizeof(u32))
    return fail(Errc::corrupt, "the superblock's reserved descriptor blocks are too many");
  g.first_meta_group =
      g.has(kIncompatMetaGroups) ? sb.get(SuperBlock::first_meta_group) : g.descriptor_blocks;
  if (g.first_meta_group > g.descriptor_blocks)
    return fail(Errc::corrupt, "the superblock's first meta group is out of range");
  for (std::size_t i = 0; i < g.backup_groups.size(); ++i)
    g.backup_groups[i] = sb.get(SuperBlock::backup_groups, i);
  return {};
}

bool is_power_of(u32 value, u32 base) {
  while (value % base == 0) value /= base;
  return value == 1;
}

}  // namespace

u64 Geometry::group_blocks(u32 group) const {
  return std::min<u64>(blocks_per_group, blocks - group_start(group));
}

bool Geometry::has_super(u32 group) const {
  if (group == 0) return true;
  if (has(kCompatSparseSuper2)) return group == backup_groups[0] || group == backup_groups[1];
  if (!has(kRoCompatSparseSuper) || group == 1) return true;
  return is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
}

u64 Geometry::after_super(u32 group) const {
  if (group == 0) return super_block() + 1;
  return group_start(group) + has_super(group);
}

u64 Geometry::descriptor_block(u32 index) const {
  if (index < first_meta_group) return after_super(0) + index;
  return after_super(index * descriptors_per_block());
}

u64 Geometry::descriptors_after_super() const {
  return u64{std::min(first_meta_group, descriptor_blocks)} + reserved_descriptor_blocks;
}

Result<bool> probe(BlockDevice& device) {
  std::array<std::byte, SuperBlock::size> block;
  if (device.size() < kSuperOffset + block.size()) return false;
  TRY(device.read(kSuperOffset, block));
  const SuperView sb = TRY(SuperView::at(block, 0));
  return sb.get(SuperBlock::magic) == kSuperMagic && sb.get(SuperBlock::revision) <= 1 &&
         sb.get(SuperBlock::log_block_size) <= kLogBlockSizeMax;
}

Result<Geometry> read_geometry(BlockDevice& device, bool verify) {
  std::array<std::byte, SuperBlock::size> block;
  if (device.size() < kSuperOffset + block.size())
    return fail(Errc::corrupt, "the device is too small for a superblock");
  TRY(device.read(kSuperOffset, block));
  const SuperView sb = TRY(SuperView::at(block, 0));
  if (sb.get(SuperBlock::magic) != kSuperMagic) return fail(Errc::corrupt, "the superblock's magic is wrong");
  Geometry g;
  g.verify = verify;
  read_features(sb, g);
  TRY(check_checksum(sb, g));
  TRY(check_features(g));
  if (g.has(kIncompatCaseFold) && sb.get(SuperBlock::encoding) != kEncodingUtf8)
    return fail(Errc::not_supported, "the encoding of the names is unknown");
  TRY(read_blocks(sb, g, device.size()));
  TRY(read_inodes(sb, g));
  TRY(read_descriptors(sb, g));
  return g;
}

}  // namespace rump::ext2
