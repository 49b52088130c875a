// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directory blocks: entries, checksums, linear lookup, readdir.
#include "fs/ext2/dir.hpp"

#include <algorithm>

#include "fs/ext2/bmap.hpp"
#include "fs/ext2/checksum.hpp"
#include "fs/ext2/htree.hpp"
#include "fs/ext2/xattr.hpp"
#include "vfs/unicode.hpp"

namespace rump::ext2 {
namespace {

using HeadView = Record<DirEntryHead, LittleEndian>;
using TailView = Record<DirTail, LittleEndian>;

constexpr u32 kReadAheadBlocks = 16;

/// rec_len: 64 KiB do not fit into 16 bits, so the two low bits count upwards ("Linear (Classic)
/// Directories").
u32 decode_length(u32 raw, u32 block_bytes) {
  if (block_bytes < 65536) return raw;
  if (raw == 0 || raw == 65535) return block_bytes;
  return (raw & 65532) | (raw & 3) << 16;
}

FileType type_of(u8 type) {
  static constexpr FileType kTypes[] = {FileType::unknown, FileType::file,   FileType::dir,
                                        FileType::chr,     FileType::block,  FileType::fifo,
                                        FileType::socket,  FileType::symlink};
  return kTypes[type & 7];
}

bool legal_name(Name name) {
  return !name.empty() && name.find('/') == name.npos && name.find('\0') == name.npos;
}

/// Whether a block of an indexed directory is a node of the index: it begins with one unused entry as long as
/// the block, or with the root's dots ("Hash Tree Directories").
Result<bool> is_index_block(const Geometry& g, const Inode& dir, u64 logical,
                            std::span<const std::byte> block) {
  if (!g.has(kCompatDirIndex) || !dir.has(kInodeIndexed)) return false;
  if (logical == 0) return true;
  const HeadView head = TRY(HeadView::at(block, 0));
  return head.get(DirEntryHead::inode) == 0 &&
         decode_length(head.get(DirEntryHead::length), g.block_bytes) == g.block_bytes;
}

/// The checksum in a leaf's tail ("Checksums": directory leaf).
Result<> check_leaf(const Inode& dir, std::span<const std::byte> block) {
  const std::size_t covered = block.size() - DirTail::size;
  const TailView tail = TRY(TailView::at(block, covered));
  if (tail.get(DirTail::inode) != 0 || tail.get(DirTail::length) != DirTail::size ||
      tail.get(DirTail::name_length) != 0 || tail.get(DirTail::type) != kDirTailType)
    return fail(Errc::corrupt, "a directory block has no room for its checksum");
  if (tail.get(DirTail::checksum) != crc32c(dir.checksum_seed, block.first(covered)))
    return fail(Errc::corrupt, "a directory block's checksum is wrong");
  return {};
}

Result<> check_block(const Ext2Mount& mount, const Inode& dir, u64 logical,
                     std::span<const std::byte> block) {
  const Geometry& g = mount.geometry();
  if (!g.checks()) return {};
  if (TRY(is_index_block(g, dir, logical, block))) return check_index_checksum(g, dir, logical, block);
  return check_leaf(dir, block);
}

/// Scans the whole directory.
Result<Key> linear_lookup(const Ext2Mount& mount, const Inode& dir, const NameMatcher& name) {
  const u64 blocks = dir_blocks(mount.geometry(), dir);
  for (u64 logical = 0; logical < blocks;) {
    const Run run = TRY(map_run(mount, dir, logical, std::min<u64>(blocks - logical, kReadAheadBlocks)));
    const u64 end = logical + run.blocks;
    if (run.kind == Extent::Kind::data && run.blocks > 1)
      mount.cache().prefetch(run.physical, static_cast<u32>(run.blocks));
    for (; logical < end && run.kind == Extent::Kind::data; ++logical) {
      const auto block = TRY(read_dir_block(mount, dir, logical));
      if (!block) continue;
      if (const auto key = TRY(find_in_block(mount.geometry(), block->bytes(), name))) return *key;
    }
    logical = end;
  }
  return fail(Errc::not_found, "no such file or directory");
}

/// The first block holds ".." whether it is a leaf or the root of an index.
Result<Key> parent_of(const Ext2Mount& mount, const Inode& dir) {
  const auto block = TRY(read_dir_block(mount, dir, 0));
  if (block)
    if (const auto key = TRY(find_in_block(mount.geometry(), block->bytes(), {mount.geometry(), dir, ".."})))
      return *key;
  return fail(Errc::corrupt, "the directory has no parent entry");
}

/// The block's entries from byte `from` on; false when the sink is full.
Result<bool> list_block(const Geometry& g, std::span<const std::byte> block, u64 start, u32 from,
                        DirSink& sink) {
  EntryCursor cursor(g, block);
  Entry entry;
  while (TRY(cursor.next(entry))) {
    if (entry.offset < from || entry.name == "." || entry.name == "..") continue;
    if (!sink.add(entry.name, entry.ino, entry.type, start + entry.end)) return false;
  }
  return true;
}

// ---- directories inside their inode ("Inline Directories"): the parent's number, then two runs of entries

/// The entries of an inline directory. A cookie is the byte position in the content.
class InlineDir {
 public:
  static Result<InlineDir> at(const Ext2Mount& mount, const Inode& dir) {
    return InlineDir(mount.geometry(), TRY(inline_content(mount, dir)), dir.block.size());
  }

