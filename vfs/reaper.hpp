// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file When files without links are freed.
#pragma once

#include "vfs/vnode.hpp"

namespace rump {

/// While one exists on a thread, files without links whose last reference the thread drops are freed when the
/// outermost one ends; without one, at once. Every call that takes vnode locks makes one before the first of
/// them, so that no lock is held when a file is freed. What cannot be freed stays recorded as an orphan for
/// the next mount.
class Reaper {
 public:
  Reaper();
  ~Reaper();
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;

  /// The last name of the file has gone. Its lock is held exclusively, and the caller has a reference.
  static void unlinked(Vnode& vnode) { vnode.refs_.fetch_or(Vnode::kUnlinked, std::memory_order_relaxed); }

 private:
  friend class VnodeRef;
  static void add(Vnode& vnode);
};

}  // namespace rump
