// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The on-disk layouts and constants of ext2, ext3 and ext4.
///
/// Source of every offset and value: the Linux kernel documentation, "ext4 Data Structures and Algorithms"
/// (Documentation/filesystems/ext4), by the section named at each layout. All integers are little-endian.
#pragma once

#include "vfs/disk.hpp"

namespace rump::ext2 {

/// Where the primary superblock lies, in bytes from the start of the volume.
inline constexpr u64 kSuperOffset = 1024;
inline constexpr u16 kSuperMagic = 0xEF53;

/// "The Super Block".
struct SuperBlock : Layout<SuperBlock, 1024> {
  static constexpr At<u32, 0x00> inodes_count{};
  static constexpr At<u32, 0x04> blocks_count_lo{};
  static constexpr At<u32, 0x08> reserved_blocks_lo{};
  static constexpr At<u32, 0x0C> free_blocks_lo{};
  static constexpr At<u32, 0x10> free_inodes{};
  static constexpr At<u32, 0x14> first_data_block{};
  static constexpr At<u32, 0x18> log_block_size{};
  static constexpr At<u32, 0x1C> log_cluster_size{};
  static constexpr At<u32, 0x20> blocks_per_group{};
  static constexpr At<u32, 0x24> clusters_per_group{};
  static constexpr At<u32, 0x28> inodes_per_group{};
  static constexpr At<u32, 0x2C> mounted{};
  static constexpr At<u32, 0x30> written{};
  static constexpr At<u16, 0x34> mount_count{};
  static constexpr At<u16, 0x36> mount_count_max{};
  static constexpr At<u16, 0x38> magic{};
  static constexpr At<u16, 0x3A> state{};
  static constexpr At<u16, 0x3C> on_error{};
  static constexpr At<u32, 0x40> checked{};
  static constexpr At<u32, 0x48> creator{};
  static constexpr At<u32, 0x4C> revision{};
  static constexpr At<u32, 0x54> first_inode{};
  static constexpr At<u16, 0x58> inode_size{};
  static constexpr At<u32, 0x5C> compat{};
  static constexpr At<u32, 0x60> incompat{};
  static constexpr At<u32, 0x64> ro_compat{};
  static constexpr At<u8, 0x68, 16> uuid{};
  static constexpr At<u8, 0x78, 16> label{};
  static constexpr At<u8, 0x88, 64> mounted_on{};
  static constexpr At<u16, 0xCE> reserved_descriptor_blocks{};
  static constexpr At<u8, 0xD0, 16> journal_uuid{};
  static constexpr At<u32, 0xE0> journal_inode{};
  static constexpr At<u32, 0xE8> first_orphan{};
  static constexpr At<u32, 0xEC, 4> hash_seed{};
  static constexpr At<u8, 0xFC> default_hash{};
  static constexpr At<u16, 0xFE> descriptor_size{};
  static constexpr At<u32, 0x104> first_meta_group{};
  static constexpr At<u32, 0x108> created{};
  static constexpr At<u32, 0x150> blocks_count_hi{};
  static constexpr At<u32, 0x154> reserved_blocks_hi{};
  static constexpr At<u32, 0x158> free_blocks_hi{};
  static constexpr At<u32, 0x160> flags{};
  static constexpr At<u8, 0x175> checksum_type{};
  static constexpr At<u64, 0x178> kib_written{};
  static constexpr At<u32, 0x194> error_count{};
  static constexpr At<u32, 0x198> first_error{};
  static constexpr At<u32, 0x1CC> last_error{};
  static constexpr At<u32, 0x248> overhead_clusters{};
  static constexpr At<u32, 0x24C, 2> backup_groups{};
  static constexpr At<u32, 0x270> checksum_seed{};
  static constexpr At<u8, 0x274> written_hi{};
  static constexpr At<u8, 0x275> mounted_hi{};
  static constexpr At<u8, 0x276> created_hi{};
  static constexpr At<u8, 0x277> checked_hi{};
  static constexpr At<u8, 0x278> first_error_hi{};
  static constexpr At<u8, 0x279> last_error_hi{};
  static constexpr At<u16, 0x27C> encoding{};
  static constexpr At<u32, 0x3FC> checksum{};
};

inline constexpr u32 kBlockBytesMin = 1024;
inline constexpr u32 kLogBlockSizeMax = 6;
inline constexpr u32 kFlagUnsignedHash = 0x2;  ///< SuperBlock::flags
inline constexpr u16 kEncodingUtf8 = 1;        ///< SuperBlock::encoding
inline constexpr u8 kChecksumCrc32c = 1;       ///< SuperBlock::checksum_type
inline constexpr u16 kStateClean = 1;          ///< SuperBlock::state
inline constexpr u16 kStateErrors = 2;         ///< SuperBlock::state

/// s_feature_compat, as far as a reader cares.
enum Compat : u32 { kCompatJournal = 0x4, kCompatDirIndex = 0x20, kCompatSparseSuper2 = 0x200 };

/// s_feature_incompat.
enum Incompat : u32 {
  kIncompatCompression = 0x1,
  kIncompatFileType = 0x2,
  kIncompatRecover = 0x4,
  kIncompatJournalDevice = 0x8,
  kIncompatMetaGroups = 0x10,
  kIncompatExtents = 0x40,
  kIncompat64Bit = 0x80,
  kIncompatMultiMount = 0x100,
  kIncompatFlexGroups = 0x200,
  kIncompatValueInodes = 0x400,
  kIncompatDirData = 0x1000,
  kIncompatChecksumSeed = 0x2000,
  kIncompatLargeDir = 0x4000,
  kIncompatInlineData = 0x8000,
  kIncompatEncrypt = 0x10000,
  kIncompatCaseFold = 0x20000,
};

/// s_feature_ro_compat, as far as a reader cares.
enum RoCompat : u32 {
  kRoCompatSparseSuper = 0x1,
  kRoCompatHugeFile = 0x8,
  kRoCompatGroupCrc = 0x10,
  kRoCompatBigAlloc = 0x200,
  kRoCompatMetadataChecksum = 0x400,
  kRoCompatProject = 0x2000,
};

/// "Block Group Descriptors"; the second half exists with the feature 64bit.
struct GroupDescriptor : Layout<GroupDescriptor, 64> {
  static constexpr At<u32, 0x00> block_bitmap_lo{};
  static constexpr At<u32, 0x04> inode_bitmap_lo{};
  static constexpr At<u32, 0x08> inode_table_lo{};
  static constexpr At<u16, 0x0C> free_clusters_lo{};
  static constexpr At<u16, 0x0E> free_inodes_lo{};
  static constexpr At<u16, 0x1E> checksum{};
  static constexpr At<u32, 0x20> block_bitmap_hi{};
  static constexpr At<u32, 0x24> inode_bitmap_hi{};
  static constexpr At<u32, 0x28> inode_table_hi{};
  static constexpr At<u16, 0x2C> free_clusters_hi{};
  static constexpr At<u16, 0x2E> free_inodes_hi{};
};
inline constexpr u32 kDescriptorBytesOld = 32;
inline constexpr std::size_t kDescriptorChecksumOffset = 0x1E;

/// "Index Nodes": the first 160 bytes; what an inode is too short for reads as zero.
struct DiskInode : Layout<DiskInode, 160> {
  static constexpr At<u16, 0x00> mode{};
  static constexpr At<u16, 0x02> uid_lo{};
  static constexpr At<u32, 0x04> size_lo{};
  static constexpr At<u32, 0x08> access{};
  static constexpr At<u32, 0x0C> change{};
  static constexpr At<u32, 0x10> modify{};
  static constexpr At<u16, 0x18> gid_lo{};
  static constexpr At<u16, 0x1A> links{};
  static constexpr At<u32, 0x1C> blocks_lo{};
  static constexpr At<u32, 0x20> flags{};
  static constexpr At<u8, 0x28, 60> block{};
  static constexpr At<u32, 0x64> generation{};
  static constexpr At<u32, 0x68> xattr_block_lo{};
  static constexpr At<u32, 0x6C> size_hi{};
  static constexpr At<u16, 0x74> blocks_hi{};
  static constexpr At<u16, 0x76> xattr_block_hi{};
  static constexpr At<u16, 0x78> uid_hi{};
  static constexpr At<u16, 0x7A> gid_hi{};
  static constexpr At<u16, 0x7C> checksum_lo{};
  static constexpr At<u16, 0x80> extra_size{};
  static constexpr At<u16, 0x82> checksum_hi{};
  static constexpr At<u32, 0x84> change_extra{};
  static constexpr At<u32, 0x88> modify_extra{};
  static constexpr At<u32, 0x8C> access_extra{};
  static constexpr At<u32, 0x90> birth{};
  static constexpr At<u32, 0x94> birth_extra{};
  static constexpr At<u32, 0x9C> project{};
};
inline constexpr u32 kInodeBytesOld = 128;
inline constexpr std::size_t kInodeChecksumLoOffset = 0x7C;
inline constexpr std::size_t kInodeChecksumHiOffset = 0x82;
inline constexpr u32 kRootInode = 2;
inline constexpr u32 kFirstInodeMin = 11;  ///< "Special inodes": those below are reserved

/// i_flags.
enum InodeFlag : u32 {
  kInodeCompressed = 0x4,  ///< a wish (chattr +c): without the feature compression, data is plain
  kInodeImmutable = 0x10,
  kInodeAppend = 0x20,
  kInodeNoDump = 0x40,
  kInodeEncrypted = 0x800,
  kInodeIndexed = 0x1000,
  kInodeHugeFile = 0x40000,
  kInodeExtents = 0x80000,
  kInodeVerity = 0x100000,
  kInodeXattrValue = 0x200000,
  kInodeInlineData = 0x10000000,
  kInodeCaseFold = 0x40000000,
};

/// i_mode: the type of a file, by POSIX.
enum ModeType : u32 {
  kModeTypeMask = 0170000,
  kModeFifo = 0010000,
  kModeChr = 0020000,
  kModeDir = 0040000,
  kModeBlock = 0060000,
  kModeFile = 0100000,
  kModeSymlink = 0120000,
  kModeSocket = 0140000,
};

/// "Direct/Indirect Block Addressing".
inline constexpr u32 kDirectBlocks = 12;
inline constexpr u32 kIndirectLevels = 3;

/// "Extent Tree".
struct ExtentHeader : Layout<ExtentHeader, 12> {
  static constexpr At<u16, 0> magic{};
  static constexpr At<u16, 2> entries{};
  static constexpr At<u16, 4> max{};
  static constexpr At<u16, 6> depth{};
};
struct ExtentLeaf : Layout<ExtentLeaf, 12> {
  static constexpr At<u32, 0> block{};
  static constexpr At<u16, 4> length{};
  static constexpr At<u16, 6> start_hi{};
  static constexpr At<u32, 8> start_lo{};
};
struct ExtentIndex : Layout<ExtentIndex, 12> {
  static constexpr At<u32, 0> block{};
  static constexpr At<u32, 4> child_lo{};
  static constexpr At<u16, 8> child_hi{};
};
/// Behind the room for entries of a node in a block of its own, with metadata_csum.
struct ExtentTail : Layout<ExtentTail, 4> {
  static constexpr At<u32, 0> checksum{};
};
inline constexpr u16 kExtentMagic = 0xF30A;
inline constexpr u32 kExtentDepthMax = 5;
inline constexpr u32 kExtentLengthMax = 32768;  ///< more means unwritten

/// "Directory Entries": the head of an entry; the name follows.
struct DirEntryHead : Layout<DirEntryHead, 8> {
  static constexpr At<u32, 0> inode{};
  static constexpr At<u16, 4> length{};
  static constexpr At<u8, 6> name_length{};
  static constexpr At<u8, 7> type{};
};
/// The checksum at the end of a leaf block, dressed as an unused entry.
struct DirTail : Layout<DirTail, 12> {
  static constexpr At<u32, 0> inode{};
  static constexpr At<u16, 4> length{};
  static constexpr At<u8, 6> name_length{};
  static constexpr At<u8, 7> type{};
  static constexpr At<u32, 8> checksum{};
};
inline constexpr u8 kDirTailType = 0xDE;
/// Behind the padded name, in encrypted directories that fold case: the hash of the folded plain name.
struct DirEntryHash : Layout<DirEntryHash, 8> {
  static constexpr At<u32, 0> major{};
  static constexpr At<u32, 4> minor{};
};
inline constexpr u32 kDirEntryBytesMin = 12;

/// "Hash Tree Directories": what lies behind the root's "." and ".." entries.
struct IndexRoot : Layout<IndexRoot, 8> {
  static constexpr std::size_t kOffset = 24;
  static constexpr At<u32, 0> zero{};
  static constexpr At<u8, 4> hash_version{};
  static constexpr At<u8, 5> info_length{};
  static constexpr At<u8, 6> levels{};
  static constexpr At<u8, 7> flags{};
};
/// An entry of an index node; the first one holds limit and count in place of the hash.
struct IndexEntry : Layout<IndexEntry, 8> {
  static constexpr At<u32, 0> hash{};
  static constexpr At<u16, 0> limit{};
  static constexpr At<u16, 2> count{};
  static constexpr At<u32, 4> block{};
};
struct IndexTail : Layout<IndexTail, 8> {
  static constexpr At<u32, 0> reserved{};
  static constexpr At<u32, 4> checksum{};
};
inline constexpr std::size_t kIndexRootEntries = 32;  ///< byte offset of the entries in the root block
inline constexpr std::size_t kIndexNodeEntries = 8;   ///< and in any other index block
inline constexpr u8 kHashVersionSip = 6;  ///< IndexRoot::hash_version: SipHash, which needs the key
inline constexpr u32 kIndexBlockMask = 0x0FFFFFFF;
inline constexpr u32 kIndexLevelsMax = 1;  ///< below the root; one more with large_dir

/// An encrypted symlink's content: the ciphertext's length, then the ciphertext (Linux,
/// fs/crypto/fscrypt_private.h).
struct SealedLink : Layout<SealedLink, 2> {
  static constexpr At<u16, 0> length{};
};

/// "Extended Attributes".
struct XattrBlockHead : Layout<XattrBlockHead, 32> {
  static constexpr At<u32, 0> magic{};
  static constexpr At<u32, 8> blocks{};
  static constexpr At<u32, 16> checksum{};
};
inline constexpr std::size_t kXattrChecksumOffset = 16;
/// In front of the entries inside an inode.
struct XattrInodeHead : Layout<XattrInodeHead, 4> {
  static constexpr At<u32, 0> magic{};
};
struct XattrEntry : Layout<XattrEntry, 16> {
  static constexpr At<u8, 0> name_length{};
  static constexpr At<u8, 1> name_index{};
  static constexpr At<u16, 2> value_offset{};
  static constexpr At<u32, 4> value_inode{};
  static constexpr At<u32, 8> value_size{};
};
inline constexpr u32 kXattrMagic = 0xEA020000;
inline constexpr u8 kXattrIndexSystem = 7;  ///< with the name "data": the rest of inline data

/// "Inline Directories": what stands before the entries.
struct InlineDirHead : Layout<InlineDirHead, 4> {
  static constexpr At<u32, 0> parent{};
};

/// POSIX ACLs, as stored and as Linux shows them (acl(5), linux/posix_acl_xattr.h).
struct AclHead : Layout<AclHead, 4> {
  static constexpr At<u32, 0> version{};
};
struct AclShort : Layout<AclShort, 4> {
  static constexpr At<u16, 0> tag{};
  static constexpr At<u16, 2> permissions{};
};
struct AclLong : Layout<AclLong, 8> {
  static constexpr At<u16, 0> tag{};
  static constexpr At<u16, 2> permissions{};
  static constexpr At<u32, 4> id{};
};
inline constexpr u32 kAclVersionDisk = 1;
inline constexpr u32 kAclVersionUser = 2;
inline constexpr u16 kAclUser = 0x02;
inline constexpr u16 kAclGroup = 0x08;

/// A field's low and high halves as one number.
constexpr u64 join(u64 high, u64 low, u32 low_bits) { return high << low_bits | low; }

}  // namespace rump::ext2
