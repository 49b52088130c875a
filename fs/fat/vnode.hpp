// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A live file of a FAT volume.
#pragma once

#include "fs/fat/index.hpp"
#include "fs/fat/mount.hpp"

namespace rump::fat {

/// Holds the decoded entry, the chain and, for a directory, its index.
class FatVnode final : public Vnode {
 public:
  FatVnode(FatMount& mount, Key key, const FileRecord& file)
      : Vnode(mount, key, file.is_dir() ? FileType::dir : FileType::file),
        mount_(mount),
        place_(key == kRootKey ? 0 : key * Numbers::kPlaceBytes),
        file_(file),
        chain_(mount.table(), file.start),
        records_(mount.records_of(key, chain_)) {}
  ~FatVnode() override;

  Result<Attr> getattr() override;
  Result<Key> lookup(Name name) override;
  Result<Name> fold(Name name, std::span<char> room) const override;
  Result<> readdir(u64 cookie, DirSink& sink) override;
  Result<Extent> map(u64 offset, u64 length) override;

 private:
  Result<const DirIndex*> index();
  Result<std::optional<Entry>> find(Name name);
  Result<bool> matches(DirIndex::Found found, std::u16string_view folded, Entry& entry);
  Result<Key> parent();
  void add_directory_facts(Attr& attr);

  FatMount& mount_;
  u64 place_;  ///< of the entry, in bytes of the device; 0: it has none
  FileRecord file_;
  Chain chain_;
  const DirRecords records_;               ///< of a directory
  std::atomic<DirIndex*> index_{nullptr};  ///< owned; made when first needed
  std::atomic<u32> directories_{~u32{0}};  ///< in this directory, where that was counted without an index
};

}  // namespace rump::fat
