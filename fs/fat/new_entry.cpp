// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Choosing names and places, and writing records.
#include "fs/fat/new_entry.hpp"

#include <algorithm>

namespace rump::fat {

Result<> NewEntry::plan(Name name) {
  TRY(choose_names(name, nullptr));
  TRY(find_place());
  return make_room();
}

Result<bool> NewEntry::plan_over(Name name, const Entry& old) {
  TRY(choose_names(name, &old));
  const bool fits = long_records_ == old.long_records;
  if (!fits) TRY(find_place());
  if (fits) slot_ = old.first_slot();
  for (u32 i = 0; fits && i < records(); ++i) places_[i] = TRY(directory_.records_.place(slot_ + i));
  TRY(make_room());
  return fits;
}

/// In the index; one that is half changed would be of no use.
Result<> NewEntry::make_room() { return TRY(directory_.index())->make_room(slot_ + records() + 1); }

Result<> NewEntry::choose_names(Name name, const Entry* besides) {
  name_ = TRY(to_utf16(name, units_));
  TRY(check_long_name(name_));
  const ShortNames choices(name_, *mount_.options().page);
  case_bits_ = choices.case_bits();
  long_records_ = choices.needs_long_entries() ? static_cast<u32>(slices_of(name_)) : 0;
  for (u32 n = 0; n < ShortNames::kCandidates; ++n) {
    short_name_ = choices.candidate(n);
    if (!TRY(is_taken(short_name_, besides))) return {};
    if (long_records_ == 0) break;
  }
  return fail(Errc::exists, "the name exists already");
}

Result<bool> NewEntry::is_taken(const ShortName& candidate, const Entry* besides) {
  std::array<char16_t, ShortName::kTextMax> room;
  NamedEntry found;
  if (!TRY(directory_.find(candidate.text(0, *mount_.options().page, room), found))) return false;
  return !besides || found.entry.slot != besides->slot;
}

/// The first free records in a row, or new ones behind the end.
Result<> NewEntry::find_place() {
  const DirIndex& index = *TRY(directory_.index());
  slot_ = index.find_free(records());
  const u32 end = slot_ + records();
  if (end > kDirRecordsMax) return fail(Errc::no_space, "the directory is full");
  u32 slot = slot_;
  for (; slot < end; ++slot) {
    const u64 place = TRY(directory_.records_.place(slot));
    if (place == 0) break;
    places_[slot - slot_] = place;
  }
  if (slot < end) return grow_to(end);
  if (end <= index.end()) return {};
  // Other systems leave anything behind the end of a directory.
  const u64 behind = end == kDirRecordsMax ? 0 : TRY(directory_.records_.place(end));
  if (behind == 0) return {};
  const auto held = TRY(directory_.records_.read(behind));
  if (kind_of(held.bytes.first(DirRecord::size)) != RecordKind::end) old_end_place_ = behind;
  return {};
}

/// Claims clusters for the records up to `end`, and says where they go.
Result<> NewEntry::grow_to(u32 end) {
  const Geometry& g = mount_.geometry();
  if (!directory_.records_.chain()) return fail(Errc::no_space, "the root directory is full");
  clusters_ = TRY(directory_.chain_.length());
  if (clusters_ == 0) return fail(Errc::corrupt, "a directory has no clusters");
  tail_ = TRY(directory_.chain_.find(clusters_ - 1, 1)).cluster;
  u32 missing = g.clusters_for(u64{end} * DirRecord::size) - clusters_, goal = tail_ + 1;
  for (Claim& claim : growth_) {
    if (missing == 0) break;
    claim = TRY(mount_.allocator().claim(goal, missing, missing));
    missing -= claim.count();
    goal = claim.first() + claim.count();
  }
  const u32 per_cluster = g.cluster_bytes / DirRecord::size;
  for (u32 slot = std::max(slot_, clusters_ * per_cluster); slot < end; ++slot) {
    const u32 index = slot / per_cluster - clusters_;
    const bool in_first = index < growth_[0].count();
    const u32 cluster =
        in_first ? growth_[0].first() + index : growth_[1].first() + index - growth_[0].count();
    places_[slot - slot_] = g.cluster_start(cluster) + slot % per_cluster * DirRecord::size;
  }
  return {};
}

Result<> NewEntry::pin(Txn& txn) const {
  const Geometry& g = mount_.geometry();
  u64 last = ~u64{0};
  const auto pin_block = [&](u64 place) -> Result<> {
    const u64 block = place / g.block_bytes;
    if (std::exchange(last, block) == block) return {};
    return txn.pin(block, 1);
  };
  for (u32 i = 0; i < records(); ++i) TRY(pin_block(places_[i]));
  if (old_end_place_ != 0) TRY(pin_block(old_end_place_));
  for (const Claim& claim : growth_)
    if (!claim.empty()) TRY(mount_.table().pin(claim.first(), claim.count(), txn));
  return tail_ != 0 ? mount_.table().pin(tail_, 1, txn) : Result<>();
}

Result<> NewEntry::blank(Txn& txn) {
  for (const Claim& claim : growth_) {
    const Result<> blanked = blank_clusters(mount_, claim.first(), claim.count(), txn);
    if (blanked) continue;
    unblank(txn);
    return blanked;
  }
  return {};
}

void NewEntry::unblank(Txn& txn) {
  for (const Claim& claim : growth_) forget_clusters(mount_, claim.first(), claim.count(), txn);
}

Result<> NewEntry::grow(Txn& txn) {
  const Table& table = mount_.table();
  u32 tail = tail_;
  for (const Claim& claim : growth_) {
    if (claim.empty()) break;
    TRY(table.link(claim.first(), claim.count(), kEntryLast, txn));
    TRY(table.store(tail, claim.first(), txn));
    tail = claim.first() + claim.count() - 1;
  }
  return {};
}

/// Where something lies behind the new end, it is cut off before the records reach up to it.
Result<> NewEntry::end_directory(Txn& txn) {
  if (old_end_place_ == 0) return {};
  const u64 bytes = mount_.geometry().block_bytes;
  {
    const WriteBuf block = TRY(mount_.cache().modify(old_end_place_ / bytes, txn));
    block.bytes()[old_end_place_ % bytes] = std::byte{kNameEnd};
  }
  txn.barrier();
  return {};
}

Result<> NewEntry::write(const FileRecord& file, Txn& txn) {
  TRY(end_directory(txn));
  const Geometry& g = mount_.geometry();
  const u8 checksum = short_name_.checksum();
  for (u32 i = 0; i < records(); ++i) {
    const WriteBuf block = TRY(mount_.cache().modify(places_[i] / g.block_bytes, txn));
    const auto record = block.bytes().subspan(places_[i] % g.block_bytes, DirRecord::size);
    if (i < long_records_) {
      write_slice(name_, long_records_ - i, checksum, record);
      continue;
    }
    std::ranges::fill(record, std::byte{0});
    encode_name(short_name_.bytes, case_bits_, record);
    encode_record(file, g.type, record);
  }
  return {};
}

Entry NewEntry::entry(const FileRecord& file) const {
  return {.slot = slot_ + long_records_,
          .long_records = long_records_,
          .place = place(),
          .file = file,
          .short_name = short_name_,
          .case_bits = case_bits_,
          .name = name_,
          .has_long_name = long_records_ > 0};
}

void NewEntry::keep(const FileRecord& file) {
  u32 index = clusters_;
  for (Claim& claim : growth_) {
    if (claim.empty()) break;
    directory_.chain_.extend({index, claim.first(), claim.count()});
    index += claim.count();
    claim.keep();
  }
  directory_.index_.load(std::memory_order_relaxed)->add(directory_.records_, entry(file));
}

bool NewEntry::shares_sector(u64 first_place, u64 place) const {
  const auto sector_of = [](u64 at) { return at / kSectorBytesMin; };
  const u64 sector = sector_of(place);
  return sector_of(first_place) == sector && old_end_place_ == 0 &&
         std::ranges::all_of(std::span(places_).first(records()),
                             [&](u64 mine) { return sector_of(mine) == sector; });
}

namespace {

/// The blocks of some clusters.
struct Blocks {
  u64 first;
  u32 count;
};
Blocks blocks_of(const Geometry& g, u32 cluster, u32 count) {
  return {g.cluster_start(cluster) / g.block_bytes,
          static_cast<u32>((u64{count} << g.cluster_shift) / g.block_bytes)};
}

}  // namespace

Result<> blank_clusters(const FatMount& mount, u32 first, u32 count, Txn& txn) {
  if (count == 0) return {};
  const Blocks blocks = blocks_of(mount.geometry(), first, count);
  for (u32 i = 0; i < blocks.count; ++i) static_cast<void>(TRY(mount.cache().fresh(blocks.first + i, txn)));
  return {};
}

void forget_clusters(const FatMount& mount, u32 first, u32 count, Txn& txn) {
  if (count == 0) return;
  const Blocks blocks = blocks_of(mount.geometry(), first, count);
  mount.cache().forget(blocks.first, blocks.count, txn);
}

}  // namespace rump::fat
