// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A vnode's calls, handed to dir, bmap and xattr.
#include "fs/ext2/vnode.hpp"

#include <algorithm>
#include <cstring>

#include "fs/ext2/bmap.hpp"
#include "fs/ext2/dir.hpp"
#include "fs/ext2/xattr.hpp"
#include "vfs/unicode.hpp"

namespace rump::ext2 {

Result<Attr> Ext2Vnode::getattr() {
  Attr attr = inode_.attr();
  if (type() == FileType::symlink && inode_.has(kInodeEncrypted)) {
    // As Linux does: the size is that of the target which readlink() gives.
    std::array<char, kNameMax> room;
    attr.size = TRY(sealed_target(room)).size();
  }
  return attr;
}

Result<Key> Ext2Vnode::lookup(Name name) {
  if (type() != FileType::dir) return Vnode::lookup(name);
  return dir_lookup(mount_, inode_, name, last_found_in_);
}

Result<Name> Ext2Vnode::fold(Name name, std::span<char> room) const {
  if (!inode_.folds_case(mount_.geometry())) return name;
  // A name that cannot be folded is compared byte by byte.
  return fold_unicode(name, room).value_or(name);
}

Result<> Ext2Vnode::readdir(u64 cookie, DirSink& sink) {
  if (type() != FileType::dir) return Vnode::readdir(cookie, sink);
  return dir_read(mount_, inode_, cookie, sink);
}

Result<std::size_t> Ext2Vnode::readlink(std::span<char> room) {
  if (type() != FileType::symlink) return Vnode::readlink(room);
  if (inode_.has(kInodeEncrypted)) {
    std::array<char, kNameMax> shown;
    const Name target = TRY(sealed_target(shown));
    if (target.size() > room.size()) return fail(Errc::range, "the symbolic link does not fit");
    return target.copy(room.data(), room.size());
  }
  if (inode_.size == 0 || inode_.size >= std::min<u64>(mount_.geometry().block_bytes, kPathMax))
    return fail(Errc::corrupt, "the symbolic link's length is out of range");
  const std::size_t length = inode_.size;
  if (length > room.size()) return fail(Errc::range, "the symbolic link does not fit");
  const auto target = std::as_writable_bytes(room).first(length);
  TRY(read_link(target));
  // As Linux does: a target ends at its first NUL, whatever the size says.
  const std::size_t text = padded_text(target).size();
  if (text == 0) return fail(Errc::corrupt, "the symbolic link is empty");
  return text;
}

/// The first bytes of a symlink's content, wherever it lies.
Result<> Ext2Vnode::read_link(std::span<std::byte> bytes) {
  if (inode_.is_inline(mount_.geometry())) return read_encoded(0, bytes);
  if (!inode_.is_fast_symlink(mount_.geometry())) return read_content(mount_, inode_, bytes);
  std::ranges::copy(std::span(inode_.block).first(bytes.size()), bytes.begin());
  return {};
}

/// The target of an encrypted symlink, as it is shown without the key.
Result<Name> Ext2Vnode::sealed_target(std::span<char> room) {
  const u64 most = std::min<u64>(mount_.geometry().block_bytes, kPathMax + SealedLink::size);
  if (inode_.size > most) return fail(Errc::corrupt, "the symbolic link's length is out of range");
  Array<std::byte> content = TRY(Array<std::byte>::make(inode_.size));
  TRY(read_link(content.span()));
  return show_link(content.span(), room);
}

Result<Extent> Ext2Vnode::map(u64 offset, u64 length) {
  if (type() != FileType::file) return Vnode::map(offset, length);
  if (inode_.has(kInodeEncrypted)) return fail(Errc::not_supported, "the file's content is encrypted");
  if (inode_.is_inline(mount_.geometry())) return Extent{Extent::Kind::encoded, offset, length, 0};
  const u32 shift = mount_.geometry().block_shift;
  const u64 inside = offset & (mount_.geometry().block_bytes - 1);
  const u64 logical = offset >> shift;
  const Run run = TRY(map_run(mount_, inode_, logical, ((inside + length - 1) >> shift) + 1));
  const u64 bytes = std::min(length, (run.blocks << shift) - inside);
  const u64 device = run.kind == Extent::Kind::hole ? 0 : (run.physical << shift) + inside;
  return Extent{run.kind, offset, bytes, device};
}

Result<> Ext2Vnode::read_encoded(u64 offset, std::span<std::byte> bytes) {
  const Array<std::byte> content = TRY(inline_content(mount_, inode_));
  const auto rest = content.span().subspan(std::min<u64>(offset, content.size()));
  const auto there = rest.first(std::min(rest.size(), bytes.size()));
  std::ranges::copy(there, bytes.begin());
  // A file may be longer than what is kept of it: the rest is zeroes.
  std::memset(bytes.data() + there.size(), 0, bytes.size() - there.size());
  return {};
}

Result<std::size_t> Ext2Vnode::get_xattr(Name name, std::span<std::byte> room) {
  return xattr_get(mount_, inode_, name, room);
}

Result<> Ext2Vnode::list_xattr(NameSink& sink) { return xattr_list(mount_, inode_, sink); }

}  // namespace rump::ext2
