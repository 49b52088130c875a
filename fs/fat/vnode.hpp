// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A live file of a FAT volume.
#pragma once

#include "fs/fat/index.hpp"
#include "fs/fat/mount.hpp"

namespace rump::fat {

/// An entry with its text.
struct NamedEntry {
  Entry entry;
  std::array<char16_t, kLongNameUnitsMax> text;
};

/// Holds the decoded entry, the chain and, for a directory, its index.
class FatVnode final : public Vnode {
 public:
  FatVnode(FatMount& mount, Key key, const FileRecord& file)
      : Vnode(mount, key, file.is_dir() ? FileType::dir : FileType::file),
        mount_(mount),
        place_(key == kRootKey ? 0 : key * Numbers::kPlaceBytes),
        key_now_(key),
        file_(file),
        chain_(mount.table(), file.start),
        records_(mount.records_of(key, chain_)) {}
  ~FatVnode() override;

  Result<Attr> getattr() override;
  Result<Key> lookup(Name name) override { return mount_.noted(find_key(name)); }
  bool caches_name(Name name) override;
  Result<Name> fold(Name name, std::span<char> room) const override;
  Result<> readdir(u64 cookie, DirSink& sink) override { return mount_.noted(list(cookie, sink)); }
  Result<Extent> map(u64 offset, u64 length) override { return mount_.noted(map_data(offset, length)); }
  Result<std::size_t> get_xattr(Name name, std::span<std::byte> room) override;
  Result<> list_xattr(NameSink& sink) override;

  Result<> setattr(const AttrChange& change, Txn& txn) override;
  Result<Key> create(Name name, const NewNode& node, Txn& txn) override {
    return mount_.noted(add_node(name, node, txn));
  }
  Result<> link(Name name, Vnode& target, Txn& txn) override;
  Result<> unlink(Name name, Vnode& victim, Txn& txn) override {
    return mount_.noted(remove_node(name, static_cast<FatVnode&>(victim), txn));
  }
  Result<Extent> reserve(u64 offset, u64 length, Txn& txn) override {
    return mount_.noted(reserve_data(offset, length, txn));
  }
  Result<> written(const Extent& extent, u64 done, u64 new_size, Txn& txn) override {
    return mount_.noted(link_data(extent, done, new_size, txn));
  }
  Result<bool> shrink_step(u64 size, Txn& txn) override { return mount_.noted(cut_step(size, txn)); }
  Result<> set_xattr(Name name, std::span<const std::byte> value, Txn& txn) override;
  Result<> remove_xattr(Name name, Txn& txn) override;
  Result<> released(Txn& txn) override;

  /// The key that the file has from now on, whatever the VFS knows yet.
  Key key_now() const { return key_now_; }

 private:
  friend class NewEntry;
  friend class RenameStep;

  bool is_dir() const { return type() == FileType::dir; }
  bool is_root() const { return key_now_ == kRootKey; }
  Result<Key> find_key(Name name);
  Result<Key> parent();
  Result<> list(u64 cookie, DirSink& sink);
  Result<DirIndex*> index();
  Result<bool> find(std::u16string_view name, NamedEntry& found);
  Result<> find_file(Name name, const FatVnode& file, NamedEntry& found);
  void add_directory_facts(Attr& attr);

  Result<Key> add_node(Name name, const NewNode& node, Txn& txn);
  Result<> remove_node(Name name, FatVnode& victim, Txn& txn);
  u32 cluster_for_children() const;
  Result<> write_dots(const FileRecord& child, Txn& txn);
  Result<> check_empty();
  Result<> pin_records(const Entry& entry, Txn& txn);
  Result<> delete_records(const Entry& entry, Txn& txn);
  Result<> become_homeless();
  void forget_place();

  Result<Extent> map_data(u64 offset, u64 length);
  Result<Extent> reserve_data(u64 offset, u64 length, Txn& txn);
  Result<> link_data(const Extent& extent, u64 done, u64 new_size, Txn& txn);
  Result<> link_claim(u32 index, FileRecord& next, Txn& txn);
  Result<bool> cut_step(u64 size, Txn& txn);
  Result<> cut_off(u32 size, Txn& txn);
  Result<bool> free_rest(Txn& txn);

  Result<> change(const FileRecord& next, Txn& txn);
  Result<> pin_record(Txn& txn);
  Result<> store_record(const FileRecord& next, Txn& txn);

  FatMount& mount_;
  u64 place_;    ///< of the entry, in bytes of the device; 0: it has none
  Key key_now_;  ///< the VFS learns of it after a change
  FileRecord file_;
  Chain chain_;
  const DirRecords records_;               ///< of a directory
  std::atomic<DirIndex*> index_{nullptr};  ///< owned; made when first needed
  std::atomic<u32> directories_{~u32{0}};  ///< in this directory, where that was counted without an index
  Claim claim_;                            ///< between reserve() and written()
  u32 rest_ = 0;                           ///< the chain that was cut off and is to be freed
};

/// Runs the part of an operation that changes bytes: there is no way back from an error.
template <class Change>
Result<> apply(Txn& txn, Change change) {
  Result<> changed = change();
  if (!changed) txn.abort(changed.error().reason);
  return changed;
}

}  // namespace rump::fat
