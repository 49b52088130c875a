// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The superblock in words.
#include "fs/ext2/info.hpp"

#include "fs/ext2/checksum.hpp"
#include "fs/ext2/features.hpp"
#include "fs/ext2/super.hpp"

namespace rump::ext2 {
namespace {

using SuperView = Record<SuperBlock, LittleEndian>;

constexpr u32 kIncompatExt3 = kIncompatFileType | kIncompatRecover | kIncompatMetaGroups;
constexpr u32 kRoCompatExt3 = 0x7;  ///< sparse_super, large_file, and one that was never used

/// Which of the family it is, as the host's kernel would call it.
std::string_view type_of(const SuperView& sb) {
  const u32 compat = sb.get(SuperBlock::compat), incompat = sb.get(SuperBlock::incompat);
  if (incompat & kIncompatJournalDevice) return "jbd";
  if (incompat & ~kIncompatExt3 || sb.get(SuperBlock::ro_compat) & ~kRoCompatExt3) return "ext4";
  return compat & kCompatJournal ? "ext3" : "ext2";
}

void add_uuid(std::string_view key, std::span<const std::byte> uuid, DetailSink& sink) {
  char text[36];
  std::size_t length = 0, zeros = 0;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const auto value = static_cast<u8>(uuid[i]);
    zeros += value == 0;
    if (i == 4 || i == 6 || i == 8 || i == 10) text[length++] = '-';
    text[length++] = "0123456789abcdef"[value >> 4];
    text[length++] = "0123456789abcdef"[value & 0xF];
  }
  if (zeros < uuid.size()) sink.text(key, {text, length});
}

void add_text(std::string_view key, std::span<const std::byte> padded, DetailSink& sink) {
  if (const std::string_view text = padded_text(padded); !text.empty()) sink.text(key, text);
}

void add_state(const SuperView& sb, DetailSink& sink) {
  const u16 state = sb.get(SuperBlock::state);
  const bool clean = state & kStateClean, errors = state & kStateErrors;
  if (sb.get(SuperBlock::incompat) & kIncompatRecover)
    sink.text("state", errors ? "needs recovery, with errors" : "needs recovery");
  else if (clean)
    sink.text("state", errors ? "clean with errors" : "clean");
  else
    sink.text("state", errors ? "not clean with errors" : "not clean");
  const bool checks = sb.get(SuperBlock::ro_compat) & kRoCompatMetadataChecksum;
  if (checks &&
      crc32c(~u32{0}, sb.bytes().first(SuperBlock::size - sizeof(u32))) != sb.get(SuperBlock::checksum))
    sink.text("damage", "the superblock's checksum is wrong");
  if (sb.get(SuperBlock::first_orphan) != 0) sink.text("orphans", "files are left half deleted");
}

/// Blocks in bytes, or the largest number where an image says more.
u64 bytes_of(u64 blocks, u32 shift) { return blocks > ~u64{0} >> shift ? ~u64{0} : blocks << shift; }

void add_sizes(const SuperView& sb, DetailSink& sink) {
  const u32 shift = 10 + sb.get(SuperBlock::log_block_size);
  const bool wide = sb.get(SuperBlock::incompat) & kIncompat64Bit;
  const auto space = [&](auto high, auto low) {
    return bytes_of(u64{wide ? sb.get(high) : 0} << 32 | sb.get(low), shift);
  };
  sink.bytes("size", space(SuperBlock::blocks_count_hi, SuperBlock::blocks_count_lo));
  sink.bytes("free", space(SuperBlock::free_blocks_hi, SuperBlock::free_blocks_lo));
  sink.bytes("reserved", space(SuperBlock::reserved_blocks_hi, SuperBlock::reserved_blocks_lo));
  sink.bytes("block_size", u64{1} << shift);
  const u32 log_cluster = sb.get(SuperBlock::log_cluster_size);
  if (sb.get(SuperBlock::ro_compat) & kRoCompatBigAlloc && log_cluster < 32)
    sink.bytes("cluster_size", u64{1024} << log_cluster);
  sink.number("files", sb.get(SuperBlock::inodes_count));
  sink.number("files_free", sb.get(SuperBlock::free_inodes));
  sink.bytes("inode_size",
             sb.get(SuperBlock::revision) == 0 ? kInodeBytesOld : sb.get(SuperBlock::inode_size));
}

void add_journal(const SuperView& sb, DetailSink& sink) {
  if (!(sb.get(SuperBlock::compat) & kCompatJournal)) return;
  if (sb.get(SuperBlock::journal_inode) != 0) {
    sink.text("journal", "internal");
  } else {
    sink.text("journal", "on another device");
    add_uuid("journal_uuid", sb.bytes(SuperBlock::journal_uuid), sink);
  }
}

void add_history(const SuperView& sb, DetailSink& sink) {
  const auto moment = [&](std::string_view key, auto low, auto high) {
    const u64 seconds = u64{sb.get(high)} << 32 | sb.get(low);
    if (seconds != 0) sink.time(key, static_cast<i64>(seconds));
  };
  moment("created", SuperBlock::created, SuperBlock::created_hi);
  moment("mounted", SuperBlock::mounted, SuperBlock::mounted_hi);
  add_text("mounted_on", sb.bytes(SuperBlock::mounted_on), sink);
  moment("written", SuperBlock::written, SuperBlock::written_hi);
  moment("checked", SuperBlock::checked, SuperBlock::checked_hi);
  sink.number("mount_count", sb.get(SuperBlock::mount_count));
  // Signed on disk: what is not positive means no limit.
  if (const u16 most = sb.get(SuperBlock::mount_count_max); most != 0 && most < 0x8000)
    sink.number("mount_count_max", most);
  if (const u64 kib = sb.get(SuperBlock::kib_written); kib != 0)
    sink.bytes("written_ever", bytes_of(kib, 10));
  if (const u32 errors = sb.get(SuperBlock::error_count); errors != 0) sink.number("errors", errors);
  moment("first_error", SuperBlock::first_error, SuperBlock::first_error_hi);
  moment("last_error", SuperBlock::last_error, SuperBlock::last_error_hi);
}

/// What is kept as a small number that has a name.
void add_choices(const SuperView& sb, DetailSink& sink) {
  constexpr const char* kOnError[] = {"continue", "read-only", "panic"};
  constexpr const char* kCreators[] = {"Linux", "Hurd", "Masix", "FreeBSD", "Lites"};
  const u16 on_error = sb.get(SuperBlock::on_error);
  if (on_error >= 1 && on_error <= std::size(kOnError)) sink.text("on_error", kOnError[on_error - 1]);
  const u32 creator = sb.get(SuperBlock::creator);
  if (creator < std::size(kCreators)) sink.text("creator", kCreators[creator]);
}

}  // namespace

Result<> describe(BlockDevice& device, DetailSink& sink) {
  if (!TRY(probe(device))) return fail(Errc::corrupt, "there is no superblock that makes sense");
  std::array<std::byte, SuperBlock::size> block;
  TRY(device.read(kSuperOffset, block));
  const SuperView sb = TRY(SuperView::at(block, 0));
  sink.text("type", type_of(sb));
  add_text("label", sb.bytes(SuperBlock::label), sink);
  add_uuid("uuid", sb.bytes(SuperBlock::uuid), sink);
  add_state(sb, sink);
  add_sizes(sb, sink);
  sink.number("revision", sb.get(SuperBlock::revision));
  tell_features(sb.get(SuperBlock::compat), sb.get(SuperBlock::incompat), sb.get(SuperBlock::ro_compat),
                sink);
  add_journal(sb, sink);
  add_history(sb, sink);
  add_choices(sb, sink);
  return {};
}

}  // namespace rump::ext2
