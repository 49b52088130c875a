// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Transactions.
#include "vfs/txn.hpp"

#include <algorithm>

#include "vfs/mount.hpp"

namespace rump {

Result<Txn> Txn::begin(Mount& mount, u32 max_blocks) {
  if (const Result<> healthy = mount.health(); !healthy) return fail(Errc::read_only, healthy.error().reason);
  if (mount.read_only()) return fail(Errc::read_only, "the file system is read-only");
  const Tid epoch = TRY(mount.epochs().enter(max_blocks));
  return Txn(mount, max_blocks, epoch);
}

Txn::Txn(Txn&& other) noexcept
    : mount_(std::exchange(other.mount_, nullptr)),
      unused_blocks_(other.unused_blocks_),
      epoch_(other.epoch_),
      highest_(other.highest_),
      changed_(other.changed_),
      released_(other.released_),
      pinned_(std::move(other.pinned_)) {}

Txn::~Txn() {
  if (!mount_) return;
  if (changed_)
    abort("an operation was given up half-way");
  else
    end();
}

Result<> Txn::pin(BlockNo first, u32 count) {
  BufferCache& cache = *mount_->epochs().cache_;
  for (u32 i = 0; i < count; ++i) {
    TRY(cache.promise_copies(1));
    Result<Buffer*> buffer = cache.pin(first + i);
    if (!buffer) {
      cache.take_back_promise(1);
      return std::unexpected(buffer.error());
    }
    pinned_.push_back(*buffer);
  }
  return {};
}

void Txn::barrier() {
  // A journal's transaction arrives whole.
  if (!mount_->epochs().journal_) epoch_ = std::max(epoch_, highest_ + 1);
}

void Txn::follow(const Vnode& vnode) {
  if (!mount_->epochs().journal_) epoch_ = std::max(epoch_, vnode.last_tid() + 1);
}

void Txn::release(u64 offset, u64 length) {
  changed_ = true;
  released_ = true;
  mount_->epochs().hold_back({offset, length});
}

void Txn::revoke(BlockNo first, u32 count) {
  changed_ = true;
  mount_->epochs().revoke({first, count});
}

Tid Txn::commit() {
  const Tid tid = highest_;
  end();
  return tid;
}

void Txn::abort(const char* reason) {
  mount_->epochs().poison();
  mount_->fail_with({Errc::io, reason});
  end();
}

void Txn::end() {
  Epochs& epochs = mount_->epochs();
  if (!pinned_.empty()) {
    for (Buffer* buffer : pinned_) epochs.cache_->unpin(*buffer);
    epochs.cache_->take_back_promise(static_cast<u32>(pinned_.size()));
  }
  mount_ = nullptr;
  epochs.leave(highest_, unused_blocks_, released_);
}

}  // namespace rump
