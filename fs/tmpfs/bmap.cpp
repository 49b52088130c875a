// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Runs in chunks.
#include "fs/tmpfs/bmap.hpp"

#include <algorithm>

#include "fs/tmpfs/memory.hpp"

namespace rump::tmpfs {

FileMap::~FileMap() {
  for (std::size_t i = 0; i < chunk_count_; ++i) release_chunk(chunks_[i]);
}

const Run* FileMap::find(u64 block) const {
  const Position at = position(block);
  const Run* run = at.index > 0 ? run_at({at.chunk, at.index - 1}) : nullptr;
  return run && block < run->end() ? run : run_at(next_run(at));
}

const Run* FileMap::before(u64 block) const {
  const Position at = position(block);
  return at.index > 0 ? run_at({at.chunk, at.index - 1}) : nullptr;
}

Result<> FileMap::make_room(u64 block) {
  if (chunk_count_ == 0) {
    TRY(grow_array(chunks_, 1));
    chunks_[0] = TRY(make_chunk(kLeastRuns));
    chunk_count_ = 1;
  }
  const Position at = position(block);
  Chunk& chunk = chunks_[at.chunk];
  if (chunk.used < chunk.room) return {};
  return chunk.room < kMostRuns ? grow_chunk(chunk) : split_chunk(at);
}

void FileMap::put(const Run& run) {
  blocks_ += run.count;
  const Position at = position(run.first);
  Run* left = at.index > 0 ? run_at({at.chunk, at.index - 1}) : nullptr;
  Run* right = run_at(next_run(at));
  invariant((!left || left->end() <= run.first) && (!right || run.end() <= right->first),
            "a block of a file has two places");
  const bool joins_right = right && run.joins(*right);
  if (left && left->joins(run)) {
    left->count += run.count;
    if (!joins_right) return;
    left->count += right->count;
    erase(next_run(at));
  } else if (joins_right) {
    *right = {run.first, run.count + right->count, run.device};
  } else {
    insert(at, run);
  }
}

void FileMap::cut_last(u64 count) {
  const Chunk& chunk = chunks_[chunk_count_ - 1];
  Run& run = chunk.runs[chunk.used - 1];
  count = std::min(count, run.count);
  run.count -= count;
  blocks_ -= count;
  if (run.count == 0) erase({chunk_count_ - 1, chunk.used - 1});
}

Result<FileMap::Chunk> FileMap::make_chunk(u32 room) {
  auto* runs = static_cast<Run*>(host::allocate(room * sizeof(Run), alignof(Run)));
  if (!runs) return fail(Errc::no_memory, "no memory for the map of a file");
  return Chunk{runs, 0, room};
}

void FileMap::release_chunk(const Chunk& chunk) {
  host::release(chunk.runs, chunk.room * sizeof(Run), alignof(Run));
}

FileMap::Position FileMap::position(u64 block) const {
  if (chunk_count_ == 0) return {0, 0};
  // The first chunk has what comes before all others, even where it is empty.
  const auto others = chunks_.span().first(chunk_count_).subspan(1);
  const auto behind =
      std::ranges::upper_bound(others, block, {}, [](const Chunk& chunk) { return chunk.runs[0].first; });
  const auto chunk = static_cast<std::size_t>(behind - others.begin());
  const std::span<const Run> runs(chunks_[chunk].runs, chunks_[chunk].used);
  const auto index = std::ranges::upper_bound(runs, block, {}, &Run::first) - runs.begin();
  return {chunk, static_cast<u32>(index)};
}

/// Where the run after the place is kept.
FileMap::Position FileMap::next_run(Position at) const {
  if (at.chunk < chunk_count_ && at.index == chunks_[at.chunk].used) return {at.chunk + 1, 0};
  return at;
}

/// The run kept there, or nullptr.
Run* FileMap::run_at(Position at) const {
  if (at.chunk >= chunk_count_ || at.index >= chunks_[at.chunk].used) return nullptr;
  return &chunks_[at.chunk].runs[at.index];
}

Result<> FileMap::grow_chunk(Chunk& chunk) {
  Chunk larger = TRY(make_chunk(2 * chunk.room));
  std::ranges::copy(std::span(chunk.runs, chunk.used), larger.runs);
  larger.used = chunk.used;
  release_chunk(std::exchange(chunk, larger));
  return {};
}

/// Makes two chunks of the one that the place is in.
Result<> FileMap::split_chunk(Position at) {
  TRY(grow_array(chunks_, chunk_count_ + 1));
  Chunk behind = TRY(make_chunk(kMostRuns));
  Chunk& chunk = chunks_[at.chunk];
  // A file that grows at its end leaves full chunks.
  const bool at_end = at.chunk + 1 == chunk_count_ && at.index == chunk.used;
  behind.used = at_end ? 1 : chunk.used / 2;
  chunk.used -= behind.used;
  std::ranges::copy(std::span(chunk.runs + chunk.used, behind.used), behind.runs);
  Chunk* place = chunks_.data() + at.chunk + 1;
  std::copy_backward(place, chunks_.data() + chunk_count_, chunks_.data() + chunk_count_ + 1);
  *place = behind;
  ++chunk_count_;
  return {};
}

void FileMap::insert(Position at, const Run& run) {
  Chunk& chunk = chunks_[at.chunk];
  invariant(chunk.used < chunk.room, "no room was made for a run");
  Run* place = chunk.runs + at.index;
  std::copy_backward(place, chunk.runs + chunk.used, chunk.runs + chunk.used + 1);
  *place = run;
  ++chunk.used;
}

void FileMap::erase(Position at) {
  Chunk& chunk = chunks_[at.chunk];
  std::copy(chunk.runs + at.index + 1, chunk.runs + chunk.used, chunk.runs + at.index);
  if (--chunk.used > 0) return;
  release_chunk(chunk);
  std::copy(chunks_.data() + at.chunk + 1, chunks_.data() + chunk_count_, chunks_.data() + at.chunk);
  --chunk_count_;
}

}  // namespace rump::tmpfs
