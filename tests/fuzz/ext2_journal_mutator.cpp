// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A walk over all blocks of the image that begin with a journal's magic. Every offset is jbd2's
/// on-disk format's.
#include "tests/fuzz/ext2_journal_mutator.hpp"

#include <algorithm>

namespace fuzz {
namespace {

constexpr std::uint32_t kMagic = 0xC03B3998;

std::uint32_t swapped(std::uint32_t value) { return __builtin_bswap32(value); }
std::uint32_t load_big(Bytes bytes, std::uint64_t offset) { return swapped(load(bytes, offset, 4)); }
void store_big(Bytes bytes, std::uint64_t offset, std::uint32_t value) {
  store(bytes, offset, 4, swapped(value));
}

/// CRC32 with the highest bit first.
std::uint32_t crc32_big(std::uint32_t crc, Bytes bytes) {
  for (const std::uint8_t byte : bytes) {
    crc ^= std::uint32_t{byte} << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc << 1 ^ (crc >> 31 ? 0x04C11DB7 : 0);
  }
  return crc;
}

class Journal {
 public:
  Journal(Bytes image, std::size_t block) : image_(image), block_(block) {}

  void repair() {
    for (std::size_t at = 0; at + block_ <= image_.size(); at += block_) {
      const Bytes bytes = image_.subspan(at, block_);
      if (load_big(bytes, 0) != kMagic) continue;
      const std::uint32_t type = load_big(bytes, 4);
      if (type == 4) super(bytes);
      if (type == 1) descriptor(at);
      if (type == 5 && has_tails_) seal(bytes, block_ - 4);
      if (type == 2) commit(bytes);
    }
  }

 private:
  void super(Bytes bytes) {
    has_sum_ = load_big(bytes, 0x24) & 1;
    const std::uint32_t incompat = load_big(bytes, 0x28);
    wide_ = incompat & 2;
    second_ = incompat & 8;
    third_ = incompat & 0x10;
    has_tails_ = second_ || third_;
    if (!has_tails_) return;
    seed_ = crc32c(~0u, bytes.subspan(0x30, 16));
    store(bytes, 0xFC, 4, 0);
    store_big(bytes, 0xFC, crc32c(~0u, bytes.first(1024)));
  }

  /// Repairs the tags of the blocks that follow, and goes over those.
  void descriptor(std::size_t& at) {
    const Bytes head = image_.subspan(at, block_);
    const std::uint32_t sequence = swapped(load_big(head, 8));
    const std::size_t size = third_ ? 16 : 8u + (wide_ ? 4 : 0) + (second_ ? 2 : 0);
    bool last = false;
    std::size_t data = at;
    for (std::size_t tag = 12; !last && tag + size <= block_ - (has_tails_ ? 4 : 0); tag += size) {
      if (data + 2 * block_ > image_.size()) break;
      data += block_;
      const std::uint32_t crc = crc32c(crc32c(seed_, sequence), image_.subspan(data, block_));
      if (third_) store_big(head, tag + 12, crc);
      if (second_) store(head, tag + 4, 2, swapped(crc) >> 16);
      const std::uint32_t flags = load_big(head, tag + 4);
      last = flags & 8;
      if (!(flags & 2)) tag += 16;
    }
    if (has_tails_) seal(head, block_ - 4);
    if (has_sum_) sum_ = crc32_big(sum_, image_.subspan(at, data + block_ - at));
    at = data;
  }

  void commit(Bytes bytes) {
    if (has_tails_) seal(bytes, 16);
    if (has_sum_) store_big(bytes, 16, sum_);
    sum_ = ~0u;
  }

  /// The whole block's checksum, at `offset` in it.
  void seal(Bytes bytes, std::size_t offset) {
    store(bytes, offset, 4, 0);
    store_big(bytes, offset, crc32c(seed_, bytes));
  }

  Bytes image_;
  const std::size_t block_;
  bool has_sum_ = false, has_tails_ = false, wide_ = false, second_ = false, third_ = false;
  std::uint32_t seed_ = 0, sum_ = ~0u;
};

}  // namespace

void repair_journal(Bytes image) {
  const std::uint32_t shift = load(image, 1024 + 0x18, 4);
  if (shift <= 6) Journal(image, std::size_t{1024} << shift).repair();
}

}  // namespace fuzz
