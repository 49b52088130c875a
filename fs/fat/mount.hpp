// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A mounted FAT volume.
#pragma once

#include "fs/fat/alloc.hpp"
#include "fs/fat/label.hpp"
#include "fs/fat/numbers.hpp"
#include "fs/fat/options.hpp"
#include "fs/fat/status.hpp"
#include "vfs/mount.hpp"

namespace rump::fat {

/// The key of the root directory, which has no entry; all other keys are places of entries.
inline constexpr Key kRootKey = 1;

/// The key of the file whose entry lies there, in bytes of the device.
constexpr Key key_of_place(u64 place) { return place / Numbers::kPlaceBytes; }

/// A mounted volume.
class FatMount final : public Mount {
 public:
  static Result<std::unique_ptr<Mount>> make(BlockDevice& device, const MountOptions& options);

  Key root() const override { return kRootKey; }
  Result<std::unique_ptr<Vnode>> load(Key key) override;
  Result<Attr> peek(Key key) override;
  Result<FsStat> statfs() override;
  Result<Renamed> rename(const Rename& move, Txn& txn) override;
  Key unlinked_key(const Vnode& file) const override;
  u64 number_of(Key key) const override { return numbers_.number_of(key); }
  Result<> sync(bool last) override;
  bool sparse() const override { return false; }
  u32 name_max() const override { return kNameMax; }
  u64 file_bytes_max() const override { return kFileBytesMax; }

  const Geometry& geometry() const { return geometry_; }
  const Options& options() const { return options_; }
  BufferCache& cache() const { return *cache_; }
  const Table& table() const { return table_; }
  Volume volume() const { return {geometry_, table_, *cache_, *options_.page}; }
  Numbers& numbers() { return numbers_; }
  Allocator& allocator() { return allocator_; }

  /// The label that the root directory has, or the boot sector.
  Result<Label> label();
  /// As FSInfo says on a clean volume, else counted.
  Result<u32> free_clusters() { return allocator_.free_clusters(); }
  /// Called by each operation before it changes a block: a clean mark that is there too early goes first.
  Result<> begin_change(Txn& txn);

  /// Passes a result on; damage makes a mount that writes read-only.
  template <class T>
  T noted(T result) {
    if (!result && result.error().code == Errc::corrupt && !read_only()) fail_with(result.error());
    return result;
  }

  /// What the root directory is like; it has no entry.
  FileRecord root_record() const;
  /// The records of a directory; its chain is not used where it is a root that has none.
  DirRecords records_of(Key key, Chain& chain) const;
  /// A file's attributes, but for the number, and the links and the size of directories.
  Attr attributes(const FileRecord& file) const;

  /// Notes where the entry of the directory lies that begins at the cluster.
  Result<> note_directory(u32 cluster, Key key);
  void forget_directory(u32 cluster);
  /// The key of the directory that begins at the cluster; 0: the root. corrupt.
  Result<Key> directory_at(u32 cluster);

 private:
  FatMount(BlockDevice& device, const MountOptions& options, const Geometry& geometry, const Options& own,
           std::unique_ptr<BufferCache> cache);
  Result<FileRecord> record_at(Key key) const;
  Result<> read_status();
  Result<> mark_in_use();
  Result<> store_status(bool last, Txn& txn);

  const Geometry geometry_;
  const Options options_;
  std::unique_ptr<BufferCache> cache_;
  const Table table_;
  Allocator allocator_;
  Numbers numbers_;
  Mutex status_lock_{Rank::driver};       ///< guards hints_
  Hints hints_;                           ///< as the device has them
  CleanMarks marks_;                      ///< as they were found, and as they are left
  std::atomic<bool> looks_clean_{false};  ///< by a sync() that was to be the last
  Mutex directories_lock_{Rank::driver};  ///< guards directories_
  NumberMap directories_;                 ///< first cluster to key; may forget
};

}  // namespace rump::fat
