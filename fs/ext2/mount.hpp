// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A mounted ext2, ext3 or ext4.
#pragma once

#include "fs/ext2/groups.hpp"
#include "fs/ext2/inode.hpp"
#include "vfs/mount.hpp"

namespace rump::ext2 {

/// What a metadata block was checked as; with the inode's number it makes the buffer's mark.
enum class Role : u8 { extent_node = 1, dir_block, xattrs };

/// A mounted volume.
class Ext2Mount final : public Mount {
 public:
  static Result<std::unique_ptr<Mount>> make(BlockDevice& device, const MountOptions& options);

  Key root() const override { return kRootInode; }
  Result<std::unique_ptr<Vnode>> load(Key key) override;
  Result<Attr> peek(Key key) override;
  Result<FsStat> statfs() override;
  Result<Key> key_of(u64 ino) const override;
  bool keeps_acls() const override { return true; }

  const Geometry& geometry() const { return geometry_; }
  BufferCache& cache() const { return *cache_; }

  /// corrupt unless the blocks lie inside the volume and outside all fixed metadata. Every block that an
  /// image's pointer names passes here.
  Result<> check_blocks(u64 first, u64 count) const;

  /// A metadata block that a pointer of the inode names, after check(bytes) passed; the check runs once a
  /// load.
  template <class Check>
  Result<ReadBuf> read_checked(u64 block, Role role, u32 ino, Check check) const {
    TRY(check_blocks(block, 1));
    ReadBuf buffer = TRY(cache_->read(block));
    const u64 mark = u64{static_cast<u8>(role)} << 32 | ino;
    if (buffer.mark() != mark) {
      TRY(check(buffer.bytes()));
      buffer.set_mark(mark);
    }
    return buffer;
  }

  /// An inode's raw bytes, in its held block.
  struct RawInode {
    ReadBuf buffer;
    std::span<const std::byte> bytes;
  };
  /// corrupt for a number that the volume does not have.
  Result<RawInode> read_inode(u64 ino) const;

 private:
  Ext2Mount(BlockDevice& device, const MountOptions& options, const Geometry& geometry, Groups groups,
            std::unique_ptr<BufferCache> cache)
      : Mount(device, options), geometry_(geometry), groups_(std::move(groups)), cache_(std::move(cache)) {}

  static Result<std::unique_ptr<Ext2Mount>> make_over(BlockDevice& device, const MountOptions& options,
                                                      const Geometry& geometry, Groups groups);
  static Result<std::unique_ptr<BlockDevice>> recover(BlockDevice& device, const MountOptions& options,
                                                      const Geometry& geometry);
  Result<Inode> journal_file() const;
  u64 overhead() const;
  void read_ahead(u64 table, u64 index_block) const;
  Result<Inode> named_inode(Key key) const;

  std::unique_ptr<BlockDevice> recovered_;  ///< device(), where the journal was replayed
  const Geometry geometry_;
  const Groups groups_;
  const std::unique_ptr<BufferCache> cache_;
  mutable std::atomic<u64> last_table_block_{0};  ///< of an inode table, read last
  mutable std::atomic<u64> read_ahead_to_{0};     ///< the end of what was read ahead last
};

}  // namespace rump::ext2
