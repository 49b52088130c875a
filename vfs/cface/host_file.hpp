// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Host files that are registered under keys, and devices over them.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vfs/block_device.hpp"

namespace rump::cface {

/// One open host file, however many keys name it: the kernel knows by the descriptor that two devices show
/// the same bytes. Not safe from several threads at once.
class HostFile {
 public:
  HostFile(int fd, dev_t dev, ino_t ino, bool writable)
      : fd_(fd), dev_(dev), ino_(ino), writable_(writable) {}
  ~HostFile();
  HostFile(const HostFile&) = delete;
  HostFile& operator=(const HostFile&) = delete;

  bool is(dev_t dev, ino_t ino) const { return dev_ == dev && ino_ == ino; }
  bool writable() const { return writable_; }
  int fd() const { return fd_; }

  /// One more mount uses the file: locks it against other processes. busy.
  Result<> acquire(bool for_writing);
  /// One mount fewer; the last one unlocks.
  void release(bool for_writing);

 private:
  const int fd_;
  const dev_t dev_;
  const ino_t ino_;
  const bool writable_;
  unsigned readers_ = 0, writers_ = 0;
};

/// The device of one mount over a part of a host file; the file stays open and locked for its life.
class HostDevice {
 public:
  HostDevice(std::shared_ptr<HostFile> file, bool for_writing, std::unique_ptr<BlockDevice> whole,
             std::unique_ptr<BlockDevice> part)
      : file_(std::move(file)), for_writing_(for_writing), whole_(std::move(whole)), part_(std::move(part)) {}
  ~HostDevice();
  HostDevice(const HostDevice&) = delete;
  HostDevice& operator=(const HostDevice&) = delete;

  BlockDevice& device() { return *part_; }

 private:
  const std::shared_ptr<HostFile> file_;
  const bool for_writing_;
  const std::unique_ptr<BlockDevice> whole_, part_;
};

/// The keys of rump_pub_etfs_register. Not safe from several threads at once.
class HostFiles {
 public:
  /// As rump_pub_etfs_register_withsize; 0 or an errno value.
  int add(std::string_view key, const char* path, u64 begin, u64 size);
  /// 0 or ENOENT.
  int remove(std::string_view key);
  /// A device for a mount of what the key names. not_found, busy, read_only.
  Result<std::unique_ptr<HostDevice>> open(std::string_view key, bool for_writing);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<HostFile> file;
    u64 begin, size;
  };
  const Entry* find(std::string_view key) const;
  std::shared_ptr<HostFile> open_again(dev_t dev, ino_t ino);

  std::vector<Entry> entries_;
  std::vector<std::weak_ptr<HostFile>> files_;  ///< those of the entries, and those that are mounted still
};

}  // namespace rump::cface
