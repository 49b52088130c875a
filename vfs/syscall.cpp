// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The system calls of a Process.
#include "vfs/syscall.hpp"

#include <algorithm>

namespace rump {
namespace {

constexpr std::size_t kFilesMax = 1024;
constexpr u64 kOffsetMax = ~u64{0} >> 1;

/// "." and ".." have the first two cookies of a directory; the driver's follow.
constexpr u64 kCookieParent = 1;
constexpr u64 kCookieDriver = 2;

Result<Attr> attr_of(Vnode& vnode) {
  SharedLock lock(vnode.lock());
  return vnode.getattr();
}

/// Who may see an extended attribute, by its name space. The system name spaces are open to all.
Result<> check_xattr(Vnode& vnode, Name name, const Cred& cred) {
  if (cred.privileged()) return {};
  if (name.starts_with("trusted.")) return fail(Errc::no_data, "no such attribute");
  if (name.starts_with("user.")) return check_access(TRY(vnode.getattr()), cred, kMayRead);
  return {};
}

/// Passes on the names of extended attributes that the caller may know of.
class VisibleNames final : public NameSink {
 public:
  VisibleNames(const Cred& cred, NameSink& sink) : cred_(cred), sink_(sink) {}
  bool add(Name name) override {
    return (!cred_.privileged() && name.starts_with("trusted.")) || sink_.add(name);
  }

 private:
  const Cred& cred_;
  NameSink& sink_;
};

}  // namespace

/// An open file. Descriptors and running calls share it.
struct Process::OpenFile {
  OpenFile(VnodeRef file, u32 open_flags) : vnode(std::move(file)), flags(open_flags) {}

