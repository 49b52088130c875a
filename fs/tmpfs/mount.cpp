// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mounting, statfs, renames, and the driver's export.
#include "fs/tmpfs/mount.hpp"

#include <algorithm>
#include <charconv>

#include "fs/tmpfs/tmpfs.hpp"
#include "fs/tmpfs/vnode.hpp"

namespace rump::tmpfs {
namespace {

/// The least number of inodes where the option does not say.
constexpr u64 kLeastInodes = 1024;

/// The driver's own mount options.
struct Options {
  u64 inodes = 0;  ///< inodes=N: at most so many; 0: as many as blocks
  u32 mode = 01777;
  u32 uid = 0, gid = 0;  ///< mode=OCTAL, uid=N, gid=N: of the root
};

/// The whole text as a number, at most `most`.
template <class T>
Result<> parse(std::string_view text, int base, T most, T& number) {
  const auto [stopped, error] = std::from_chars(text.begin(), text.end(), number, base);
  if (error != std::errc{} || stopped != text.end() || number > most)
    return fail(Errc::invalid, "a mount option is not a number, or out of range");
  return {};
}

Result<Options> parse_options(std::string_view text) {
  constexpr u32 kIdMax = ~u32{0} - 1;
  Options options;
  MountOption option;
  while (next_mount_option(text, option)) {
    if (option.name == "inodes")
      TRY(parse(option.value, 10, ~u64{0}, options.inodes));
    else if (option.name == "mode")
      TRY(parse(option.value, 8, u32{07777}, options.mode));
    else if (option.name == "uid")
      TRY(parse(option.value, 10, kIdMax, options.uid));
    else if (option.name == "gid")
      TRY(parse(option.value, 10, kIdMax, options.gid));
    else
      return fail(Errc::invalid, "unknown mount option; there are: inodes=N, mode=OCTAL, uid=N, gid=N");
  }
  return options;
}

/// Nothing on a device says that it is one.
Result<bool> probe(BlockDevice&) { return false; }

/// How the link counts of the two directories change; where they are one, both changes are its.
struct LinkChanges {
  i32 from, to;
};
LinkChanges link_changes(const Inode& moved, const Inode* victim, bool exchange) {
  const i32 in = moved.is_dir() ? 1 : 0;
  const i32 out = victim && victim->is_dir() ? 1 : 0;
  return {(exchange ? out : 0) - in, in - out};
}

}  // namespace

const FsType kFsType{.name = "tmpfs", .probe = probe, .mount = TmpfsMount::make, .scratch = true};

TmpfsMount::TmpfsMount(BlockDevice& device, const MountOptions& options, u64 inode_limit, u64 seed)
    : Mount(device, options), inodes_(inode_limit, seed) {
  epochs().discard_freed();
}

Result<std::unique_ptr<Mount>> TmpfsMount::make(BlockDevice& device, const MountOptions& options) {
  const Options own = TRY(parse_options(options.text));
  const u64 inodes = own.inodes > 0 ? own.inodes : std::max(device.size() / kBlockBytes, kLeastInodes);
  u64 seed = 0;
  host::random_bytes(&seed, sizeof seed);
  std::unique_ptr<TmpfsMount> mount(new TmpfsMount(device, options, inodes, seed));
  mount->allocator_ = TRY(Allocator::make(device.size(), mount->epochs()));
  NewNode root;
  root.type = FileType::dir;
  root.mode = own.mode;
  root.uid = own.uid;
  root.gid = own.gid;
  host::clock_realtime(&root.time.seconds, &root.time.nanoseconds);
  Inode* inode = TRY(mount->inodes_.make(0, root));
  inode->parent = inode->number;
  mount->root_ = inode->number;
  return mount;
}

Result<std::unique_ptr<Vnode>> TmpfsMount::load(Key key) {
  Inode* inode = inodes_.find(key);
  if (!inode) return fail(Errc::corrupt, "the inode is free");
  return std::make_unique<TmpfsVnode>(*this, *inode);
}

Result<FsStat> TmpfsMount::statfs() {
  FsStat stat;
  stat.block_bytes = kBlockBytes;
  stat.blocks = allocator_->blocks();
  stat.blocks_free = stat.blocks_available = allocator_->blocks_free();
  stat.files = inodes_.limit();
  stat.files_free = stat.files - std::min(stat.files, inodes_.used());
  return stat;
}

Result<Renamed> TmpfsMount::rename(const Rename& move, Txn&) {
  const Renamed keys{move.moved.key(), move.victim ? move.victim->key() : 0};
  if (move.victim == &move.moved) return keys;  // two names of one file: both stay
  Inode& from = inode_of(move.from_dir);
  Inode& to = inode_of(move.to_dir);
  Inode& moved = inode_of(move.moved);
  Inode* victim = move.victim ? &inode_of(*move.victim) : nullptr;

  Entry* source = from.entries.find(move.from);
  Entry* replaced = to.entries.find(move.to);
  if (!source || source->key != moved.number || (replaced ? replaced->key : 0) != keys.victim ||
      (move.exchange && !victim) || to.nlink == 0)
    return fail(Errc::not_found, "a name does not lead to the file that moves");
  if (victim && !move.exchange && victim->entries.size() > 0)
    return fail(Errc::not_empty, "the directory to replace is not empty");
  const LinkChanges change = link_changes(moved, victim, move.exchange);
  if (&from != &to && (from.nlink + change.from > kLinksMax || to.nlink + change.to > kLinksMax))
    return fail(Errc::too_many_links, "the directory has too many subdirectories");
  WithTail<Entry> added;
  if (!replaced) added = TRY(to.entries.prepare(move.to));

  // Nothing can fail from here on.
  from.nlink += change.from;
  to.nlink += change.to;
  moved.parent = to.number;
  if (replaced) {
    // The entry stays, so that who lists the directory meets the name exactly once.
    replaced->key = moved.number;
    replaced->type = moved.type;
  } else {
    to.entries.insert(std::move(added), moved.number, moved.type);
  }
  if (move.exchange) {
    source->key = victim->number;
    source->type = victim->type;
    victim->parent = from.number;
    return keys;
  }
  from.entries.remove(*source);
  if (victim) victim->nlink = victim->is_dir() ? 0 : victim->nlink - 1;
  return keys;
}

}  // namespace rump::tmpfs
