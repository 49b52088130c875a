// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls on whole file systems.
#include "vfs/cface/call.hpp"

using namespace rump;
using namespace rump::cface;

namespace {

Result<> fill(Mount& mount, rump_statvfs& out) {
  const FsStat stat = TRY(mount.statfs());
  out = {};
  out.f_bsize = out.f_frsize = stat.block_bytes;
  out.f_blocks = stat.blocks;
  out.f_bfree = stat.blocks_free;
  out.f_bavail = stat.blocks_available;
  out.f_files = stat.files;
  out.f_ffree = out.f_favail = stat.files_free;
  out.f_fsid = number_of(mount);
  out.f_flag = mount.read_only() ? RUMP_ST_RDONLY : 0;
  out.f_namemax = stat.name_max;
  return {};
}

Result<MountRequest> request_of(const char* type, const char* path, int flags, const rump_mount_args& args) {
  TRY(check_known(static_cast<unsigned>(flags), RUMP_MNT_RDONLY | RUMP_MNT_ATIME | RUMP_MNT_DISCARD));
  MountRequest request{.type = type, .path = path, .fspec = {}, .size = args.size, .options = {}};
  if (args.fspec) request.fspec = args.fspec;
  if (args.options) request.options.text = args.options;
  request.options.read_only = flags & RUMP_MNT_RDONLY;
  request.options.access_times = flags & RUMP_MNT_ATIME;
  request.options.discard = flags & RUMP_MNT_DISCARD;
  return request;
}

}  // namespace

int rump_sys_mount(const char* type, const char* path, int flags, void* data, size_t data_len) {
  return call([&](Face& face, Process&) -> Result<> {
    if (!data || data_len != sizeof(rump_mount_args))
      return fail(Errc::invalid, "the data is not a struct rump_mount_args");
    return face.mount(TRY(request_of(type, path, flags, *static_cast<const rump_mount_args*>(data))));
  });
}

int rump_sys_unmount(const char* path, int flags) {
  return call([&](Face& face, Process&) -> Result<> {
    TRY(check_known(static_cast<unsigned>(flags), RUMP_MNT_FORCE));
    return face.unmount(path, flags ? Kernel::Unsaved::discard : Kernel::Unsaved::keep);
  });
}

int rump_sys_sync(void) {
  return call([](Face&, Process& process) { return process.sync(); });
}

int rump_sys_syncfs(int fd) {
  return call([&](Face&, Process& process) { return process.syncfs(fd); });
}

int rump_sys_statvfs(const char* path, rump_statvfs* buffer) {
  return call([&](Face& face, Process&) -> Result<> {
    return fill(TRY(face.find(kCwd, path, Follow::yes))->mount(), *buffer);
  });
}

int rump_sys_fstatvfs(int fd, rump_statvfs* buffer) {
  return call(
      [&](Face&, Process& process) -> Result<> { return fill(TRY(process.vnode_of(fd))->mount(), *buffer); });
}

int rump_sys_statvfs1(const char* path, rump_statvfs* buffer, int /*flags*/) {
  return rump_sys_statvfs(path, buffer);
}

int rump_sys_fstatvfs1(int fd, rump_statvfs* buffer, int /*flags*/) { return rump_sys_fstatvfs(fd, buffer); }
