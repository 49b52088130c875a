// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Entries of the table, in three widths and all copies.
#include "fs/fat/table.hpp"

#include <algorithm>

namespace rump::fat {
namespace {

constexpr u64 kReadAheadBytes = 64 << 10;

u32 load_entry(std::span<const std::byte> bytes, u32 width) {
  u32 value = 0;
  for (u32 i = 0; i < width; ++i) value |= static_cast<u32>(bytes[i]) << 8 * i;
  return value;
}

void save_entry(std::span<std::byte> bytes, u32 width, u32 value) {
  for (u32 i = 0; i < width; ++i) bytes[i] = static_cast<std::byte>(value >> 8 * i);
}

/// The marks of the smaller types as FAT32 has them.
u32 widen(u32 value, FatType type) {
  const u32 mask = type == FatType::fat12 ? 0xFFF : 0xFFFF;
  return value >= (kEntryBad & mask) ? value | (kEntryMask & ~mask) : value;
}

}  // namespace

Result<> Table::pin(u32 first, u32 count, Txn& txn) const {
  const u64 from = entry_offset(first);
  const u64 to = entry_offset(first + count - 1) + (g_.type == FatType::fat32 ? 3 : 1);
  for (u32 copy = 0; copy < g_.fats; ++copy) {
    if (!g_.mirrored && copy != g_.active_fat) continue;
    const u64 start = (copy_start(copy) + from) / g_.block_bytes;
    const u64 end = (copy_start(copy) + to) / g_.block_bytes;
    TRY(txn.pin(start, static_cast<u32>(end - start + 1)));
  }
  return {};
}

Result<> Table::link(u32 first, u32 count, u32 next, Txn& txn) const {
  return store_run(
      first, count, [&](u32 cluster) { return cluster + 1 == first + count ? next : cluster + 1; }, txn);
}

Result<> Table::clear(u32 first, u32 count, Txn& txn) const {
  return store_run(first, count, [](u32) { return kEntryFree; }, txn);
}

Result<> Table::store(u32 entry, u32 value, Txn& txn) const {
  return store_run(entry, 1, [&](u32) { return value; }, txn);
}

template <class ValueAt>
Result<> Table::store_run(u32 first, u32 count, ValueAt value_at, Txn& txn) const {
  for (u32 copy = 0; copy < g_.fats; ++copy)
    if (g_.mirrored || copy == g_.active_fat) TRY(store_copy(copy_start(copy), first, count, value_at, txn));
  return {};
}

template <class ValueAt>
Result<> Table::store_copy(u64 start, u32 first, u32 count, ValueAt value_at, Txn& txn) const {
  if (g_.type == FatType::fat12) {
    for (u32 i = 0; i < count; ++i) TRY(store_fat12(start, first + i, value_at(first + i), txn));
    return {};
  }
  const u32 width = static_cast<u32>(g_.type) / 8;
  for (u32 entry = first; entry < first + count;) {
    const u64 at = start + entry_offset(entry);
    const WriteBuf block = TRY(cache_.modify(at / g_.block_bytes, txn));
    const u32 inside = static_cast<u32>(at % g_.block_bytes);
    const u32 here = std::min(first + count - entry, (g_.block_bytes - inside) / width);
    for (u32 i = 0; i < here; ++i, ++entry) {
      const auto bytes = block.bytes().subspan(inside + i * width, width);
      const u32 kept = width == 4 ? load_entry(bytes, width) & ~kEntryMask : 0;
      save_entry(bytes, width, kept | (value_at(entry) & kEntryMask));
    }
  }
  return {};
}

/// An entry of twelve bits may lie in two blocks.
Result<> Table::store_fat12(u64 start, u32 entry, u32 value, Txn& txn) const {
  const u64 at = start + entry_offset(entry);
  const bool odd = entry % 2 != 0;
  const u32 shifted = (value & 0xFFF) << (odd ? 4 : 0), mask = 0xFFFu << (odd ? 4 : 0);
  for (u32 i = 0; i < 2; ++i) {
    const WriteBuf block = TRY(cache_.modify((at + i) / g_.block_bytes, txn));
    std::byte& byte = block.bytes()[(at + i) % g_.block_bytes];
    byte = (byte & ~static_cast<std::byte>(mask >> 8 * i)) | static_cast<std::byte>(shifted >> 8 * i);
  }
  return {};
}

/// Brings in the block that has the byte of the table; where the device cannot read it, another copy's.
Result<> TableReader::load(u64 offset) {
  const Geometry& g = table_.g_;
  const u64 window = kReadAheadBytes / g.block_bytes;
  const u64 last = (g.data_start - 1) / g.block_bytes;
  for (u32 tries = 1;; ++tries) {
    const u64 at = table_.copy_start(copy_) + offset, block = at / g.block_bytes;
    const bool goes_on = !bytes_.empty() && block_start_ / g.block_bytes + 1 == block;
    if (goes_on && block % window == 0)
      table_.cache_.prefetch(block, static_cast<u32>(std::min(window, last - block + 1)));
    Result<ReadBuf> held = table_.cache_.read(block);
    if (held) {
      block_.emplace(*std::move(held));
      bytes_ = block_->bytes();
      block_start_ = at - at % g.block_bytes;
      return {};
    }
    if (held.error().code != Errc::io || !g.mirrored || tries == g.fats) return std::unexpected(held.error());
    copy_ = (copy_ + 1) % g.fats;
  }
}

/// The bytes of the table from `offset` on that lie in one block.
Result<std::span<const std::byte>> TableReader::bytes_at(u64 offset) {
  const u64 bytes = table_.g_.block_bytes, at = table_.copy_start(copy_) + offset;
  if (bytes_.empty() || at - at % bytes != block_start_) TRY(load(offset));
  return bytes_.subspan(table_.copy_start(copy_) + offset - block_start_);
}

Result<u8> TableReader::byte_at(u64 offset) { return static_cast<u8>(TRY(bytes_at(offset))[0]); }

Result<u32> TableReader::entry(u32 entry) {
  const FatType type = table_.g_.type;
  const u64 offset = table_.entry_offset(entry);
  if (type == FatType::fat12) {
    const u32 low = TRY(byte_at(offset)), high = TRY(byte_at(offset + 1));
    const u32 both = low | high << 8;
    return widen(entry % 2 != 0 ? both >> 4 : both & 0xFFF, type);
  }
  const u32 width = static_cast<u32>(type) / 8;
  const u32 value = load_entry(TRY(bytes_at(offset)), width);
  return type == FatType::fat32 ? value & kEntryMask : widen(value, type);
}

Result<u32> TableReader::next(u32 cluster) {
  const u32 value = TRY(entry(cluster));
  if (value >= kEntryEnd) return 0;
  if (table_.g_.is_cluster(value)) return value;
  if (value == kEntryFree) return fail(Errc::corrupt, "a chain of clusters runs into a free one");
  if (value == kEntryBad) return fail(Errc::corrupt, "a chain of clusters runs into a bad one");
  return fail(Errc::corrupt, "a chain of clusters leads outside the volume");
}

Result<u32> TableReader::count_run(u32 cluster, u32 limit) {
  u32 count = 1;
  while (count < limit && TRY(entry(cluster + count - 1)) == cluster + count) ++count;
  return std::min(count, table_.g_.clusters_end() - cluster);
}

}  // namespace rump::fat
