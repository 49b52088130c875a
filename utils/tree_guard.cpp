// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Cycles, second parents and depth.
#include "utils/tree_guard.hpp"

#include <algorithm>

#include "vfs/vnode.hpp"

namespace fsu {

const char* TreeGuard::enter(std::uint64_t ino, std::size_t depth, std::string_view path) {
  while (above_.size() > depth) above_.pop_back();
  if (std::ranges::find(above_, ino) != above_.end())
    return follows_symlinks_ ? "directory cycle" : "corrupt image: directory cycle";
  if (depth >= kDepthMax || path.size() > rump::kPathMax) return "directories are nested too deep";
  if (!follows_symlinks_ && !entered_.insert(ino)) return "corrupt image: the directory has two parents";
  above_.push_back(ino);
  return nullptr;
}

}  // namespace fsu
