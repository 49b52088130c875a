// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file An inode, checked: the only reader of the raw one.
#pragma once

#include "fs/ext2/super.hpp"
#include "vfs/vnode.hpp"

namespace rump::ext2 {

/// What an inode in use says.
struct Inode {
  u32 ino = 0;
  FileType type = FileType::unknown;
  u32 mode = 0;  ///< permission bits
  u32 uid = 0, gid = 0, project = 0;
  u32 links = 0;
  u32 flags = 0;  ///< InodeFlag
  u32 generation = 0;
  u64 size = 0;
  u64 allocated = 0;  ///< bytes
  Time access{}, modify{}, change{}, birth{};
  u64 xattr_block = 0;    ///< 0: none
  u32 xattr_offset = 0;   ///< of the attributes inside the inode; the inode's size when there is no room
  u32 checksum_seed = 0;  ///< for everything that belongs to this inode
  std::array<std::byte, 60> block{};  ///< the map, the extent root, a short link's target, or a device number

  bool has(InodeFlag flag) const { return flags & flag; }
  /// Whether the content lies in the inode itself.
  bool is_inline(const Geometry& geometry) const {
    return has(kInodeInlineData) && geometry.has(kIncompatInlineData);
  }
  /// Whether this directory's names are told apart without regard to case. Encrypted ones cannot be.
  bool folds_case(const Geometry& geometry) const {
    return has(kInodeCaseFold) && geometry.has(kIncompatCaseFold) && !has(kInodeEncrypted);
  }
  /// Whether the entries of this directory keep the hashes of their names, because those need the key.
  bool keeps_hashes(const Geometry& geometry) const {
    return has(kInodeCaseFold) && geometry.has(kIncompatCaseFold) && has(kInodeEncrypted);
  }
  /// Whether `block` holds the target of this symlink itself.
  bool is_fast_symlink(const Geometry& geometry) const;
  /// The device number of a device node ("i_block": old form in the first word, else new form in the second).
  DeviceNumber device() const;
  Attr attr() const;
};

/// Whether the raw bytes of an inode say that no file is there.
bool is_free_inode(std::span<const std::byte> raw);

/// Checks and decodes the raw bytes of inode `ino`. corrupt: checksum, free inode, fields out of range.
Result<Inode> decode_inode(const Geometry& geometry, u32 ino, std::span<const std::byte> raw);

}  // namespace rump::ext2
