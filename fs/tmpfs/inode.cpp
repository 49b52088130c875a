// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Making, finding and giving back inodes.
#include "fs/tmpfs/inode.hpp"

#include <new>

#include "fs/tmpfs/alloc.hpp"
#include "vfs/acl.hpp"

namespace rump::tmpfs {
namespace {

/// What a directory says of its size: something that grows with it.
constexpr u64 kEntryBytes = 32;

/// What of a new inode needs memory of its own.
Result<> fill(Inode& inode, const NewNode& node) {
  if (node.type == FileType::symlink) {
    if (node.target.size() >= kPathMax)
      return fail(Errc::name_too_long, "a symbolic link's target has at most 4095 bytes");
    inode.target = TRY(Array<char>::make(node.target.size()));
    std::ranges::copy(node.target, inode.target.begin());
    inode.size = node.target.size();
  }
  if (!node.access_acl.empty()) TRY(inode.xattrs.set(kAccessAcl, node.access_acl));
  if (!node.default_acl.empty()) TRY(inode.xattrs.set(kDefaultAcl, node.default_acl));
  return {};
}

}  // namespace

Inode::Inode(Key number_in_table, u64 use, u64 seed, Key directory, const NewNode& node)
    : number(number_in_table),
      generation(use),
      type(node.type),
      mode(node.mode),
      uid(node.uid),
      gid(node.gid),
      nlink(node.type == FileType::dir ? 2 : 1),
      device(node.device),
      access(node.time),
      modify(node.time),
      change(node.time),
      birth(node.time),
      entries(seed),
      parent(directory) {}

Attr Inode::attr() const {
  return {.type = type,
          .ino = number,
          .generation = generation,
          .size = is_dir() ? entries.size() * kEntryBytes : size,
          .allocated = map.blocks() * kBlockBytes,
          .mode = mode,
          .nlink = nlink,
          .uid = uid,
          .gid = gid,
          .device = device,
          .flags = flags,
          .has_acl = xattrs.has(kAccessAcl),
          .access = access,
          .modify = modify,
          .change = change,
          .birth = birth};
}

InodeTable::~InodeTable() {
  for (Shard& shard : shards_) {
    for (u64 i = 0; i < shard.chunk_count; ++i) {
      std::destroy_at(shard.chunks[i]);
      host::release(shard.chunks[i], sizeof(Chunk), alignof(Chunk));
    }
  }
}

Result<Inode*> InodeTable::make(Key parent, const NewNode& node) {
  if (used_.fetch_add(1, std::memory_order_relaxed) >= limit_) {
    used_.fetch_sub(1, std::memory_order_relaxed);
    return fail(Errc::no_space, "the file system has no inode left");
  }
  // Files are near their directory, and directories far from each other.
  const u64 shard = node.type == FileType::dir ? next_shard_.fetch_add(1, std::memory_order_relaxed) % kShards
                                               : shard_of(parent);
  const Result<Inode*> inode = make_in(shard, parent, node);
  if (!inode) {
    used_.fetch_sub(1, std::memory_order_relaxed);
    return inode;
  }
  if (const Result<> filled = fill(**inode, node); !filled) {
    release(**inode);
    return std::unexpected(filled.error());
  }
  return inode;
}

Inode* InodeTable::find(Key number) {
  Shard& shard = shards_[shard_of(number)];
  MutexLock hold(shard.lock);
  Slot* slot = slot_of(shard, number);
  return slot && slot->inode ? &*slot->inode : nullptr;
}

void InodeTable::release(Inode& inode) {
  Shard& shard = shards_[shard_of(inode.number)];
  MutexLock hold(shard.lock);
  Slot* slot = slot_of(shard, inode.number);
  slot->inode.reset();
  slot->next_free = std::exchange(shard.free, slot);
  used_.fetch_sub(1, std::memory_order_relaxed);
}

Result<Inode*> InodeTable::make_in(u64 shard_index, Key parent, const NewNode& node) {
  Shard& shard = shards_[shard_index];
  MutexLock hold(shard.lock);
  if (!shard.free) TRY(add_chunk(shard));
  Slot* slot = std::exchange(shard.free, shard.free->next_free);
  const Key number = slot->index * kShards + shard_index + 1;
  return &slot->inode.emplace(number, ++slot->generation, seed_, parent, node);
}

Result<> InodeTable::add_chunk(Shard& shard) {
  TRY(grow_array(shard.chunks, shard.chunk_count + 1));
  void* memory = host::allocate(sizeof(Chunk), alignof(Chunk));
  if (!memory) return fail(Errc::no_memory, "no memory for inodes");
  auto* chunk = new (memory) Chunk;
  // The lowest numbers go first.
  for (u64 i = kChunkSlots; i-- > 0;) {
    Slot& slot = chunk->slots[i];
    slot.index = shard.chunk_count * kChunkSlots + i;
    slot.next_free = std::exchange(shard.free, &slot);
  }
  shard.chunks[shard.chunk_count++] = chunk;
  return {};
}

/// nullptr where the shard has no such slot.
InodeTable::Slot* InodeTable::slot_of(Shard& shard, Key number) {
  const u64 index = (number - 1) / kShards;
  if (index >= shard.chunk_count * kChunkSlots) return nullptr;
  return &shard.chunks[index / kChunkSlots]->slots[index % kChunkSlots];
}

}  // namespace rump::tmpfs
