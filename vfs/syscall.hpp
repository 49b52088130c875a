// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls: a process-like context and the POSIX calls on it.
#pragma once

#include <vector>

#include "vfs/attributes.hpp"
#include "vfs/file_io.hpp"
#include "vfs/file_write.hpp"
#include "vfs/names.hpp"

namespace rump {

/// A descriptor of a Process.
using Fd = i32;
/// In place of a directory descriptor: the current directory.
inline constexpr Fd kCwd = -100;

/// How to open; combined by |.
enum OpenFlag : u32 {
  kOpenRead = 1 << 0,
  kOpenDirectory = 1 << 1,  ///< not_dir for anything else
  kOpenNoFollow = 1 << 2,   ///< loop when the last component is a symlink
  kOpenWrite = 1 << 3,
  kOpenAppend = 1 << 4,     ///< every write goes to the end of the file, whatever else writes to it
  kOpenCreate = 1 << 5,     ///< a regular file, where there is nothing
  kOpenExclusive = 1 << 6,  ///< with kOpenCreate: exists where there is something, even a dangling symlink
  kOpenTruncate = 1 << 7,   ///< with kOpenWrite: the file is emptied
};

enum class Whence : u8 { set, current, end, data, hole };

/// An entry of a DirBatch. `attr` is meaningful only where attributes were asked for; an error there belongs
/// to this entry alone.
struct DirEntry {
  Name name;
  u64 ino;
  Key key;        ///< by which stat_entries() finds it; the same as `ino` where files do not change keys
  FileType type;  ///< unknown where the format keeps none in the directory
  u64 next_cookie;
  Result<Attr> attr;
};

/// A bounded batch of directory entries, reused from call to call. Names stay valid until the next call.
class DirBatch {
 public:
  /// Whether each entry comes with its attributes (readdirplus) or not.
  enum class Attrs : u8 { no, yes };
  explicit DirBatch(Attrs attrs);
  DirBatch(const DirBatch&) = delete;
  DirBatch& operator=(const DirBatch&) = delete;
  std::span<const DirEntry> entries() const { return entries_; }

