// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A mounted file system, and the one export of a driver.
#pragma once

#include <memory>
#include <string_view>

#include "vfs/detail.hpp"
#include "vfs/epochs.hpp"
#include "vfs/vnode.hpp"

namespace rump {

class Kernel;

/// How to mount. `text` holds the driver's own options, comma-separated ("verify=off,journal=skip").
struct MountOptions {
  bool read_only = true;
  bool access_times = false;       ///< reading sets the access time
  bool discard = false;            ///< freed space is given back to the host
  bool strict_barriers = false;    ///< a device flush at each barrier
  u64 cache_bytes = u64{4} << 20;  ///< limit of the mount's buffer cache
  std::string_view text{};
};

/// One option of MountOptions::text. `value` is empty without '='.
struct MountOption {
  std::string_view name, value;
};
/// Cuts the next option off the front of `text`; false at the end. Empty options are skipped.
bool next_mount_option(std::string_view& text, MountOption& option);

/// Space and names of a file system, in units of `block_bytes` as statvfs(3) shows them.
struct FsStat {
  u32 block_bytes = 0;
  u64 blocks = 0, blocks_free = 0, blocks_available = 0;
  u64 files = 0, files_free = 0;
  u32 name_max = kNameMaxUsual;  ///< Mount::name_max()
  std::array<u8, 16> uuid{};
  std::array<char, 64> label{};  ///< zero-padded
};

/// Takes keys of a driver.
class KeySink {
 public:
  virtual void add(Key key) = 0;

 protected:
  ~KeySink() = default;
};

/// A move that the VFS has found legal. All vnodes are held exclusively.
struct Rename {
  Vnode& from_dir;
  Name from;
  Vnode& moved;  ///< what `from` names
  Vnode& to_dir;
  Name to;
  /// What `to` names now, or nullptr. &moved where only the spelling of one entry changes.
  Vnode* victim;
  bool exchange;  ///< victim goes to where moved was
};
/// The keys after a rename; the same as before where the format has inodes. A victim that was replaced has
/// Mount::unlinked_key().
struct Renamed {
  Key moved, victim;  ///< after an exchange: the same, or each other's
};

/// One mounted file system; a driver derives from it. Methods are safe from any thread.
class Mount {
 public:
  Mount(BlockDevice& device, const MountOptions& options);
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  virtual ~Mount() = default;

  /// The root directory's key.
  virtual Key root() const = 0;
  /// Reads the file behind the key. One at a time a key; takes no vnode lock. A free inode is corrupt.
  virtual Result<std::unique_ptr<Vnode>> load(Key key) = 0;
  /// The attributes of a file that has no vnode, for listings, which look once at many files and then never
  /// again. Only asked of mounts that are read only; several threads may ask for one key at once. Errors as
  /// load(). Default: by a vnode after all.
  virtual Result<Attr> peek(Key key);
  virtual Result<FsStat> statfs() = 0;
  /// The key of the file that Attr::ino calls `ino`, for people who look at files without their names.
  /// Default: not_supported.
  virtual Result<Key> key_of(u64 ino) const;

  /// Moves, replaces or exchanges. The driver keeps link counts, ".." and the orphan's record of a victim
  /// without links right (see Vnode::unlink); not_empty where the victim is a directory with entries.
  virtual Result<Renamed> rename(const Rename& move, Txn& txn);
  /// The key that a file has from now on which has just lost its last name: its own, unless another file may
  /// be given that. Both vnodes' locks are held exclusively.
  virtual Key unlinked_key(const Vnode& file) const { return file.key(); }
  /// What Attr::ino of the file is; for listings.
  virtual u64 number_of(Key key) const { return key; }
  /// The files that an earlier mount has left half removed or half shortened; called once, at a writable
  /// mount.
  virtual Result<> orphans(KeySink& sink);
  /// Puts what the driver holds in memory (counts, a clean mark when `last`) into blocks. Called before a
  /// write_back that must be complete; no Txn of this thread is open. With `last` no vnode is left, and
  /// everything else is in its place on stable storage; should the mount live on all the same (its last
  /// write failed), the driver takes a clean mark back with its next change.
  virtual Result<> sync(bool last);
  /// The most blocks that one call with a Txn changes.
  virtual u32 txn_blocks() const { return 64; }
  /// The most bytes of a name. The VFS looks up no longer ones: name_too_long.
  virtual u32 name_max() const { return kNameMaxUsual; }
  /// Whether files can have ACLs. If not, asking for one is not_supported.
  virtual bool keeps_acls() const { return false; }
  /// Whether files can have holes. If not, the VFS writes zeroes where a file grows beyond its end.
  virtual bool sparse() const { return true; }

  /// The largest size of a file.
  virtual u64 file_bytes_max() const { return kFileSizeMax; }

  BlockDevice& device() const { return device_; }
  bool read_only() const { return read_only_ || failed_.load(std::memory_order_acquire); }
  bool updates_access_times() const { return access_times_ && !read_only(); }
  /// The kernel this is mounted in; set by it before the first load().
  Kernel& kernel() const { return *kernel_; }
  Epochs& epochs() { return epochs_; }
  /// Held, outside of all vnode locks, by whoever locks a directory below another one: renames between two
  /// directories or of directories, exchanges, and rmdir. Under it ancestry cannot change. For the VFS.
  Mutex& rename_lock() { return rename_lock_; }

  /// The file system is damaged, or the device lost writes: read-only from now on. The only way there; the
  /// first error is kept. Changes committed before are still written.
  void fail_with(const Error& error);
  /// The error given to fail_with(), if any: what every later sync answers.
  Result<> health() const;
  /// Returns once the transaction is durable. After a failed device flush, or in a journal any failure, the
  /// mount has failed; a failed write is tried again next time.
  Result<> wait(Tid tid);
  /// Everything that was changed is on stable storage.
  Result<> sync_all();

 private:
  friend class Kernel;
  friend class VnodeTable;
  BlockDevice& device_;
  const bool read_only_, access_times_;
  std::atomic<bool> failing_{false}, failed_{false};
  Error failure_{Errc::io, ""};  ///< written once, before failed_
  Kernel* kernel_ = nullptr;
  std::atomic<Tid> forgotten_tid_{0};  ///< the latest transaction of a vnode that was evicted
  VnodeRef covered_;  ///< the directory this is attached to, if any; changed under the kernel's mount lock
  Mutex rename_lock_{Rank::rename};
  Epochs epochs_;
};

/// A driver's one export, listed in fs/registry.cpp.
struct FsType {
  std::string_view name;
  /// Whether the device holds this file system: a strong signature, nothing more. Errors: the device's.
  Result<bool> (*probe)(BlockDevice& device);
  /// Checks the superblock and all fixed metadata; corrupt, not_supported (the feature named), unclean.
  Result<std::unique_ptr<Mount>> (*mount)(BlockDevice& device, const MountOptions& options);
  /// Tells what the superblock says, also of a volume that cannot be mounted: damaged, in need of recovery,
  /// or with features that are not known. Where probe() is false: corrupt. nullptr: there is nothing to tell.
  Result<> (*describe)(BlockDevice& device, DetailSink& sink) = nullptr;
  /// For devices in memory: what was on the device counts for nothing and is written over.
  bool scratch = false;
  /// It leaves its first sectors to others: a partition table there is part of such a volume and does not
  /// speak against it.
  bool hosts_table = false;
};

}  // namespace rump