  std::atomic<u32> refs{1};
  const VnodeRef vnode;
  const u32 flags;
  Mutex lock{Rank::file_offset};  ///< guards position
  u64 position = 0;               ///< bytes; a cookie for a directory
};

/// A counted reference to an open file.
class Process::FileRef {
 public:
  /// Counts one more.
  explicit FileRef(OpenFile& file) : file_(&file) { file.refs.fetch_add(1, std::memory_order_relaxed); }
  FileRef(FileRef&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  FileRef& operator=(FileRef&&) = delete;
  ~FileRef() {
    if (file_) drop(*file_);
  }
  /// Gives one reference back; the last one closes the file.
  static void drop(OpenFile& file) {
    if (file.refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete &file;
  }
  OpenFile* operator->() const { return file_; }
  OpenFile& operator*() const { return *file_; }

 private:
  OpenFile* file_;
};

/// Copies a driver's entries into a batch.
class DirBatch::Collector : public DirSink {
 public:
  explicit Collector(DirBatch& batch) : batch_(batch) {
    batch_.entries_.clear();
    batch_.names_.clear();
  }

  bool add(Name name, Key key, FileType type, u64 next_cookie) override {
    return add_entry(name, key, type, next_cookie + kCookieDriver);
  }
  bool add_entry(Name name, u64 ino, FileType type, u64 next_cookie) {
    std::vector<char>& names = batch_.names_;
    if (batch_.entries_.size() == kEntries || names.size() + name.size() > kNameBytes) return false;
    const std::size_t start = names.size();
    names.insert(names.end(), name.begin(), name.end());
    batch_.entries_.push_back(
        {{names.data() + start, name.size()}, ino, type, next_cookie, fail(Errc::no_data, "not asked for")});
    return true;
  }

 private:
  DirBatch& batch_;
};

DirBatch::DirBatch(Attrs attrs) : attrs_(attrs) {
  // Names are viewed in place, so the storage must never move.
  entries_.reserve(kEntries);
  names_.reserve(kNameBytes);
}

Process::Process(Kernel& kernel, VnodeRef root, const Cred& cred)
    : kernel_(kernel), cred_(cred), root_(std::move(root)), cwd_(root_) {}

Process::~Process() {
  for (OpenFile* file : files_)
    if (file) FileRef::drop(*file);
}

Result<Process::FileRef> Process::file(Fd fd) {
  SharedLock lock(lock_);
  if (fd < 0 || static_cast<std::size_t>(fd) >= files_.size() || !files_[static_cast<std::size_t>(fd)])
    return fail(Errc::bad_descriptor, "bad file descriptor");
  return FileRef(*files_[static_cast<std::size_t>(fd)]);
}

Result<VnodeRef> Process::start_of(Fd at, std::string_view path) {
  if (path.starts_with('/')) return root_;
  if (at != kCwd) return TRY(file(at))->vnode;
  SharedLock lock(lock_);
  return cwd_;
}

Result<VnodeRef> Process::find(Fd at, std::string_view path, Follow follow) {
  const VnodeRef start = TRY(start_of(at, path));
  return resolve({kernel_, cred_, root_, start}, path, follow);
}

Result<Fd> Process::open(Fd at, std::string_view path, u32 flags) {
  VnodeRef vnode = TRY(find(at, path, flags & kOpenNoFollow ? Follow::no : Follow::yes));
  const bool is_dir = vnode->type() == FileType::dir;
  if (vnode->type() == FileType::symlink) return fail(Errc::loop, "is a symbolic link");
  if ((flags & kOpenDirectory) && !is_dir) return fail(Errc::not_dir, "not a directory");
  if (!is_dir && vnode->type() != FileType::file)
    return fail(Errc::not_supported, "special files cannot be opened");
  if (!(flags & kOpenRead)) return fail(Errc::invalid, "opened for nothing");
  TRY(check_access(TRY(attr_of(*vnode)), cred_, kMayRead));
  auto* file = new OpenFile(std::move(vnode), flags);
  ExclusiveLock lock(lock_);
  auto slot = std::ranges::find(files_, nullptr);
  if (slot == files_.end() && files_.size() == kFilesMax) {
    FileRef::drop(*file);
    return fail(Errc::exhausted, "too many open files");
  }
  if (slot == files_.end()) slot = files_.insert(slot, nullptr);
  *slot = file;
  return static_cast<Fd>(slot - files_.begin());
}

Result<> Process::close(Fd fd) {
  OpenFile* closing = nullptr;
  {
    ExclusiveLock lock(lock_);
    if (fd >= 0 && static_cast<std::size_t>(fd) < files_.size())
      closing = std::exchange(files_[static_cast<std::size_t>(fd)], nullptr);
  }
  if (!closing) return fail(Errc::bad_descriptor, "bad file descriptor");
  FileRef::drop(*closing);
  return {};
}

Result<std::size_t> Process::read(Fd fd, std::span<std::byte> bytes) {
  const FileRef open_file = TRY(file(fd));
  MutexLock hold(open_file->lock);
  const std::size_t done = TRY(read_file(*open_file->vnode, open_file->position, bytes));
  open_file->position += done;
  return done;
}

Result<std::size_t> Process::pread(Fd fd, std::span<std::byte> bytes, u64 offset) {
  return read_file(*TRY(file(fd))->vnode, offset, bytes);
}

Result<u64> Process::seek(Fd fd, i64 offset, Whence whence) {
  const FileRef open_file = TRY(file(fd));
  MutexLock hold(open_file->lock);
  u64 base = 0;
  switch (whence) {
    case Whence::set:
      break;
    case Whence::current:
      base = open_file->position;
      break;
    case Whence::end:
      base = TRY(attr_of(*open_file->vnode)).size;
      break;
    case Whence::data:
    case Whence::hole:
      if (offset < 0) return fail(Errc::no_data, "the offset is negative");
      open_file->position =
          TRY(seek_file(*open_file->vnode, static_cast<u64>(offset), whence == Whence::data));
      return open_file->position;
  }
  const u64 distance = offset < 0 ? ~static_cast<u64>(offset) + 1 : static_cast<u64>(offset);
  if (offset < 0 ? distance > base : base > kOffsetMax || distance > kOffsetMax - base)
    return fail(Errc::invalid, "the offset is out of range");
  open_file->position = offset < 0 ? base - distance : base + distance;
  return open_file->position;
}

Result<> Process::read_dir(Fd fd, DirBatch& batch) {
  const FileRef open_file = TRY(file(fd));
  if (open_file->vnode->type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
  // Reading names and looking behind them are two permissions.
  const Result<> may_search = check_access(TRY(attr_of(*open_file->vnode)), cred_, kMayExecute);
  MutexLock hold(open_file->lock);
  TRY(list(*open_file, batch));
  if (batch.attrs_ == DirBatch::Attrs::no) return {};
  // The directory is unlocked by now: no lock of a child is taken under it.
  for (DirEntry& entry : batch.entries_) {
    if (!may_search) entry.attr = std::unexpected(may_search.error());
    // "." and ".." carry their attributes from list().
    if (!may_search || entry.attr || entry.next_cookie <= kCookieDriver) continue;
    Result<VnodeRef> child = kernel_.vnodes().get(open_file->vnode->mount(), entry.ino);
    entry.attr = child ? attr_of(**child) : std::unexpected(child.error());
    if (!entry.attr) continue;
    entry.ino = entry.attr->ino;
    entry.type = entry.attr->type;
  }
  return {};
}

/// Fills the batch with names. The file's lock is held.
Result<> Process::list(OpenFile& file, DirBatch& batch) {
  DirBatch::Collector collector(batch);
  const auto add_dot = [&](Name name, const VnodeRef& vnode, u64 next_cookie) {
    Result<Attr> attr = attr_of(*vnode);
    collector.add_entry(name, attr ? attr->ino : 0, FileType::dir, next_cookie);
    batch.entries_.back().attr = std::move(attr);
  };
  if (file.position < kCookieParent) add_dot(".", file.vnode, kCookieParent);
  if (file.position < kCookieDriver) {
    Result<VnodeRef> parent = lookup_parent(kernel_, root_, file.vnode);
    add_dot("..", parent ? *parent : file.vnode, kCookieDriver);
    if (!parent) batch.entries_.back().attr = std::unexpected(parent.error());
  }
  const u64 cookie = std::max(file.position, kCookieDriver) - kCookieDriver;
  Result<> listed;
  {
    SharedLock lock(file.vnode->lock());
    listed = file.vnode->readdir(cookie, collector);
  }
  // What came before an error is delivered first; the next call meets the error again, alone.
  if (batch.entries_.empty()) return listed;
  file.position = batch.entries_.back().next_cookie;
  return {};
}

Result<> Process::seek_dir(Fd fd, u64 cookie) {
  const FileRef open_file = TRY(file(fd));
  if (open_file->vnode->type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
  MutexLock hold(open_file->lock);
  open_file->position = cookie;
  return {};
}

Result<Attr> Process::stat(Fd at, std::string_view path, Follow follow) {
  return attr_of(*TRY(find(at, path, follow)));
}

Result<Attr> Process::fstat(Fd fd) { return attr_of(*TRY(file(fd))->vnode); }

Result<std::size_t> Process::readlink(Fd at, std::string_view path, std::span<char> room) {
  const VnodeRef vnode = TRY(find(at, path, Follow::no));
  SharedLock lock(vnode->lock());
  return vnode->readlink(room);
}

Result<> Process::access(Fd at, std::string_view path, u32 access) {
  const VnodeRef vnode = TRY(find(at, path, Follow::yes));
  const bool on_disk = vnode->type() == FileType::file || vnode->type() == FileType::dir;
  if ((access & kMayWrite) && on_disk && vnode->mount().read_only())
    return fail(Errc::read_only, "the file system is read-only");
  return check_access(TRY(attr_of(*vnode)), cred_, access);
}

Result<FsStat> Process::statfs(Fd at, std::string_view path) {
  return TRY(find(at, path, Follow::yes))->mount().statfs();
}

Result<> Process::chdir(Fd at, std::string_view path) {
  VnodeRef directory = TRY(find(at, path, Follow::yes));
  if (directory->type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
  TRY(check_access(TRY(attr_of(*directory)), cred_, kMayExecute));
  ExclusiveLock lock(lock_);
  cwd_ = std::move(directory);
  return {};
}

Result<std::size_t> Process::get_xattr(Fd at, std::string_view path, Follow follow, Name name,
                                       std::span<std::byte> room) {
  const VnodeRef vnode = TRY(find(at, path, follow));
  SharedLock lock(vnode->lock());
  TRY(check_xattr(*vnode, name, cred_));
  return vnode->get_xattr(name, room);
}

Result<> Process::list_xattr(Fd at, std::string_view path, Follow follow, NameSink& sink) {
  const VnodeRef vnode = TRY(find(at, path, follow));
  VisibleNames visible(cred_, sink);
  SharedLock lock(vnode->lock());
  return vnode->list_xattr(visible);
}

Result<u64> Process::send(Fd fd, u64 offset, u64 length, host::Handle to, u64 to_offset, Holes holes) {
  return send_file(TRY(file(fd))->vnode, offset, length, to, to_offset, holes);
}

Result<RangeLease> Process::lend(Fd fd, u64 offset, u64 length) {
  return lend_range(TRY(file(fd))->vnode, offset, length);
}

}  // namespace rump
