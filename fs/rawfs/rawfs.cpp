// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The whole driver: a root and a file, neither of which is anywhere on the device.
#include "fs/rawfs/rawfs.hpp"

#include <algorithm>

namespace rump::rawfs {
namespace {

constexpr Key kRoot = 1, kFile = 2;

/// The root, or the file of the device's bytes.
class RawVnode final : public Vnode {
 public:
  RawVnode(Mount& mount, Key key) : Vnode(mount, key, key == kRoot ? FileType::dir : FileType::file) {}

  Result<Attr> getattr() override {
    Attr attr;
    attr.type = type();
    attr.ino = key();
    attr.mode = is_root() ? 0755 : 0644;
    attr.nlink = is_root() ? 2 : 1;
    if (!is_root()) attr.size = attr.allocated = mount().device().size();
    return attr;
  }

  Result<Key> lookup(Name name) override {
    if (!is_root()) return Vnode::lookup(name);
    if (name != kFileName) return fail(Errc::not_found);
    return kFile;
  }

  Result<> readdir(u64 cookie, DirSink& sink) override {
    if (!is_root()) return Vnode::readdir(cookie, sink);
    if (cookie == 0) static_cast<void>(sink.add(kFileName, kFile, FileType::file, 1));  // else it is full
    return {};
  }

  Result<Extent> map(u64 offset, u64 length) override {
    if (is_root()) return Vnode::map(offset, length);
    return Extent{.kind = Extent::Kind::data,
                  .offset = offset,
                  .length = std::min(length, mount().device().size() - offset),
                  .device = offset};
  }

 private:
  bool is_root() const { return key() == kRoot; }
};

class RawMount final : public Mount {
 public:
  using Mount::Mount;

  Key root() const override { return kRoot; }

  Result<std::unique_ptr<Vnode>> load(Key key) override {
    if (key != kRoot && key != kFile) return fail(Errc::corrupt, "the inode is free");
    return std::make_unique<RawVnode>(*this, key);
  }

  Result<FsStat> statfs() override {
    constexpr u32 kBlockBytes = 512;
    FsStat stat;
    stat.block_bytes = kBlockBytes;
    stat.blocks = (device().size() + kBlockBytes - 1) / kBlockBytes;
    stat.files = 2;
    return stat;
  }

  Result<Key> key_of(u64 ino) const override {
    if (ino != kRoot && ino != kFile) return fail(Errc::not_found, "there is no such inode");
    return ino;
  }
};

/// Every device would do, so it must be asked for.
Result<bool> probe(BlockDevice&) { return false; }

Result<std::unique_ptr<Mount>> mount(BlockDevice& device, const MountOptions& options) {
  std::string_view text = options.text;
  MountOption option;
  if (next_mount_option(text, option)) return fail(Errc::invalid, "rawfs has no mount options");
  if (!options.read_only) return fail(Errc::read_only, "rawfs only reads");
  return std::make_unique<RawMount>(device, options);
}

}  // namespace

const FsType kFsType{.name = "rawfs", .probe = probe, .mount = mount};

}  // namespace rump::rawfs