  Result<Key> parent() const {
    const auto head = TRY((Record<InlineDirHead, LittleEndian>::at(content_.span(), 0)));
    return head.get(InlineDirHead::parent);
  }
  Result<Key> lookup(const NameMatcher& name) const {
    for (const u64 start : starts())
      if (const auto key = TRY(find_in_block(g_, run_at(start), name))) return *key;
    return fail(Errc::not_found, "no such file or directory");
  }
  Result<> list(u64 cookie, DirSink& sink) const {
    for (const u64 start : starts()) {
      const u32 from = static_cast<u32>(cookie > start ? std::min<u64>(cookie - start, content_.size()) : 0);
      if (!TRY(list_block(g_, run_at(start), start, from, sink))) break;
    }
    return {};
  }

 private:
  InlineDir(const Geometry& geometry, Array<std::byte> content, u64 split)
      : g_(geometry), content_(std::move(content)), split_(split) {}
  std::array<u64, 2> starts() const { return {InlineDirHead::size, split_}; }
  std::span<const std::byte> run_at(u64 start) const {
    return content_.span().subspan(start, (start < split_ ? split_ : content_.size()) - start);
  }

  const Geometry& g_;
  Array<std::byte> content_;
  u64 split_;  ///< where the second run starts
};

Result<> check_names(const Inode& dir) {
  if (dir.has(kInodeEncrypted)) return fail(Errc::not_supported, "the directory's names are encrypted");
  return {};
}

}  // namespace

Result<bool> EntryCursor::next(Entry& entry) {
  while (at_ < block_.size()) {
    const HeadView head = TRY(HeadView::at(block_, at_));
    const u32 length = decode_length(head.get(DirEntryHead::length), g_.block_bytes);
    if (length < kDirEntryBytesMin || length % 4 != 0 || length > block_.size() - at_)
      return fail(Errc::corrupt, "a directory entry runs past its block");
    const u32 offset = at_;
    at_ += length;
    const u32 ino = head.get(DirEntryHead::inode);
    if (ino == 0) continue;
    // Without the feature filetype the type byte is the high half of the length, and no name is that long.
    const bool has_type = g_.has(kIncompatFileType);
    const u8 type = head.get(DirEntryHead::type);
    const u32 name_length = head.get(DirEntryHead::name_length) + (has_type ? 0u : u32{type} << 8);
    if (name_length > length - DirEntryHead::size)
      return fail(Errc::corrupt, "a directory entry's name is longer than the entry");
    const auto bytes = block_.subspan(offset + DirEntryHead::size, name_length);
    entry.name = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    if (!legal_name(entry.name)) return fail(Errc::corrupt, "a directory entry's name is not a name");
    if (ino > g_.inodes) return fail(Errc::corrupt, "a directory entry's inode number is out of range");
    entry.ino = ino;
    entry.type = has_type ? type_of(type) : FileType::unknown;
    entry.offset = offset;
    entry.end = at_;
    return true;
  }
  return false;
}

NameMatcher::NameMatcher(const Geometry& g, const Inode& dir, Name name)
    : folds_(dir.folds_case(g)), wanted_(folds_ ? fold_unicode(name, room_).value_or(name) : name) {}

bool NameMatcher::matches(Name entry) const {
  if (!folds_) return entry == wanted_;
  std::array<char, kNameMax> room;
  return fold_unicode(entry, room).value_or(entry) == wanted_;
}

u64 dir_blocks(const Geometry& g, const Inode& dir) {
  return (dir.size + g.block_bytes - 1) >> g.block_shift;
}

Result<std::optional<ReadBuf>> read_dir_block(const Ext2Mount& mount, const Inode& dir, u64 logical) {
  const Run run = TRY(map_run(mount, dir, logical, 1));
  if (run.kind != Extent::Kind::data) return std::nullopt;
  ReadBuf block =
      TRY(mount.read_checked(run.physical, Role::dir_block, dir.ino, [&](std::span<const std::byte> bytes) {
        return check_block(mount, dir, logical, bytes);
      }));
  return std::optional<ReadBuf>(std::move(block));
}

Result<std::optional<Key>> find_in_block(const Geometry& g, std::span<const std::byte> block,
                                         const NameMatcher& name) {
  EntryCursor cursor(g, block);
  Entry entry;
  while (TRY(cursor.next(entry)))
    if (name.matches(entry.name)) return std::optional<Key>(entry.ino);
  return std::nullopt;
}

Result<Key> dir_lookup(const Ext2Mount& mount, const Inode& dir, Name name) {
  const bool parent = name == "..";
  const NameMatcher wanted(mount.geometry(), dir, name);
  if (!parent) TRY(check_names(dir));
  if (dir.is_inline(mount.geometry())) {
    const InlineDir content = TRY(InlineDir::at(mount, dir));
    return parent ? content.parent() : content.lookup(wanted);
  }
  if (parent) return parent_of(mount, dir);
  if (mount.geometry().has(kCompatDirIndex) && dir.has(kInodeIndexed)) {
    const Result<Key> key = index_lookup(mount, dir, wanted);
    // The leaves hold all names, so a broken or unknown index only costs time.
    if (key || key.error().code == Errc::not_found || key.error().code == Errc::io) return key;
  }
  return linear_lookup(mount, dir, wanted);
}

Result<> dir_read(const Ext2Mount& mount, const Inode& dir, u64 cookie, DirSink& sink) {
  TRY(check_names(dir));
  const Geometry& g = mount.geometry();
  if (dir.is_inline(g)) return TRY(InlineDir::at(mount, dir)).list(cookie, sink);
  const u64 blocks = dir_blocks(g, dir);
  u32 from = static_cast<u32>(cookie & (g.block_bytes - 1));
  for (u64 logical = cookie >> g.block_shift; logical < blocks;) {
    const Run run = TRY(map_run(mount, dir, logical, std::min<u64>(blocks - logical, kReadAheadBlocks)));
    const u64 end = logical + run.blocks;
    if (run.kind == Extent::Kind::data && run.blocks > 1)
      mount.cache().prefetch(run.physical, static_cast<u32>(run.blocks));
    for (; logical < end && run.kind == Extent::Kind::data; ++logical, from = 0) {
      const auto block = TRY(read_dir_block(mount, dir, logical));
      if (block && !TRY(list_block(g, block->bytes(), logical << g.block_shift, from, sink))) return {};
    }
    logical = end;
    from = 0;
  }
  return {};
}

}  // namespace rump::ext2
