// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls: a process-like context and the POSIX calls on it.
#pragma once

#include <vector>

#include "vfs/file_io.hpp"
#include "vfs/path.hpp"

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
};

enum class Whence : u8 { set, current, end, data, hole };

/// An entry of a DirBatch. `attr` is meaningful only where attributes were asked for; an error there belongs
/// to this entry alone.
struct DirEntry {
  Name name;
  u64 ino;
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

  /// Opens for reading. denied, not_found, not_dir, loop …
  Result<Fd> open(Fd at, std::string_view path, u32 flags);
  Result<> close(Fd fd);
  /// Reads at the descriptor's position and moves it. Fewer bytes than asked, or 0, at the end of the file.
  Result<std::size_t> read(Fd fd, std::span<std::byte> bytes);
  /// Reads at `offset`; the position stays.
  Result<std::size_t> pread(Fd fd, std::span<std::byte> bytes, u64 offset);
  /// Moves the position; returns it. Whence::data and hole as SEEK_DATA and SEEK_HOLE.
  Result<u64> seek(Fd fd, i64 offset, Whence whence);
  /// Fills the batch with the next entries of the directory, "." and ".." first; an empty batch is the end.
  /// Attributes need permission to search the directory: denied in each entry, not for the call.
  Result<> read_dir(Fd fd, DirBatch& batch);
  /// Continues read_dir at a cookie (0: the start).
  Result<> seek_dir(Fd fd, u64 cookie);

  Result<Attr> stat(Fd at, std::string_view path, Follow follow);
  Result<Attr> fstat(Fd fd);
  /// The link's target into `room`; its length.
  Result<std::size_t> readlink(Fd at, std::string_view path, std::span<char> room);
  /// Checks the access (Access bits; 0: existence) with this process's credentials. read_only: a file or
  /// directory is to be written on a mount that is not.
  Result<> access(Fd at, std::string_view path, u32 access);
  Result<FsStat> statfs(Fd at, std::string_view path);
  Result<> chdir(Fd at, std::string_view path);

  /// As Vnode::get_xattr and list_xattr. The name space "trusted." exists for user 0 alone.
  Result<std::size_t> get_xattr(Fd at, std::string_view path, Follow follow, Name name,
                                std::span<std::byte> room);
  Result<> list_xattr(Fd at, std::string_view path, Follow follow, NameSink& sink);

  /// As send_file and lend_range, on a descriptor.
  Result<u64> send(Fd fd, u64 offset, u64 length, host::Handle to, u64 to_offset, Holes holes);
  Result<RangeLease> lend(Fd fd, u64 offset, u64 length);

  Kernel& kernel() const { return kernel_; }
  const Cred& cred() const { return cred_; }

 private:
  struct OpenFile;
  class FileRef;

  Result<FileRef> file(Fd fd);
  Result<VnodeRef> start_of(Fd at, std::string_view path);
  Result<VnodeRef> find(Fd at, std::string_view path, Follow follow);
  Result<> list(OpenFile& file, DirBatch& batch);

  Kernel& kernel_;
  const Cred cred_;
  const VnodeRef root_;
  RwLock lock_{Rank::descriptors};  ///< guards cwd_ and files_
  VnodeRef cwd_;
  std::vector<OpenFile*> files_;  ///< one reference each; nullptr: free
};

}  // namespace rump
