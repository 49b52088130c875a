// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Cycles, second parents and depth.
#include "utils/list/tree_guard.hpp"

#include <algorithm>

#include "vfs/vnode.hpp"

namespace fsu {

const char* TreeGuard::enter(std::uint64_t ino, std::size_t depth, std::string_view path,
                             std::uint64_t device) {
  while (above_.size() > depth) above_.pop_back();
  if (std::ranges::find(above_, std::pair(device, ino)) != above_.end())
    return several_places_ ? "directory cycle" : "corrupt image: directory cycle";
  if (depth >= kDepthMax || path.size() > rump::kPathMax) return "directories are nested too deep";
  if (!several_places_ && !entered_.insert(ino)) return "corrupt image: the directory has two parents";
  above_.emplace_back(device, ino);
  return nullptr;
}

}  // namespace fsu
