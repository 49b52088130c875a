// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The buffer cache: metadata blocks of one mount, held by RAII, bounded in memory. File data never
/// enters it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "vfs/block_device.hpp"
#include "vfs/range_set.hpp"
#include "vfs/sync.hpp"
#include "vfs/tid.hpp"

namespace rump {

/// A block of the mount's fixed size, counted from the start of the device.
using BlockNo = u64;

class BufferCache;
class Mount;
class Txn;
struct Buffer;

/// A changed block on its way to a journal.
struct LogBlock {
  BlockNo block;
  std::span<const std::byte> bytes;
};

/// A held block; destruction lets it go. Held by the thread that got it and never handed to another; a
/// WriteBuf goes before its Txn ends. Byte const: shared with other readers (ReadBuf). Byte mutable: alone,
/// and dirty from the start (WriteBuf).
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
  /// The block's content, alone, to be changed; it is dirty from now on. Where an earlier epoch's content of
  /// it has not reached the device yet, that is kept beside it.
  Result<WriteBuf> modify(BlockNo block, Txn& txn);
  /// A block just allocated: zeroed, not read, alone, dirty.
  Result<WriteBuf> fresh(BlockNo block, Txn& txn);
  /// Reads blocks in one transfer that will be wanted soon. A hint: bounded, and errors show up at read().
  void prefetch(BlockNo first, u32 count);
  /// The blocks were freed, or hold file data from now on: dropped without being written, but for what an
  /// earlier epoch still refers to. A journal's recovery will not bring them back. None of them is held.
  void forget(BlockNo first, u32 count, Txn& txn);

  /// What the cache did so far; for tests and `bench`.
  struct Counters {
    u64 hits, misses, evictions, buffers;
    u64 dirty;   ///< blocks whose content has not reached the device
    u64 copies;  ///< earlier contents kept beside a block that changed again
  };
  Counters counters() const;

 private:
  template <class Byte>
  friend class Held;
  friend class Epochs;
  friend class Txn;
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
  void release(Buffer& buffer, bool exclusive);
  bool closes_cycle(const Waiter& me, const Waiter& from) const;
  u64 buffer_size() const;
  u64 earlier_size() const;

  // The write side (buffer_write.cpp).

  /// A block's content that has not reached the device.
  struct Change {
    Tid epoch;
    BlockNo block;
    auto operator<=>(const Change&) const = default;
  };
  /// A Change whose bytes stay as they are until drop(): in the buffer itself, held, or kept beside it.
  struct Version {
    Change change;
    Buffer* held;  ///< nullptr: `bytes` are those of an Earlier
    std::span<std::byte> bytes;
  };
  enum class Logged : u8 { no, yes };
  enum class Outcome : u8 { failed, logged, written };

  Result<> join(Buffer& buffer, Txn& txn);
  Result<> keep_earlier(Buffer& buffer);
  void remove_earlier(Buffer& buffer, Tid epoch);
  void set_clean(Shard& shard, Buffer& buffer);
  void forget_one(Shard& shard, Buffer& buffer, Tid highest);
  void drop_if_forgotten(Shard& shard, Buffer& buffer);

  Result<Buffer*> pin(BlockNo block);
  void unpin(Buffer& buffer);
  Result<> promise_copies(u32 count);
  void take_back_promise(u32 count);
  void* copy_memory(bool promised);

  std::vector<Change> changes(Tid upto, Logged logged) const;
  bool hold(const Change& change, Version& version);
  void drop(const Version& version, Outcome outcome);
  Result<> write(std::span<const Change> changes);
  Result<> write_run(std::span<const Version> run);
  void drop_revoked(Tid upto, const RangeSet& revoked);
  bool crowded() const;

  BlockDevice& device_;
  const u32 block_bytes_;
  const BlockNo blocks_;
  const u32 shard_count_;  ///< a power of two
  const u32 shard_limit_;  ///< buffers a shard keeps
  std::unique_ptr<Shard[]> shards_;
  std::atomic<u64> dirty_{0}, copies_{0};
  Mutex waits_lock_{Rank::buffer_wait};  ///< guards waiters_ and what hangs on it
  Waiter* waiters_ = nullptr;
  Mutex spares_lock_{Rank::buffer_wait};  ///< guards spares_ and promised_
  std::vector<void*> spares_;             ///< memory for copies that must not fail
  u32 promised_ = 0;
};

}  // namespace rump
