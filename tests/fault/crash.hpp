// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Crashes: a script cut at a write, and what has to be true of what is left.
#pragma once

#include "tests/fault/machine.hpp"
#include "tests/fault/workload.hpp"

namespace rump::test {

/// What a run that was cut has left.
struct Crash {
  bool finished = false;  ///< the cut came too late
  History history;
  Image written;            ///< all that was written before: the program died
  std::vector<Image> lost;  ///< the power went: for each seed, some of what was not flushed is there
};

/// What is to happen, besides the cut.
struct CutAt {
  u64 write;           ///< nothing from this write on arrives, but for
  u64 torn_bytes = 0;  ///< so many bytes of it
  u32 seeds = 0;       ///< losses of power to make up
};

/// Mounts the image, runs the script, and cuts it. Writes are counted from the end of the mount.
Crash crash(const Image& image, const MountAs& setup, const Workload& script, const CutAt& cut);

/// What is wrong with the image when nothing but the log's recovery is done to it, by a checker's and a
/// reader's word; empty: nothing.
std::string wrong_to_a_reader(Image image, MountAs setup, const History& history);
/// Mounts it, compares it with the history, uses it, unmounts and checks it; what was wrong, or empty.
std::string wrong_after_mount(const Image& image, const MountAs& setup, const History& history);
/// Both.
std::string wrong(const Image& image, const MountAs& setup, const History& history);

}  // namespace rump::test
