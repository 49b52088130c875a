// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Starting, mounting and stopping.
#include "vfs/cface/face.hpp"

#include <algorithm>
#include <ranges>

#include "fs/registry.hpp"
#include "fs/tmpfs/tmpfs.hpp"
#include "images/memory.hpp"

namespace rump::cface {
namespace {

constexpr u64 kMemoryBytes = u64{256} << 20;

Result<const FsType*> type_of(std::string_view name) {
  for (const FsType* type : fs_types())
    if (type->name == name) return type;
  return fail(Errc::not_supported, "no such type of file system");
}

}  // namespace

std::atomic<Face*>& running() {
  static std::atomic<Face*> face{nullptr};
  return face;
}

lwp*& current_lwp() {
  thread_local lwp* current = nullptr;
  return current;
}

Result<std::unique_ptr<Face>> Face::start() {
  std::unique_ptr<Face> face(new Face);
  TRY(face->start_on(TRY(images::make_memory(kMemoryBytes))));
  return face;
}

Result<> Face::start_on(std::unique_ptr<BlockDevice> memory) {
  MountOptions options;
  options.read_only = false;
  options.access_times = true;  // as POSIX has it, where it costs nothing
  Mount* mount = TRY(kernel_.mount(tmpfs::kFsType, *memory, options));
  mounts_.push_back({.image = nullptr, .memory = std::move(memory), .mount = mount});
  root_ = TRY(kernel_.root_of(*mount));
  first_ = std::make_unique<Process>(kernel_, root_);
  return {};
}

Face::~Face() {
  first_.reset();
  root_.reset();
  while (!mounts_.empty()) {
    const bool gone = kernel_.unmount(*mounts_.back().mount, Kernel::Unsaved::discard).has_value();
    invariant(gone, "a file is still in use when its kernel goes");
    mounts_.pop_back();
  }
}

Result<> Face::stop() {
  if (processes_.load() > 0) return fail(Errc::busy, "a process is left");
  first_.reset();
  Result<> first_error;
  for (const Mounted& mounted : std::views::reverse(mounts_)) {
    const Result<> synced = mounted.mount->sync_all();
    if (!synced && first_error) first_error = synced;
  }
  return first_error;
}

Process& Face::process() {
  lwp* own = current_lwp();
  return own ? own->process : *first_;
}

lwp* Face::make_process(const Cred& cred) {
  ++processes_;
  return new lwp{{kernel_, root_, cred}};
}

void Face::end_process(lwp* process) {
  delete process;
  --processes_;
}

int Face::add_key(std::string_view key, const char* path, u64 begin, u64 size) {
  const std::lock_guard hold(lock_);
  return files_.add(key, path, begin, size);
}

int Face::remove_key(std::string_view key) {
  const std::lock_guard hold(lock_);
  return files_.remove(key);
}

Result<VnodeRef> Face::find(Fd at, std::string_view path, Follow follow) {
  Process& asking = process();
  const VnodeRef start = path.starts_with('/') ? root_ : TRY(asking.vnode_of(at));
  return resolve({kernel_, asking.cred(), root_, start}, path, follow);
}

/// The device that a request names.
Result<Face::Mounted> Face::open_device(const MountRequest& request) {
  Mounted mounted;
  if (request.type == tmpfs::kFsType.name)
    mounted.memory = TRY(images::make_memory(request.size ? request.size : kMemoryBytes));
  else
    mounted.image = TRY(files_.open(request.fspec, !request.options.read_only));
  return mounted;
}

Result<> Face::mount(const MountRequest& request) {
  if (!process().cred().privileged()) return fail(Errc::not_permitted, "only user 0 may mount");
  const FsType* type = TRY(type_of(request.type));
  const VnodeRef directory = TRY(find(kCwd, request.path, Follow::yes));
  const std::lock_guard hold(lock_);
  Mounted mounted = TRY(open_device(request));
  mounted.mount = TRY(kernel_.mount(*type, mounted.device(), request.options));
  if (const Result<> attached = kernel_.attach(*mounted.mount, directory); !attached) {
    // The device may fail meanwhile; nothing was changed that would be lost.
    invariant(kernel_.unmount(*mounted.mount, Kernel::Unsaved::discard).has_value(),
              "a mount that is in no name space is in use");
    return attached;
  }
  mounts_.push_back(std::move(mounted));
  return {};
}

Result<> Face::unmount(std::string_view path, Kernel::Unsaved unsaved) {
  if (!process().cred().privileged()) return fail(Errc::not_permitted, "only user 0 may unmount");
  VnodeRef vnode = TRY(find(kCwd, path, Follow::yes));
  Mount& mount = vnode->mount();
  if (vnode->key() != mount.root()) return fail(Errc::invalid, "not the root of a mount");
  if (vnode == root_) return fail(Errc::busy, "the root of the name space stays");
  const std::lock_guard hold(lock_);
  const auto mounted = std::ranges::find(mounts_, &mount, &Mounted::mount);
  invariant(mounted != mounts_.end(), "a mount is not in the table");
  vnode.reset();
  TRY(kernel_.unmount(mount, unsaved));
  mounts_.erase(mounted);
  return {};
}

}  // namespace rump::cface
