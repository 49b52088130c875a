// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Processes: descriptors, opening, listing directories.
#include "vfs/syscall.hpp"

#include <algorithm>

#include "vfs/access.hpp"
#include "vfs/file_write.hpp"
#include "vfs/open_file.hpp"
#include "vfs/reaper.hpp"

namespace rump {
namespace {

constexpr std::size_t kFilesMax = 1024;

/// "." and ".." have the first two cookies of a directory; the driver's follow.
constexpr u64 kCookieParent = 1;
constexpr u64 kCookieDriver = 2;

}  // namespace

/// Copies a driver's entries into a batch.
class DirBatch::Collector : public DirSink {
 public:
  Collector(DirBatch& batch, const Mount& mount) : batch_(batch), mount_(mount) {
    batch_.entries_.clear();
    batch_.names_.clear();
  }

  bool add(Name name, Key key, FileType type, u64 next_cookie) override {
    return add_entry(name, mount_.number_of(key), key, type, next_cookie + kCookieDriver);
  }
  bool add_entry(Name name, u64 ino, Key key, FileType type, u64 next_cookie) {
    std::vector<char>& names = batch_.names_;
    if (batch_.entries_.size() == kEntries || names.size() + name.size() > kNameBytes) return false;
    const std::size_t start = names.size();
    names.insert(names.end(), name.begin(), name.end());
    batch_.entries_.push_back({{names.data() + start, name.size()},
                               ino,
                               key,
                               type,
                               next_cookie,
                               fail(Errc::no_data, "not asked for")});
    return true;
  }

