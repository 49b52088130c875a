// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The vnode: what a driver says of one live file, and what the VFS owns of it.
#pragma once

#include <array>
#include <atomic>
#include <span>
#include <string_view>

#include "vfs/block_device.hpp"
#include "vfs/sync.hpp"

namespace rump {

class Mount;

/// How the driver finds a file again. Unique in its mount; may change by rename where a file has no inode
/// (FAT).
using Key = u64;
/// One component of a path: never empty, never "." (".." only where said), no '/' and no NUL, at most
/// kNameMax bytes.
using Name = std::string_view;
inline constexpr std::size_t kNameMax = 255;
inline constexpr std::size_t kPathMax = 4096;

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
  DeviceNumber device{};
  u32 flags = 0;  ///< AttrFlag
  Time access{}, modify{}, change{};
  Time birth{};  ///< zero where the format does not keep it
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
  u64 device;  ///< byte offset on the device; data and unwritten only
};

/// One live file. The VFS owns identity, references, the lock, names, permissions and times; a driver derives
/// from it to say what the bytes on disk mean. The defaults answer not_supported (not_dir for directory
/// calls), so a driver overrides what its format has. The write half joins this class with the write side of
/// the VFS.
///
/// Held on entry: [S] this vnode's lock shared, [X] exclusive. A driver never takes a vnode lock and never
/// asks for another Vnode: it hands back keys and the VFS finds the vnodes.
class Vnode {
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
  /// [S] Entries from `cookie` on (0: the start) into the sink until it is full or the directory ends; never
  /// "." and
  /// "..", which the VFS adds. An entry present throughout comes exactly once.
  virtual Result<> readdir(u64 cookie, DirSink& sink);
  /// [S] The link's target into `room`; its length. range when it does not fit.
  virtual Result<std::size_t> readlink(std::span<char> room);
  /// [S] The extent at `offset`, cut to at most `length` bytes, never empty. Only called below the file's
  /// size, but the answer may reach past it.
  virtual Result<Extent> map(u64 offset, u64 length);
  /// [S] Decoded bytes of a Kind::encoded extent; fills `bytes` whole.
  virtual Result<> read_encoded(u64 offset, std::span<std::byte> bytes);
  /// [S] The value of an extended attribute into `room`; its length. no_data: none of that name; range:
  /// `room` is not empty and too small. With an empty `room` only the length is told.
  virtual Result<std::size_t> get_xattr(Name name, std::span<std::byte> room);
  /// [S] The names of all extended attributes.
  virtual Result<> list_xattr(NameSink& sink);

  Mount& mount() const { return mount_; }
  Key key() const { return key_; }
  FileType type() const { return type_; }
  /// The vnode's lock, for the VFS.
  RwLock& lock() { return lock_; }

 private:
  friend class VnodeTable;
  friend class VnodeRef;
  friend class Kernel;

  Mount& mount_;
  const Key key_;
  const FileType type_;
  RwLock lock_{Rank::vnode};
  std::atomic<u32> refs_{0};                   ///< raised from 0 only under the shard's lock; evictable at 0
  std::atomic<Mount*> mounted_here_{nullptr};  ///< changed under the kernel's mount lock
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
    // Nothing of the vnode may be touched after the decrement: the table may evict it at once.
    if (Vnode* vnode = std::exchange(vnode_, nullptr)) vnode->refs_.fetch_sub(1, std::memory_order_release);
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
  Vnode* vnode_ = nullptr;
};

}  // namespace rump
