// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Which blocks of the device hold a file's bytes: its runs, in order of the file.
#pragma once

#include <utility>

#include "vfs/memory.hpp"

namespace rump::tmpfs {

/// Blocks [first, first + count) of a file, which lie from `device` on on the device.
struct Run {
  u64 first, count, device;

  u64 end() const { return first + count; }
  /// Whether `next` goes on where this ends, both in the file and on the device.
  bool joins(const Run& next) const { return next.first == end() && next.device == device + count; }
};

/// The runs of one file, neighbours merged. A table of chunks of runs: finding takes logarithmic time, and
/// adding moves at most a chunk, and the table once in many times. Not locked: the file's lock is held.
class FileMap {
 public:
  FileMap() = default;
  ~FileMap();
  FileMap(const FileMap&) = delete;
  FileMap& operator=(const FileMap&) = delete;

  /// The run that has the block, or else the next one; nullptr at the end.
  const Run* find(u64 block) const;
  /// The last run that begins at or before the block, or nullptr.
  const Run* before(u64 block) const;
  /// The last run, or nullptr.
  const Run* last() const { return before(~u64{0}); }
  /// Blocks in all runs.
  u64 blocks() const { return blocks_; }

  /// Sees to it that put() of a run that begins at the block needs no memory. After no_memory the map is as
  /// before.
  Result<> make_room(u64 block);
  /// Adds a run where there is none; make_room() was called for it, and nothing was added since.
  void put(const Run& run);
  /// Takes away the last `count` blocks of the last run, or all of it.
  void cut_last(u64 count);

 private:
  static constexpr u32 kLeastRuns = 4;
  static constexpr u32 kMostRuns = 256;
  /// Some runs in order; empty only where there is one chunk.
  struct Chunk {
    Run* runs;
    u32 used, room;
  };
  /// The place behind all runs that begin at or before some block.
  struct Position {
    std::size_t chunk;
    u32 index;
  };

  static Result<Chunk> make_chunk(u32 room);
  static void release_chunk(const Chunk& chunk);
  Position position(u64 block) const;
  Position next_run(Position at) const;
  Run* run_at(Position at) const;
  Result<> grow_chunk(Chunk& chunk);
  Result<> split_chunk(Position at);
  void insert(Position at, const Run& run);
  void erase(Position at);

  Array<Chunk> chunks_;
  std::size_t chunk_count_ = 0;  ///< how many of chunks_ are there
  u64 blocks_ = 0;
};

}  // namespace rump::tmpfs
