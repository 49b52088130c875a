// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Walking chains.
#include "fs/fat/bmap.hpp"

#include <algorithm>

namespace rump::fat {
namespace {

/// Runs remembered of one chain.
constexpr std::size_t kRunsMax = 4096;

}  // namespace

/// The remembered run that has the index or comes closest before it. The chain has a start.
Run Chain::nearest(u32 index) {
  MutexLock hold(lock_);
  if (last_.count == 0) last_ = {0, start_, 1};
  if (index >= last_.index) return last_;
  const auto behind = std::ranges::upper_bound(runs_, index, {}, &Run::index);
  return behind == runs_.begin() ? Run{0, start_, 1} : *std::prev(behind);
}

/// Takes note of a run that the walk has come to, or knows more of.
Result<> Chain::remember(const Run& run) {
  MutexLock hold(lock_);
  if (run.index == last_.index) {
    last_.count = std::max(last_.count, run.count);
    return {};
  }
  // Another thread was faster, or this is a gap.
  if (run.index != last_.end()) return {};
  if (run.cluster == seen_cluster_) return fail(Errc::corrupt, "a chain of clusters runs in a circle");
  if (++steps_ == steps_max_) {
    seen_cluster_ = run.cluster;
    steps_ = 0;
    steps_max_ *= 2;
  }
  if (skipped_++ % stride_ == 0) runs_.push_back(last_);
  last_ = run;
  if (runs_.size() < kRunsMax) return {};
  std::size_t kept = 0;
  for (std::size_t i = 0; i < runs_.size(); i += 2) runs_[kept++] = runs_[i];
  runs_.resize(kept);
  stride_ *= 2;
  skipped_ = 0;
  return {};
}

Result<Run> Chain::find(u32 index, u32 want) {
  const Geometry& g = table_.geometry();
  if (start_ == 0) return Run{index, 0, 0};
  if (!g.is_cluster(start_)) return fail(Errc::corrupt, "a file begins outside the volume");
  TableReader reader(table_);
  Run run = nearest(index);
  // Of clusters that all lie on the volume and are walked once, there are not more than it has.
  while (run.index < g.clusters) {
    const u64 reach = u64{index} + want;
    const u32 limit = static_cast<u32>(std::min<u64>(reach - run.index, g.clusters));
    if (run.count < limit) run.count += TRY(reader.count_run(run.last_cluster(), limit - run.count + 1)) - 1;
    TRY(remember(run));
    if (index < run.end()) {
      const u32 skip = index - run.index;
      return Run{index, run.cluster + skip, std::min(want, run.count - skip)};
    }
    const u32 next = TRY(reader.next(run.last_cluster()));
    if (next == 0) return Run{index, 0, 0};
    run = {run.end(), next, 1};
  }
  return fail(Errc::corrupt, "a chain of clusters runs in a circle");
}

Result<u32> Chain::length() {
  u32 index = 0;
  {
    MutexLock hold(lock_);
    if (start_ != 0) index = last_.end();
  }
  while (true) {
    const Run run = TRY(find(index, table_.geometry().clusters));
    if (run.count == 0) return index;
    index += run.count;
  }
}

Result<> Chain::check_end() {
  if (ends_) return {};
  static_cast<void>(TRY(length()));
  ends_ = true;
  return {};
}

void Chain::cut(u32 index) {
  MutexLock hold(lock_);
  if (index == 0) start_ = 0;
  // Walked again from the last run that stays.
  while (!runs_.empty() && runs_.back().index >= index) runs_.pop_back();
  if (last_.index >= index) {
    last_ = {};
    if (!runs_.empty()) {
      last_ = runs_.back();
      runs_.pop_back();
    }
  }
  last_.count = std::min(last_.count, index - last_.index);
  skipped_ = 0;
  seen_cluster_ = 0;
  steps_ = 0;
  steps_max_ = 1;
}

void Chain::extend(const Run& run) {
  {
    MutexLock hold(lock_);
    if (run.index == 0) {
      start_ = run.cluster;
      last_ = run;
      return;
    }
    if (last_.end() != run.index) return;
    if (last_.last_cluster() + 1 == run.cluster) {
      last_.count += run.count;
      return;
    }
  }
  // A cluster that was free is in no circle.
  static_cast<void>(remember(run));
}

}  // namespace rump::fat
