// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directory blocks: entries, checksums, linear lookup, readdir.
#include "fs/ext2/dir.hpp"

#include <algorithm>

#include "fs/ext2/bmap.hpp"
#include "fs/ext2/checksum.hpp"
#include "fs/ext2/htree.hpp"
#include "fs/ext2/xattr.hpp"

namespace rump::ext2 {
namespace {

using HeadView = Record<DirEntryHead, LittleEndian>;
using TailView = Record<DirTail, LittleEndian>;

constexpr u64 kReadAheadBlocks = 32;

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
    return fail(Errc::corrupt, "a directory block has no room for its checksum (verify=off reads on)");
  if (tail.get(DirTail::checksum) != crc32c(dir.checksum_seed, block.first(covered)))
    return fail(Errc::corrupt, "a directory block's checksum is wrong (verify=off reads on)");
  return {};
}

Result<> check_block(const Ext2Mount& mount, const Inode& dir, u64 logical,
                     std::span<const std::byte> block) {
  const Geometry& g = mount.geometry();
  if (!g.checks()) return {};
  if (TRY(is_index_block(g, dir, logical, block))) return check_index_checksum(g, dir, logical, block);
  return check_leaf(dir, block);
}

/// Scans the directory's blocks from `logical` up to `end`; where the name is, `found_in` is its block.
Result<std::optional<Key>> scan(const Ext2Mount& mount, const Inode& dir, const NameMatcher& name,
                                u64 logical, u64 end, std::atomic<u64>& found_in) {
  while (logical < end) {
    const u64 into_window = logical % kReadAheadBlocks;
    const Run run =
        TRY(map_run(mount, dir, logical, std::min(end - logical, kReadAheadBlocks - into_window)));
    const u64 run_end = logical + run.blocks;
    // A scan that begins in the middle mostly ends in its first block.
    if (run.kind == Extent::Kind::data && run.blocks > 1 && into_window == 0)
      mount.cache().prefetch(run.physical, static_cast<u32>(run.blocks));
    for (; logical < run_end && run.kind == Extent::Kind::data; ++logical) {
      const auto block = TRY(read_dir_block(mount, dir, logical));
      if (!block) continue;
      if (const auto key = TRY(find_in_block(mount.geometry(), dir, block->bytes(), name))) {
        found_in.store(logical, std::memory_order_relaxed);
        return key;
      }
    }
    logical = run_end;
  }
  return std::nullopt;
}

/// Scans the whole directory, first from where the last name was: names are often asked for as they lie.
Result<Key> linear_lookup(const Ext2Mount& mount, const Inode& dir, const NameMatcher& name,
                          std::atomic<u64>& last_found_in) {
  const u64 blocks = dir_blocks(mount.geometry(), dir);
  const u64 start = std::min(blocks, last_found_in.load(std::memory_order_relaxed));
  if (const auto key = TRY(scan(mount, dir, name, start, blocks, last_found_in))) return *key;
  if (const auto key = TRY(scan(mount, dir, name, 0, start, last_found_in))) return *key;
  return fail(Errc::not_found, "no such file or directory");
}

/// The first block holds ".." whether it is a leaf or the root of an index.
Result<Key> parent_of(const Ext2Mount& mount, const Inode& dir) {
  const auto block = TRY(read_dir_block(mount, dir, 0));
  if (block)
    if (const auto key =
            TRY(find_in_block(mount.geometry(), dir, block->bytes(), {mount.geometry(), dir, ".."})))
      return *key;
  return fail(Errc::corrupt, "the directory has no parent entry");
}

/// The hash that Linux shows with the names of an encrypted directory: where it takes the directory for an
/// indexed one, be it of one block only, and understands the index.
std::optional<HashVersion> shown_hash(const Ext2Mount& mount, const Inode& dir) {
  const Geometry& g = mount.geometry();
  if (!dir.has(kInodeEncrypted) || !g.has(kCompatDirIndex)) return std::nullopt;
  if (dir.has(kInodeIndexed)) {
    const Result<u8> version = index_hash_version(mount, dir);
    return version ? hash_version(g, *version) : std::nullopt;
  }
  if (dir.is_inline(g) || dir_blocks(g, dir) == 1) return hash_version(g, g.default_hash);
  return std::nullopt;
}

/// Puts the entries of blocks into a sink.
class Lister {
 public:
  Lister(const Ext2Mount& mount, const Inode& dir, DirSink& sink)
      : g_(mount.geometry()), dir_(dir), names_(g_, dir, shown_hash(mount, dir)), sink_(sink) {}

  /// The block's entries from byte `from` on; false when the sink is full. `start` is where the block begins
  /// in the directory.
  Result<bool> list(std::span<const std::byte> block, u64 start, u32 from) {
    EntryCursor cursor(g_, dir_, block);
    Entry entry;
    std::array<char, kNameMax> room;
    while (TRY(cursor.next(entry))) {
      if (entry.offset < from || entry.name == "." || entry.name == "..") continue;
      const Name name = TRY(names_.show(entry.name, entry.hash, room));
      if (!sink_.add(name, entry.ino, entry.type, start + entry.end)) return false;
    }
    return true;
  }

