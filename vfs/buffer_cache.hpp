// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The buffer cache: metadata blocks of one mount, held by RAII, bounded in memory. File data never
/// enters it.
#pragma once

#include <memory>
#include <span>

#include "vfs/block_device.hpp"
#include "vfs/sync.hpp"

namespace rump {

/// A block of the mount's fixed size, counted from the start of the device.
using BlockNo = u64;

class BufferCache;
struct Buffer;

/// A held block; destruction lets it go. Held by the thread that got it and never handed to another.
/// Byte const: shared with other readers (ReadBuf). Byte mutable: alone, and dirty from the start (WriteBuf).
template <class Byte>
class Held {
 public:
  Held(Held&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  Held& operator=(Held&& other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~Held();

  std::span<Byte> bytes() const;
  BlockNo block() const;
  /// A number the driver left on the block, saying which checks its content has passed and as what (a
  /// checksum, an order of entries), so that they run once a load. 0 after the device was read, and after
  /// modify() and fresh().
  u64 mark() const;
  void set_mark(u64 mark) const;

 private:
  friend class BufferCache;
  explicit Held(Buffer* buffer) : buffer_(buffer) {}
  Buffer* buffer_;
};
using ReadBuf = Held<const std::byte>;
using WriteBuf = Held<std::byte>;

/// Safe from any thread; no lock is held over device I/O. A buffer is one aligned block, so aliases cannot
/// exist; views of a part of it (an FFS fragment, an inode) must not cross it.
///
/// A hostile image can give one block two roles. A thread that would wait for a buffer which it holds
/// already, or close a cycle of waiting holders, gets corrupt: "block has two roles" instead of waiting for
/// ever.
class BufferCache {
 public:
  /// `blocks` blocks of `block_bytes` bytes on `device`; keeps at most about `limit_bytes` of them in memory
  /// (buffers that are held or dirty cannot be evicted, and a limit below eight blocks counts as eight).
  /// no_memory when even the index does not fit.
  static Result<std::unique_ptr<BufferCache>> make(BlockDevice& device, u32 block_bytes, BlockNo blocks,
                                                   u64 limit_bytes);
  ~BufferCache();
  BufferCache(const BufferCache&) = delete;
  BufferCache& operator=(const BufferCache&) = delete;

  u32 block_bytes() const { return block_bytes_; }
  BlockNo blocks() const { return blocks_; }

  /// The block's content, shared. corrupt: past the end, or two roles; io: the device failed (the next call
  /// tries again).
  Result<ReadBuf> read(BlockNo block);
  /// The block's content, alone, to be changed; it is dirty from now on.
  Result<WriteBuf> modify(BlockNo block);
  /// A block just allocated: zeroed, not read, alone, dirty.
  Result<WriteBuf> fresh(BlockNo block);
  /// Reads blocks in one transfer that will be wanted soon. A hint: bounded, and errors show up at read().
  void prefetch(BlockNo first, u32 count);
  /// Writes every dirty block, in disk order with neighbours merged. A block whose write fails stays dirty,
  /// the others are still tried, and the first error is returned.
  Result<> flush();

  /// What the cache did so far; for tests and `bench`.
  struct Counters {
    u64 hits, misses, evictions, buffers;
  };
  Counters counters() const;

 private:
  template <class Byte>
  friend class Held;
  struct Shard;
  struct Waiter;
  struct Request;

  BufferCache(BlockDevice& device, u32 block_bytes, BlockNo blocks, u32 shards, u32 shard_limit);
  Shard& shard_of(BlockNo block) const;
  Result<Buffer*> acquire(const Request& request);
  Result<Buffer*> bring_in(Shard& shard, const Request& request);
  Result<> wait_for(Shard& shard, const Buffer& buffer, const Request& request);
  Result<Buffer*> insert(Shard& shard, BlockNo block);
  void remove(Shard& shard, Buffer& buffer);
  bool evict_one(Shard& shard);
  void read_run(std::span<Buffer* const> run);
  Result<> write_run(std::span<Buffer* const> run);
  void release(Buffer& buffer, bool exclusive);
  Result<> device_read(BlockNo first, std::span<Buffer* const> run);
  bool closes_cycle(const Waiter& me, const Waiter& from) const;
  u64 buffer_size() const;

  BlockDevice& device_;
  const u32 block_bytes_;
  const BlockNo blocks_;
  const u32 shard_count_;  ///< a power of two
  const u32 shard_limit_;  ///< buffers a shard keeps
  std::unique_ptr<Shard[]> shards_;
  Mutex waits_lock_{Rank::buffer_wait};  ///< guards waiters_ and what hangs on it
  Waiter* waiters_ = nullptr;
};

}  // namespace rump
