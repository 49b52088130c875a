// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The vnode: what a driver says of one live file, and what the VFS owns of it.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <string_view>

#include "vfs/block_device.hpp"
#include "vfs/memory.hpp"
#include "vfs/sync.hpp"
#include "vfs/tid.hpp"

namespace rump {

class Mount;
class Txn;

/// How the driver finds a file again. Unique in its mount; may change by rename where a file has no inode
/// (FAT).
using Key = u64;
/// One component of a path: never empty, never "." (".." only where said), no '/' and no NUL, at most
/// kNameMax bytes.
using Name = std::string_view;
/// The longest name of any file system: 255 UTF-16 units, in UTF-8. A mount's own limit is Mount::name_max().
inline constexpr std::size_t kNameMax = std::size_t{3} * 255;
/// The limit of most file systems.
inline constexpr u32 kNameMaxUsual = 255;
/// The longest name of an extended attribute, with its prefix.
inline constexpr std::size_t kXattrNameMax = 255;
inline constexpr std::size_t kPathMax = 4096;
/// No file is larger, in bytes. A mount's own limit is Mount::file_bytes_max().
inline constexpr u64 kFileSizeMax = ~u64{0} >> 1;

enum class FileType : u8 { unknown, file, dir, symlink, block, chr, fifo, socket };

/// Seconds since 1970-01-01 UTC, and nanoseconds below 10⁹.
struct Time {
  i64 seconds;
  u32 nanoseconds;
  bool operator==(const Time&) const = default;
};

/// A device number.
struct DeviceNumber {
  u32 major, minor;
  bool operator==(const DeviceNumber&) const = default;
};

/// Attr::flags: what chattr(1) and chflags(1) show, in one vocabulary for all drivers.
enum AttrFlag : u32 {
  kFlagImmutable = 1 << 0,
  kFlagAppend = 1 << 1,
  kFlagNoDump = 1 << 2,
  kFlagEncrypted = 1 << 3,
  kFlagCompressed = 1 << 4,
  kFlagVerity = 1 << 5,
  kFlagCaseFold = 1 << 6,
};

/// A file as its users see it.
struct Attr {
  FileType type = FileType::unknown;
  u64 ino = 0;  ///< stays for the life of the vnode even where the key does not
  u64 generation = 0;
  u64 size = 0;       ///< bytes
  u64 allocated = 0;  ///< bytes on the device
  u32 mode = 0;       ///< permission bits, 07777
  u32 nlink = 0, uid = 0, gid = 0;
  u32 project = 0;  ///< for quotas of directory trees; 0 where the format has none
  DeviceNumber device{};
  u32 flags = 0;          ///< AttrFlag
  bool has_acl = false;   ///< an access ACL says more than `mode` does
  bool half_cut = false;  ///< a cut was given up half-way: shrink_step(size) ends it, before the file grows
  Time access{}, modify{}, change{};
  Time birth{};  ///< zero where the format does not keep it
};

/// Fields to set; applied in one Txn. The VFS has checked permissions and filled in the times.
struct AttrChange {
  std::optional<u64> size{};  ///< never smaller than now; the bytes that this adds read as zeroes
  std::optional<u32> mode{}, uid{}, gid{};
  std::optional<u32> flags{};  ///< AttrFlag
  std::optional<Time> access{}, modify{}, change{}, birth{};
};

/// A node to create: mode after umask or default ACL, group after setgid inheritance.
struct NewNode {
  FileType type = FileType::file;
  u32 mode = 0, uid = 0, gid = 0;
  DeviceNumber device{};    ///< of FileType::block and chr
  std::string_view target;  ///< of FileType::symlink; never empty, shorter than kPathMax
  Time time{};              ///< all times of the new node
  std::span<const std::byte> access_acl, default_acl;  ///< values of these attributes; empty: none
};

/// Takes directory entries of a driver; only copies them into a bounded buffer.
class DirSink {
 public:
  /// `next_cookie` resumes after this entry. False: full, and this entry was not taken.
  virtual bool add(Name name, Key key, FileType type, u64 next_cookie) = 0;

 protected:
  ~DirSink() = default;
};

/// Takes the names of extended attributes, with their prefix ("user.comment").
class NameSink {
 public:
  /// False: full, stop.
  virtual bool add(Name name) = 0;

