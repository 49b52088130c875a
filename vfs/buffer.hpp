// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The inside of a BufferCache: buffers, their earlier contents, and shards.
#pragma once

#include "vfs/buffer_cache.hpp"
#include "vfs/intrusive.hpp"

namespace rump {

/// Blocks in one merged transfer.
inline constexpr u32 kRunMax = 64;

/// What a block held at the end of an epoch, kept because the block has changed again since and the device
/// does not have it yet. The block's bytes follow it.
struct Earlier {
  Earlier* next;  ///< of a lower epoch
  Tid epoch;
  bool logged;  ///< as Buffer::logged

  static constexpr u64 kHeaderBytes = kCacheLine;
  std::byte* bytes() { return reinterpret_cast<std::byte*>(this) + kHeaderBytes; }
};

/// One block in memory; its bytes follow it. Everything but the mark is guarded by the shard's lock; the
/// bytes belong to the holders, or to the one thread that loads them.
struct Buffer {
  BufferCache* cache;
  BlockNo block;
  Buffer* next_in_bucket;
  RingLinks<Buffer> ring;
  u32 holders;     ///< shared holds
  u32 pins;        ///< transactions that want it to stay
  bool exclusive;  ///< one exclusive hold
  bool loading;    ///< being read; nobody holds it yet
  bool recently_used;
  bool logged;     ///< a journal has this content; only its place on the device has not
  bool forgotten;  ///< to be dropped as soon as nobody needs it
  Tid epoch;       ///< in which it changed last; 0: the device has this content
  Earlier* earlier;
  std::atomic<u64> mark;  ///< readers that check the same block at once leave the same mark

  static constexpr u64 kHeaderBytes = 2 * kCacheLine;
  std::byte* bytes() { return reinterpret_cast<std::byte*>(this) + kHeaderBytes; }
  bool idle() const { return holders == 0 && !exclusive && !loading; }
  bool dirty() const { return epoch != 0 || earlier; }
  bool evictable() const { return idle() && pins == 0 && !dirty(); }
};
static_assert(sizeof(Earlier) <= Earlier::kHeaderBytes);
static_assert(sizeof(Buffer) <= Buffer::kHeaderBytes);

/// A part of the table with its own lock, ring and quota.
struct alignas(kCacheLine) BufferCache::Shard {
  mutable Mutex lock{Rank::buffer_shard};
  CondVar changed;  ///< a buffer of this shard was loaded, let go or dropped
  HashTable<Buffer, &Buffer::next_in_bucket> table;
  ClockRing<Buffer, &Buffer::ring> ring;
  void* spare =
      nullptr;  ///< memory of the buffer removed last: in a full cache the next one is its successor
  u64 hits = 0, misses = 0, evictions = 0;

  Buffer* find(BlockNo block) {
    return table.find(mix_hash(block), [&](const Buffer& buffer) { return buffer.block == block; });
  }
};

}  // namespace rump
