// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A volume with a journal that needs recovery, its log written block by block in any of the formats.
#pragma once

#include <vector>

#include "fs/ext2/checksum.hpp"
#include "tests/unit/ext2_image.hpp"

namespace rump::test {

/// How a journal is written: 0 for no checksums, else their version.
struct JournalFormat {
  int checksums = 0;
  bool wide = false;
  bool async_commit = false;
  u32 super_type = 4;
};

/// A block to be logged; `escape` writes the journal's magic into its first bytes.
struct Logged {
  u64 block;
  u8 fill;
  bool escape = false;
};

/// The journal is inode 8, blocks 20 to 83 of the volume, or more; its log starts empty, with transaction 7.
class JournalImage : public Ext2Image {
 public:
  static constexpr u32 kJournal = 20, kSequence = 7;
  static constexpr u64 kJournalInodeAt = 5 * 1024 + 7 * 128, kSuperAt = u64{kJournal} * 1024;
  static constexpr u32 kMagic = 0xC03B3998;

  explicit JournalImage(const JournalFormat& format = {}, u32 length = 64, u32 blocks = kBlocks)
      : Ext2Image(blocks), format_(format), end_(length) {
    put32(kSuper + 0x5C, 0x4);   // has_journal
    put32(kSuper + 0x60, 0x46);  // filetype, recover, extents
    put32(kSuper + 0xE0, 8);
    put16(kJournalInodeAt + 0x00, 0100600);
    put32(kJournalInodeAt + 0x04, length * kBlockBytes);
    put16(kJournalInodeAt + 0x1A, 1);
    put32(kJournalInodeAt + 0x20, 0x80000);
    extent_head(kJournalInodeAt + 0x28, 1, 4, 0);
    extent(kJournalInodeAt + 0x28, 0, 0, length, kJournal);
    big(kSuperAt + 0x00, kMagic);
    big(kSuperAt + 0x04, format.super_type);
    big(kSuperAt + 0x0C, kBlockBytes);
    big(kSuperAt + 0x10, length);
    big(kSuperAt + 0x14, 1);
    big(kSuperAt + 0x24, format.checksums == 1 ? 1 : 0);
    big(kSuperAt + 0x28, 1 | (format.wide ? 2 : 0) | (format.async_commit ? 4 : 0) |
                             (format.checksums == 2 ? 8 : 0) | (format.checksums == 3 ? 0x10 : 0));
    for (u64 i = 0; i < 16; ++i) device.bytes()[kSuperAt + 0x30 + i] = std::byte(i * 11);
    if (has_tails()) device.bytes()[kSuperAt + 0x50] = std::byte{4};
    seed_ = ext2::crc32c(~u32{0}, bytes(kSuperAt + 0x30, 16));
    start(1, kSequence);
  }

  /// Where the log begins and with which transaction; what is written next goes there.
  void start(u32 block, u32 sequence) {
    at_ = block;
    sequence_ = sequence;
    big(kSuperAt + 0x18, sequence);
    big(kSuperAt + 0x1C, block);
    seal_super();
  }
  /// The last blocks of the journal are for fast commits.
  void fast_commits(u32 blocks) {
    big(kSuperAt + 0x28, 0x21);
    big(kSuperAt + 0x54, blocks);
    end_ -= blocks;
  }
  void seal_super() {
    if (!has_tails()) return;
    big(kSuperAt + 0xFC, 0);
    big(kSuperAt + 0xFC, ext2::crc32c(~u32{0}, bytes(kSuperAt, 1024)));
  }

