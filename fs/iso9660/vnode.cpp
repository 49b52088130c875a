// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A vnode's calls, handed to dir, bmap and zisofs.
#include "fs/iso9660/vnode.hpp"

#include "fs/iso9660/zisofs.hpp"

namespace rump::iso9660 {

Result<std::size_t> IsoFile::readlink(std::span<char> room) {
  if (type() != FileType::symlink) return Vnode::readlink(room);
  ExtentCursor cursor(mount_, node_.position);
  DirEntry entry;
  if (!TRY(cursor.next(entry))) return fail(Errc::corrupt, "there is no directory record of the link");
  RockRidge rock;
  LinkBuilder target(room);
  TRY(mount_.read_rock(entry, node_.position, RockPart::attributes, rock, target));
  if (target.length() == 0 || target.length() >= kPathMax)
    return fail(Errc::corrupt, "the symbolic link's length is out of range");
  if (target.length() > room.size()) return fail(Errc::range, "the symbolic link does not fit");
  return target.length();
}

Result<Extent> IsoFile::map(u64 offset, u64 length) {
  if (type() != FileType::file) return Vnode::map(offset, length);
  if (node_.is_sparse) return fail(Errc::not_supported, "sparse files of Rock Ridge (SF) are not supported");
  if (node_.zisofs) return map_zisofs(mount_.device(), map_, *node_.zisofs, offset, length);
  const FileMap::Run run = TRY(map_.find(offset, length, mount_.device().size()));
  return Extent{Extent::Kind::data, offset, run.bytes, run.device};
}

Result<> IsoFile::read_encoded(u64 offset, std::span<std::byte> bytes) {
  if (!node_.zisofs) return Vnode::read_encoded(offset, bytes);
  return read_zisofs(mount_.device(), map_, *node_.zisofs, key(), offset, bytes, mount_.zisofs_cache());
}

}  // namespace rump::iso9660
