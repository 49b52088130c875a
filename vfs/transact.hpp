// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Running a driver's operation inside a transaction.
#pragma once

#include <initializer_list>
#include <type_traits>

#include "vfs/mount.hpp"
#include "vfs/txn.hpp"

namespace rump {

/// Runs operation(txn), a driver's call or several, in a transaction, and notes it on the vnodes that it
/// changes. When it finds no space while freed space is held back, that is made free and the operation run
/// once more. No Txn of this thread is open.
template <class Operation>
auto transact(std::initializer_list<Vnode*> vnodes, Operation operation)
    -> std::invoke_result_t<Operation&, Txn&> {
  Mount& mount = (*vnodes.begin())->mount();
  for (bool again = false;; again = true) {
    Txn txn = TRY(Txn::begin(mount, mount.txn_blocks()));
    auto result = operation(txn);
    // After an error the driver has put back what it changed, or has aborted.
    const bool open = txn.open();
    const Tid tid = open ? txn.commit() : 0;
    const bool full = !result && result.error().code == Errc::no_space;
    if (full && open && !again && mount.epochs().holds_back()) {
      TRY(mount.epochs().write_back(Reach::stable));
      continue;
    }
    for (Vnode* vnode : vnodes) vnode->note_tid(tid);
    return result;
  }
}

/// The same for one vnode.
template <class Operation>
auto transact(Vnode& vnode, Operation operation) -> std::invoke_result_t<Operation&, Txn&> {
  return transact({&vnode}, operation);
}

}  // namespace rump
