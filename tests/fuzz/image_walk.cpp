// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The bounded walk over a mounted image.
#include "tests/fuzz/image_walk.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "hypercall/memory/disks.hpp"
#include "images/raw.hpp"
#include "vfs/syscall.hpp"

namespace fuzz {
namespace {

using rump::Errc;
using rump::Fd;
using rump::FileType;
using rump::Follow;
using rump::Process;
using rump::Result;
using rump::u64;
using rump::Whence;

/// One image may ask for no more than this, so that a run stays short however deep or wide the image claims
/// to be.
constexpr unsigned kEntriesMax = 128, kDepthMax = 12, kSeeksMax = 32;
constexpr u64 kBytesMax = u64{1} << 20;
constexpr std::size_t kPiece = std::size_t{16} << 10;

void promise(bool kept, const char* what) { rump::invariant(kept, what); }

/// What any error of the kernel's may be: named, and never a host's failure, for the disk in memory has none.
template <class T>
bool succeeded(const Result<T>& result) {
  if (result) return true;
  promise(result.error().reason != nullptr, "an error without a reason");
  promise(result.error().code != Errc::io, "an image in memory cannot fail to be read");
  promise(result.error().code != Errc::bad_descriptor, "a descriptor got lost");
  return false;
}

class Walk {
 public:
  explicit Walk(Process& process) : process_(process), room_(kPiece) {}

  void directory(Fd at, std::string_view path, unsigned depth) {
    const auto fd = process_.open(at, path, rump::kOpenRead | rump::kOpenDirectory | rump::kOpenNoFollow);
    if (!succeeded(fd)) return;
    absent(*fd);
    for (const std::string& name : names(*fd, depth == 0)) {
      if (entries_ == kEntriesMax) break;
      ++entries_;
      entry(*fd, name, depth);
    }
    promise(process_.close(*fd).has_value(), "close failed");
  }

 private:
  /// The directory's names; with their attributes on the way or without, so that both ways are used.
  std::vector<std::string> names(Fd fd, bool attributes) {
    std::vector<std::string> result;
    rump::DirBatch batch(attributes ? rump::DirBatch::Attrs::yes : rump::DirBatch::Attrs::no);
    while (result.size() < kEntriesMax && succeeded(process_.read_dir(fd, batch)) && !batch.entries().empty())
      for (const rump::DirEntry& each : batch.entries()) {
        promise(!each.name.empty() && each.name.size() <= rump::kNameMax, "a name of impossible length");
        promise(each.name.find('/') == rump::Name::npos, "a name with a slash");
        promise(each.name.find('\0') == rump::Name::npos, "a name with a NUL");
        result.emplace_back(each.name);
      }
    return result;
  }

  void absent(Fd fd) {
    const auto found = process_.stat(fd, "no such name, unless the image has it", Follow::no);
    if (!found) (void)succeeded(found);
  }

