// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Reading directories, and the way back from a directory to its path.
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "vfs/cface/call.hpp"

using namespace rump;
using namespace rump::cface;

namespace {

/// Writes the entry at the front of the room; the bytes it took, or 0 where it does not fit.
std::size_t put_entry(std::span<std::byte> room, const DirEntry& entry) {
  static_assert(RUMP_NAME_MAX == kNameMax);
  constexpr std::size_t kHead = offsetof(rump_dirent, d_name);
  constexpr std::size_t kAlign = alignof(rump_dirent);
  const std::size_t bytes = (kHead + entry.name.size() + 1 + kAlign - 1) / kAlign * kAlign;
  if (bytes > room.size()) return 0;
  rump_dirent out{};
  out.d_fileno = entry.ino;
  out.d_off = static_cast<int64_t>(entry.next_cookie);
  out.d_reclen = static_cast<uint16_t>(bytes);
  out.d_namlen = static_cast<uint16_t>(entry.name.size());
  out.d_type = static_cast<uint8_t>(mode_of(entry.type) >> 12);
  std::memcpy(out.d_name, entry.name.data(), entry.name.size());
  std::memcpy(room.data(), &out, bytes);
  return bytes;
}

Result<std::size_t> get_entries(Process& process, Fd fd, std::span<std::byte> room) {
  u64 taken = TRY(process.seek(fd, 0, Whence::current));
  DirBatch batch(DirBatch::Attrs::no);
  TRY(process.read_dir(fd, batch));
  std::size_t used = 0;
  for (const DirEntry& entry : batch.entries()) {
    const std::size_t bytes = put_entry(room.subspan(used), entry);
    if (bytes == 0) {
      // The batch is longer than the room: the rest is for the next call.
      TRY(process.seek_dir(fd, taken));
      if (used == 0) return fail(Errc::invalid, "no room for an entry");
      break;
    }
    used += bytes;
    taken = entry.next_cookie;
  }
  return used;
}

/// Finds the name of the entry with a key.
class NameOfKey final : public DirSink {
 public:
  explicit NameOfKey(Key key) : key_(key) {}
  bool add(Name name, Key key, FileType /*type*/, u64 /*next_cookie*/) override {
    if (key != key_) return true;
    name_ = name;
    return false;
  }
  const std::string& name() const { return name_; }

 private:
  const Key key_;
  std::string name_;
};

/// The vnode as an entry of its parent: where mounts hide it, the directory that they cover.
VnodeRef as_entry(Kernel& kernel, const VnodeRef& root, VnodeRef directory) {
  while (directory != root && directory->key() == directory->mount().root()) {
    VnodeRef covered = kernel.covered_by(*directory);
    if (!covered) break;
    directory = std::move(covered);
  }
  return directory;
}

Result<std::string> name_in(const VnodeRef& parent, const VnodeRef& child) {
  NameOfKey sink(child->key());
  const SharedLock lock(parent->lock());
  TRY(parent->readdir(0, sink));
  if (sink.name().empty()) return fail(Errc::not_found, "the directory was removed");
  return sink.name();
}

/// The absolute path of a directory.
Result<std::string> path_of(Kernel& kernel, const VnodeRef& root, VnodeRef directory) {
  std::string path;
  while ((directory = as_entry(kernel, root, std::move(directory))) != root) {
    VnodeRef parent = TRY(lookup_parent(kernel, root, directory));
    path.insert(0, TRY(name_in(parent, directory))).insert(0, "/");
    if (path.size() >= kPathMax) return fail(Errc::name_too_long, "the path is too long");
    directory = std::move(parent);
  }
  return path.empty() ? "/" : path;
}

}  // namespace

int rump_sys_getdents(int fd, void* buffer, size_t bytes) {
  return call([&](Face&, Process& process) -> Result<std::size_t> {
    return get_entries(process, fd, {static_cast<std::byte*>(buffer), bytes});
  });
}

char* rump_sys_getcwd(char* buffer, size_t bytes) {
  const int status = call([&](Face& face, Process& process) -> Result<> {
    const std::string path = TRY(path_of(face.kernel(), face.root(), TRY(process.vnode_of(kCwd))));
    if (path.size() >= bytes) return fail(Errc::range, "the path does not fit");
    std::memcpy(buffer, path.c_str(), path.size() + 1);
    return {};
  });
  return status == 0 ? buffer : nullptr;
}
