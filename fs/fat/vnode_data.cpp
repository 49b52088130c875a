// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A vnode's clusters: mapped, found for new data, and freed.
//
// The table changes before the entry that reaches further, and after the entry that no longer does. So what
// an interruption leaves is a chain longer than its file, or clusters that no file has: fsck.fat cuts the one
// and collects the others.
#include <algorithm>

#include "fs/fat/new_entry.hpp"

namespace rump::fat {
namespace {

/// What one written() links at most, so that it pins no more blocks of the table than memory has.
constexpr u32 kGrowClusters = 128 << 10;
/// Blocks of each FAT that one shrink_step() changes, about.
constexpr u32 kStepBlocks = 64;

}  // namespace

Result<Extent> FatVnode::map_data(u64 offset, u64 length) {
  if (is_dir()) return Vnode::map(offset, length);
  const Geometry& g = mount_.geometry();
  const u64 inside = offset & (g.cluster_bytes - 1);
  const u32 index = static_cast<u32>(offset >> g.cluster_shift), clusters = g.clusters_for(file_.size);
  const u64 reach = std::min(length, u64{file_.size} + g.cluster_bytes - offset) + inside;
  const u32 want = std::min(clusters - index, g.clusters_for(reach));
  const Run run = TRY(chain_.find(index, want));
  if (run.count == 0) return fail(Errc::corrupt, "a file is longer than its chain of clusters");
  if (run.end() == clusters) TRY(chain_.check_end());
  const u64 device = g.cluster_start(run.cluster) + inside;
  u64 bytes = std::min(length, (u64{run.count} << g.cluster_shift) - inside);
  if (g.truncated) {
    if (device >= mount_.device().size())
      return fail(Errc::corrupt, "the image ends before the data of the file");
    bytes = std::min(bytes, mount_.device().size() - device);
  }
  return Extent{Extent::Kind::data, offset, bytes, device};
}

Result<Extent> FatVnode::reserve_data(u64 offset, u64 length, Txn& txn) {
  if (is_dir()) return Vnode::reserve(offset, length, txn);
  // Left over where not even a Txn could be had to give it back.
  claim_ = {};
  if (offset >= kFileBytesMax) return fail(Errc::too_big, "a file of FAT ends before 4 GiB");
  const Geometry& g = mount_.geometry();
  length = std::min(length, kFileBytesMax - offset);
  const u32 index = static_cast<u32>(offset >> g.cluster_shift), clusters = g.clusters_for(file_.size);
  const u32 want = g.clusters_for(offset + length) - index;
  const auto extent = [&](u32 cluster, u32 count, bool fresh) {
    return Extent{Extent::Kind::data, u64{index} << g.cluster_shift, u64{count} << g.cluster_shift,
                  g.cluster_start(cluster), fresh};
  };
  const Run run = TRY(chain_.find(index, want));
  // Other systems leave clusters behind the end of a file.
  if (run.count > 0 && index >= clusters) {
    TRY(chain_.check_end());
    return extent(run.cluster, run.count, true);
  }
  if (run.count > 0) return extent(run.cluster, std::min(run.count, clusters - index), false);
  u32 goal = 0;
  if (index > 0) {
    const Run last = TRY(chain_.find(index - 1, 1));
    if (last.count == 0) return fail(Errc::corrupt, "a file is longer than its chain of clusters");
    goal = last.cluster + 1;
  }
  claim_ = TRY(mount_.allocator().claim(goal, want, kGrowClusters));
  return extent(claim_.first(), claim_.count(), true);
}

Result<> FatVnode::link_data(const Extent& extent, u64 done, u64 new_size, Txn& txn) {
  const Geometry& g = mount_.geometry();
  claim_.cut(g.clusters_for(done));
  if (done == 0) return {};
  FileRecord next = file_;
  next.size = static_cast<u32>(new_size);
  next.attributes |= kAttrArchive;
  if (claim_.empty()) return change(next, txn);
  return link_claim(static_cast<u32>(extent.offset >> g.cluster_shift), next, txn);
}

/// Puts the claimed clusters behind the chain, of which they become cluster `index`.
Result<> FatVnode::link_claim(u32 index, FileRecord& next, Txn& txn) {
  const Table& table = mount_.table();
  const Run added{index, claim_.first(), claim_.count()};
  const u32 tail = index == 0 ? 0 : TRY(chain_.find(index - 1, 1)).cluster;
  TRY(mount_.begin_change(txn));
  TRY(table.pin(added.cluster, added.count, txn));
  if (tail != 0) TRY(table.pin(tail, 1, txn));
  TRY(pin_record(txn));
  if (tail == 0) next.start = added.cluster;
  TRY(apply(txn, [&]() -> Result<> {
    TRY(table.link(added.cluster, added.count, kEntryLast, txn));
    if (tail != 0) TRY(table.store(tail, added.cluster, txn));
    txn.barrier();
    return store_record(next, txn);
  }));
  claim_.keep();
  chain_.extend(added);
  return {};
}

Result<bool> FatVnode::cut_step(u64 size, Txn& txn) {
  TRY(mount_.begin_change(txn));
  // The table's blocks know nothing of the entry, which must be gone, or reach less far, before they change.
  txn.follow(*this);
  if (rest_ == 0) TRY(cut_off(static_cast<u32>(std::min<u64>(size, file_.size)), txn));
  return free_rest(txn);
}

/// Ends the file at `size`; what its chain has behind that becomes rest_.
Result<> FatVnode::cut_off(u32 size, Txn& txn) {
  const u32 keep = is_dir() ? 0 : mount_.geometry().clusters_for(size);
  const Run tail = keep == 0 ? Run{} : TRY(chain_.find(keep - 1, 1));
  if (keep > 0 && tail.count == 0) return fail(Errc::corrupt, "a file is longer than its chain of clusters");
  const Run rest = TRY(chain_.find(keep, 1));
  if (rest.count == 0 && size == file_.size) return {};
  FileRecord next = file_;
  next.size = size;
  if (keep == 0) next.start = 0;
  const bool relinks = keep > 0 && rest.count > 0;
  TRY(pin_record(txn));
  if (relinks) TRY(mount_.table().pin(tail.cluster, 1, txn));
  TRY(apply(txn, [&]() -> Result<> {
    TRY(store_record(next, txn));
    txn.barrier();
    return relinks ? mount_.table().store(tail.cluster, kEntryLast, txn) : Result<>();
  }));
  chain_.cut(keep);
  if (rest.count > 0) rest_ = rest.cluster;
  return {};
}

/// Frees the beginning of rest_; true when nothing is left of it.
Result<bool> FatVnode::free_rest(Txn& txn) {
  const Geometry& g = mount_.geometry();
  const Table& table = mount_.table();
  const u32 per_block = g.block_bytes * 8 / static_cast<u32>(g.type);
  for (u32 blocks = 0; rest_ != 0 && blocks < kStepBlocks;) {
    u32 count = 0, next = 0;
    if (!g.is_cluster(rest_)) return fail(Errc::corrupt, "a file begins outside the volume");
    {
      TableReader reader(table);
      count = TRY(reader.count_run(rest_, (kStepBlocks - blocks) * per_block));
      next = TRY(reader.next(rest_ + count - 1));
    }
    TRY(table.pin(rest_, count, txn));
    TRY(mount_.allocator().release(rest_, count, txn));
    if (is_dir()) forget_clusters(mount_, rest_, count, txn);
    TRY(apply(txn, [&] { return table.clear(rest_, count, txn); }));
    rest_ = next;
    blocks += 1 + count / per_block;
  }
  return rest_ == 0;
}

Result<> FatVnode::released(Txn&) {
  mount_.numbers().gone(key_now_);
  return {};
}

}  // namespace rump::fat
