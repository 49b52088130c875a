// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Building an index, and keeping it as the directory changes.
#include "fs/fat/index.hpp"

#include <algorithm>
#include <bit>

namespace rump::fat {
namespace {

constexpr u64 kLeastNames = 32;

/// The hashes of an entry's two names; one where they differ by case alone.
struct Hashes {
  std::array<u64, 2> values;
  u32 count;
};

Hashes hashes_of(const DirRecords& records, const Entry& entry) {
  Hashes hashes{{hash_folded(entry.name)}, 1};
  if (!entry.has_long_name) return hashes;
  std::array<char16_t, ShortName::kTextMax> room;
  const u64 second = hash_folded(entry.short_name.text(0, records.volume().page, room));
  if (second != hashes.values[0]) hashes.values[hashes.count++] = second;
  return hashes;
}

DirIndex::Found found_of(const Entry& entry) {
  return {static_cast<u16>(entry.slot), static_cast<u8>(entry.long_records)};
}

}  // namespace

Result<std::unique_ptr<DirIndex>> DirIndex::build(const DirRecords& records) {
  auto index = std::make_unique<DirIndex>();
  DirCursor cursor(records, 0);
  Entry entry;
  u32 behind = 0;
  while (TRY(cursor.next(entry))) {
    TRY(index->make_room(entry.slot + 1));
    // What lies between is dots, labels and what is left of names; only deleted records are free.
    TRY(index->mark_between(records, behind, entry.first_slot()));
    index->add(records, entry);
    behind = entry.slot + 1;
  }
  TRY(index->make_room(cursor.slot()));
  TRY(index->mark_between(records, behind, cursor.slot()));
  index->end_ = cursor.slot();
  return index;
}

/// Marks the records that hold something which is no entry.
Result<> DirIndex::mark_between(const DirRecords& records, u32 first, u32 end) {
  for (u32 slot = first; slot < end; ++slot) {
    const auto held = TRY(records.read(TRY(records.place(slot))));
    if (kind_of(held.bytes.first(DirRecord::size)) != RecordKind::deleted) mark(slot, 1, true);
  }
  return {};
}

u32 DirIndex::find_free(u32 count) const {
  u32 run = 0;
  for (u32 slot = 0; slot < end_; ++slot) {
    const u64 rest = records_used_[slot / 64] >> slot % 64;
    if (rest == ~u64{0}) {
      run = 0;
      slot += 63;
      continue;
    }
    run = rest & 1 ? 0 : run + 1;
    if (run == count) return slot + 1 - count;
  }
  return end_ - run;
}

Result<> DirIndex::make_room(u32 end) {
  if (u64{end} > records_used_.size() * 64) {
    Array<u64> larger = TRY(Array<u64>::make(std::max<u64>(2 * records_used_.size(), end / 64 + 1)));
    std::ranges::copy(records_used_, larger.begin());
    records_used_ = std::move(larger);
  }
  if ((used_ + 2) * 3 <= names_.size() * 2) return {};
  const u64 live = 2 * u64{entries_} + 2;
  Array<Name> larger = TRY(Array<Name>::make(std::max(kLeastNames, std::bit_ceil(2 * live))));
  std::swap(names_, larger);
  used_ = 0;
  for (const Name& name : larger)
    if (name.state == kInUse) add_name(u64{name.hash} << 32 | name.home, name.found);
  return {};
}

void DirIndex::add_name(u64 hash, Found found) {
  const u64 mask = names_.size() - 1;
  u64 at = hash & mask;
  while (names_[at].state == kInUse) at = (at + 1) & mask;
  used_ += names_[at].state == kNever;
  names_[at] = {static_cast<u32>(hash >> 32), static_cast<u32>(hash), found, kInUse};
}

void DirIndex::remove_name(u64 hash, Found found) {
  const u64 mask = names_.size() - 1;
  for (u64 at = hash & mask; names_[at].state != kNever; at = (at + 1) & mask) {
    Name& name = names_[at];
    if (name.state != kInUse || name.found.slot != found.slot || name.hash != static_cast<u32>(hash >> 32))
      continue;
    name.state = kRemoved;
    return;
  }
}

void DirIndex::mark(u32 first, u32 count, bool used) {
  for (u32 slot = first; slot < first + count; ++slot) {
    const u64 bit = u64{1} << slot % 64;
    u64& word = records_used_[slot / 64];
    word = used ? word | bit : word & ~bit;
  }
}

void DirIndex::add(const DirRecords& records, const Entry& entry) {
  const Hashes hashes = hashes_of(records, entry);
  for (u32 i = 0; i < hashes.count; ++i) add_name(hashes.values[i], found_of(entry));
  mark(entry.first_slot(), entry.long_records + 1, true);
  end_ = std::max(end_, entry.slot + 1);
  ++entries_;
  directories_ += entry.file.is_dir();
}

void DirIndex::remove(const DirRecords& records, const Entry& entry) {
  const Hashes hashes = hashes_of(records, entry);
  for (u32 i = 0; i < hashes.count; ++i) remove_name(hashes.values[i], found_of(entry));
  mark(entry.first_slot(), entry.long_records + 1, false);
  --entries_;
  directories_ -= entry.file.is_dir();
}

void DirIndex::retype(bool was_directory, bool is_directory) {
  directories_ += u32{is_directory} - u32{was_directory};
}

}  // namespace rump::fat
