// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The on-disk layouts and constants of ISO 9660, SUSP, Rock Ridge, Joliet and zisofs.
///
/// Sources, by the section named at each layout: ECMA-119 (ISO 9660), IEEE P1281 (SUSP) and P1282
/// (RRIP 1.12), the Joliet specification, the El Torito specification, and zisofs as libisofs documents it
/// (doc/zisofs_format.txt, doc/zisofs2_format.txt). ISO 9660 records most numbers twice, little-endian first:
/// the fields named here are the first of the two, which is the one that counts.
#pragma once

#include <array>
#include <string_view>

#include "vfs/disk.hpp"

namespace rump::iso9660 {

/// ECMA-119, 6.1.2: the unit of descriptors and of directories, whatever the block size.
inline constexpr u32 kSectorShift = 11;
inline constexpr u32 kSectorBytes = u32{1} << kSectorShift;
/// ECMA-119, 6.2.1: descriptors follow the system area.
inline constexpr u64 kDescriptorSector = 16;
/// How many descriptors are looked at; a set has a handful.
inline constexpr u64 kDescriptorsMax = 100;

inline constexpr std::string_view kStandardId = "CD001";
inline constexpr std::string_view kHighSierraId = "CDROM";

/// ECMA-119, 8.1.1.
enum DescriptorType : u8 {
  kDescriptorBoot = 0,
  kDescriptorPrimary = 1,
  kDescriptorSupplementary = 2,
  kDescriptorEnd = 255,
};
/// ECMA-119, 8.5.2: a supplementary descriptor of this version is an enhanced one (ISO 9660:1999).
inline constexpr u8 kVersionEnhanced = 2;

/// ECMA-119, 8.4 and 8.5: primary and supplementary descriptors.
struct VolumeDescriptor : Layout<VolumeDescriptor, kSectorBytes> {
  static constexpr At<u8, 0> type{};
  static constexpr At<u8, 1, 5> id{};
  static constexpr At<u8, 6> version{};
  static constexpr At<u8, 8, 32> system_id{};
  static constexpr At<u8, 40, 32> volume_id{};
  static constexpr At<u32, 80> blocks{};
  static constexpr At<u8, 88, 32> escapes{};
  static constexpr At<u16, 120> set_size{};
  static constexpr At<u16, 124> sequence_number{};
  static constexpr At<u16, 128> block_bytes{};
  static constexpr At<u32, 132> path_table_bytes{};
  static constexpr At<u8, 156, 34> root{};
  static constexpr At<u8, 190, 128> volume_set_id{};
  static constexpr At<u8, 318, 128> publisher{};
  static constexpr At<u8, 446, 128> preparer{};
  static constexpr At<u8, 574, 128> application{};
  static constexpr At<u8, 702, 37> copyright_file{};
  static constexpr At<u8, 739, 37> abstract_file{};
  static constexpr At<u8, 776, 37> bibliographic_file{};
  static constexpr At<u8, 813, 17> created{};
  static constexpr At<u8, 830, 17> modified{};
  static constexpr At<u8, 847, 17> expires{};
  static constexpr At<u8, 864, 17> effective{};
  /// "CD-XA001" on discs that follow CD-ROM XA.
  static constexpr At<u8, 1024, 8> xa_id{};
};
inline constexpr std::string_view kXaDiscId = "CD-XA001";

/// High Sierra: the block number comes first.
struct HighSierraDescriptor : Layout<HighSierraDescriptor, kSectorBytes> {
  static constexpr At<u8, 9, 5> id{};
};

/// El Torito, 2.0: the boot record.
struct BootRecord : Layout<BootRecord, kSectorBytes> {
  static constexpr At<u8, 7, 32> system{};
  static constexpr At<u32, 71> catalog{};
};
inline constexpr std::string_view kElToritoId = "EL TORITO SPECIFICATION";

/// Joliet, "Escape Sequences": UCS-2 levels 1 to 3.
inline constexpr std::array<std::string_view, 3> kJolietEscapes = {"%/@", "%/C", "%/E"};

/// ECMA-119, 9.1: the fixed part of a directory record; the name follows, then padding to an even length,
/// then the system use area.
struct DirRecord : Layout<DirRecord, 33> {
  static constexpr At<u8, 0> length{};
  static constexpr At<u8, 1> xar_blocks{};
  static constexpr At<u32, 2> extent{};
  static constexpr At<u32, 10> bytes{};
  static constexpr At<u8, 18, 7> recorded{};
  static constexpr At<u8, 25> flags{};
  static constexpr At<u8, 26> unit_blocks{};
  static constexpr At<u8, 27> gap_blocks{};
  static constexpr At<u8, 32> name_length{};
};
/// ECMA-119, 9.1.6.
enum RecordFlag : u8 {
  kRecordHidden = 0x01,
  kRecordDirectory = 0x02,
  kRecordAssociated = 0x04,
  kRecordProtected = 0x10,
  kRecordContinues = 0x80,  ///< not the last extent of its file
};
/// ECMA-119, 6.8.2.2: the names of a directory's own record and of its parent's.
inline constexpr char kSelfName = '\0', kParentName = '\1';

/// ECMA-119, 9.5: an extended attribute record.
struct ExtendedAttributes : Layout<ExtendedAttributes, 250> {
  static constexpr At<u16, 0> owner{};
  static constexpr At<u16, 4> group{};
  static constexpr At<u8, 8, 2> permissions{};  ///< big-endian; a zero bit permits
  static constexpr At<u8, 180> version{};
};
/// Bits of ExtendedAttributes::permissions: reading and executing by owner, group and all others.
inline constexpr u16 kXarOwnerRead = 1 << 4, kXarOwnerExecute = 1 << 6, kXarGroupRead = 1 << 8,
                     kXarGroupExecute = 1 << 10, kXarOtherRead = 1 << 12, kXarOtherExecute = 1 << 14;

/// CD-ROM XA, "XA attributes in the system use area".
struct XaAttributes : Layout<XaAttributes, 14> {
  static constexpr At<u8, 6, 2> id{};
};
inline constexpr std::string_view kXaId = "XA";

/// What Acorn's tools keep in a system use area of 32 bytes.
struct AcornAttributes : Layout<AcornAttributes, 32> {
  static constexpr At<u8, 0, 10> id{};
  static constexpr At<u32, 10> load_address{};
  static constexpr At<u8, 19> attributes{};
};
inline constexpr std::string_view kAcornId = "ARCHIMEDES";

// ---- the System Use Sharing Protocol

/// A signature of two letters as it is stored.
constexpr u16 signature(char first, char second) {
  return static_cast<u16>(static_cast<u8>(first) | static_cast<u8>(second) << 8);
}

/// P1281, 4: what every system use entry begins with.
struct SuspEntry : Layout<SuspEntry, 4> {
  static constexpr At<u16, 0> signature{};
  static constexpr At<u8, 2> length{};
  static constexpr At<u8, 3> version{};
};
/// P1281, 5.1 "CE".
struct SuspContinuation : Layout<SuspContinuation, 28> {
  static constexpr At<u32, 4> block{};
  static constexpr At<u32, 12> offset{};
  static constexpr At<u32, 20> bytes{};
};
/// P1281, 5.3 "SP".
struct SuspIndicator : Layout<SuspIndicator, 7> {
  static constexpr At<u8, 4> check0{};
  static constexpr At<u8, 5> check1{};
  static constexpr At<u8, 6> skip{};
};
inline constexpr u8 kSuspCheck0 = 0xBE, kSuspCheck1 = 0xEF;
/// P1281, 5.5 "ER"; the identifier follows.
struct SuspExtension : Layout<SuspExtension, 8> {
  static constexpr At<u8, 4> id_length{};
};
/// The identifiers of the Rock Ridge Interchange Protocol: 1.09 and 1.10, and two spellings of 1.12.
inline constexpr std::array<std::string_view, 3> kRockRidgeIds = {"RRIP_1991A", "IEEE_P1282", "IEEE_1282"};

// ---- the Rock Ridge Interchange Protocol

/// P1282, 4.1.1 "PX"; version 1.12 adds the serial number.
struct RockAttributes : Layout<RockAttributes, 36> {
  static constexpr At<u32, 4> mode{};
  static constexpr At<u32, 12> links{};
  static constexpr At<u32, 20> uid{};
  static constexpr At<u32, 28> gid{};
};
struct RockSerial : Layout<RockSerial, 44> {
  static constexpr At<u32, 36> serial{};
};
/// P1282, 4.1.2 "PN".
struct RockDevice : Layout<RockDevice, 20> {
  static constexpr At<u32, 4> high{};
  static constexpr At<u32, 12> low{};
};
/// P1282, 4.1.3 "SL" and 4.1.4 "NM": flags, then components or text.
struct RockText : Layout<RockText, 5> {
  static constexpr At<u8, 4> flags{};
};
/// P1282, 4.1.3.1: a component of a link; its text follows.
struct RockComponent : Layout<RockComponent, 2> {
  static constexpr At<u8, 0> flags{};
  static constexpr At<u8, 1> length{};
};
enum RockTextFlag : u8 {
  kTextContinues = 0x01,  ///< of SL and NM: in the next entry; of a component: in the next component
  kTextCurrent = 0x02,
  kTextParent = 0x04,
  kTextRoot = 0x08,
  kTextHost = 0x20,  ///< RRIP 1.09 only
};
/// P1282, 4.1.5.1 "CL" and 4.1.5.2 "PL".
struct RockRelocation : Layout<RockRelocation, 12> {
  static constexpr At<u32, 4> block{};
};
/// P1282, 4.1.6 "TF": flags, then stamps in the order of their bits.
struct RockTimes : Layout<RockTimes, 5> {
  static constexpr At<u8, 4> flags{};
};
enum RockTimeFlag : u8 {
  kTimeCreation = 0x01,
  kTimeModify = 0x02,
  kTimeAccess = 0x04,
  kTimeAttributes = 0x08,
  kTimeLongForm = 0x80,
};
/// Where writers put the directories that lie too deep for ISO 9660, in the root.
inline constexpr std::string_view kMovedName = "RR_MOVED";
inline constexpr u32 kShortTimeBytes = 7, kLongTimeBytes = 17;
/// P1282, 4.1.7 "SF": RRIP 1.12 keeps 64 bits of size and the depth of a table, RRIP 1.09 32 bits of size.
struct RockSparse : Layout<RockSparse, 21> {
  static constexpr At<u32, 4> size_high{};
  static constexpr At<u32, 12> size_low{};
};
struct RockSparseOld : Layout<RockSparseOld, 12> {
  static constexpr At<u32, 4> bytes{};
};
/// zisofs, "ZF" of versions 1 and 2.
struct RockZisofs : Layout<RockZisofs, 16> {
  static constexpr At<u8, 4, 2> algorithm{};
  static constexpr At<u8, 6> header_words{};
  static constexpr At<u8, 7> log_block{};
  static constexpr At<u32, 8> size_low{};
  static constexpr At<u32, 12> size_high{};  ///< version 2; version 1: the big-endian copy
};

// ---- zisofs

/// The head of a compressed file, version 1.
struct ZisofsHeader1 : Layout<ZisofsHeader1, 16> {
  static constexpr At<u8, 0, 8> magic{};
  static constexpr At<u32, 8> content{};
  static constexpr At<u8, 12> header_words{};
  static constexpr At<u8, 13> log_block{};
};
/// The head of a compressed file, version 2.
struct ZisofsHeader2 : Layout<ZisofsHeader2, 24> {
  static constexpr At<u8, 0, 8> magic{};
  static constexpr At<u8, 8> version{};
  static constexpr At<u8, 9> header_words{};
  static constexpr At<u8, 10> algorithm{};
  static constexpr At<u8, 11> log_block{};
  static constexpr At<u64, 12> content{};
};
inline constexpr std::string_view kZisofsMagic1 = "\x37\xE4\x53\x96\xC9\xDB\xD6\x07";
inline constexpr std::string_view kZisofsMagic2 = "\xEF\x22\x55\xA1\xBC\x1B\x95\xA0";
inline constexpr u8 kZisofsZlib = 1;
/// Blocks of 32 KiB to 1 MiB.
inline constexpr u8 kZisofsLogBlockMin = 15, kZisofsLogBlockMax = 20;

/// The text of bytes, whole.
inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace rump::iso9660
