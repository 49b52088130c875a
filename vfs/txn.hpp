// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Transactions: one operation's changes of metadata, ordered by epochs or by a journal.
#pragma once

#include <utility>
#include <vector>

#include "vfs/epochs.hpp"

namespace rump {

class Mount;
class Vnode;

/// One operation's metadata changes. There is no undo: first pin() and get all that can fail, then change
/// bytes. Used by the thread that began it; one at a time a thread; no vnode lock is taken and no reference
/// to a vnode is dropped while it is open.
///
/// Without a journal, order is all there is: the changes before a barrier() reach the device before those
/// after it. A change that makes something reachable follows, behind a barrier, a change of the thing itself;
/// two operations on the same block are ordered by that block, and two changes of one file's names by the VFS
/// (follow()). With a journal, all changes of a Txn arrive
/// together or not at all, and barrier() is free.
class Txn {
 public:
  /// Opens a transaction that changes at most `max_blocks` blocks. May write earlier changes to the device
  /// first, to bound memory. read_only: the mount is, or has failed; invalid: more than a quarter of the
  /// journal; else the device's.
  static Result<Txn> begin(Mount& mount, u32 max_blocks);
  Txn(Txn&& other) noexcept;
  Txn& operator=(Txn&&) = delete;
  /// A Txn that changed a block and was not committed is aborted.
  ~Txn();

  /// Reads the blocks in and keeps them, so that modify() and fresh() of them cannot fail for want of memory
  /// or by the device until the Txn ends; behind each further barrier, a block that changes again wants
  /// another pin.
  Result<> pin(BlockNo first, u32 count);
  /// What changed before reaches the device before what changes after. A block may also be changed for its
  /// order alone: what follows the barrier then comes after all that it depended on.
  void barrier();
  /// What changes from here on reaches the device after the last transaction of this file. For the VFS:
  /// taking one name of a file away must not overtake giving it another.
  void follow(const Vnode& vnode);
  /// Freed space of the device, in bytes; called before the allocator's own record of it changes. It is held
  /// back (Epochs::held_back) until this Txn's changes are on stable storage, and then discarded if the mount
  /// wants that. There is no way back: called when nothing can fail any more. Blocks that were given out in
  /// this Txn and are undone behind a barrier are released too.
  void release(u64 offset, u64 length);
  /// Ends the Txn: its changes, none of which can fail any more, have joined the running transaction;
  /// Mount::wait(tid) makes them durable.
  Tid commit();
  /// Something failed half-way: nothing that is not on the device yet is ever written, and the mount is
  /// read-only from now on.
  void abort(const char* reason);

  Mount& mount() const { return *mount_; }
  /// Neither committed nor aborted yet.
  bool open() const { return mount_ != nullptr; }
  /// Whether a block was changed or space was released.
  bool changed() const { return changed_; }

 private:
  friend class BufferCache;

  Txn(Mount& mount, u32 max_blocks, Tid epoch)
      : mount_(&mount), unused_blocks_(max_blocks), epoch_(epoch), highest_(epoch) {}
  /// Blocks that a journal's recovery must not bring back.
  void revoke(BlockNo first, u32 count);
  void end();

  Mount* mount_;       ///< nullptr: ended
  u32 unused_blocks_;  ///< of those asked for at the start
  Tid epoch_;          ///< where the next change goes at the earliest
  Tid highest_;        ///< the latest epoch of a change so far
  bool changed_ = false;
  bool released_ = false;
  std::vector<Buffer*> pinned_;
};

}  // namespace rump
