// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directory records, one after the other.
#include "fs/fat/dir.hpp"

#include <algorithm>

namespace rump::fat {
namespace {

constexpr u64 kReadAheadBytes = 64 << 10;
constexpr std::size_t kRecordBytes = DirRecord::size;

ShortName short_name_of(std::span<const std::byte> record) {
  ShortName name;
  for (std::size_t i = 0; i < name.bytes.size(); ++i) name.bytes[i] = static_cast<u8>(record[i]);
  return name;
}

}  // namespace

Result<u64> DirRecords::place(u32 slot) const {
  const Geometry& g = volume_.geometry;
  const u64 offset = u64{slot} * kRecordBytes;
  if (!chain_) return slot < g.root_records ? g.root_start + offset : 0;
  const u32 ahead = std::max<u32>(1, static_cast<u32>(kReadAheadBytes >> g.cluster_shift));
  const Run run = TRY(chain_->find(static_cast<u32>(offset >> g.cluster_shift), ahead));
  if (run.count == 0) return 0;
  if (slot >= kDirRecordsMax) return fail(Errc::corrupt, "a directory has more records than FAT allows");
  read_ahead(slot, run);
  return g.cluster_start(run.cluster) + (offset & (g.cluster_bytes - 1));
}

/// Brings in what comes next, where the slot begins a window of it.
void DirRecords::read_ahead(u32 slot, const Run& run) const {
  const Geometry& g = volume_.geometry;
  const u64 window = std::max<u64>(kReadAheadBytes, g.cluster_bytes);
  if (u64{slot} * kRecordBytes % window != 0) return;
  const u64 bytes = std::min(u64{run.count} << g.cluster_shift, kReadAheadBytes);
  if (bytes > g.block_bytes)
    volume_.cache.prefetch(g.cluster_start(run.cluster) / g.block_bytes,
                           static_cast<u32>(bytes / g.block_bytes));
}

Result<DirRecords::Held> DirRecords::read(u64 place) const {
  const u64 bytes = volume_.geometry.block_bytes;
  ReadBuf block = TRY(volume_.cache.read(place / bytes));
  const auto rest = block.bytes().subspan(place % bytes);
  return Held{std::move(block), rest};
}

/// Sees to it that rest_ begins with the record of slot_; false behind the last one.
Result<bool> DirCursor::load() {
  if (!rest_.empty()) return true;
  place_ = TRY(records_.place(slot_));
  if (place_ == 0) return false;
  DirRecords::Held held = TRY(records_.read(place_));
  rest_ = held.bytes;
  block_.emplace(std::move(held.block));
  return true;
}

Result<bool> DirCursor::next(Entry& entry) {
  slices_.clear();
  while (TRY(load())) {
    const auto record = rest_.first(kRecordBytes);
    const RecordKind kind = kind_of(record);
    if (kind == RecordKind::end) return false;
    entry.slot = slot_++;
    entry.place = place_;
    rest_ = rest_.subspan(kRecordBytes);
    place_ += kRecordBytes;
    if (kind == RecordKind::long_part) {
      slices_.add(record);
      continue;
    }
    if (kind == RecordKind::file && !is_dot(record)) {
      show(record, entry);
      if (!entry.name.empty()) return true;
    }
    slices_.clear();
  }
  return false;
}

void DirCursor::show(std::span<const std::byte> record, Entry& entry) {
  const Volume& volume = records_.volume();
  entry.file = decode_record(record, volume.geometry.type);
  entry.short_name = short_name_of(record);
  entry.case_bits = case_bits_of(record);
  entry.name = slices_.name_for(entry.short_name);
  entry.has_long_name = !entry.name.empty();
  entry.long_records = entry.has_long_name ? static_cast<u32>(slices_.slices()) : 0;
  if (!entry.has_long_name) entry.name = entry.short_name.text(entry.case_bits, volume.page, short_text_);
}

bool is_dot(std::span<const std::byte> record) {
  const ShortName name = short_name_of(record);
  const auto rest = std::span(name.bytes).subspan(name.bytes[1] == '.' ? 2 : 1);
  return name.bytes[0] == '.' && std::ranges::all_of(rest, [](u8 byte) { return byte == ' '; });
}

Result<u32> parent_cluster(const DirRecords& records) {
  constexpr u32 kParentSlot = 1;
  const u64 place = TRY(records.place(kParentSlot));
  if (place == 0) return fail(Errc::corrupt, "a directory has no parent entry");
  const auto held = TRY(records.read(place));
  const auto record = held.bytes.first(kRecordBytes);
  if (kind_of(record) != RecordKind::file || !is_dot(record) || record[1] != std::byte{'.'})
    return fail(Errc::corrupt, "a directory has no parent entry");
  const Geometry& g = records.volume().geometry;
  const u32 cluster = decode_record(record, g.type).start;
  return g.has_chain_root() && cluster == g.root_cluster ? 0 : cluster;
}

Result<u32> count_subdirectories(const DirRecords& records) {
  DirCursor cursor(records, 0);
  Entry entry;
  u32 count = 0;
  while (TRY(cursor.next(entry))) count += entry.file.is_dir();
  return count;
}

}  // namespace rump::fat
