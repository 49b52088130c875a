// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The system calls that change names.
#include "vfs/reaper.hpp"
#include "vfs/syscall.hpp"

namespace rump {
namespace {

using Kind = LastComponent::Kind;

}  // namespace

/// Makes what the path names. A slash behind the name is for directories.
Result<> Process::create(Fd at, std::string_view path, const NodeRequest& request) {
  Reaper reaper;
  const LastComponent last = TRY(find_last(at, path));
  if (last.kind != Kind::name || last.child) return fail(Errc::exists, "the name exists already");
  if (last.slash && request.type != FileType::dir) return fail(Errc::not_found, "no such directory");
  TRY(create_child(kernel_, last.directory, last.name(), request, caller()));
  return {};
}

Result<> Process::mkdir(Fd at, std::string_view path, u32 mode) {
  return create(at, path, {.type = FileType::dir, .mode = mode & 07777, .umask = umask_});
}

Result<> Process::mknod(Fd at, std::string_view path, FileType type, u32 mode, DeviceNumber device) {
  if (type == FileType::dir) return fail(Errc::not_permitted, "directories are made by mkdir");
  if (type == FileType::symlink || type == FileType::unknown)
    return fail(Errc::invalid, "not a type for mknod");
  return create(at, path, {.type = type, .mode = mode & 07777, .umask = umask_, .device = device});
}

Result<> Process::symlink(std::string_view target, Fd at, std::string_view path) {
  if (target.empty()) return fail(Errc::not_found, "the target is empty");
  if (target.size() >= kPathMax) return fail(Errc::name_too_long, "the target is too long");
  if (target.contains('\0')) return fail(Errc::invalid, "the target holds a NUL byte");
  return create(at, path, {.type = FileType::symlink, .mode = 0777, .target = target});
}

Result<> Process::link(Fd from_at, std::string_view from, Fd to_at, std::string_view to, Follow follow) {
  Reaper reaper;
  const VnodeRef target = TRY(find(from_at, from, follow));
  const LastComponent last = TRY(find_last(to_at, to));
  if (last.kind != Kind::name || last.child) return fail(Errc::exists, "the name exists already");
  if (last.slash) return fail(Errc::not_found, "no such directory");
  return link_child(kernel_, last.directory, last.name(), target, caller());
}

Result<> Process::unlink(Fd at, std::string_view path) {
  Reaper reaper;
  const LastComponent last = TRY(find_last(at, path));
  if (last.kind != Kind::name) return fail(Errc::is_dir, "is a directory");
  if (last.slash && last.child && last.child->type() != FileType::dir)
    return fail(Errc::not_dir, "not a directory");
  return unlink_child(kernel_, last.directory, last.name(), Unlink::file, caller());
}

Result<> Process::rmdir(Fd at, std::string_view path) {
  Reaper reaper;
  const LastComponent last = TRY(find_last(at, path));
  switch (last.kind) {
    case Kind::dot:
      return fail(Errc::invalid, R"("." cannot be removed)");
    case Kind::dot_dot:
      return fail(Errc::not_empty, "the directory is not empty");
    case Kind::root:
      return fail(Errc::busy, "the root cannot be removed");
    case Kind::name:
      break;
  }
  return unlink_child(kernel_, last.directory, last.name(), Unlink::directory, caller());
}

Result<> Process::rename(Fd from_at, std::string_view from, Fd to_at, std::string_view to, u32 flags) {
  Reaper reaper;
  const LastComponent source = TRY(find_last(from_at, from));
  const LastComponent target = TRY(find_last(to_at, to));
  if (&source.directory->mount() != &target.directory->mount())
    return fail(Errc::cross_device, "a file cannot be moved to another file system");
  if (source.kind != Kind::name) return fail(Errc::busy, R"(".", ".." and the root cannot be renamed)");
  if (target.kind != Kind::name && (flags & kRenameNoReplace))
    return fail(Errc::exists, "the new name exists already");
  if (target.kind != Kind::name) return fail(Errc::busy, R"(".", ".." and the root cannot be replaced)");
  return rename_child(kernel_, {source.directory, source.name(), source.slash},
                      {target.directory, target.name(), target.slash}, flags, caller());
}

u32 Process::umask(u32 mask) { return umask_.exchange(mask & 0777); }

}  // namespace rump
