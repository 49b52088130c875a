// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Journal superblock to JournalGeometry; the log through the map of the journal's file.
#include "fs/ext2/journal_log.hpp"

#include <algorithm>

#include "fs/ext2/checksum.hpp"

namespace rump::ext2 {
namespace {

using SuperView = Record<JournalSuper, BigEndian>;
using Checksums = JournalGeometry::Checksums;

constexpr u64 kReadBytes = u64{64} << 10;
constexpr u32 kUnderstood = kJournalHasRevokes | kJournal64Bit | kJournalAsyncCommit | kJournalChecksum2 |
                            kJournalChecksum3 | kJournalFastCommit;

Result<Checksums> checksums_of(u32 compat, u32 incompat) {
  const bool v1 = compat & kJournalChecksum1, v2 = incompat & kJournalChecksum2,
             v3 = incompat & kJournalChecksum3;
  if (v1 + v2 + v3 > 1) return fail(Errc::corrupt, "the journal has checksums of two kinds");
  return v1 ? Checksums::v1 : v2 ? Checksums::v2 : v3 ? Checksums::v3 : Checksums::none;
}

Result<> check_checksum(const SuperView& sb) {
  if (sb.get(JournalSuper::checksum_type) != kJournalCrc32c)
    return fail(Errc::not_supported, "the journal names an unknown checksum");
  constexpr std::array<std::byte, sizeof(u32)> kZero{};
  const u32 crc = crc32c(~u32{0}, sb.bytes().first(kJournalSuperChecksumOffset));
  const auto rest = sb.bytes().subspan(kJournalSuperChecksumOffset + kZero.size());
  if (crc32c(crc32c(crc, kZero), rest) != sb.get(JournalSuper::checksum))
    return fail(Errc::corrupt, "the journal superblock's checksum is wrong (verify=off reads on)");
  return {};
}

/// The features; the first version of the superblock knows none.
Result<> read_features(const SuperView& sb, bool verify, JournalGeometry& j) {
  const u32 incompat = sb.get(JournalSuper::incompat);
  if (incompat & ~kUnderstood || sb.get(JournalSuper::ro_compat) != 0)
    return fail(Errc::not_supported, "the journal uses an unknown feature");
  j.checksums = TRY(checksums_of(sb.get(JournalSuper::compat), incompat));
  if (j.has_tails() && verify) TRY(check_checksum(sb));
  j.wide = incompat & kJournal64Bit;
  j.async_commit = incompat & kJournalAsyncCommit;
  j.checksum_seed = crc32c(~u32{0}, sb.bytes(JournalSuper::uuid));
  if (incompat & kJournalFastCommit) {
    const u32 stored = sb.get(JournalSuper::fast_blocks);
    const u32 blocks = stored ? stored : kFastBlocksDefault;
    // Linux leaves a journal that is too short for both to the log.
    if (j.end < blocks || j.end - blocks < kJournalBlocksMin) return {};
    j.fast_end = j.end;
    j.end -= blocks;
    j.fast_first = j.end + 1;
  }
  return {};
}

}  // namespace

Result<JournalLog> JournalLog::open(const Ext2Mount& raw, const Inode& file) {
  if (file.type != FileType::file) return fail(Errc::corrupt, "the journal is not a file");
  const Geometry& g = raw.geometry();
  const u64 blocks = std::min({file.size >> g.block_shift, g.blocks, u64{kJournalBlocksMax}});
  return JournalLog(raw, file, static_cast<u32>(blocks),
                    TRY(Array<std::byte>::make(std::max<u64>(g.block_bytes, kReadBytes))));
}

Result<JournalGeometry> JournalLog::geometry() {
  const SuperView sb = TRY(SuperView::at(TRY(read(0)), 0));
  const u32 type = sb.get(JournalSuper::type);
  if (sb.get(JournalSuper::magic) != kJournalMagic || (type != kJournalSuper1 && type != kJournalSuper2))
    return fail(Errc::corrupt, "the journal's magic is wrong");
  if (sb.get(JournalSuper::block_bytes) != block_bytes())
    return fail(Errc::corrupt, "the journal's block size is not the file system's");
  JournalGeometry j;
  j.first = sb.get(JournalSuper::first);
  j.end = sb.get(JournalSuper::blocks);
  j.start = sb.get(JournalSuper::start);
  j.sequence = sb.get(JournalSuper::sequence);
  if (j.end > blocks_) return fail(Errc::corrupt, "the journal is longer than its file");
  if (type == kJournalSuper2) TRY(read_features(sb, raw_.geometry().verify, j));
  if (j.first == 0 || j.first >= j.end)
    return fail(Errc::corrupt, "the journal's first block is out of range");
  if (j.start != 0 && (j.start < j.first || j.start >= j.end))
    return fail(Errc::corrupt, "the journal's start is out of range");
  return j;
}

Result<u64> JournalLog::device_block(u32 block) {
  if (block >= blocks_) return fail(Errc::corrupt, "the journal is shorter than its superblock");
  if (block < run_first_ || block - run_first_ >= run_.blocks) {
    run_.blocks = 0;
    run_ = TRY(map_run(raw_, file_, block, blocks_ - block));
    run_first_ = block;
  }
  if (run_.kind != Extent::Kind::data) return fail(Errc::corrupt, "the journal has a hole");
  return run_.physical + (block - run_first_);
}

Result<std::span<const std::byte>> JournalLog::read(u32 block) {
  const u32 shift = raw_.geometry().block_shift;
  if (block < room_first_ || block >= room_end_) {
    const u64 at = TRY(device_block(block));
    const u64 count = std::min<u64>(run_.blocks - (block - run_first_), room_.size() >> shift);
    room_end_ = 0;
    TRY(raw_.device().read(at << shift, room_.span().first(count << shift)));
    room_first_ = block;
    room_end_ = block + static_cast<u32>(count);
  }
  return room_.span().subspan(u64{block - room_first_} << shift, block_bytes());
}

}  // namespace rump::ext2
