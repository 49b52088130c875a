// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The vnode table: one loader a key, second-chance eviction of what nobody refers to.
#include "vfs/vnode_table.hpp"

#include <algorithm>

#include "vfs/intrusive.hpp"

namespace rump {
namespace {

constexpr u32 kShards = 16;

enum class State : u8 { loading, live, dying };

}  // namespace

/// A key's place in the table. Guarded by the shard's lock.
struct VnodeTable::Node {
  const Mount* mount;
  Key key;
  std::unique_ptr<Vnode> vnode;
  Node* next_in_bucket = nullptr;
  RingLinks<Node> ring;
  State state = State::loading;
  bool recently_used = true;

  /// Makes one of the legal changes of state.
  void change(State from, State to) {
    invariant(state == from, "a vnode's state changed against the rules");
    state = to;
  }
  bool unreferenced() const {
    return state == State::live && vnode->refs_.load(std::memory_order_acquire) == 0;
  }
};

/// A part of the table with its own lock, ring and quota.
struct alignas(kCacheLine) VnodeTable::Shard {
  mutable Mutex lock{Rank::vnode_shard};
  CondVar changed;  ///< a node became live or went
  HashTable<Node, &Node::next_in_bucket> table;
  ClockRing<Node, &Node::ring> ring;
  /// remove_all() decides about this mount: get() waits, eviction looks elsewhere.
  const Mount* frozen = nullptr;
  u64 loads = 0, evictions = 0;

