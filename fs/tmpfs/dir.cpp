// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Adding, removing, finding and listing entries.
#include "fs/tmpfs/dir.hpp"

#include <algorithm>
#include <cstring>

namespace rump::tmpfs {

Directory::~Directory() {
  for (const Slot& slot : slots()) WithTail<Entry>(slot.entry).reset();
}

Entry* Directory::find(Name name) {
  if (live_ == 0) return nullptr;
  const u32 hash = hash_of(name);
  return index_.find(hash, [&](const Entry& entry) { return entry.hash == hash && entry.name() == name; });
}

Result<WithTail<Entry>> Directory::prepare(Name name) {
  if (name.size() > kNameMaxUsual) return fail(Errc::name_too_long, "a name has at most 255 bytes");
  TRY(grow_array(slots_, std::max(used_ + 1, kLeastRoom)));
  TRY(grow_index());
  WithTail<Entry> entry = TRY(make_with_tail(Entry{.key = 0,
                                                   .serial = 0,
                                                   .next_in_bucket = nullptr,
                                                   .hash = hash_of(name),
                                                   .type = FileType::unknown,
                                                   .name_bytes = static_cast<u8>(name.size())}));
  std::ranges::copy(name, reinterpret_cast<char*>(entry.get() + 1));
  return entry;
}

void Directory::insert(WithTail<Entry> prepared, Key key, FileType type) {
  Entry* entry = prepared.release();
  entry->key = key;
  entry->type = type;
  entry->serial = next_serial_++;
  slots_[used_++] = {entry->serial, entry};
  index_.insert(entry->hash, *entry);
  ++live_;
}

void Directory::remove(Entry& entry) {
  const auto all = slots_.span().first(used_);
  const auto slot = std::ranges::lower_bound(all, entry.serial, {}, &Slot::serial);
  slot->entry = nullptr;
  index_.remove(entry.hash, entry);
  TailDeleter<Entry>{}(&entry);
  --live_;
  while (used_ > 0 && !slots_[used_ - 1].entry) --used_;
  if (live_ < used_ / 2) close_gaps();
  if (live_ == 0 && slots_.size() > kRoomKept) {
    slots_ = {};
    index_ = {};
    index_room_ = 0;
  }
}

void Directory::list(u64 cookie, DirSink& sink) const {
  const auto all = slots();
  for (auto slot = std::ranges::upper_bound(all, cookie, {}, &Slot::serial); slot != all.end(); ++slot) {
    if (!slot->entry) continue;
    const Entry& entry = *slot->entry;
    if (!sink.add(entry.name(), entry.key, entry.type, entry.serial)) return;
  }
}

u32 Directory::hash_of(Name name) const {
  u64 hash = seed_ ^ name.size();
  while (!name.empty()) {
    u64 word = 0;
    const std::size_t bytes = std::min(name.size(), sizeof word);
    std::memcpy(&word, name.data(), bytes);
    hash = mix_hash(hash ^ word);
    name.remove_prefix(bytes);
  }
  return static_cast<u32>(mix_hash(hash) >> 32);
}

/// Keeps the chains of the index short. Only its first table must be had; without a later one, finding takes
/// longer and the next insertion tries again.
Result<> Directory::grow_index() {
  if (live_ < index_room_) return {};
  const u64 room = std::max(2 * index_room_, kLeastRoom);
  auto larger = HashTable<Entry, &Entry::next_in_bucket>::make(room);
  if (!larger && index_room_ > 0) return {};
  index_ = TRY(std::move(larger));
  index_room_ = room;
  for (const Slot& slot : slots())
    if (slot.entry) index_.insert(slot.entry->hash, *slot.entry);
  return {};
}

void Directory::close_gaps() {
  const auto gaps = std::ranges::remove(slots_.span().first(used_), nullptr, &Slot::entry);
  used_ -= gaps.size();
}

}  // namespace rump::tmpfs
