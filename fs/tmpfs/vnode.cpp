// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A vnode's calls: names, attributes, and the space of files.
#include "fs/tmpfs/vnode.hpp"

#include <algorithm>

#include "vfs/txn.hpp"

namespace rump::tmpfs {
namespace {

/// The largest size of a file, in bytes.
constexpr u64 kSizeMax = ~u64{0} >> 1;
/// What one shrink_step() frees at most.
constexpr u32 kStepRuns = 256;
constexpr u64 kStepBlocks = (u64{256} << 20) / kBlockBytes;
/// The flags that are kept.
constexpr u32 kFlags = kFlagImmutable | kFlagAppend | kFlagNoDump;

constexpr u64 blocks_of(u64 bytes) { return (bytes + kBlockBytes - 1) / kBlockBytes; }

}  // namespace

Result<Key> TmpfsVnode::lookup(Name name) {
  if (!inode_.is_dir()) return Vnode::lookup(name);
  if (name == "..") return inode_.parent;
  const Entry* entry = inode_.entries.find(name);
  if (!entry) return fail(Errc::not_found, "no such name");
  return entry->key;
}

Result<> TmpfsVnode::readdir(u64 cookie, DirSink& sink) {
  if (!inode_.is_dir()) return Vnode::readdir(cookie, sink);
  inode_.entries.list(cookie, sink);
  return {};
}

Result<std::size_t> TmpfsVnode::readlink(std::span<char> room) {
  if (type() != FileType::symlink) return Vnode::readlink(room);
  if (inode_.target.size() > room.size()) return fail(Errc::range, "the symbolic link does not fit");
  std::ranges::copy(inode_.target, room.begin());
  return inode_.target.size();
}

Result<Extent> TmpfsVnode::map(u64 offset, u64 length) {
  if (type() != FileType::file) return Vnode::map(offset, length);
  const u64 block = offset / kBlockBytes;
  const Run* run = inode_.map.find(block);
  if (!run) return Extent{Extent::Kind::hole, offset, length, 0};
  if (run->first > block)
    return Extent{Extent::Kind::hole, offset, std::min(length, run->first * kBlockBytes - offset), 0};
  const u64 skip = offset - run->first * kBlockBytes;
  return Extent{Extent::Kind::data, offset, std::min(length, run->count * kBlockBytes - skip),
                run->device * kBlockBytes + skip};
}

Result<std::size_t> TmpfsVnode::get_xattr(Name name, std::span<std::byte> room) {
  return inode_.xattrs.get(name, room);
}

Result<> TmpfsVnode::list_xattr(NameSink& sink) {
  inode_.xattrs.list(sink);
  return {};
}

Result<> TmpfsVnode::set_xattr(Name name, std::span<const std::byte> value, Txn&) {
  return inode_.xattrs.set(name, value);
}

Result<> TmpfsVnode::remove_xattr(Name name, Txn&) { return inode_.xattrs.remove(name); }

Result<> TmpfsVnode::setattr(const AttrChange& change, Txn&) {
  if (change.size.value_or(0) > kSizeMax) return fail(Errc::too_big, "the file would be too large");
  if (change.flags.value_or(0) & ~kFlags) return fail(Errc::not_supported, "this flag is not kept");
  inode_.size = change.size.value_or(inode_.size);
  inode_.mode = change.mode.value_or(inode_.mode);
  inode_.uid = change.uid.value_or(inode_.uid);
  inode_.gid = change.gid.value_or(inode_.gid);
  inode_.flags = change.flags.value_or(inode_.flags);
  inode_.access = change.access.value_or(inode_.access);
  inode_.modify = change.modify.value_or(inode_.modify);
  inode_.change = change.change.value_or(inode_.change);
  inode_.birth = change.birth.value_or(inode_.birth);
  return {};
}

/// Whether this is a directory that may get another name.
Result<> TmpfsVnode::check_add() const {
  if (!inode_.is_dir()) return fail(Errc::not_dir, "not a directory");
  if (inode_.nlink == 0) return fail(Errc::not_found, "the directory was removed");
  return {};
}

Result<Key> TmpfsVnode::create(Name name, const NewNode& node, Txn&) {
  TRY(check_add());
  const u32 links = node.type == FileType::dir ? 1 : 0;
  if (inode_.nlink + links > kLinksMax)
    return fail(Errc::too_many_links, "the directory has too many subdirectories");
  WithTail<Entry> entry = TRY(inode_.entries.prepare(name));
  const Inode* made = TRY(mount_.inodes().make(inode_.number, node));
  inode_.entries.insert(std::move(entry), made->number, made->type);
  inode_.nlink += links;
  return made->number;
}

Result<> TmpfsVnode::link(Name name, Vnode& target, Txn&) {
  TRY(check_add());
  Inode& file = inode_of(target);
  if (file.nlink == 0) return fail(Errc::not_found, "the file was removed");
  if (file.nlink >= kLinksMax) return fail(Errc::too_many_links, "the file has too many names");
  inode_.entries.insert(TRY(inode_.entries.prepare(name)), file.number, file.type);
  ++file.nlink;
  return {};
}

Result<> TmpfsVnode::unlink(Name name, Vnode& victim, Txn&) {
  Inode& file = inode_of(victim);
  Entry* entry = inode_.entries.find(name);
  if (!entry || entry->key != file.number) return fail(Errc::not_found, "no such name");
  if (file.entries.size() > 0) return fail(Errc::not_empty, "the directory is not empty");
  inode_.entries.remove(*entry);
  file.nlink = file.is_dir() ? 0 : file.nlink - 1;
  if (file.is_dir()) --inode_.nlink;
  return {};
}

Result<Extent> TmpfsVnode::reserve(u64 offset, u64 length, Txn& txn) {
  if (type() != FileType::file) return Vnode::reserve(offset, length, txn);
  if (offset >= kSizeMax || length > kSizeMax - offset)
    return fail(Errc::too_big, "the file would be too large");
  const u64 first = offset / kBlockBytes;
  u64 count = blocks_of(offset + length) - first;
  const Run* run = inode_.map.find(first);
  if (run && run->first <= first) {
    const u64 skip = first - run->first;
    return Extent{Extent::Kind::data, first * kBlockBytes, std::min(count, run->count - skip) * kBlockBytes,
                  (run->device + skip) * kBlockBytes};
  }
  if (run) count = std::min(count, run->first - first);
  const Run* before = inode_.map.before(first);
  const u64 goal = before ? before->device + before->count : Allocator::kAnywhere;
  // written() cannot fail: what it needs is had here.
  TRY(inode_.map.make_room(first));
  const Blocks got = TRY(mount_.allocator().allocate(goal, count));
  return Extent{Extent::Kind::data, first * kBlockBytes, got.count * kBlockBytes, got.first * kBlockBytes,
                true};
}

Result<> TmpfsVnode::written(const Extent& extent, u64 done, u64 new_size, Txn&) {
  if (extent.fresh) {
    const Run run{extent.offset / kBlockBytes, blocks_of(done), extent.device / kBlockBytes};
    mount_.allocator().give_back({run.device + run.count, extent.length / kBlockBytes - run.count});
    if (run.count > 0) inode_.map.put(run);
  }
  if (done > 0) inode_.size = std::max(inode_.size, new_size);
  return {};
}

Result<bool> TmpfsVnode::shrink_step(u64 size, Txn& txn) {
  const u64 keep = blocks_of(size);
  u64 left = kStepBlocks;
  const Run* last = inode_.map.last();
  for (u32 runs = kStepRuns; runs > 0 && left > 0 && last && last->end() > keep; --runs) {
    const u64 count = std::min(left, last->end() - std::max(keep, last->first));
    const Blocks freed{last->device + last->count - count, count};
    txn.release(freed.first * kBlockBytes, freed.count * kBlockBytes);
    mount_.allocator().give_back(freed);
    inode_.map.cut_last(count);
    left -= count;
    last = inode_.map.last();
  }
  const bool reached = !last || last->end() <= keep;
  // Until then the size follows what is left, so that nothing lies behind it.
  inode_.size = reached ? size : std::min(inode_.size, last->end() * kBlockBytes);
  return reached;
}

Result<> TmpfsVnode::released(Txn&) {
  invariant(inode_.map.blocks() == 0, "a file goes before its space");
  mount_.inodes().release(inode_);
  return {};
}

}  // namespace rump::tmpfs
