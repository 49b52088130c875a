// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A live file of ext2, ext3 or ext4.
#pragma once

#include "fs/ext2/mount.hpp"

namespace rump::ext2 {

/// The inode is held decoded; directories, maps and attributes are read through it when asked for.
class Ext2Vnode final : public Vnode {
 public:
  Ext2Vnode(Ext2Mount& mount, const Inode& inode)
      : Vnode(mount, inode.ino, inode.type), mount_(mount), inode_(inode) {}

  Result<Attr> getattr() override;
  Result<Key> lookup(Name name) override;
  Result<Name> fold(Name name, std::span<char> room) const override;
  Result<> readdir(u64 cookie, DirSink& sink) override;
  Result<std::size_t> readlink(std::span<char> room) override;
  Result<Extent> map(u64 offset, u64 length) override;
  Result<> read_encoded(u64 offset, std::span<std::byte> bytes) override;
  Result<std::size_t> get_xattr(Name name, std::span<std::byte> room) override;
  Result<> list_xattr(NameSink& sink) override;

 private:
  Result<> read_link(std::span<std::byte> bytes);
  Result<Name> sealed_target(std::span<char> room);

  Ext2Mount& mount_;
  const Inode inode_;
  std::atomic<u64> last_found_in_{0};  ///< of a directory: the block of the name found last
};

}  // namespace rump::ext2
