// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What keeps a walk through a hostile tree finite.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fsu {

/// Inode numbers in words of 64: directories of one tree lie close together in most formats.
class InoSet {
 public:
  /// False when the number was in the set already.
  bool insert(std::uint64_t ino) {
    std::uint64_t& word = words_[ino / 64];
    const std::uint64_t bit = std::uint64_t{1} << (ino % 64);
    const bool added = (word & bit) == 0;
    word |= bit;
    return added;
  }
  bool contains(std::uint64_t ino) const {
    const auto found = words_.find(ino / 64);
    return found != words_.end() && (found->second >> (ino % 64) & 1) != 0;
  }
  void clear() { words_.clear(); }

 private:
  std::unordered_map<std::uint64_t, std::uint64_t> words_;
};

/// Decides which directories a depth-first walk through one mount may enter: none that it is in already, none
/// twice, and none beyond a depth that only a hostile image has.
class TreeGuard {
 public:
  /// Each level holds descriptors, of which the kernel gives a process 1024.
  static constexpr std::size_t kDepthMax = 1000;

  /// With `several_places` a directory may be met in several (by symlinks, or a host's mounts), but still not
  /// inside itself.
  explicit TreeGuard(bool several_places) : several_places_(several_places) {}

  /// Begins another walk.
  void begin() {
    entered_.clear();
    above_.clear();
  }
  /// Enters the directory `ino` (of a device, where a tree may have several) at `depth` (0: where the walk
  /// began), called `path`; or says why not.
  const char* enter(std::uint64_t ino, std::size_t depth, std::string_view path, std::uint64_t device = 0);

 private:
  bool several_places_;
  InoSet entered_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> above_;  ///< from where the walk began to where it is
};

}  // namespace fsu
