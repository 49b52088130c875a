// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where a file's clusters lie: its chain, remembered in runs.
#pragma once

#include <vector>

#include "fs/fat/table.hpp"
#include "vfs/sync.hpp"

namespace rump::fat {

/// The chain of one file or directory. What was walked once is remembered, so that no walk begins at the head
/// again; of chains in very many pieces only every so-manieth is, in bounded memory. Reading is safe from any
/// thread; changing it needs the vnode's lock exclusive.
class Chain {
 public:
  /// `start` is the first cluster, 0 for none.
  Chain(const Table& table, u32 start) : table_(table), start_(start) {}

  u32 start() const { return start_; }
  /// The run at cluster `index` of the chain, as long as it really is up to `want` (at least 1); count 0: the
  /// chain has no such cluster. corrupt: a link that leads nowhere, a circle.
  Result<Run> find(u32 index, u32 want);
  /// corrupt unless the chain ends somewhere.
  Result<> check_end();
  /// How many clusters it has; walks to its end.
  Result<u32> length();

  /// Forgets what is at and behind `index`; with 0 the chain is empty.
  void cut(u32 index);
  /// A run was put behind the chain's end; `index` says where that was.
  void extend(const Run& run);

 private:
  Run nearest(u32 index);
  Result<> remember(const Run& run);

  const Table& table_;
  u32 start_;
  Mutex lock_{Rank::driver};  ///< guards what follows
  std::vector<Run> runs_;     ///< by index, gaps between them where stride_ is above 1
  Run last_;                  ///< the furthest that was walked
  u32 stride_ = 1;            ///< one of so many runs is kept
  u32 skipped_ = 0;           ///< since the last that was kept
  // Brent's search for circles, by the first clusters of runs.
  u32 seen_cluster_ = 0;
  u32 steps_ = 0, steps_max_ = 1;
  bool ends_ = false;  ///< the end was seen
};

}  // namespace rump::fat
