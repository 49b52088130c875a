// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The on-disk layouts and constants of the journal of ext3 and ext4 (jbd2).
///
/// Source: the Linux kernel documentation, "ext4 Data Structures and Algorithms", section "Journal (jbd2)",
/// by the part named at each layout. All integers are big-endian, but for fast commits, which are
/// little-endian.
#pragma once

#include "vfs/disk.hpp"

namespace rump::ext2 {

inline constexpr u32 kJournalMagic = 0xC03B3998;

/// "Block Header": the head of every block of the log but those of data.
struct JournalHead : Layout<JournalHead, 12> {
  static constexpr At<u32, 0> magic{};
  static constexpr At<u32, 4> type{};
  static constexpr At<u32, 8> sequence{};
};
enum JournalBlock : u32 {
  kJournalDescriptor = 1,
  kJournalCommit = 2,
  kJournalSuper1 = 3,
  kJournalSuper2 = 4,
  kJournalRevoke = 5,
};

/// "Super Block"; the first version ends before the features, and zeroes follow it.
struct JournalSuper : Layout<JournalSuper, 1024> {
  static constexpr At<u32, 0x00> magic{};
  static constexpr At<u32, 0x04> type{};
  static constexpr At<u32, 0x0C> block_bytes{};
  static constexpr At<u32, 0x10> blocks{};
  static constexpr At<u32, 0x14> first{};
  static constexpr At<u32, 0x18> sequence{};
  static constexpr At<u32, 0x1C> start{};
  static constexpr At<u32, 0x24> compat{};
  static constexpr At<u32, 0x28> incompat{};
  static constexpr At<u32, 0x2C> ro_compat{};
  static constexpr At<u8, 0x30, 16> uuid{};
  static constexpr At<u8, 0x50> checksum_type{};
  static constexpr At<u32, 0x54> fast_blocks{};
  static constexpr At<u32, 0xFC> checksum{};
};
inline constexpr std::size_t kJournalSuperChecksumOffset = 0xFC;
inline constexpr u8 kJournalCrc32c = 4;             ///< JournalSuper::checksum_type
inline constexpr u32 kFastBlocksDefault = 256;      ///< where JournalSuper::fast_blocks is 0
inline constexpr u32 kJournalBlocksMin = 1024;      ///< of a log with fast commits, without those
inline constexpr u32 kJournalBlocksMax = 10240000;  ///< more than any tool makes

enum JournalCompat : u32 { kJournalChecksum1 = 0x1 };
enum JournalIncompat : u32 {
  kJournalHasRevokes = 0x1,
  kJournal64Bit = 0x2,
  kJournalAsyncCommit = 0x4,
  kJournalChecksum2 = 0x8,
  kJournalChecksum3 = 0x10,
  kJournalFastCommit = 0x20,
};

/// "Descriptor Block": a tag, as it is without checksums or with those of the second version, …
struct JournalTag : Layout<JournalTag, 8> {
  static constexpr At<u32, 0> block{};
  static constexpr At<u16, 4> checksum{};
  static constexpr At<u16, 6> flags{};
};
/// … what follows it with 64bit, …
struct JournalTagHigh : Layout<JournalTagHigh, 4> {
  static constexpr At<u32, 0> block{};
};
/// … and as it is with checksums of the third version.
struct JournalTag3 : Layout<JournalTag3, 16> {
  static constexpr At<u32, 0> block{};
  static constexpr At<u32, 4> flags{};
  static constexpr At<u32, 8> block_hi{};
  static constexpr At<u32, 12> checksum{};
};
inline constexpr u32 kTag2Padding = 2;  ///< behind a tag with checksums of the second version
inline constexpr u32 kTagUuidBytes = 16;
enum JournalTagFlag : u32 { kTagEscaped = 0x1, kTagSameUuid = 0x2, kTagLast = 0x8 };

/// The checksum at the end of a descriptor or revoke block.
struct JournalTail : Layout<JournalTail, 4> {
  static constexpr At<u32, 0> checksum{};
};

/// "Revocation Block": block numbers follow, of 4 bytes or with 64bit of 8.
struct JournalRevokeHead : Layout<JournalRevokeHead, 16> {
  static constexpr At<u32, 12> bytes{};  ///< in use, with this head
};
struct JournalNumber32 : Layout<JournalNumber32, 4> {
  static constexpr At<u32, 0> block{};
};
struct JournalNumber64 : Layout<JournalNumber64, 8> {
  static constexpr At<u64, 0> block{};
};

/// "Commit Block".
struct JournalCommit : Layout<JournalCommit, 60> {
  static constexpr At<u8, 12> checksum_type{};
  static constexpr At<u8, 13> checksum_bytes{};
  static constexpr At<u32, 16> checksum{};
  static constexpr At<u64, 48> seconds{};
};
inline constexpr std::size_t kCommitChecksumOffset = 16;
inline constexpr u8 kCommitCrc32 = 1;  ///< JournalCommit::checksum_type, with checksums of the first version

/// "Fast commits": a record's head; its value follows.
struct FastRecord : Layout<FastRecord, 4> {
  static constexpr At<u16, 0> tag{};
  static constexpr At<u16, 2> length{};
};
struct FastTail : Layout<FastTail, 8> {
  static constexpr At<u32, 0> sequence{};
  static constexpr At<u32, 4> checksum{};
};
struct FastHead : Layout<FastHead, 8> {
  static constexpr At<u32, 4> sequence{};
};
enum FastTag : u16 { kFastTail = 8, kFastHead = 9 };

}  // namespace rump::ext2