 private:
  const Geometry& g_;
  const Inode& dir_;
  const NamePresenter names_;
  DirSink& sink_;
};

// ---- directories inside their inode ("Inline Directories"): the parent's number, then two runs of entries

/// The entries of an inline directory. A cookie is the byte position in the content.
class InlineDir {
 public:
  static Result<InlineDir> at(const Ext2Mount& mount, const Inode& dir) {
    return InlineDir(mount.geometry(), dir, TRY(inline_content(mount, dir)));
  }

  Result<Key> parent() const {
    const auto head = TRY((Record<InlineDirHead, LittleEndian>::at(content_.span(), 0)));
    return head.get(InlineDirHead::parent);
  }
  Result<Key> lookup(const NameMatcher& name) const {
    for (const u64 start : starts())
      if (const auto key = TRY(find_in_block(g_, dir_, run_at(start), name))) return *key;
    return fail(Errc::not_found, "no such file or directory");
  }
  Result<> list(u64 cookie, Lister lister) const {
    for (const u64 start : starts()) {
      const u32 from = static_cast<u32>(cookie > start ? std::min<u64>(cookie - start, content_.size()) : 0);
      if (!TRY(lister.list(run_at(start), start, from))) break;
    }
    return {};
  }

 private:
  InlineDir(const Geometry& geometry, const Inode& dir, Array<std::byte> content)
      : g_(geometry), dir_(dir), content_(std::move(content)), split_(dir.block.size()) {}
  std::array<u64, 2> starts() const { return {InlineDirHead::size, split_}; }
  std::span<const std::byte> run_at(u64 start) const {
    return content_.span().subspan(start, (start < split_ ? split_ : content_.size()) - start);
  }

  const Geometry& g_;
  const Inode& dir_;
  Array<std::byte> content_;
  u64 split_;  ///< where the second run starts
};

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
    // Ciphertext may hold any byte; it is never shown as it is.
    if (!dir_.has(kInodeEncrypted) && !legal_name(entry.name))
      return fail(Errc::corrupt, "a directory entry's name is not a name");
    if (ino > g_.inodes) return fail(Errc::corrupt, "a directory entry's inode number is out of range");
    entry.hash = TRY(kept_hash(entry.name, offset));
    entry.ino = ino;
    entry.type = has_type ? type_of(type) : FileType::unknown;
    entry.offset = offset;
    entry.end = at_;
    return true;
  }
  return false;
}

/// The hash behind the entry's name, where the directory keeps it there. The dots have none.
Result<DirHash> EntryCursor::kept_hash(Name name, u32 offset) const {
  if (!dir_.keeps_hashes(g_) || name == "." || name == "..") return DirHash{};
  const std::size_t behind = (DirEntryHead::size + name.size() + 3) / 4 * 4;
  const auto view =
      TRY((Record<DirEntryHash, LittleEndian>::at(block_.subspan(offset, at_ - offset), behind)));
  return DirHash{view.get(DirEntryHash::major), view.get(DirEntryHash::minor)};
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

Result<std::optional<Key>> find_in_block(const Geometry& g, const Inode& dir,
                                         std::span<const std::byte> block, const NameMatcher& name) {
  EntryCursor cursor(g, dir, block);
  Entry entry;
  while (TRY(cursor.next(entry)))
    if (name.matches(entry.name)) return std::optional<Key>(entry.ino);
  return std::nullopt;
}

Result<Key> dir_lookup(const Ext2Mount& mount, const Inode& dir, Name name, std::atomic<u64>& last_found_in) {
  const bool parent = name == "..";
  const NameMatcher wanted(mount.geometry(), dir, name);
  if (wanted.is_impossible()) return fail(Errc::not_found, "no such file or directory");
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
  return linear_lookup(mount, dir, wanted, last_found_in);
}

Result<> dir_read(const Ext2Mount& mount, const Inode& dir, u64 cookie, DirSink& sink) {
  const Geometry& g = mount.geometry();
  Lister lister(mount, dir, sink);
  if (dir.is_inline(g)) return TRY(InlineDir::at(mount, dir)).list(cookie, lister);
  const u64 blocks = dir_blocks(g, dir);
  u32 from = static_cast<u32>(cookie & (g.block_bytes - 1));
  for (u64 logical = cookie >> g.block_shift; logical < blocks;) {
    // To the end of a window: a listing comes back again and again, and finds the rest of one in the cache.
    const u64 window = kReadAheadBlocks - logical % kReadAheadBlocks;
    const Run run = TRY(map_run(mount, dir, logical, std::min(blocks - logical, window)));
    const u64 end = logical + run.blocks;
    if (run.kind == Extent::Kind::data && run.blocks > 1)
      mount.cache().prefetch(run.physical, static_cast<u32>(run.blocks));
    for (; logical < end && run.kind == Extent::Kind::data; ++logical, from = 0) {
      const auto block = TRY(read_dir_block(mount, dir, logical));
      if (block && !TRY(lister.list(block->bytes(), logical << g.block_shift, from))) return {};
    }
    logical = end;
    from = 0;
  }
  return {};
}

}  // namespace rump::ext2
