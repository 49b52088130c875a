// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The buffer cache: sharded table, second-chance eviction, holds, and detection of blocks with two
/// roles.
#include "vfs/buffer_cache.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <new>

#include "vfs/buffer.hpp"

namespace rump {
namespace {

constexpr std::size_t kHeldMax = 32;
constexpr u32 kShardsMax = 16;
constexpr u64 kShardBuffers = 32;  ///< a shard is worth having from this many buffers on
constexpr u32 kShardLimitMin = 8;

/// A hold of this thread's.
struct Hold {
  Buffer* buffer;
  bool exclusive;
};

/// What a thread holds, over all caches. Written by its own thread only; read by others while it waits, under
/// waits_lock_.
struct ThreadHolds {
  std::array<Hold, kHeldMax> held;
  std::size_t count;

  bool full() const { return count == kHeldMax; }
  void push(Buffer* buffer, bool exclusive) { held[count++] = {buffer, exclusive}; }
  void pop(const Buffer* buffer, bool exclusive) {
    std::size_t i = count;
    while (i > 0 && (held[i - 1].buffer != buffer || held[i - 1].exclusive != exclusive)) --i;
    invariant(i > 0, "a buffer was let go by a thread that does not hold it");
    held[i - 1] = held[--count];
  }
  /// Whether one of the holds keeps somebody out who wants the block in this way.
  bool blocks(const BufferCache* cache, BlockNo block, bool exclusive) const {
    return std::ranges::any_of(std::span(held).first(count), [&](const Hold& hold) {
      return hold.buffer->cache == cache && hold.buffer->block == block && (hold.exclusive || exclusive);
    });
  }
};
constinit thread_local ThreadHolds thread_holds{};

}  // namespace

/// What a caller of acquire() wants.
struct BufferCache::Request {
  BlockNo block;
  Txn* txn = nullptr;   ///< to change it: held exclusively
  bool zeroed = false;  ///< do not read it: the content becomes zeroes
  bool exclusive() const { return txn != nullptr; }
};

/// A thread that waits for a block which others hold.
struct BufferCache::Waiter {
  const ThreadHolds* holds;
  BlockNo block;
  bool exclusive;
  Waiter* next;
};

Result<std::unique_ptr<BufferCache>> BufferCache::make(BlockDevice& device, u32 block_bytes, BlockNo blocks,
                                                       u64 limit_bytes) {
  const u64 limit = std::max<u64>(kShardLimitMin, limit_bytes / block_bytes);
  const u32 shards = static_cast<u32>(std::bit_floor(std::clamp<u64>(limit / kShardBuffers, 1, kShardsMax)));
  const u32 shard_limit = static_cast<u32>(std::min<u64>(limit / shards, u32{1} << 24));
  std::unique_ptr<BufferCache> cache(new BufferCache(device, block_bytes, blocks, shards, shard_limit));
  for (Shard& shard : std::span(cache->shards_.get(), shards))
    shard.table = TRY((HashTable<Buffer, &Buffer::next_in_bucket>::make(std::min<u64>(shard_limit, blocks))));
  return cache;
}

BufferCache::BufferCache(BlockDevice& device, u32 block_bytes, BlockNo blocks, u32 shards, u32 shard_limit)
    : device_(device),
      block_bytes_(block_bytes),
      blocks_(blocks),
      shard_count_(shards),
      shard_limit_(shard_limit),
      shards_(std::make_unique<Shard[]>(shards)) {}

BufferCache::~BufferCache() {
  for (Shard& shard : std::span(shards_.get(), shard_count_)) {
    MutexLock hold(shard.lock);
    while (Buffer* buffer = shard.ring.front()) {
      invariant(buffer->idle() && buffer->pins == 0, "a buffer outlives its cache");
      while (buffer->earlier) remove_earlier(*buffer, buffer->earlier->epoch);
      remove(shard, *buffer);
    }
    host::release(shard.spare, buffer_size(), kCacheLine);
  }
  for (void* spare : spares_) host::release(spare, earlier_size(), kCacheLine);
}

BufferCache::Shard& BufferCache::shard_of(BlockNo block) const { return shards_[block & (shard_count_ - 1)]; }

u64 BufferCache::buffer_size() const { return Buffer::kHeaderBytes + block_bytes_; }

u64 BufferCache::earlier_size() const { return Earlier::kHeaderBytes + block_bytes_; }

Result<ReadBuf> BufferCache::read(BlockNo block) { return ReadBuf(TRY(acquire({.block = block}))); }

Result<WriteBuf> BufferCache::modify(BlockNo block, Txn& txn) {
  return WriteBuf(TRY(acquire({.block = block, .txn = &txn})));
}

Result<WriteBuf> BufferCache::fresh(BlockNo block, Txn& txn) {
  Buffer* buffer = TRY(acquire({.block = block, .txn = &txn, .zeroed = true}));
  std::memset(buffer->bytes(), 0, block_bytes_);
  return WriteBuf(buffer);
}

/// The buffer of the block, held as asked for by this thread.
Result<Buffer*> BufferCache::acquire(const Request& request) {
  if (request.block >= blocks_) return fail(Errc::corrupt, "block number outside the file system");
  if (thread_holds.full()) return fail(Errc::exhausted, "too many blocks held at once");
  Shard& shard = shard_of(request.block);
  MutexLock hold(shard.lock);
  Buffer* buffer = shard.find(request.block);
  while (buffer && (buffer->loading || buffer->exclusive || (request.exclusive() && buffer->holders > 0))) {
    TRY(wait_for(shard, *buffer, request));
    buffer = shard.find(request.block);
  }
  if (buffer) {
    ++shard.hits;
    buffer->recently_used = true;
  } else {
    ++shard.misses;
    buffer = TRY(bring_in(shard, request));
  }
  if (request.exclusive()) {
    TRY(join(*buffer, *request.txn));
    buffer->exclusive = true;
    buffer->mark.store(0, std::memory_order_relaxed);
  } else {
    ++buffer->holders;
  }
  thread_holds.push(buffer, request.exclusive());
  return buffer;
}

/// A new buffer with the block's content. The shard's lock is let go while the device reads.
Result<Buffer*> BufferCache::bring_in(Shard& shard, const Request& request) {
  Buffer* buffer = TRY(insert(shard, request.block));
  if (request.zeroed) return buffer;
  buffer->loading = true;
  shard.lock.unlock();
  Result<> loaded = device_.read(request.block * block_bytes_, std::span(buffer->bytes(), block_bytes_));
  shard.lock.lock();
  buffer->loading = false;
  shard.changed.wake_all();
  if (loaded) return buffer;
  remove(shard, *buffer);
  return std::unexpected(loaded.error());
}

/// Waits until something of the shard changes. The shard's lock is held on entry and return; the buffer may
/// be gone afterwards.
Result<> BufferCache::wait_for(Shard& shard, const Buffer& buffer, const Request& request) {
  if (buffer.loading) {
    // The loader holds no lock and waits for nobody but the device.
    shard.changed.wait(shard.lock);
    return {};
  }
  Waiter me{&thread_holds, request.block, request.exclusive(), nullptr};
  {
    MutexLock hold(waits_lock_);
    if (me.holds->blocks(this, me.block, me.exclusive) || closes_cycle(me, me))
      return fail(Errc::corrupt, "block has two roles");
    me.next = std::exchange(waiters_, &me);
  }
  shard.changed.wait(shard.lock);
  MutexLock hold(waits_lock_);
  Waiter** link = &waiters_;
  while (*link != &me) link = &(*link)->next;
  *link = me.next;
  return {};
}

/// Whether some thread that keeps `from` waiting waits, itself or through others, for a block that `me`
/// holds. Only waiting threads matter, and what they hold cannot change meanwhile. The chain ends: a cycle
/// without `me` was refused when its last member came.
bool BufferCache::closes_cycle(const Waiter& me, const Waiter& from) const {
  for (const Waiter* other = waiters_; other; other = other->next) {
    if (!other->holds->blocks(this, from.block, from.exclusive)) continue;
    if (me.holds->blocks(this, other->block, other->exclusive)) return true;
    if (closes_cycle(me, *other)) return true;
  }
  return false;
}

/// A buffer without content in the table, after making room for it. The shard's lock is held.
Result<Buffer*> BufferCache::insert(Shard& shard, BlockNo block) {
  while (shard.ring.count() >= shard_limit_ && evict_one(shard)) {
  }
  void* memory = std::exchange(shard.spare, nullptr);
  if (!memory) memory = host::allocate(buffer_size(), kCacheLine);
  if (!memory) return fail(Errc::no_memory, "no memory for a metadata block");
  auto* buffer = new (memory) Buffer{};
  buffer->cache = this;
  buffer->block = block;
  buffer->recently_used = true;
  shard.table.insert(mix_hash(block), *buffer);
  shard.ring.insert(*buffer);
  return buffer;
}

/// Takes the buffer out of the table and frees it. The shard's lock is held and nobody holds the buffer.
void BufferCache::remove(Shard& shard, Buffer& buffer) {
  shard.table.remove(mix_hash(buffer.block), buffer);
  shard.ring.remove(buffer);
  host::release(std::exchange(shard.spare, &buffer), buffer_size(), kCacheLine);
}

/// Drops one buffer that is idle and clean; false when there is none.
bool BufferCache::evict_one(Shard& shard) {
  Buffer* victim = shard.ring.choose_victim([](const Buffer& buffer) { return buffer.evictable(); });
  if (!victim) return false;
  remove(shard, *victim);
  ++shard.evictions;
  return true;
}

/// Lets a hold of this thread's go.
void BufferCache::release(Buffer& buffer, bool exclusive) {
  thread_holds.pop(&buffer, exclusive);
  Shard& shard = shard_of(buffer.block);
  MutexLock hold(shard.lock);
  if (exclusive)
    buffer.exclusive = false;
  else
    --buffer.holders;
  if (buffer.idle()) shard.changed.wake_all();
}

void BufferCache::prefetch(BlockNo first, u32 count) {
  // A quarter of the cache at most, so that a prefetch does not drive out what it has just read.
  const u64 bound = std::min<u64>(count, std::max<u64>(1, u64{shard_limit_} * shard_count_ / 4));
  const BlockNo end = first + std::min<u64>(bound, blocks_ - std::min(first, blocks_));
  std::array<Buffer*, kRunMax> run;
  std::size_t length = 0;
  for (BlockNo block = first; block < end; ++block) {
    Buffer* buffer = nullptr;
    {
      Shard& shard = shard_of(block);
      MutexLock hold(shard.lock);
      if (!shard.find(block)) buffer = insert(shard, block).value_or(nullptr);
      if (buffer) buffer->loading = true;
    }
    if (buffer) run[length++] = buffer;
    if (!buffer || length == run.size()) read_run(std::span(run).first(std::exchange(length, 0)));
  }
  read_run(std::span(run).first(length));
}

/// Reads neighbouring buffers that this thread has marked as loading; after an error they are dropped.
void BufferCache::read_run(std::span<Buffer* const> run) {
  if (run.empty()) return;
  std::array<host::IoPart, kRunMax> parts;
  for (std::size_t i = 0; i < run.size(); ++i) parts[i] = {run[i]->bytes(), block_bytes_};
  const u64 offset = run.front()->block * block_bytes_;
  const bool loaded = device_.read(offset, std::span(parts).first(run.size())).has_value();
  for (Buffer* buffer : run) {
    Shard& shard = shard_of(buffer->block);
    MutexLock hold(shard.lock);
    buffer->loading = false;
    if (!loaded) remove(shard, *buffer);
    shard.changed.wake_all();
  }
}

BufferCache::Counters BufferCache::counters() const {
  Counters sum{};
  for (const Shard& shard : std::span(shards_.get(), shard_count_)) {
    MutexLock hold(shard.lock);
    sum.hits += shard.hits;
    sum.misses += shard.misses;
    sum.evictions += shard.evictions;
    sum.buffers += shard.ring.count();
  }
  sum.dirty = dirty_.load(std::memory_order_relaxed);
  sum.copies = copies_.load(std::memory_order_relaxed);
  return sum;
}

template <class Byte>
Held<Byte>::~Held() {
  if (buffer_) buffer_->cache->release(*buffer_, !std::is_const_v<Byte>);
}

template <class Byte>
std::span<Byte> Held<Byte>::bytes() const {
  return {buffer_->bytes(), buffer_->cache->block_bytes()};
}

template <class Byte>
BlockNo Held<Byte>::block() const {
  return buffer_->block;
}

template <class Byte>
u64 Held<Byte>::mark() const {
  return buffer_->mark.load(std::memory_order_relaxed);
}

template <class Byte>
void Held<Byte>::set_mark(u64 mark) const {
  buffer_->mark.store(mark, std::memory_order_relaxed);
}

template class Held<const std::byte>;
template class Held<std::byte>;

}  // namespace rump
