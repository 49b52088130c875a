// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mounting, files by key, space, and the driver's export.
#include "fs/fat/mount.hpp"

#include <algorithm>

#include "fs/fat/fat.hpp"
#include "fs/fat/info.hpp"
#include "fs/fat/vnode.hpp"

namespace rump::fat {
namespace {

/// Directories whose places are remembered; it can be found out again.
constexpr u64 kDirectoriesMax = 65536;

}  // namespace

const FsType kFsType{.name = "fat", .probe = probe, .mount = FatMount::make, .describe = describe};

FatMount::FatMount(BlockDevice& device, const MountOptions& options, const Geometry& geometry,
                   const Options& own, std::unique_ptr<BufferCache> cache)
    : Mount(device, options),
      geometry_(geometry),
      options_(own),
      cache_(std::move(cache)),
      table_(geometry_, *cache_),
      allocator_(table_, epochs()) {
  epochs().use(*cache_);
}

Result<std::unique_ptr<Mount>> FatMount::make(BlockDevice& device, const MountOptions& options) {
  const Options own = TRY(parse_options(options.text));
  const Geometry geometry = TRY(read_geometry(device, own.boot));
  if (!options.read_only && geometry.truncated)
    return fail(Errc::read_only, "the image ends before its file system does; it can only be read");
  if (!options.read_only && own.boot == WhichBoot::backup)
    return fail(Errc::read_only, "with sb=backup the file system can only be read");
  auto cache = TRY(BufferCache::make(device, geometry.block_bytes, geometry.bytes / geometry.block_bytes,
                                     options.cache_bytes));
  std::unique_ptr<FatMount> mount(new FatMount(device, options, geometry, own, std::move(cache)));
  TRY(mount->read_status());
  if (!options.read_only) TRY(mount->mark_in_use());
  return std::unique_ptr<Mount>(std::move(mount));
}

/// Marks and hints. A volume that was not unmounted may have hints that are not true any more.
Result<> FatMount::read_status() {
  marks_ = TRY(read_marks(table_, *cache_));
  hints_ = TRY(read_hints(geometry_, *cache_));
  return allocator_.start(marks_.both() ? hints_.free : std::nullopt, hints_.next);
}

/// Takes the clean marks away, on the device, before anything else changes there.
Result<> FatMount::mark_in_use() {
  if (!marks_.both())
    tell("the file system was not unmounted, or is damaged: it should be checked (fsck.fat)");
  {
    Txn txn = TRY(Txn::begin(*this, txn_blocks()));
    TRY(write_marks(table_, {false, false}, *cache_, txn));
    txn.commit();
  }
  return epochs().write_back(Reach::stable);
}

Result<> FatMount::begin_change(Txn& txn) {
  if (!looks_clean_.load(std::memory_order_acquire)) return {};
  TRY(write_marks(table_, {false, false}, *cache_, txn));
  txn.barrier();
  looks_clean_.store(false, std::memory_order_release);
  return {};
}

Result<> FatMount::sync(bool last) {
  Txn txn = TRY(Txn::begin(*this, txn_blocks()));
  TRY(store_status(last, txn));
  txn.commit();
  return {};
}

Result<> FatMount::store_status(bool last, Txn& txn) {
  Hints now{hints_.valid, allocator_.known_free(), allocator_.next_hint()};
  MutexLock hold(status_lock_);
  const bool changed = now.free != hints_.free || now.next != hints_.next;
  if (now.valid && changed) {
    TRY(write_hints(geometry_, now, *cache_, txn));
    hints_ = now;
  }
  if (!last) return {};
  TRY(write_marks(table_, marks_, *cache_, txn));
  looks_clean_.store(true, std::memory_order_release);
  return {};
}

Result<Label> FatMount::label() {
  Chain chain(table_, geometry_.root_cluster);
  return find_label(records_of(kRootKey, chain));
}

FileRecord FatMount::root_record() const {
  FileRecord root;
  root.attributes = kAttrDirectory;
  root.start = geometry_.root_cluster;
  return root;
}

DirRecords FatMount::records_of(Key key, Chain& chain) const {
  const bool fixed = key == kRootKey && !geometry_.has_chain_root();
  return {volume(), fixed ? nullptr : &chain};
}

/// The entry that lies where the key says.
Result<FileRecord> FatMount::record_at(Key key) const {
  if (key == kRootKey) return root_record();
  const Geometry& g = geometry_;
  const u64 place = key > g.bytes / Numbers::kPlaceBytes ? g.bytes : key * Numbers::kPlaceBytes;
  const bool in_root = place >= g.root_start && place < g.root_start + u64{g.root_records} * DirRecord::size;
  const bool in_data = place >= g.data_start && place < g.cluster_start(g.clusters_end());
  if (!in_root && !in_data) return rump::fail(Errc::corrupt, "a directory entry lies outside the volume");
  const ReadBuf block = TRY(cache_->read(place / g.block_bytes));
  const auto record = block.bytes().subspan(place % g.block_bytes, DirRecord::size);
  if (kind_of(record) != RecordKind::file || is_dot(record))
    return rump::fail(Errc::corrupt, "there is no directory entry of this file");
  return decode_record(record, g.type);
}

Result<std::unique_ptr<Vnode>> FatMount::load(Key key) {
  const FileRecord file = TRY(record_at(key));
  if (file.is_dir()) TRY(note_directory(file.start, key));
  return std::make_unique<FatVnode>(*this, key, file);
}

Result<Attr> FatMount::peek(Key key) { return FatVnode(*this, key, TRY(record_at(key))).getattr(); }

Attr FatMount::attributes(const FileRecord& file) const {
  const u32 mask = file.is_dir() ? options_.dir_mask : options_.file_mask;
  // As Linux shows it: nothing but the write bits is kept, and those of directories are not.
  const u32 writes = file.attributes & kAttrReadOnly && !file.is_dir() ? 0222 : 0;
  Attr attr;
  attr.type = file.is_dir() ? FileType::dir : FileType::file;
  attr.size = file.size;
  attr.allocated = u64{geometry_.clusters_for(file.size)} << geometry_.cluster_shift;
  attr.mode = 0777 & ~mask & ~writes;
  attr.nlink = 1;
  attr.uid = options_.uid;
  attr.gid = options_.gid;
  attr.modify = from_dos(file.written, options_.minutes_east);
  attr.change = attr.modify;
  attr.access = from_dos(file.accessed, options_.minutes_east);
  if (file.created.date != 0) attr.birth = from_dos(file.created, options_.minutes_east);
  return attr;
}

Result<> FatMount::note_directory(u32 cluster, Key key) {
  if (cluster == 0) return {};
  MutexLock hold(directories_lock_);
  if (directories_.size() >= kDirectoriesMax) directories_.clear();
  TRY(directories_.make_room());
  directories_.set(cluster, key);
  return {};
}

void FatMount::forget_directory(u32 cluster) {
  if (cluster == 0) return;
  MutexLock hold(directories_lock_);
  directories_.erase(cluster);
}

Result<Key> FatMount::directory_at(u32 cluster) {
  if (cluster == 0) return kRootKey;
  {
    MutexLock hold(directories_lock_);
    if (const auto key = directories_.find(cluster)) return *key;
  }
  // It is in the directory that its own ".." leads to.
  Chain chain(table_, cluster);
  const u32 above = TRY(parent_cluster(DirRecords(volume(), &chain)));
  Chain chain_above(table_, above == 0 ? geometry_.root_cluster : above);
  const DirRecords records = records_of(above == 0 ? kRootKey : kRootKey + 1, chain_above);
  DirCursor cursor(records, 0);
  Entry entry;
  while (TRY(cursor.next(entry))) {
    if (!entry.file.is_dir() || entry.file.start != cluster) continue;
    TRY(note_directory(cluster, key_of_place(entry.place)));
    return key_of_place(entry.place);
  }
  return rump::fail(Errc::corrupt, "the parent of a directory cannot be found");
}

Result<FsStat> FatMount::statfs() {
  FsStat stat;
  stat.block_bytes = geometry_.cluster_bytes;
  stat.blocks = geometry_.clusters;
  stat.blocks_free = stat.blocks_available = TRY(free_clusters());
  stat.name_max = name_max();
  for (std::size_t i = 0; i < 4; ++i) stat.uuid[i] = static_cast<u8>(geometry_.serial >> (24 - 8 * i));
  // Whoever asks for space has no use for an error of the root directory.
  if (const Result<Label> found = label()) label_text(*found, *options_.page, stat.label);
  return stat;
}

}  // namespace rump::fat