  /// A descriptor block with its data. The second and later tags have no UUID unless `uuids`.
  void descriptor(const std::vector<Logged>& blocks, bool uuids = false) {
    const u64 head = begin(1);
    std::vector<u64> places;
    for (const Logged& each : blocks) places.push_back(data(each));
    u64 tag = head + 12;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const bool same_uuid = i > 0 && !uuids;
      const u32 flags =
          (blocks[i].escape ? 1u : 0) | (same_uuid ? 2u : 0) | (i + 1 == blocks.size() ? 8u : 0);
      tag = put_tag(tag, blocks[i].block, flags, tag_checksum(places[i])) + (same_uuid ? 0 : 16);
    }
    seal_tail(head);
    summed_ = ext2::crc32_big(summed_, bytes(head, kBlockBytes));
    for (const u64 place : places) summed_ = ext2::crc32_big(summed_, bytes(place, kBlockBytes));
  }
  void revoke(const std::vector<u64>& blocks) {
    const u64 head = begin(5);
    const u32 width = format_.wide ? 8 : 4;
    big(head + 12, 16 + width * static_cast<u32>(blocks.size()));
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (format_.wide) big(head + 16 + 8 * i, static_cast<u32>(blocks[i] >> 32));
      big(head + 16 + width * i + (width - 4), static_cast<u32>(blocks[i]));
    }
    seal_tail(head);
  }
  /// Ends the transaction.
  void commit(u32 seconds = 1000) {
    const u64 head = begin(2);
    big(head + 52, seconds);
    if (format_.checksums == 1) {
      device.bytes()[head + 12] = std::byte{1};
      device.bytes()[head + 13] = std::byte{4};
      big(head + 16, summed_);
    } else if (has_tails()) {
      big(head + 16, ext2::crc32c(seed_, bytes(head, kBlockBytes)));
    }
    summed_ = ~u32{0};
    ++sequence_;
  }
  void transaction(const std::vector<Logged>& blocks) {
    descriptor(blocks);
    commit();
  }

  /// Byte offset of the log's block on the device.
  static constexpr u64 log(u32 block) { return u64{kJournal + block} * kBlockBytes; }
  void flip(u64 offset) { device.bytes()[offset] ^= std::byte{0x40}; }
  void big(u64 offset, u32 value) { put32(offset, std::byteswap(value)); }

  /// The block as a mount with these options sees it, told by its last byte; its length is looked at, too.
  u8 seen(u64 block, std::string_view options = {}) {
    const auto mount = ext2::kFsType.mount(device, {.text = options});
    if (!mount) return 0xEE;
    std::array<std::byte, kBlockBytes> room;
    if (!mount.value()->device().read(at(block), room)) return 0xEF;
    return static_cast<u8>(room.back());
  }

 private:
  bool has_tails() const { return format_.checksums >= 2; }
  std::span<const std::byte> bytes(u64 offset, std::size_t length) const {
    return std::span(device.bytes()).subspan(offset, length);
  }
  u64 next() {
    const u64 offset = log(at_);
    if (++at_ == end_) at_ = 1;
    return offset;
  }
  u64 begin(u32 type) {
    const u64 head = next();
    std::ranges::fill(std::span(device.bytes()).subspan(head, kBlockBytes), std::byte{0});
    big(head, kMagic);
    big(head + 4, type);
    big(head + 8, sequence_);
    return head;
  }
  u64 data(const Logged& each) {
    const u64 place = next();
    std::ranges::fill(std::span(device.bytes()).subspan(place, kBlockBytes), std::byte(each.fill));
    if (each.escape) big(place, 0);
    return place;
  }
  u32 tag_checksum(u64 place) const {
    const u32 crc = ext2::crc32c_number(seed_, std::byteswap(sequence_));
    return ext2::crc32c(crc, bytes(place, kBlockBytes));
  }
  /// Where the next tag goes.
  u64 put_tag(u64 tag, u64 block, u32 flags, u32 checksum) {
    const u32 high = static_cast<u32>(block >> 32);
    big(tag, static_cast<u32>(block));
    if (format_.checksums == 3) {
      big(tag + 4, flags);
      big(tag + 8, high);
      big(tag + 12, checksum);
      return tag + 16;
    }
    big(tag + 4, (format_.checksums == 2 ? checksum << 16 : 0) | flags);
    if (format_.wide) big(tag + 8, high);
    return tag + 8 + (format_.wide ? 4 : 0) + (format_.checksums == 2 ? 2 : 0);
  }
  void seal_tail(u64 head) {
    if (has_tails()) big(head + kBlockBytes - 4, ext2::crc32c(seed_, bytes(head, kBlockBytes)));
  }

  const JournalFormat format_;
  u32 end_;  ///< of the log
  u32 seed_ = 0, at_ = 0, sequence_ = 0;
  u32 summed_ = ~u32{0};  ///< of the running transaction, for checksums of the first version
};

}  // namespace rump::test
