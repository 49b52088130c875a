// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Opening, locking and naming host files.
#include "vfs/cface/host_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "hypercall/posix/posix.hpp"
#include "images/raw.hpp"
#include "images/slice.hpp"
#include "vfs/include/rump/rump.h"

namespace rump::cface {
namespace {

/// A descriptor until somebody takes it over.
struct Descriptor {
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  int take() { return std::exchange(fd, -1); }
  int fd;
};

/// The key as it is compared; empty where it is none.
std::string_view canonical(std::string_view key) {
  if (!key.starts_with('/')) return {};
  while (key.starts_with("//")) key.remove_prefix(1);
  return key;
}

/// Opens for reading and writing where that is allowed, else for reading.
int open_host_file(const char* path, bool& writable) {
  constexpr int kFlags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  const int fd = ::open(path, O_RDWR | kFlags);
  writable = fd >= 0;
  if (writable || (errno != EACCES && errno != EPERM && errno != EROFS && errno != ETXTBSY)) return fd;
  return ::open(path, O_RDONLY | kFlags);
}

}  // namespace

HostFile::~HostFile() { ::close(fd_); }

Result<> HostFile::acquire(bool for_writing) {
  const bool exclusive = for_writing || writers_ > 0;
  if (::flock(fd_, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    // A conversion that fails has let the old lock go. If another writer was quicker, there is nothing left
    // to do.
    if (readers_ > 0) static_cast<void>(::flock(fd_, LOCK_SH | LOCK_NB));
    return fail(Errc::busy, "another process uses this image");
  }
  ++(for_writing ? writers_ : readers_);
  return {};
}

void HostFile::release(bool for_writing) {
  --(for_writing ? writers_ : readers_);
  if (readers_ + writers_ == 0)
    ::flock(fd_, LOCK_UN);
  else if (writers_ == 0)
    ::flock(fd_, LOCK_SH | LOCK_NB);
}

HostDevice::~HostDevice() { file_->release(for_writing_); }

const HostFiles::Entry* HostFiles::find(std::string_view key) const {
  const auto entry = std::ranges::find(entries_, canonical(key), &Entry::key);
  return entry == entries_.end() ? nullptr : &*entry;
}

/// The open file of this identity, or nullptr.
std::shared_ptr<HostFile> HostFiles::open_again(dev_t dev, ino_t ino) {
  std::erase_if(files_, [](const auto& file) { return file.expired(); });
  for (const auto& known : files_)
    if (auto file = known.lock(); file && file->is(dev, ino)) return file;
  return nullptr;
}

int HostFiles::add(std::string_view key, const char* path, u64 begin, u64 size) {
  if (canonical(key).empty()) return EINVAL;
  if (find(key)) return EEXIST;
  bool writable = false;
  Descriptor opened{open_host_file(path, writable)};
  struct stat status;
  if (opened.fd < 0 || ::fstat(opened.fd, &status) != 0) return errno;
  if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) return EINVAL;
  u64 bytes = 0;
  if (host::io_size(host::posix::handle_of(opened.fd), &bytes) != host::Status::ok) return EIO;
  if (begin > bytes) return EINVAL;
  if (size == RUMP_ETFS_SIZE_ENDOFF) size = bytes - begin;
  if (size > bytes - begin) return EINVAL;

  std::shared_ptr<HostFile> file = open_again(status.st_dev, status.st_ino);
  if (!file) {
    file = std::make_shared<HostFile>(opened.take(), status.st_dev, status.st_ino, writable);
    files_.push_back(file);
  }
  entries_.push_back({std::string(canonical(key)), std::move(file), begin, size});
  return 0;
}

int HostFiles::remove(std::string_view key) {
  const Entry* entry = find(key);
  if (!entry) return ENOENT;
  entries_.erase(entries_.begin() + (entry - entries_.data()));
  return 0;
}

Result<std::unique_ptr<HostDevice>> HostFiles::open(std::string_view key, bool for_writing) {
  const Entry* entry = find(key);
  if (!entry) return fail(Errc::not_found, "no image is registered under this key");
  if (for_writing && !entry->file->writable())
    return fail(Errc::read_only, "the host does not allow writing to this image");
  auto whole = TRY(images::open_raw(host::posix::handle_of(entry->file->fd()), for_writing));
  auto part = TRY(images::open_slice(*whole, entry->begin, entry->size));
  TRY(entry->file->acquire(for_writing));
  return std::make_unique<HostDevice>(entry->file, for_writing, std::move(whole), std::move(part));
}

}  // namespace rump::cface
