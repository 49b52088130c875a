// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Open addressing, with no gaps in a chain of slots.
#include "fs/fat/number_map.hpp"

#include <algorithm>

#include "vfs/intrusive.hpp"

namespace rump::fat {
namespace {

constexpr u64 kLeastSlots = 16;

}  // namespace

u64 NumberMap::home(u64 key) const { return mix_hash(key) & (slots_.size() - 1); }

/// The slot that has the key, or where it would go. There is room.
NumberMap::Slot* NumberMap::slot_of(u64 key) const {
  u64 at = home(key);
  auto* slots = const_cast<Slot*>(slots_.data());
  while (slots[at].key != 0 && slots[at].key != key) at = (at + 1) & (slots_.size() - 1);
  return &slots[at];
}

std::optional<u64> NumberMap::find(u64 key) const {
  if (used_ == 0) return std::nullopt;
  const Slot* slot = slot_of(key);
  return slot->key == key ? std::optional(slot->value) : std::nullopt;
}

Result<> NumberMap::make_room(u64 more) {
  if ((used_ + more) * 4 <= slots_.size() * 3) return {};
  Array<Slot> larger = TRY(Array<Slot>::make(std::max(kLeastSlots, 2 * slots_.size())));
  std::swap(slots_, larger);
  for (const Slot& slot : larger)
    if (slot.key != 0) *slot_of(slot.key) = slot;
  return {};
}

void NumberMap::set(u64 key, u64 value) {
  Slot* slot = slot_of(key);
  used_ += slot->key == 0;
  *slot = {key, value};
}

void NumberMap::erase(u64 key) {
  if (used_ == 0) return;
  Slot* gone = slot_of(key);
  if (gone->key == 0) return;
  const u64 mask = slots_.size() - 1;
  u64 gap = static_cast<u64>(gone - slots_.data());
  --used_;
  // What was pushed past the gap moves into it.
  for (u64 at = (gap + 1) & mask; slots_[at].key != 0; at = (at + 1) & mask) {
    if (((at - home(slots_[at].key)) & mask) < ((at - gap) & mask)) continue;
    slots_[gap] = slots_[at];
    gap = at;
  }
  slots_[gap] = {};
}

void NumberMap::clear() {
  slots_ = {};
  used_ = 0;
}

}  // namespace rump::fat
