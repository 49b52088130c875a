// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file FSInfo and clean marks, read and written.
#include "fs/fat/status.hpp"

namespace rump::fat {
namespace {

constexpr u32 kMarkEntry = 1;

template <class Byte>
Result<Record<FsInfo, LittleEndian, Byte>> info_in(std::span<Byte> block, const Geometry& g) {
  return Record<FsInfo, LittleEndian, Byte>::at(block, g.info_at % g.block_bytes);
}

u32 clean_bit(FatType type) {
  return type == FatType::fat32 ? kCleanBit32 : type == FatType::fat16 ? kCleanBit16 : 0;
}

}  // namespace

Result<Hints> read_hints(const Geometry& g, BufferCache& cache) {
  Hints hints;
  if (g.info_at == 0) return hints;
  const ReadBuf block = TRY(cache.read(g.info_at / g.block_bytes));
  const auto info = TRY(info_in(block.bytes(), g));
  if (info.get(FsInfo::lead_signature) != kInfoLead || info.get(FsInfo::signature) != kInfoSignature ||
      info.get(FsInfo::trail_signature) != kInfoTrail)
    return hints;
  hints.valid = true;
  const u32 free = info.get(FsInfo::free_clusters), next = info.get(FsInfo::next_free);
  if (free <= g.clusters) hints.free = free;
  if (g.is_cluster(next)) hints.next = next;
  return hints;
}

Result<> write_hints(const Geometry& g, const Hints& hints, BufferCache& cache, Txn& txn) {
  TRY(txn.pin(g.info_at / g.block_bytes, 1));
  const WriteBuf block = TRY(cache.modify(g.info_at / g.block_bytes, txn));
  const auto info = TRY(info_in(block.bytes(), g));
  info.set(FsInfo::free_clusters, hints.free.value_or(kInfoUnknown));
  info.set(FsInfo::next_free, hints.next.value_or(kInfoUnknown));
  return {};
}

Result<CleanMarks> read_marks(const Table& table, BufferCache& cache) {
  const Geometry& g = table.geometry();
  CleanMarks marks;
  if (g.state_at != 0) {
    const ReadBuf block = TRY(cache.read(g.state_at / g.block_bytes));
    marks.state = (block.bytes()[g.state_at % g.block_bytes] & std::byte{kStateDirty}) == std::byte{0};
  }
  const u32 bit = clean_bit(g.type);
  if (bit != 0) marks.entry = TRY(TableReader(table).entry(kMarkEntry)) & bit;
  return marks;
}

Result<> write_marks(const Table& table, CleanMarks marks, BufferCache& cache, Txn& txn) {
  const Geometry& g = table.geometry();
  const u32 bit = clean_bit(g.type);
  if (g.state_at != 0) TRY(txn.pin(g.state_at / g.block_bytes, 1));
  if (bit != 0) TRY(table.pin(kMarkEntry, 1, txn));
  if (bit != 0) {
    const u32 entry = TRY(TableReader(table).entry(kMarkEntry));
    TRY(table.store(kMarkEntry, marks.entry ? entry | bit : entry & ~bit, txn));
  }
  if (g.state_at == 0) return {};
  const WriteBuf block = TRY(cache.modify(g.state_at / g.block_bytes, txn));
  std::byte& state = block.bytes()[g.state_at % g.block_bytes];
  state = marks.state ? state & ~std::byte{kStateDirty} : state | std::byte{kStateDirty};
  return {};
}

}  // namespace rump::fat