 private:
  friend class Process;
  class Collector;
  static constexpr std::size_t kEntries = 256;
  static constexpr std::size_t kNameBytes = 16384;
  Attrs attrs_;
  std::vector<DirEntry> entries_;
  std::vector<char> names_;
};

/// Credentials, root, current directory and descriptors: what a POSIX process is to its kernel. Safe from any
/// thread. Paths resolve inside the rump kernel, from this process's root; the host's name space is never
/// looked at. Calls with an `at` start a relative path there (kCwd or an open directory).
class Process {
 public:
  /// `root` is "/" and the current directory of the new process.
  Process(Kernel& kernel, VnodeRef root, const Cred& cred = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// From now on a path from kCwd that begins with '#' finds a file by its inode number: "#12", "#12/name";
  /// in calls that look for what is there, not in those that make or remove a name. Not so by default, for a
  /// file may be called like that. Only for user 0: no directory's permissions are asked.
  void name_inodes() { names_inodes_ = true; }

  /// Opens a file or, for reading, a directory; `mode` is for a file that kOpenCreate makes. denied,
  /// not_found, not_dir, is_dir, loop, read_only …
  Result<Fd> open(Fd at, std::string_view path, u32 flags, u32 mode = 0);
  Result<> close(Fd fd);
  /// Reads at the descriptor's position and moves it. Fewer bytes than asked, or 0, at the end of the file.
  Result<std::size_t> read(Fd fd, std::span<std::byte> bytes);
  /// Reads at `offset`; the position stays.
  Result<std::size_t> pread(Fd fd, std::span<std::byte> bytes, u64 offset);
  /// Writes at the descriptor's position (its file's end with kOpenAppend) and moves it. All bytes, or fewer
  /// and then an error at the next call, or an error and nothing.
  Result<std::size_t> write(Fd fd, std::span<const std::byte> bytes);
  /// Writes at `offset` (kOpenAppend: at the end all the same, as Linux does); the position stays.
  Result<std::size_t> pwrite(Fd fd, std::span<const std::byte> bytes, u64 offset);
  /// Moves the position; returns it. Whence::data and hole as SEEK_DATA and SEEK_HOLE.
  Result<u64> seek(Fd fd, i64 offset, Whence whence);
  /// Fills the batch with the next entries of the directory, "." and ".." first; an empty batch is the end.
  /// Attributes need permission to search the directory: denied in each entry, not for the call.
  Result<> read_dir(Fd fd, DirBatch& batch);
  /// The attributes of entries that read_dir gave without them, found by their `key`; those of "." and ".."
  /// are not asked here. Cheapest in ascending order, which is that of the device where a directory is long
  /// and its order another one. Needs permission to search the directory: denied.
  Result<> stat_entries(Fd fd, std::span<DirEntry> entries);
  /// Continues read_dir at a cookie (0: the start).
  Result<> seek_dir(Fd fd, u64 cookie);

  Result<Attr> stat(Fd at, std::string_view path, Follow follow);
  Result<Attr> fstat(Fd fd);
  /// The link's target into `room`, cut to it without notice as POSIX has it; how long that is.
  Result<std::size_t> readlink(Fd at, std::string_view path, std::span<char> room);
  /// Checks the access (Access bits; 0: existence) with this process's credentials. read_only: a file or
  /// directory is to be written on a mount that is not.
  Result<> access(Fd at, std::string_view path, u32 access);
  Result<FsStat> statfs(Fd at, std::string_view path);
  Result<> chdir(Fd at, std::string_view path);

  Result<> fchdir(Fd fd);

  /// Cuts the file, or lets it grow with zeroes.
  Result<> truncate(Fd at, std::string_view path, u64 size);
  Result<> ftruncate(Fd fd, u64 size);
  /// The file's data and attributes are on stable storage; also a directory's names.
  Result<> fsync(Fd fd);
  /// Everything of the file system that the descriptor is on.
  Result<> syncfs(Fd fd);
  /// Everything of every file system; the first error, after all have been tried.
  Result<> sync();

  Result<> mkdir(Fd at, std::string_view path, u32 mode);
  /// A file, fifo, socket or (privileged) device.
  Result<> mknod(Fd at, std::string_view path, FileType type, u32 mode, DeviceNumber device);
  Result<> symlink(std::string_view target, Fd at, std::string_view path);
  /// Another name for the file at `from`; a symlink there is followed only on demand.
  Result<> link(Fd from_at, std::string_view from, Fd to_at, std::string_view to, Follow follow);
  Result<> unlink(Fd at, std::string_view path);
  Result<> rmdir(Fd at, std::string_view path);
  /// `flags` are RenameFlags.
  Result<> rename(Fd from_at, std::string_view from, Fd to_at, std::string_view to, u32 flags);

  Result<> chmod(Fd at, std::string_view path, Follow follow, u32 mode);
  Result<> fchmod(Fd fd, u32 mode);
  /// nullopt: stays.
  Result<> chown(Fd at, std::string_view path, Follow follow, std::optional<u32> uid, std::optional<u32> gid);
  Result<> fchown(Fd fd, std::optional<u32> uid, std::optional<u32> gid);
  Result<> utimens(Fd at, std::string_view path, Follow follow, TimeChange access, TimeChange modify);
  Result<> futimens(Fd fd, TimeChange access, TimeChange modify);
  /// Sets the AttrFlags that a user may set (chattr, chflags); the others stay.
  Result<> chflags(Fd at, std::string_view path, Follow follow, u32 flags);
  /// Sets the file creation mask; returns the old one.
  u32 umask(u32 mask);
  /// Another descriptor for the same open file.
  Result<Fd> dup(Fd fd);

  /// As Vnode::get_xattr and list_xattr. The name space "trusted." exists for user 0 alone.
  Result<std::size_t> get_xattr(Fd at, std::string_view path, Follow follow, Name name,
                                std::span<std::byte> room);
  Result<> list_xattr(Fd at, std::string_view path, Follow follow, NameSink& sink);
  Result<> set_xattr(Fd at, std::string_view path, Follow follow, Name name, std::span<const std::byte> value,
                     XattrMode mode);
  Result<> remove_xattr(Fd at, std::string_view path, Follow follow, Name name);
  /// The same on a descriptor.
  Result<std::size_t> fget_xattr(Fd fd, Name name, std::span<std::byte> room);
  Result<> flist_xattr(Fd fd, NameSink& sink);
  Result<> fset_xattr(Fd fd, Name name, std::span<const std::byte> value, XattrMode mode);
  Result<> fremove_xattr(Fd fd, Name name);

  /// As send_file and lend_range, on a descriptor.
  Result<u64> send(Fd fd, u64 offset, u64 length, host::Handle to, u64 to_offset, Holes holes);
  Result<RangeLease> lend(Fd fd, u64 offset, u64 length);
  /// As receive_file and copy_range, on a descriptor open for writing; kOpenAppend is of no effect. `from`
  /// may be another process's file, of the same kernel.
  Result<> receive(Fd fd, const Incoming& incoming, host::Handle from, Side& side);
  Result<> copy(Fd fd, const Incoming& incoming, const VnodeRef& from, Side& side);

  /// The file behind a descriptor; kCwd: the current directory. For host sides that look at the file itself.
  Result<VnodeRef> vnode_of(Fd fd) { return start_of(fd, {}); }
  Kernel& kernel() const { return kernel_; }
  const Cred& cred() const { return cred_; }

 private:
  struct OpenFile;
  class FileRef;

  Result<FileRef> file(Fd fd);
  Result<FileRef> readable_file(Fd fd);
  Result<FileRef> writable_file(Fd fd);
  Result<VnodeRef> start_of(Fd at, std::string_view path);
  Result<VnodeRef> find(Fd at, std::string_view path, Follow follow);
  Result<VnodeRef> find_by_number(std::string_view path, Follow follow);
  Result<LastComponent> find_last(Fd at, std::string_view path);
  Caller caller() const { return {cred_, kernel_.now()}; }
  Result<VnodeRef> find_or_create(Fd at, std::string_view path, u32 flags, u32 mode, bool& created);
  Result<> check_open(Vnode& vnode, u32 flags) const;
  Result<Fd> add_file(FileRef file);
  Result<> create(Fd at, std::string_view path, const NodeRequest& request);
  Result<> check_search(Vnode& directory) const;
  Result<> list(OpenFile& file, DirBatch& batch);
  void look_behind(DirEntry& entry, Mount& mount);
  Result<std::size_t> write_at(const OpenFile& file, std::span<const std::byte> bytes, u64& offset);
  Result<> change_directory(VnodeRef directory);
  Result<> change_mode(Vnode& vnode, u32 mode);
  Result<> change_owner(Vnode& vnode, std::optional<u32> uid, std::optional<u32> gid);
  Result<> change_times(Vnode& vnode, TimeChange access, TimeChange modify);
  Result<std::size_t> get_xattr_of(Vnode& vnode, Name name, std::span<std::byte> room);
  Result<> list_xattr_of(Vnode& vnode, NameSink& sink);
  Result<> set_xattr_of(Vnode& vnode, Name name, std::span<const std::byte> value, XattrMode mode);
  Result<> remove_xattr_of(Vnode& vnode, Name name);

  Kernel& kernel_;
  const Cred cred_;
  const VnodeRef root_;
  bool names_inodes_ = false;
  std::atomic<u32> umask_{022};
  alignas(kCacheLine) RwLock lock_{
      Rank::descriptors};  ///< guards cwd_ and files_; away from what all calls read
  VnodeRef cwd_;
  std::vector<OpenFile*> files_;  ///< one reference each; nullptr: free
};

}  // namespace rump