 private:
  DirBatch& batch_;
  const Mount& mount_;
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

/// The open file, if it was opened for reading.
Result<Process::FileRef> Process::readable_file(Fd fd) {
  FileRef open_file = TRY(file(fd));
  if (!(open_file->flags & kOpenRead)) return fail(Errc::bad_descriptor, "the file is not open for reading");
  return open_file;
}

/// The open file, if it was opened for writing.
Result<Process::FileRef> Process::writable_file(Fd fd) {
  FileRef open_file = TRY(file(fd));
  if (!(open_file->flags & kOpenWrite)) return fail(Errc::bad_descriptor, "the file is not open for writing");
  return open_file;
}

Result<VnodeRef> Process::start_of(Fd at, std::string_view path) {
  if (path.starts_with('/')) return VnodeRef();  // the walk begins at the root itself
  if (at != kCwd) return TRY(file(at))->vnode;
  SharedLock lock(lock_);
  return cwd_;
}

Result<LastComponent> Process::find_last(Fd at, std::string_view path) {
  const VnodeRef start = TRY(start_of(at, path));
  return resolve_last({kernel_, cred_, root_, start}, path, Follow::no);
}

/// The file at "#NUMBER" or "#NUMBER/path".
Result<VnodeRef> Process::find_by_number(std::string_view path, Follow follow) {
  if (!cred_.privileged()) return fail(Errc::not_permitted, "only user 0 finds files by number");
  path.remove_prefix(1);
  const std::string_view digits = path.substr(0, path.find('/'));
  path.remove_prefix(digits.size());
  u64 number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9' || number > ~u64{0} / 10 - 1)
      return fail(Errc::not_found, "there is no inode of this number");
    number = number * 10 + static_cast<u64>(digit - '0');
  }
  Mount& mount = root_->mount();
  VnodeRef vnode = TRY(kernel_.vnodes().get(mount, TRY(mount.key_of(number))));
  // A symlink without a name has no directory that its target could begin at.
  if (path.empty()) return vnode;
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  return resolve({kernel_, cred_, root_, vnode}, path.empty() ? "." : path, follow);
}

Result<VnodeRef> Process::find(Fd at, std::string_view path, Follow follow) {
  if (names_inodes_ && at == kCwd && path.starts_with('#')) return find_by_number(path, follow);
  const VnodeRef start = TRY(start_of(at, path));
  return resolve({kernel_, cred_, root_, start}, path, follow);
}

Result<Fd> Process::open(Fd at, std::string_view path, u32 flags, u32 mode) {
  if (!(flags & (kOpenRead | kOpenWrite))) return fail(Errc::invalid, "opened for nothing");
  if ((flags & kOpenTruncate) && !(flags & kOpenWrite))
    return fail(Errc::invalid, "a file opened for reading cannot be emptied");
  Reaper reaper;
  bool created = false;
  VnodeRef vnode;
  if (flags & kOpenCreate)
    vnode = TRY(find_or_create(at, path, flags, mode, created));
  else
    vnode = TRY(find(at, path, flags & kOpenNoFollow ? Follow::no : Follow::yes));
  // Who makes a file may use it, whatever its mode says.
  if (!created) {
    TRY(check_open(*vnode, flags));
    if (flags & kOpenTruncate) TRY(resize_file(*vnode, 0, caller()));
  }
  return add_file(FileRef::open(std::move(vnode), flags));
}

/// The file at the path, made if there is none.
Result<VnodeRef> Process::find_or_create(Fd at, std::string_view path, u32 flags, u32 mode, bool& created) {
  const bool exclusive = flags & kOpenExclusive;
  const VnodeRef start = TRY(start_of(at, path));
  const Follow follow = exclusive || (flags & kOpenNoFollow) ? Follow::no : Follow::yes;
  constexpr int kTriesMax = 16;
  for (int tries = 1;; ++tries) {
    LastComponent last = TRY(resolve_last({kernel_, cred_, root_, start}, path, follow));
    const bool is_name = last.kind == LastComponent::Kind::name;
    if (exclusive && (!is_name || last.child)) return fail(Errc::exists, "the name exists already");
    if (!is_name || last.slash) return fail(Errc::is_dir, "is a directory");
    if (last.child) return kernel_.cross_down(std::move(last.child));
    const NodeRequest request{.type = FileType::file, .mode = mode & 07777, .umask = umask_};
    Result<VnodeRef> child = create_child(kernel_, last.directory, last.name(), request, caller());
    created = child.has_value();
    // Somebody else was faster: the name is looked up again. But a damaged directory may say so for ever.
    if (child || exclusive || child.error().code != Errc::exists || tries == kTriesMax) return child;
  }
}

/// Whether the caller may open what is there already.
Result<> Process::check_open(Vnode& vnode, u32 flags) const {
  const bool is_dir = vnode.type() == FileType::dir;
  if ((flags & kOpenDirectory) && !is_dir) return fail(Errc::not_dir, "not a directory");
  if (vnode.type() == FileType::symlink) return fail(Errc::loop, "is a symbolic link");
  if (is_dir && (flags & (kOpenWrite | kOpenCreate))) return fail(Errc::is_dir, "is a directory");
  if (!is_dir && vnode.type() != FileType::file)
    return fail(Errc::not_supported, "special files cannot be opened");
  const bool writes = flags & kOpenWrite;
  if (writes && vnode.mount().read_only()) return fail(Errc::read_only, "the file system is read-only");
  SharedLock lock(vnode.lock());
  const Attr attr = TRY(vnode.getattr());
  TRY(check_access(vnode, attr, cred_, (flags & kOpenRead ? kMayRead : 0u) | (writes ? kMayWrite : 0u)));
  const bool appends = (flags & kOpenAppend) && !(flags & kOpenTruncate);
  return writes ? check_flags(attr, appends ? Change::append : Change::write) : Result<>();
}

/// The lowest free descriptor for the open file, which becomes the process's.
Result<Fd> Process::add_file(FileRef file) {
  ExclusiveLock lock(lock_);
  auto slot = std::ranges::find(files_, nullptr);
  if (slot == files_.end() && files_.size() == kFilesMax) return fail(Errc::exhausted, "too many open files");
  if (slot == files_.end()) slot = files_.insert(slot, nullptr);
  *slot = file.take();
  return static_cast<Fd>(slot - files_.begin());
}

Result<Fd> Process::dup(Fd fd) { return add_file(TRY(file(fd))); }

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

Result<> Process::read_dir(Fd fd, DirBatch& batch) {
  const FileRef open_file = TRY(file(fd));
  if (open_file->vnode->type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
  // Reading names and looking behind them are two permissions.
  const Result<> may_search = check_search(*open_file->vnode);
  if (open_file->vnode->unlinked()) return fail(Errc::not_found, "the directory was removed");
  MutexLock hold(open_file->lock);
  TRY(list(*open_file, batch));
  note_access(kernel_, *open_file->vnode);
  if (batch.attrs_ == DirBatch::Attrs::no) return {};
  // The directory is unlocked by now: no lock of a child is taken under it.
  for (DirEntry& entry : batch.entries_) {
    if (!may_search) entry.attr = std::unexpected(may_search.error());
    // "." and ".." carry their attributes from list().
    if (may_search && !entry.attr && entry.next_cookie > kCookieDriver)
      look_behind(entry, open_file->vnode->mount());
  }
  return {};
}

Result<> Process::stat_entries(Fd fd, std::span<DirEntry> entries) {
  const FileRef open_file = TRY(file(fd));
  if (open_file->vnode->type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
  TRY(check_search(*open_file->vnode));
  for (DirEntry& entry : entries) look_behind(entry, open_file->vnode->mount());
  return {};
}

/// Fills in the attributes of an entry that only says what the directory does.
void Process::look_behind(DirEntry& entry, Mount& mount) {
  if (!mount.read_only()) {
    const Result<VnodeRef> child = kernel_.vnodes().get(mount, entry.key);
    entry.attr = child ? read_attr(**child) : std::unexpected(child.error());
  } else if (const VnodeRef child = kernel_.vnodes().find(mount, entry.key)) {
    entry.attr = read_attr(*child);
  } else {
    entry.attr = mount.peek(entry.key);
  }
  if (!entry.attr) return;
  entry.ino = entry.attr->ino;
  entry.type = entry.attr->type;
}

Result<> Process::check_search(Vnode& directory) const {
  SharedLock lock(directory.lock());
  return check_access(directory, TRY(directory.getattr()), cred_, kMayExecute);
}

/// Fills the batch with names. The file's lock is held.
Result<> Process::list(OpenFile& file, DirBatch& batch) {
  DirBatch::Collector collector(batch, file.vnode->mount());
  const auto add_dot = [&](Name name, const VnodeRef& vnode, u64 next_cookie) {
    Result<Attr> attr = read_attr(*vnode);
    collector.add_entry(name, attr ? attr->ino : 0, vnode->key(), FileType::dir, next_cookie);
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

}  // namespace rump