  /// Whether a vnode of the mount is being evicted just now.
  bool has_dying(const Mount& mount) const {
    bool found = false;
    ring.for_each([&](const Node& node) { found |= node.mount == &mount && node.state == State::dying; });
    return found;
  }
};

namespace {

u64 hash_of(const Mount& mount, Key key) {
  // Drivers give the files of one directory neighbouring keys: the low bits choose among groups of shards, so
  // that threads in directories far apart seldom meet.
  constexpr u64 kShardGroup = u64{3} << 50;
  const u64 hash = mix_hash(mix_hash(reinterpret_cast<std::uintptr_t>(&mount)) + key);
  return (hash & ~kShardGroup) | (key << 50 & kShardGroup);
}

}  // namespace

VnodeTable::VnodeTable(u32 limit)
    : shard_limit_(limit / kShards + 1), shards_(std::make_unique<Shard[]>(kShards)) {
  for (Shard& shard : std::span(shards_.get(), kShards)) {
    auto table = HashTable<Node, &Node::next_in_bucket>::make(shard_limit_);
    invariant(table.has_value(), "no memory for the vnode table");
    shard.table = *std::move(table);
  }
}

VnodeTable::~VnodeTable() {
  for (const Shard& shard : std::span(shards_.get(), kShards))
    invariant(shard.ring.count() == 0, "a vnode outlives its kernel");
}

VnodeTable::Shard& VnodeTable::shard_of(u64 hash) const { return shards_[(hash >> 48) % kShards]; }

/// The live vnode, or empty where there is no node; waits while there is another kind. The shard's lock is
/// held.
VnodeRef VnodeTable::settled(Shard& shard, u64 hash, const Mount& mount, Key key) {
  while (true) {
    Node* node = shard.table.find(hash, [&](const Node& n) { return n.key == key && n.mount == &mount; });
    const bool frozen = shard.frozen == &mount;
    if (!node && !frozen) return {};
    if (!frozen && node->state == State::live) {
      if (!node->recently_used) node->recently_used = true;
      node->vnode->refs_.fetch_add(1, std::memory_order_relaxed);
      return VnodeRef(node->vnode.get());
    }
    shard.changed.wait(shard.lock);
  }
}

Result<VnodeRef> VnodeTable::get(Mount& mount, Key key) {
  const u64 hash = hash_of(mount, key);
  Shard& shard = shard_of(hash);
  MutexLock hold(shard.lock);
  VnodeRef there = settled(shard, hash, mount, key);
  if (there) return there;
  return load(shard, hash, mount, key);
}

VnodeRef VnodeTable::find(Mount& mount, Key key) {
  const u64 hash = hash_of(mount, key);
  Shard& shard = shard_of(hash);
  MutexLock hold(shard.lock);
  return settled(shard, hash, mount, key);
}

/// Loads the vnode of a key that has no node. The shard's lock is held on entry and return, but not while the
/// driver loads and while evicted vnodes are deleted.
Result<VnodeRef> VnodeTable::load(Shard& shard, u64 hash, Mount& mount, Key key) {
  auto* node = new Node{.mount = &mount, .key = key, .vnode = nullptr, .ring = {}};
  shard.table.insert(hash, *node);
  shard.ring.insert(*node);
  ++shard.loads;
  shard.lock.unlock();
  Result<std::unique_ptr<Vnode>> loaded = mount.load(key);
  shard.lock.lock();
  if (!loaded) {
    remove(shard, *node);
    return std::unexpected(loaded.error());
  }
  node->vnode = std::move(*loaded);
  // It may have been here before, and changed in a transaction that is not durable yet.
  node->vnode->note_tid(mount.forgotten_tid_.load(std::memory_order_acquire));
  node->vnode->refs_.store(1, std::memory_order_relaxed);
  VnodeRef ref(node->vnode.get());
  node->change(State::loading, State::live);
  shard.changed.wake_all();
  evict_over_limit(shard);
  return ref;
}

/// Takes the node out of the shard, whose lock is held.
void VnodeTable::unlink(Shard& shard, Node& node) {
  // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): a false alarm, the key is get()'s own
  shard.table.remove(hash_of(*node.mount, node.key), node);
  shard.ring.remove(node);
}

/// Deletes the node and wakes those who wait for it. The shard's lock is held.
void VnodeTable::remove(Shard& shard, Node& node) {
  unlink(shard, node);
  delete &node;
  shard.changed.wake_all();
}

/// Deletes unreferenced vnodes until the shard is inside its limit or none is left. The shard's lock is held
/// on entry and return, but not while a driver's destructor runs.
void VnodeTable::evict_over_limit(Shard& shard) {
  while (shard.ring.count() > shard_limit_) {
    Node* victim = shard.ring.choose_victim(
        [&](const Node& node) { return node.mount != shard.frozen && node.unreferenced(); });
    if (!victim) return;
    victim->change(State::live, State::dying);
    std::unique_ptr<Vnode> vnode = std::move(victim->vnode);
    raise_tid(vnode->mount().forgotten_tid_, vnode->last_tid());
    shard.lock.unlock();
    vnode.reset();
    shard.lock.lock();
    remove(shard, *victim);
    ++shard.evictions;
  }
}

/// The node of a live vnode. The shard's lock is held.
VnodeTable::Node& VnodeTable::node_of(Shard& shard, const Vnode& vnode) {
  return *shard.table.find(hash_of(vnode.mount(), vnode.key()),
                           [&](const Node& node) { return node.vnode.get() == &vnode; });
}

bool VnodeTable::begin_removal(Vnode& vnode) {
  Shard& shard = shard_of(hash_of(vnode.mount(), vnode.key()));
  MutexLock hold(shard.lock);
  u32 refs = vnode.refs_.load(std::memory_order_acquire);
  while (refs != (Vnode::kUnlinked | Vnode::kDoomed))
    if (vnode.refs_.compare_exchange_weak(refs, refs & ~Vnode::kDoomed, std::memory_order_acq_rel))
      return false;
  node_of(shard, vnode).change(State::live, State::dying);
  return true;
}

void VnodeTable::end_removal(Vnode& vnode) {
  Shard& shard = shard_of(hash_of(vnode.mount(), vnode.key()));
  MutexLock hold(shard.lock);
  Node& node = node_of(shard, vnode);
  std::unique_ptr<Vnode> gone = std::move(node.vnode);
  shard.lock.unlock();
  gone.reset();
  shard.lock.lock();
  remove(shard, node);
}

void VnodeTable::rekey(Vnode& vnode, Key key) {
  if (vnode.key() == key) return;
  Shard& from = shard_of(hash_of(vnode.mount(), vnode.key()));
  Shard& to = shard_of(hash_of(vnode.mount(), key));
  Node* node = nullptr;
  {
    MutexLock hold(from.lock);
    node = &node_of(from, vnode);
    unlink(from, *node);
  }
  vnode.key_ = node->key = key;
  MutexLock hold(to.lock);
  to.table.insert(hash_of(vnode.mount(), key), *node);
  to.ring.insert(*node);
}

void VnodeTable::exchange_keys(Vnode& one, Vnode& other) {
  const Key first = one.key(), second = other.key();
  const Mount& mount = one.mount();
  // For a moment no vnode has the first key: whoever looks for it then waits instead of loading another one.
  auto* place = new Node{.mount = &mount, .key = first, .vnode = nullptr, .ring = {}};
  Shard& shard = shard_of(hash_of(mount, first));
  {
    MutexLock hold(shard.lock);
    shard.table.insert(hash_of(mount, first), *place);
    shard.ring.insert(*place);
  }
  rekey(one, second);
  rekey(other, first);
  MutexLock hold(shard.lock);
  remove(shard, *place);
}

/// Forbids get() and eviction to touch the mount's vnodes in this shard; whether none of them is in use.
bool VnodeTable::freeze(Shard& shard, const Mount& mount) {
  MutexLock hold(shard.lock);
  shard.frozen = &mount;
  while (shard.has_dying(mount)) shard.changed.wait(shard.lock);
  bool in_use = false;
  shard.ring.for_each([&](const Node& node) { in_use |= node.mount == &mount && !node.unreferenced(); });
  return !in_use;
}

// References pass from vnode to vnode during a lookup, so looking at one shard after the other would miss one
// that moves the other way: every shard is frozen before it is looked at, and stays so until the end.
Result<> VnodeTable::remove_all(const Mount& mount) {
  const std::span<Shard> shards(shards_.get(), kShards);
  const bool unused = std::ranges::all_of(shards, [&](Shard& shard) { return freeze(shard, mount); });
  for (Shard& shard : shards) {
    Node* gone = nullptr;
    {
      MutexLock hold(shard.lock);
      shard.ring.for_each([&](Node& node) {
        if (!unused || node.mount != &mount) return;
        unlink(shard, node);
        node.next_in_bucket = std::exchange(gone, &node);
      });
      shard.frozen = nullptr;
      shard.changed.wake_all();
    }
    while (gone) delete std::exchange(gone, gone->next_in_bucket);
  }
  if (!unused) return fail(Errc::busy, "a file of the file system is in use");
  return {};
}

VnodeTable::Counters VnodeTable::counters() const {
  Counters sum{};
  for (const Shard& shard : std::span(shards_.get(), kShards)) {
    MutexLock hold(shard.lock);
    sum.vnodes += shard.ring.count();
    sum.loads += shard.loads;
    sum.evictions += shard.evictions;
  }
  return sum;
}

}  // namespace rump
