// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Calls over rump::Process.
#include "tests/conformance/process_calls.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace conformance {
namespace {

/// The mounted file system that all processes of a test share.
class Mounted {
 public:
  Mounted(const rump::FsType& type, std::unique_ptr<rump::BlockDevice> device,
          std::function<void(rump::BlockDevice&)> check)
      : device_(std::move(device)), check_(std::move(check)) {
    rump::MountOptions options;
    options.read_only = false;
    options.access_times = true;
    auto mount = kernel_.mount(type, *device_, options);
    if (!mount) throw std::runtime_error(std::string("cannot mount: ") + mount.error().reason);
    mount_ = *mount;
  }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  ~Mounted() {
    const auto done = kernel_.unmount(*mount_);
    EXPECT_TRUE(done.has_value()) << "unmount: " << (done ? "" : done.error().reason);
    if (check_) check_(*device_);
  }

  rump::Kernel& kernel() { return kernel_; }
  rump::VnodeRef root() { return kernel_.root_of(*mount_).value(); }

 private:
  std::unique_ptr<rump::BlockDevice> device_;
  const std::function<void(rump::BlockDevice&)> check_;
  rump::Kernel kernel_;
  rump::Mount* mount_ = nullptr;
};

rump::Cred cred_of(const Identity& who) {
  rump::Cred cred{.uid = who.uid, .gid = who.gid};
  for (const u32 group : who.groups) cred.groups.at(cred.group_count++) = group;
  return cred;
}

class Names final : public rump::NameSink {
 public:
  bool add(rump::Name name) override {
    names.emplace_back(name);
    return true;
  }
  std::vector<std::string> names;
};

class ProcessCalls final : public Calls {
 public:
  ProcessCalls(std::shared_ptr<Mounted> mounted, const Identity& who)
      : mounted_(std::move(mounted)), process_(mounted_->kernel(), mounted_->root(), cred_of(who)) {}

  std::unique_ptr<Calls> as(const Identity& who) override {
    return std::make_unique<ProcessCalls>(mounted_, who);
  }

  Result<Fd> open(At path, u32 flags, u32 mode) override {
    return process_.open(path.directory, path.path, flags, mode);
  }
  Result<> close(Fd fd) override { return process_.close(fd); }
  Result<std::size_t> read(Fd fd, std::span<std::byte> bytes) override { return process_.read(fd, bytes); }
  Result<std::size_t> pread(Fd fd, std::span<std::byte> bytes, u64 offset) override {
    return process_.pread(fd, bytes, offset);
  }
  Result<std::size_t> write(Fd fd, std::span<const std::byte> bytes) override {
    return process_.write(fd, bytes);
  }
  Result<std::size_t> pwrite(Fd fd, std::span<const std::byte> bytes, u64 offset) override {
    return process_.pwrite(fd, bytes, offset);
  }
  Result<u64> seek(Fd fd, i64 offset, Whence whence) override { return process_.seek(fd, offset, whence); }
  Result<std::vector<Entry>> read_dir(Fd fd) override {
    rump::DirBatch batch(rump::DirBatch::Attrs::no);
    TRY(process_.read_dir(fd, batch));
    std::vector<Entry> entries;
    for (const rump::DirEntry& entry : batch.entries())
      entries.emplace_back(std::string(entry.name), entry.ino, entry.type, entry.next_cookie);
    return entries;
  }
  Result<> seek_dir(Fd fd, u64 cookie) override { return process_.seek_dir(fd, cookie); }

  Result<Attr> stat(At path, Follow follow) override {
    return process_.stat(path.directory, path.path, follow);
  }
  Result<Attr> fstat(Fd fd) override { return process_.fstat(fd); }
  Result<std::size_t> readlink(At path, std::span<char> room) override {
    return process_.readlink(path.directory, path.path, room);
  }
  Result<> access(At path, u32 access) override { return process_.access(path.directory, path.path, access); }
  Result<rump::FsStat> statfs(At path) override { return process_.statfs(path.directory, path.path); }
  Result<> chdir(At path) override { return process_.chdir(path.directory, path.path); }
  Result<> fchdir(Fd fd) override { return process_.fchdir(fd); }

  Result<> truncate(At path, u64 size) override { return process_.truncate(path.directory, path.path, size); }
  Result<> ftruncate(Fd fd, u64 size) override { return process_.ftruncate(fd, size); }
  Result<> fsync(Fd fd) override { return process_.fsync(fd); }

  Result<> mkdir(At path, u32 mode) override { return process_.mkdir(path.directory, path.path, mode); }
  Result<> mknod(At path, FileType type, u32 mode, DeviceNumber device) override {
    return process_.mknod(path.directory, path.path, type, mode, device);
  }
  Result<> symlink(std::string_view target, At path) override {
    return process_.symlink(target, path.directory, path.path);
  }
  Result<> link(At from, At to, Follow follow) override {
    return process_.link(from.directory, from.path, to.directory, to.path, follow);
  }
  Result<> unlink(At path) override { return process_.unlink(path.directory, path.path); }
  Result<> rmdir(At path) override { return process_.rmdir(path.directory, path.path); }
  Result<> rename(At from, At to, u32 flags) override {
    return process_.rename(from.directory, from.path, to.directory, to.path, flags);
  }

  Result<> chmod(At path, u32 mode) override {
    return process_.chmod(path.directory, path.path, Follow::yes, mode);
  }
  Result<> fchmod(Fd fd, u32 mode) override { return process_.fchmod(fd, mode); }
  Result<> chown(At path, Follow follow, std::optional<u32> uid, std::optional<u32> gid) override {
    return process_.chown(path.directory, path.path, follow, uid, gid);
  }
  Result<> fchown(Fd fd, std::optional<u32> uid, std::optional<u32> gid) override {
    return process_.fchown(fd, uid, gid);
  }
  Result<> utimens(At path, Follow follow, TimeChange access, TimeChange modify) override {
    return process_.utimens(path.directory, path.path, follow, access, modify);
  }
  Result<> futimens(Fd fd, TimeChange access, TimeChange modify) override {
    return process_.futimens(fd, access, modify);
  }
  u32 umask(u32 mask) override { return process_.umask(mask); }
  Result<Fd> dup(Fd fd) override { return process_.dup(fd); }

  Result<std::size_t> get_xattr(At path, Follow follow, const std::string& name,
                                std::span<std::byte> room) override {
    return process_.get_xattr(path.directory, path.path, follow, name, room);
  }
  Result<std::vector<std::string>> list_xattr(At path, Follow follow) override {
    Names sink;
    TRY(process_.list_xattr(path.directory, path.path, follow, sink));
    return std::move(sink.names);
  }
  Result<> set_xattr(At path, Follow follow, const std::string& name, std::span<const std::byte> value,
                     XattrMode mode) override {
    return process_.set_xattr(path.directory, path.path, follow, name, value, mode);
  }
  Result<> remove_xattr(At path, Follow follow, const std::string& name) override {
    return process_.remove_xattr(path.directory, path.path, follow, name);
  }

 private:
  std::shared_ptr<Mounted> mounted_;  // declared first: the process goes before it
  rump::Process process_;
};

}  // namespace

std::unique_ptr<Calls> mount_device(const rump::FsType& type, std::unique_ptr<rump::BlockDevice> device,
                                    std::function<void(rump::BlockDevice&)> check) {
  return std::make_unique<ProcessCalls>(std::make_shared<Mounted>(type, std::move(device), std::move(check)),
                                        Identity{});
}

}  // namespace conformance
