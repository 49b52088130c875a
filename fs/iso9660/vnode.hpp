// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A live file of an ISO 9660 volume.
#pragma once

#include "fs/iso9660/bmap.hpp"
#include "fs/iso9660/dir.hpp"

namespace rump::iso9660 {

/// A directory.
class IsoDirectory final : public Vnode {
 public:
  IsoDirectory(IsoMount& mount, const Node& node)
      : Vnode(mount, node.key, FileType::dir), mount_(mount), node_(node) {}

  Result<Attr> getattr() override { return node_.attr; }
  Result<Key> lookup(Name name) override { return dir_lookup(mount_, node_, name, state_); }
  Result<> readdir(u64 cookie, DirSink& sink) override { return dir_read(mount_, node_, cookie, sink); }

 private:
  const IsoMount& mount_;
  const Node node_;
  LookupState state_;
};

/// Any other file.
class IsoFile final : public Vnode {
 public:
  IsoFile(IsoMount& mount, const Node& node, FileMap map)
      : Vnode(mount, node.key, node.attr.type), mount_(mount), node_(node), map_(std::move(map)) {}

  Result<Attr> getattr() override { return node_.attr; }
  Result<std::size_t> readlink(std::span<char> room) override;
  Result<Extent> map(u64 offset, u64 length) override;
  Result<> read_encoded(u64 offset, std::span<std::byte> bytes) override;

 private:
  const IsoMount& mount_;
  const Node node_;
  const FileMap map_;
};

}  // namespace rump::iso9660
