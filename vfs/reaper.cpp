// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Freeing files without links.
#include "vfs/reaper.hpp"

#include "vfs/kernel.hpp"
#include "vfs/transact.hpp"

namespace rump {
namespace {

/// This thread's open Reapers, and what waits for the outermost one to end.
struct Waiting {
  u32 reapers;
  Vnode* first;
};
constinit thread_local Waiting waiting{};

/// Gives the file's space and its inode back, step by step.
Result<> free_file(Vnode& vnode) {
  ExclusiveLock lock(vnode.lock());
  bool empty = false;
  while (!empty) empty = TRY(transact(vnode, [&](Txn& txn) { return vnode.shrink_step(0, txn); }));
  return transact(vnode, [&](Txn& txn) { return vnode.released(txn); });
}

void free_now(Vnode& vnode) {
  const Mount& mount = vnode.mount();
  VnodeTable& table = mount.kernel().vnodes();
  if (!table.begin_removal(vnode)) return;
  const Result<> freed = mount.read_only() ? Result<>() : free_file(vnode);
  if (!freed) {
    tell("a file without links could not be freed and stays an orphan:");
    tell(freed.error().reason);
  }
  table.end_removal(vnode);
}

}  // namespace

Reaper::Reaper() { ++waiting.reapers; }

Reaper::~Reaper() {
  // Freeing a file drops no reference, so nothing joins the list meanwhile.
  if (waiting.reapers == 1)
    while (Vnode* vnode = waiting.first) {
      waiting.first = std::exchange(vnode->next_unlinked_, nullptr);
      free_now(*vnode);
    }
  --waiting.reapers;
}

void Reaper::add(Vnode& vnode) {
  if (waiting.reapers == 0) return free_now(vnode);
  vnode.next_unlinked_ = std::exchange(waiting.first, &vnode);
}

void VnodeRef::reap(Vnode& vnode) { Reaper::add(vnode); }

}  // namespace rump