  void entry(Fd at, const std::string& name, unsigned depth) {
    const auto attr = process_.stat(at, name, Follow::no);
    if (!succeeded(attr)) return;
    promise(attr->mode <= 07777, "mode bits beyond the permissions");
    promise(attr->modify.nanoseconds < 1'000'000'000, "too many nanoseconds");
    xattrs(at, name);
    if (attr->type == FileType::symlink) symlink(at, name);
    if (attr->type == FileType::file) file(at, name, attr->size);
    if (attr->type == FileType::dir && name != "." && name != "..") below(at, name, attr->ino, depth);
  }

  /// Images with circles of directories are many; going around says nothing new.
  void below(Fd at, const std::string& name, u64 ino, unsigned depth) {
    if (depth == kDepthMax || std::ranges::find(above_, ino) != above_.end()) return;
    above_.push_back(ino);
    directory(at, name, depth + 1);
    above_.pop_back();
  }

  void symlink(Fd at, const std::string& name) {
    std::array<char, 300> room;
    const auto length = process_.readlink(at, name, room);
    if (succeeded(length)) promise(*length <= room.size(), "a link longer than its room");
    (void)succeeded(process_.stat(at, name, Follow::yes));
  }

  void xattrs(Fd at, const std::string& name) {
    struct Names final : rump::NameSink {
      std::vector<std::string> list;
      bool add(rump::Name each) override {
        list.emplace_back(each);
        return list.size() < 32;
      }
    } found;
    (void)succeeded(process_.list_xattr(at, name, Follow::no, found));
    for (const std::string& each : found.list) {
      const auto length = process_.get_xattr(at, name, Follow::no, each, {});
      if (!succeeded(length) || *length > room_.size()) continue;
      const auto value = process_.get_xattr(at, name, Follow::no, each, std::span(room_).first(*length));
      if (succeeded(value)) promise(*value == *length, "an xattr changed its length");
    }
    std::array<std::byte, 8> small;
    (void)succeeded(process_.get_xattr(at, name, Follow::no, "user.absent", small));
  }

  void file(Fd at, const std::string& name, u64 size) {
    const auto fd = process_.open(at, name, rump::kOpenRead | rump::kOpenNoFollow);
    if (!succeeded(fd)) return;
    read_from(*fd, 0, size);
    if (size > kPiece) read_from(*fd, size - 100, size);
    seek(*fd, size);
    promise(process_.close(*fd).has_value(), "close failed");
  }

  void read_from(Fd fd, u64 offset, u64 size) {
    while (offset < size && bytes_ < kBytesMax) {
      const auto got = process_.pread(fd, room_, offset);
      if (!succeeded(got)) return;
      promise(*got == std::min<u64>(room_.size(), size - offset), "a short read before the end");
      offset += *got;
      bytes_ += *got;
    }
  }

  void seek(Fd fd, u64 size) {
    u64 at = 0;
    for (unsigned i = 0; i < kSeeksMax && at < size; ++i) {
      const auto data = process_.seek(fd, static_cast<rump::i64>(at), Whence::data);
      if (!succeeded(data)) return;
      promise(*data >= at && *data < size, "data outside the file");
      const auto hole = process_.seek(fd, static_cast<rump::i64>(*data), Whence::hole);
      if (!succeeded(hole)) return;
      promise(*hole > *data && *hole <= size, "a hole outside the file");
      at = *hole;
    }
  }

  Process& process_;
  std::vector<std::byte> room_;
  std::vector<u64> above_;  // inode numbers of the directories on the way, but for the top
  unsigned entries_ = 0;
  u64 bytes_ = 0;
};

/// Reads every byte that a description hands out.
class Reader final : public rump::DetailSink {
 public:
  void text(std::string_view key, std::string_view value) override {
    promise(!key.empty(), "a detail without a key");
    for (const char byte : value) sum_ = sum_ + static_cast<unsigned char>(byte);
  }
  void number(std::string_view key, u64 value) override {
    text(key, {});
    sum_ = sum_ + value;
  }
  void bytes(std::string_view key, u64 value) override { number(key, value); }
  void time(std::string_view key, rump::i64 seconds) override { number(key, static_cast<u64>(seconds)); }
  void item(std::string_view key, std::string_view value) override { text(key, value); }

 private:
  volatile u64 sum_ = 0;
};

void use_mount(rump::Kernel& kernel, rump::Mount& mount) {
  auto root = kernel.root_of(mount);
  if (!succeeded(root)) return;
  Process process(kernel, *std::move(root));
  (void)succeeded(process.statfs(rump::kCwd, "/"));
  Walk(process).directory(rump::kCwd, "/", 0);
}

}  // namespace

void use_image(const rump::FsType& type, std::span<const std::byte> image, std::string_view options) {
  const auto disk = rump::host::memory::Disk::over(image);
  const auto device = rump::images::open_raw(disk.handle(), false);
  if (!device) return;
  const auto known = type.probe(**device);
  if (!succeeded(known) || !*known) return;
  Reader reader;
  if (type.describe) promise(type.describe(**device, reader).has_value(), "what is known is not described");
  rump::Kernel kernel({.vnode_limit = 32, .name_limit = 64});
  const auto mount = kernel.mount(type, **device, {.cache_bytes = u64{256} << 10, .text = options});
  if (!succeeded(mount)) return;
  use_mount(kernel, **mount);
  promise(kernel.unmount(**mount).has_value(), "a mount nobody uses is busy");
}

}  // namespace fuzz
