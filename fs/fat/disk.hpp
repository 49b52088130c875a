// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The on-disk layouts and constants of FAT12, FAT16 and FAT32 with long names.
///
/// Source: Microsoft, "FAT32 File System Specification" (fatgen103), by the section named at each layout; the
/// state byte and the long-name entry as Linux has them (include/uapi/linux/msdos_fs.h). All integers are
/// little-endian.
#pragma once

#include "vfs/disk.hpp"

namespace rump::fat {

/// What all boot sectors begin with ("Boot Sector and BPB").
struct BootSector : Layout<BootSector, 512> {
  static constexpr At<u8, 0x000, 3> jump{};
  static constexpr At<u8, 0x003, 8> system{};
  static constexpr At<u16, 0x00B> sector_bytes{};
  static constexpr At<u8, 0x00D> cluster_sectors{};
  static constexpr At<u16, 0x00E> reserved_sectors{};
  static constexpr At<u8, 0x010> fats{};
  static constexpr At<u16, 0x011> root_entries{};
  static constexpr At<u16, 0x013> sectors_16{};
  static constexpr At<u8, 0x015> media{};
  static constexpr At<u16, 0x016> fat_sectors_16{};
  static constexpr At<u16, 0x018> track_sectors{};
  static constexpr At<u16, 0x01A> heads{};
  static constexpr At<u32, 0x01C> hidden_sectors{};
  static constexpr At<u32, 0x020> sectors_32{};
  static constexpr At<u16, 0x1FE> signature{};
};

/// What follows on FAT12 and FAT16 ("Fat12 and Fat16 Structure Starting at Offset 36").
struct BootTail16 : Layout<BootTail16, 512> {
  static constexpr At<u8, 0x024> drive{};
  static constexpr At<u8, 0x025> state{};
  static constexpr At<u8, 0x026> extended{};  ///< kExtendedSerial or kExtendedFull
  static constexpr At<u32, 0x027> serial{};
  static constexpr At<u8, 0x02B, 11> label{};
  static constexpr At<u8, 0x036, 8> type{};
};

/// What follows on FAT32 ("FAT32 Structure Starting at Offset 36").
struct BootTail32 : Layout<BootTail32, 512> {
  static constexpr At<u32, 0x024> fat_sectors{};
  static constexpr At<u16, 0x028> flags{};
  static constexpr At<u16, 0x02A> version{};
  static constexpr At<u32, 0x02C> root_cluster{};
  static constexpr At<u16, 0x030> info_sector{};
  static constexpr At<u16, 0x032> backup_sector{};
  static constexpr At<u8, 0x040> drive{};
  static constexpr At<u8, 0x041> state{};
  static constexpr At<u8, 0x042> extended{};
  static constexpr At<u32, 0x043> serial{};
  static constexpr At<u8, 0x047, 11> label{};
  static constexpr At<u8, 0x052, 8> type{};
};

inline constexpr u16 kBootSignature = 0xAA55;
inline constexpr u8 kExtendedSerial = 0x28;  ///< only the serial number follows
inline constexpr u8 kExtendedFull = 0x29;    ///< serial number, label and type follow
/// Of BootTail16::state and BootTail32::state.
inline constexpr u8 kStateDirty = 0x01;
inline constexpr u8 kStateErrors = 0x02;  ///< a surface scan is wanted
/// Of BootTail32::flags.
inline constexpr u16 kFlagOneFat = 0x80;  ///< only the active FAT is kept
inline constexpr u16 kActiveFatMask = 0x0F;

inline constexpr u32 kSectorBytesMin = 512, kSectorBytesMax = 4096;
inline constexpr u32 kClusterSectorsMax = 128;
/// In place of a sector number: none.
inline constexpr u16 kNoSector = 0xFFFF;
/// Where a FAT32 volume has a copy of its boot sector, if it says so.
inline constexpr u16 kBackupSectorUsual = 6;

/// "FAT32 FSInfo Sector Structure and Backup Boot Sector". A hint.
struct FsInfo : Layout<FsInfo, 512> {
  static constexpr At<u32, 0x000> lead_signature{};
  static constexpr At<u32, 0x1E4> signature{};
  static constexpr At<u32, 0x1E8> free_clusters{};
  static constexpr At<u32, 0x1EC> next_free{};
  static constexpr At<u32, 0x1FC> trail_signature{};
};
inline constexpr u32 kInfoLead = 0x41615252, kInfoSignature = 0x61417272, kInfoTrail = 0xAA550000;
inline constexpr u32 kInfoUnknown = 0xFFFFFFFF;

/// Numbers of clusters from which on it is the next larger type ("FAT Type Determination").
inline constexpr u32 kFat16Clusters = 4085, kFat32Clusters = 65525;
/// The most clusters of FAT32: what lies above has a meaning of its own.
inline constexpr u32 kClustersMax = 0x0FFFFFF5;
inline constexpr u32 kFirstCluster = 2;
/// Entries of the FAT as FAT32 has them; the others have their low 12 or 16 bits ("FAT Data Structure").
inline constexpr u32 kEntryMask = 0x0FFFFFFF;  ///< the upper four bits of FAT32 are to be kept
inline constexpr u32 kEntryFree = 0;
inline constexpr u32 kEntryBad = 0x0FFFFFF7;
inline constexpr u32 kEntryEnd = 0x0FFFFFF8;  ///< this and above
inline constexpr u32 kEntryLast = 0x0FFFFFFF;
/// Of entry 1, set on a clean volume: FAT32 and FAT16.
inline constexpr u32 kCleanBit32 = 0x08000000, kCleanBit16 = 0x8000;
inline constexpr u32 kNoErrorsBit32 = 0x04000000, kNoErrorsBit16 = 0x4000;

/// "FAT Directory Structure".
struct DirRecord : Layout<DirRecord, 32> {
  static constexpr At<u8, 0x00, 11> name{};
  static constexpr At<u8, 0x0B> attributes{};
  static constexpr At<u8, 0x0C> case_bits{};  ///< of Windows NT
  static constexpr At<u8, 0x0D> created_10ms{};
  static constexpr At<u16, 0x0E> created_time{};
  static constexpr At<u16, 0x10> created_date{};
  static constexpr At<u16, 0x12> accessed_date{};
  static constexpr At<u16, 0x14> cluster_hi{};  ///< FAT32 only
  static constexpr At<u16, 0x16> written_time{};
  static constexpr At<u16, 0x18> written_date{};
  static constexpr At<u16, 0x1A> cluster_lo{};
  static constexpr At<u32, 0x1C> file_size{};
};

/// "FAT Long Directory Entries".
struct LongRecord : Layout<LongRecord, 32> {
  static constexpr At<u8, 0x00> sequence{};
  static constexpr At<u16, 0x01, 5> part_1{};
  static constexpr At<u8, 0x0B> attributes{};
  static constexpr At<u8, 0x0C> type{};
  static constexpr At<u8, 0x0D> checksum{};
  static constexpr At<u16, 0x0E, 6> part_2{};
  static constexpr At<u16, 0x1A> cluster_lo{};  ///< zero
  static constexpr At<u16, 0x1C, 2> part_3{};
};

inline constexpr u8 kAttrReadOnly = 0x01, kAttrHidden = 0x02, kAttrSystem = 0x04, kAttrLabel = 0x08,
                    kAttrDirectory = 0x10, kAttrArchive = 0x20;
/// A LongRecord: these, and of kAttrLongMask no others.
inline constexpr u8 kAttrLong = 0x0F, kAttrLongMask = 0x3F;
/// Of DirRecord::case_bits: the part is shown in lower case.
inline constexpr u8 kCaseLowerBase = 0x08, kCaseLowerExtension = 0x10;
/// First bytes of a name.
inline constexpr u8 kNameEnd = 0x00, kNameDeleted = 0xE5, kNameE5 = 0x05;
/// Of LongRecord::sequence.
inline constexpr u8 kSequenceLast = 0x40, kSequenceMask = 0x3F;
inline constexpr u32 kLongPartUnits = 13;      ///< UTF-16 units in one LongRecord
inline constexpr u32 kLongNameUnitsMax = 255;  ///< of a whole name
inline constexpr u32 kLongRecordsMax = 20;
/// A directory has at most this many records.
inline constexpr u32 kDirRecordsMax = 65536;
inline constexpr u64 kFileBytesMax = 0xFFFFFFFF;

}  // namespace rump::fat
