// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A live file of a tmpfs.
#pragma once

#include "fs/tmpfs/mount.hpp"

namespace rump::tmpfs {

/// Shows an inode to the VFS and keeps nothing itself.
class TmpfsVnode final : public Vnode {
 public:
  TmpfsVnode(TmpfsMount& mount, Inode& inode)
      : Vnode(mount, inode.number, inode.type), mount_(mount), inode_(inode) {}

  Result<Attr> getattr() override { return inode_.attr(); }
  Result<Key> lookup(Name name) override;
  Result<> readdir(u64 cookie, DirSink& sink) override;
  Result<std::size_t> readlink(std::span<char> room) override;
  Result<Extent> map(u64 offset, u64 length) override;
  Result<std::size_t> get_xattr(Name name, std::span<std::byte> room) override;
  Result<> list_xattr(NameSink& sink) override;

  Result<> setattr(const AttrChange& change, Txn& txn) override;
  Result<Key> create(Name name, const NewNode& node, Txn& txn) override;
  Result<> link(Name name, Vnode& target, Txn& txn) override;
  Result<> unlink(Name name, Vnode& victim, Txn& txn) override;
  Result<Extent> reserve(u64 offset, u64 length, Txn& txn) override;
  Result<> written(const Extent& extent, u64 done, u64 new_size, Txn& txn) override;
  Result<bool> shrink_step(u64 size, Txn& txn) override;
  Result<> set_xattr(Name name, std::span<const std::byte> value, Txn& txn) override;
  Result<> remove_xattr(Name name, Txn& txn) override;
  Result<> released(Txn& txn) override;

 private:
  friend Inode& inode_of(Vnode& vnode);

  Result<> check_add() const;

  TmpfsMount& mount_;
  Inode& inode_;
};

/// The inode behind a vnode of a tmpfs.
inline Inode& inode_of(Vnode& vnode) { return static_cast<TmpfsVnode&>(vnode).inode_; }

}  // namespace rump::tmpfs
