// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A tmpfs driven by its own calls, without the VFS above it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fs/tmpfs/tmpfs.hpp"
#include "images/memory.hpp"
#include "vfs/kernel.hpp"
#include "vfs/txn.hpp"

namespace rump::test {

inline constexpr u64 kBlock = 4096;
using File = std::unique_ptr<Vnode>;

/// Keeps all entries.
class Entries final : public DirSink {
 public:
  bool add(Name name, Key key, FileType, u64) override {
    entries.emplace_back(name, key);
    return true;
  }
  std::vector<std::pair<std::string, Key>> entries;
};

/// A tmpfs whose vnodes come from the driver alone, so that nothing is cached. Each call has its locks and
/// its Txn, as the VFS would have them.
class Tmpfs {
 public:
  explicit Tmpfs(u64 blocks = 1 << 18, std::string_view options = "")
      : device(*images::make_memory(blocks * kBlock)),
        mount(**kernel.mount(tmpfs::kFsType, *device, {.read_only = false, .text = options})) {}

  File load(Key key) { return std::move(*mount.load(key)); }
  File root() { return load(mount.root()); }

  template <class Operation>
  auto change(Vnode& vnode, Operation operation) {
    ExclusiveLock lock(vnode.lock());
    Txn txn = std::move(*Txn::begin(mount, mount.txn_blocks()));
    auto result = operation(txn);
    txn.commit();
    return result;
  }
  Result<Key> create(Vnode& dir, Name name, const NewNode& node) {
    return change(dir, [&](Txn& txn) { return dir.create(name, node, txn); });
  }
  Result<Key> create(Vnode& dir, Name name, FileType type = FileType::file) {
    NewNode node;
    node.type = type;
    node.mode = 0640;
    return create(dir, name, node);
  }
  File make(Vnode& dir, Name name, FileType type = FileType::file) { return load(*create(dir, name, type)); }
  Result<> link(Vnode& dir, Name name, Vnode& target) {
    ExclusiveLock lock(target.lock());
    return change(dir, [&](Txn& txn) { return dir.link(name, target, txn); });
  }
  Result<> unlink(Vnode& dir, Name name, Vnode& victim) {
    ExclusiveLock lock(victim.lock());
    return change(dir, [&](Txn& txn) { return dir.unlink(name, victim, txn); });
  }
  /// Finds space and links all of it; how much that was.
  Result<Extent> extend(Vnode& file, u64 offset, u64 length) {
    return change(file, [&](Txn& txn) -> Result<Extent> {
      const Extent extent = TRY(file.reserve(offset, length, txn));
      const u64 size = std::max((*file.getattr()).size, extent.offset + extent.length);
      TRY(file.written(extent, extent.length, size, txn));
      return extent;
    });
  }
  Result<bool> shrink_step(Vnode& file, u64 size) {
    return change(file, [&](Txn& txn) { return file.shrink_step(size, txn); });
  }
  /// Frees a file without links; how many steps its space took.
  int free(Vnode& file) {
    int steps = 1;
    while (!*shrink_step(file, 0)) ++steps;
    EXPECT_TRUE(change(file, [&](Txn& txn) { return file.released(txn); }).has_value());
    return steps;
  }
  FsStat stat() { return *mount.statfs(); }

  Kernel kernel;
  std::unique_ptr<BlockDevice> device;
  Mount& mount;
};

/// All entries of a directory and their keys.
inline std::vector<std::pair<std::string, Key>> list(Vnode& dir) {
  Entries sink;
  EXPECT_TRUE(dir.readdir(0, sink).has_value());
  return sink.entries;
}

}  // namespace rump::test