 protected:
  ~NameSink() = default;
};

/// A run of file bytes [offset, offset + length) and where the device holds them. As long as it really is.
struct Extent {
  /// hole and unwritten read as zeroes; encoded goes through read_encoded.
  enum class Kind : u8 { data, hole, unwritten, encoded };
  Kind kind;
  u64 offset;
  u64 length;
  u64 device;          ///< byte offset on the device; data and unwritten only
  bool fresh = false;  ///< reserve(): the inode on the device does not reach it yet, its bytes are anything
};

/// One live file. The VFS owns identity, references, the lock, names, permissions and times; a driver derives
/// from it to say what the bytes on disk mean. The defaults answer not_supported (not_dir for directory
/// calls, read_only for changes), so a driver overrides what its format has.
///
/// Held on entry: [S] this vnode's lock shared, [X] exclusive. A driver never takes a vnode lock and never
/// asks for another Vnode: it hands back keys and the VFS finds the vnodes.
///
/// A call with a Txn first obtains all that can fail (space, pinned buffers) and then changes bytes. When it
/// returns an error, what it changed is a valid file system that shows the state from before; where that
/// cannot be had, it has called Txn::abort. On no_space nothing has changed, and the VFS may call again.
class alignas(kCacheLine) Vnode {
 public:
  Vnode(Mount& mount, Key key, FileType type) : mount_(mount), key_(key), type_(type) {}
  Vnode(const Vnode&) = delete;
  Vnode& operator=(const Vnode&) = delete;
  virtual ~Vnode() = default;

  /// [S] The file's attributes.
  virtual Result<Attr> getattr() = 0;
  /// [S] The key of the entry `name`; ".." too, but the VFS never asks the mount's root for it. not_found.
  virtual Result<Key> lookup(Name name);
  /// The name as the name cache keys it (a case-insensitive directory folds it); default: the bytes as they
  /// are. Returns the folded name, in `room` (kNameMax bytes or more) or in `name` itself. Needs no lock.
  virtual Result<Name> fold(Name name, std::span<char> room) const;
  /// [S] Whether the name cache may keep what lookup() said of the name; asked after it. Not so where a file
  /// is also found by a name that it gains and loses without that being said (FAT: short names); taking such
  /// a name away makes the cache forget the directory's names.
  virtual bool caches_name(Name name);
  /// [S] Entries from `cookie` on (0: the start) into the sink until it is full or the directory ends; never
  /// "." and "..", which the VFS adds. An entry present throughout comes exactly once, whatever else changes
  /// between the calls.
  virtual Result<> readdir(u64 cookie, DirSink& sink);
  /// [S] The link's target into `room`; its length. range when it does not fit.
  virtual Result<std::size_t> readlink(std::span<char> room);
  /// [S] The extent at `offset`, cut to at most `length` bytes, never empty. Only called below the file's
  /// size, but the answer may reach past it: space beyond the end that is not part of the last extent below
  /// it is unwritten or not the file's.
  virtual Result<Extent> map(u64 offset, u64 length);
  /// [S] Decoded bytes of a Kind::encoded extent; fills `bytes` whole.
  virtual Result<> read_encoded(u64 offset, std::span<std::byte> bytes);
  /// [S] The value of an extended attribute into `room`; its length. no_data: none of that name; range:
  /// `room` is not empty and too small. With an empty `room` only the length is told.
  virtual Result<std::size_t> get_xattr(Name name, std::span<std::byte> room);
  /// [S] The names of all extended attributes.
  virtual Result<> list_xattr(NameSink& sink);

  /// [X] Sets the fields. Never shrinks a file.
  virtual Result<> setattr(const AttrChange& change, Txn& txn);
  /// [X] A new node in this directory, linked under `name`, which is free; its key. The driver keeps link
  /// counts and ".." right; the times of this directory are the VFS's to set, as in link and unlink.
  virtual Result<Key> create(Name name, const NewNode& node, Txn& txn);
  /// [X], target [X]. Another name, which is free, for a file of this mount; its link count goes up.
  virtual Result<> link(Name name, Vnode& target, Txn& txn);
  /// [X], victim [X]. Takes the name of the victim away; its link count goes down, for a directory to 0.
  /// not_empty. A victim without links is recorded as an orphan in the same Txn, and released() frees it
  /// later.
  virtual Result<> unlink(Name name, Vnode& victim, Txn& txn);
  /// [X] Space for [offset, offset + length): the extent there, whole allocation units that begin at or
  /// before `offset` and reach at least one byte past it, perhaps fewer than asked. Where the range has space
  /// that it reads from already (Kind::data, not fresh), that extent. encoded data is converted first. What
  /// is fresh is known to this vnode alone until written(), one extent at a time.
  virtual Result<Extent> reserve(u64 offset, u64 length, Txn& txn);
  /// [X] The first `done` bytes of the extent from reserve() are on the device, its end maybe zeroes: links
  /// or converts whole units that far, the one in which they end included, and gives the rest back. Then the
  /// size is `new_size`, which is never smaller than now. done = 0 gives everything back and cannot fail; the
  /// VFS calls it so after an error of the first call, which leaves the extent reserved. Should not even a
  /// Txn be had for that, the next reserve() of this vnode gives back what is left over.
  virtual Result<> written(const Extent& extent, u64 done, u64 new_size, Txn& txn);
  /// [X] One bounded step towards the smaller `size`, leaving a valid file; true when it is reached. The
  /// first step records the orphan (and then sets the size, which is what the next mount goes by), the last
  /// one takes it back unless the file has no links. Also called, with size 0, for files of any type without
  /// links before released().
  virtual Result<bool> shrink_step(u64 size, Txn& txn);
  /// [X] Sets an extended attribute, new or not. no_space, too_big, not_supported (the name space).
  virtual Result<> set_xattr(Name name, std::span<const std::byte> value, Txn& txn);
  /// [X] no_data.
  virtual Result<> remove_xattr(Name name, Txn& txn);
  /// [X] The last reference to a file without links has gone and its size is 0: frees the inode and the
  /// orphan's record.
  virtual Result<> released(Txn& txn);

