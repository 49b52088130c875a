// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The write side of the buffer cache: which epoch a change belongs to, contents kept beside a block
/// that changed again, and bringing them to the device.
#include <algorithm>
#include <array>
#include <cstring>

#include "vfs/buffer.hpp"
#include "vfs/txn.hpp"

namespace rump {

/// Puts a change that is about to be made into its epoch. The shard's lock is held.
Result<> BufferCache::join(Buffer& buffer, Txn& txn) {
  Tid epoch = std::max(txn.epoch_, buffer.epoch);
  // Forgotten and in use again: what an earlier epoch still brings out comes first.
  if (buffer.epoch == 0 && buffer.earlier) epoch = std::max(epoch, buffer.earlier->epoch + 1);
  if (buffer.epoch != 0 && buffer.epoch < epoch) TRY(keep_earlier(buffer));
  if (buffer.epoch == 0) dirty_.fetch_add(1, std::memory_order_relaxed);
  if (buffer.epoch != epoch && txn.unused_blocks_ > 0) --txn.unused_blocks_;
  buffer.epoch = epoch;
  buffer.logged = false;
  buffer.forgotten = false;
  txn.highest_ = std::max(txn.highest_, epoch);
  txn.changed_ = true;
  return {};
}

/// Copies the buffer's content aside. The shard's lock is held.
Result<> BufferCache::keep_earlier(Buffer& buffer) {
  void* memory = copy_memory(buffer.pins > 0);
  if (!memory) return fail(Errc::no_memory, "no memory for a metadata block");
  auto* kept = new (memory) Earlier{buffer.earlier, buffer.epoch, buffer.logged};
  std::memcpy(kept->bytes(), buffer.bytes(), block_bytes_);
  buffer.earlier = kept;
  copies_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

/// Drops the copy of one epoch, which exists. The shard's lock is held.
void BufferCache::remove_earlier(Buffer& buffer, Tid epoch) {
  Earlier** link = &buffer.earlier;
  while ((*link)->epoch != epoch) link = &(*link)->next;
  Earlier* gone = *link;
  *link = gone->next;
  host::release(gone, earlier_size(), kCacheLine);
  copies_.fetch_sub(1, std::memory_order_relaxed);
}

/// The device has the buffer's content, or nobody wants it any more. The shard's lock is held.
void BufferCache::set_clean(Shard& shard, Buffer& buffer) {
  dirty_.fetch_sub(1, std::memory_order_relaxed);
  buffer.epoch = 0;
  buffer.logged = false;
  drop_if_forgotten(shard, buffer);
}

/// The shard's lock is held.
void BufferCache::drop_if_forgotten(Shard& shard, Buffer& buffer) {
  if (buffer.forgotten && buffer.evictable()) remove(shard, buffer);
}

void BufferCache::forget(BlockNo first, u32 count, Txn& txn) {
  txn.revoke(first, count);
  for (u32 i = 0; i < count; ++i) {
    const BlockNo block = first + i;
    Shard& shard = shard_of(block);
    MutexLock hold(shard.lock);
    Buffer* buffer = shard.find(block);
    while (buffer && buffer->loading) {
      shard.changed.wait(shard.lock);
      buffer = shard.find(block);
    }
    if (buffer) forget_one(shard, *buffer, txn.highest_);
  }
}

/// What changed before the epoch `highest` may be referred to by other blocks of its own epoch, so it still
/// goes to the device, and so do earlier contents. The shard's lock is held.
void BufferCache::forget_one(Shard& shard, Buffer& buffer, Tid highest) {
  buffer.forgotten = true;
  buffer.mark.store(0, std::memory_order_relaxed);
  if (buffer.epoch >= highest && !buffer.logged)
    set_clean(shard, buffer);
  else
    drop_if_forgotten(shard, buffer);
}

Result<Buffer*> BufferCache::pin(BlockNo block) {
  const ReadBuf held = TRY(read(block));
  MutexLock hold(shard_of(block).lock);
  ++held.buffer_->pins;
  return held.buffer_;
}

void BufferCache::unpin(Buffer& buffer) {
  Shard& shard = shard_of(buffer.block);
  MutexLock hold(shard.lock);
  --buffer.pins;
  drop_if_forgotten(shard, buffer);
}

/// Sets memory aside so that `count` more copies of pinned buffers cannot fail.
Result<> BufferCache::promise_copies(u32 count) {
  MutexLock hold(spares_lock_);
  while (spares_.size() < u64{promised_} + count) {
    void* memory = host::allocate(earlier_size(), kCacheLine);
    if (!memory) return fail(Errc::no_memory, "no memory for a metadata block");
    spares_.push_back(memory);
  }
  promised_ += count;
  return {};
}

void BufferCache::take_back_promise(u32 count) {
  MutexLock hold(spares_lock_);
  promised_ -= count;
}

/// Memory for one copy; nullptr when there is none.
void* BufferCache::copy_memory(bool promised) {
  if (void* memory = host::allocate(earlier_size(), kCacheLine)) return memory;
  MutexLock hold(spares_lock_);
  if (!promised || spares_.empty()) return nullptr;
  void* memory = spares_.back();
  spares_.pop_back();
  return memory;
}

/// All contents up to an epoch that the device does not have, by epoch and block.
std::vector<BufferCache::Change> BufferCache::changes(Tid upto, Logged logged) const {
  std::vector<Change> found;
  for (const Shard& shard : std::span(shards_.get(), shard_count_)) {
    MutexLock hold(shard.lock);
    shard.ring.for_each([&](const Buffer& buffer) {
      const auto add = [&](Tid epoch, bool is_logged) {
        if (epoch != 0 && epoch <= upto && is_logged == (logged == Logged::yes))
          found.push_back({epoch, buffer.block});
      };
      add(buffer.epoch, buffer.logged);
      for (const Earlier* kept = buffer.earlier; kept; kept = kept->next) add(kept->epoch, kept->logged);
    });
  }
  std::ranges::sort(found);
  return found;
}

/// Makes the content stay as it is; false when it has been dropped meanwhile. Nobody is waited for: whoever
/// changes a block of a closed epoch has put its content aside first.
bool BufferCache::hold(const Change& change, Version& version) {
  Shard& shard = shard_of(change.block);
  MutexLock hold(shard.lock);
  Buffer* buffer = shard.find(change.block);
  if (!buffer) return false;
  if (buffer->epoch == change.epoch) {
    invariant(!buffer->exclusive, "a block is held for change after its transaction has ended");
    ++buffer->holders;
    version = {change, buffer, {buffer->bytes(), block_bytes_}};
    return true;
  }
  for (Earlier* kept = buffer->earlier; kept; kept = kept->next) {
    if (kept->epoch != change.epoch) continue;
    version = {change, nullptr, {kept->bytes(), block_bytes_}};
    return true;
  }
  return false;
}

/// Ends a hold(), with what has become of the content.
void BufferCache::drop(const Version& version, Outcome outcome) {
  Shard& shard = shard_of(version.change.block);
  MutexLock hold(shard.lock);
  Buffer& buffer = *shard.find(version.change.block);
  if (version.held) {
    --buffer.holders;
    if (buffer.idle()) shard.changed.wake_all();
  }
  const Tid epoch = version.change.epoch;
  const bool is_current = buffer.epoch == epoch;
  if (outcome == Outcome::logged) {
    for (Earlier* kept = buffer.earlier; kept; kept = kept->next) kept->logged |= kept->epoch == epoch;
    buffer.logged |= is_current;
    // The log has something newer: what it held before need not get into its place.
    for (Earlier* kept = buffer.earlier; kept;) {
      const Tid older = kept->epoch;
      kept = kept->next;
      if (older < epoch) remove_earlier(buffer, older);
    }
  } else if (outcome == Outcome::written) {
    if (is_current) {
      set_clean(shard, buffer);
    } else {
      remove_earlier(buffer, epoch);
      drop_if_forgotten(shard, buffer);
    }
  }
}

/// Writes contents, sorted by block, neighbours merged. All are tried; the first error is returned, and what
/// was not written stays as it was.
Result<> BufferCache::write(std::span<const Change> changes) {
  Result<> result;
  std::array<Version, kRunMax> run{};
  for (std::size_t next = 0; next < changes.size();) {
    std::size_t length = 0;
    while (next < changes.size() && length < run.size() &&
           (length == 0 || changes[next].block == run[length - 1].change.block + 1)) {
      length += hold(changes[next++], run[length]);
    }
    const Result<> written = write_run(std::span(run).first(length));
    if (!written && result) result = written;
  }
  return result;
}

Result<> BufferCache::write_run(std::span<const Version> run) {
  if (run.empty()) return {};
  std::array<host::IoPart, kRunMax> parts;
  for (std::size_t i = 0; i < run.size(); ++i) parts[i] = {run[i].bytes.data(), block_bytes_};
  const u64 offset = run.front().change.block * block_bytes_;
  const Result<> written = device_.write(offset, std::span(parts).first(run.size()));
  for (const Version& version : run) drop(version, written ? Outcome::written : Outcome::failed);
  return written;
}

/// A transaction that takes these blocks away is durable: logged contents of them never get into place.
void BufferCache::drop_revoked(Tid upto, const RangeSet& revoked) {
  if (revoked.empty()) return;
  for (const Change& change : changes(upto, Logged::yes)) {
    Version version;
    if (revoked.contains(change.block) && hold(change, version)) drop(version, Outcome::written);
  }
}

/// Whether so much waits for the device that the cache could outgrow its bound.
bool BufferCache::crowded() const {
  const u64 waiting = dirty_.load(std::memory_order_relaxed) + copies_.load(std::memory_order_relaxed);
  return waiting > u64{shard_limit_} * shard_count_ / 2;
}

}  // namespace rump
