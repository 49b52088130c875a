// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The name cache: sharded table of names, second-chance eviction.
#include "vfs/name_cache.hpp"

#include <new>

#include "vfs/intrusive.hpp"

namespace rump {
namespace {

constexpr u32 kShards = 16;

}  // namespace

/// A name; its bytes follow it. Guarded by the shard's lock.
struct NameCache::Entry {
  const Mount* mount;
  Key directory;
  u64 hash;
  Answer answer;
  Entry* next_in_bucket;
  RingLinks<Entry> ring;
  u32 name_bytes;
  bool recently_used;

  char* text() { return reinterpret_cast<char*>(this + 1); }
  Name name() { return {text(), name_bytes}; }
  u64 size() const { return sizeof(Entry) + name_bytes; }
};

/// A part of the cache with its own lock, ring and quota.
struct alignas(kCacheLine) NameCache::Shard {
  mutable Mutex lock{Rank::name_shard};
  HashTable<Entry, &Entry::next_in_bucket> table;
  ClockRing<Entry, &Entry::ring> ring;
  u64 hits = 0, misses = 0;

  Entry* find(u64 hash, const Mount& mount, Key directory, Name folded) {
    return table.find(hash, [&](Entry& entry) {
      return entry.hash == hash && entry.directory == directory && entry.mount == &mount &&
             entry.name() == folded;
    });
  }
  void insert(u64 hash, const Mount& mount, Key directory, Name folded, Answer answer) {
    void* memory = host::allocate(sizeof(Entry) + folded.size(), alignof(Entry));
    if (!memory) return;  // a cache may forget
    auto* entry = new (memory) Entry{.mount = &mount,
                                     .directory = directory,
                                     .hash = hash,
                                     .answer = answer,
                                     .next_in_bucket = nullptr,
                                     .ring = {},
                                     .name_bytes = static_cast<u32>(folded.size()),
                                     .recently_used = true};
    std::memcpy(entry->text(), folded.data(), folded.size());
    table.insert(hash, *entry);
    ring.insert(*entry);
  }
  void remove(Entry& entry) {
    table.remove(entry.hash, entry);
    ring.remove(entry);
    host::release(&entry, entry.size(), alignof(Entry));
  }
};

NameCache::NameCache(u32 limit)
    : shard_limit_(limit / kShards + 1), shards_(std::make_unique<Shard[]>(kShards)) {
  for (Shard& shard : std::span(shards_.get(), kShards)) {
    auto table = HashTable<Entry, &Entry::next_in_bucket>::make(shard_limit_);
    invariant(table.has_value(), "no memory for the name cache");
    shard.table = *std::move(table);
  }
}

NameCache::~NameCache() {
  for (Shard& shard : std::span(shards_.get(), kShards)) {
    MutexLock hold(shard.lock);
    while (Entry* entry = shard.ring.front()) shard.remove(*entry);
  }
}

u64 NameCache::hash_of(const Mount& mount, Key directory, Name folded) {
  u64 hash = mix_hash(reinterpret_cast<std::uintptr_t>(&mount) ^ mix_hash(directory));
  while (!folded.empty()) {
    u64 word = 0;
    const std::size_t bytes = std::min(folded.size(), sizeof word);
    std::memcpy(&word, folded.data(), bytes);
    hash = mix_hash(hash ^ word) + bytes;
    folded.remove_prefix(bytes);
  }
  // Directories differ in the shards that their names go to, so that threads in different ones seldom meet.
  constexpr u64 kShardGroup = u64{3} << 50;
  return (mix_hash(hash) & ~kShardGroup) | (directory << 50 & kShardGroup);
}

NameCache::Shard& NameCache::shard_of(u64 hash) const { return shards_[(hash >> 48) % kShards]; }

std::optional<NameCache::Answer> NameCache::find(const Mount& mount, Key directory, Name folded) {
  const u64 hash = hash_of(mount, directory, folded);
  Shard& shard = shard_of(hash);
  MutexLock hold(shard.lock);
  Entry* entry = shard.find(hash, mount, directory, folded);
  if (!entry) {
    ++shard.misses;
    return std::nullopt;
  }
  ++shard.hits;
  if (!entry->recently_used) entry->recently_used = true;
  return entry->answer;
}

void NameCache::enter(const Mount& mount, Key directory, Name folded, Answer answer) {
  const u64 hash = hash_of(mount, directory, folded);
  Shard& shard = shard_of(hash);
  MutexLock hold(shard.lock);
  if (Entry* entry = shard.find(hash, mount, directory, folded)) {
    entry->answer = answer;
    return;
  }
  if (shard.ring.count() >= shard_limit_)
    if (Entry* victim = shard.ring.choose_victim([](const Entry&) { return true; })) shard.remove(*victim);
  shard.insert(hash, mount, directory, folded, answer);
}

void NameCache::remove(const Mount& mount, Key directory, Name folded) {
  const u64 hash = hash_of(mount, directory, folded);
  Shard& shard = shard_of(hash);
  MutexLock hold(shard.lock);
  if (Entry* entry = shard.find(hash, mount, directory, folded)) shard.remove(*entry);
}

template <class Goes>
void NameCache::remove_where(Goes goes) {
  for (Shard& shard : std::span(shards_.get(), kShards)) {
    MutexLock hold(shard.lock);
    shard.ring.for_each([&](Entry& entry) {
      if (goes(entry)) shard.remove(entry);
    });
  }
}

void NameCache::remove_directory(const Mount& mount, Key directory) {
  remove_where([&](const Entry& entry) { return entry.mount == &mount && entry.directory == directory; });
}

void NameCache::remove_all(const Mount& mount) {
  remove_where([&](const Entry& entry) { return entry.mount == &mount; });
}

NameCache::Counters NameCache::counters() const {
  Counters sum{};
  for (const Shard& shard : std::span(shards_.get(), kShards)) {
    MutexLock hold(shard.lock);
    sum.names += shard.ring.count();
    sum.hits += shard.hits;
    sum.misses += shard.misses;
  }
  return sum;
}

}  // namespace rump