  Mount& mount() const { return mount_; }
  Key key() const { return key_; }
  FileType type() const { return type_; }
  /// The vnode's lock, for the VFS.
  RwLock& lock() { return lock_; }
  /// Whether the last name is gone; never taken back. Its lock is held.
  bool unlinked() const { return refs_.load(std::memory_order_relaxed) & kUnlinked; }
  /// Whether another file system is attached here.
  bool covered() const { return mounted_here_.load(std::memory_order_acquire) != nullptr; }

  /// The last transaction that changed this file, for fsync; 0: none. Raised by the VFS.
  Tid last_tid() const { return last_tid_.load(std::memory_order_acquire); }
  void note_tid(Tid tid);

 private:
  friend class VnodeTable;
  friend class VnodeRef;
  friend class Kernel;
  friend class Reaper;
  static constexpr u32 kUnlinked = u32{1} << 31;
  static constexpr u32 kDoomed = u32{1} << 30;  ///< some thread has it in hand to free it

  Mount& mount_;
  Key key_;  ///< changed by the table, under this vnode's lock exclusive
  const FileType type_;
  RwLock lock_{Rank::vnode};
  /// References, kUnlinked and kDoomed. Raised from 0 only under the shard's lock; evictable at 0 without
  /// kUnlinked.
  std::atomic<u32> refs_{0};
  std::atomic<Mount*> mounted_here_{nullptr};  ///< changed under the kernel's mount lock
  std::atomic<Tid> last_tid_{0};
  Vnode* next_unlinked_ = nullptr;  ///< in the list of a Reaper's thread
};

/// A counted reference to a vnode: while one exists, the vnode stays. Copying is one atomic increment. Never
/// dropped while a vnode lock of the same vnode is held by this thread through a guard that outlives it.
class VnodeRef {
 public:
  VnodeRef() = default;
  VnodeRef(const VnodeRef& other) : vnode_(other.vnode_) {
    if (vnode_) vnode_->refs_.fetch_add(1, std::memory_order_relaxed);
  }
  VnodeRef(VnodeRef&& other) noexcept : vnode_(std::exchange(other.vnode_, nullptr)) {}
  VnodeRef& operator=(VnodeRef other) noexcept {
    std::swap(vnode_, other.vnode_);
    return *this;
  }
  ~VnodeRef() { reset(); }

  void reset() {
    Vnode* vnode = std::exchange(vnode_, nullptr);
    if (!vnode) return;
    // Nothing of a vnode with links may be touched after the decrement: the table may evict it at once. One
    // without links is doomed in the same step, and stays until this thread frees it.
    u32 before = vnode->refs_.load(std::memory_order_relaxed), after = 0;
    bool last = false;
    do {
      last = before == (Vnode::kUnlinked | 1);
      after = last ? Vnode::kUnlinked | Vnode::kDoomed : before - 1;
    } while (!vnode->refs_.compare_exchange_weak(before, after, std::memory_order_acq_rel,
                                                 std::memory_order_relaxed));
    if (last) reap(*vnode);
  }
  Vnode* get() const { return vnode_; }
  Vnode* operator->() const { return vnode_; }
  Vnode& operator*() const { return *vnode_; }
  explicit operator bool() const { return vnode_ != nullptr; }
  bool operator==(const VnodeRef&) const = default;

 private:
  friend class VnodeTable;
  /// Takes over a reference already counted.
  explicit VnodeRef(Vnode* vnode) : vnode_(vnode) {}
  /// Frees the file now, or when this thread's Reaper ends.
  static void reap(Vnode& vnode);
  Vnode* vnode_ = nullptr;
};

}  // namespace rump
