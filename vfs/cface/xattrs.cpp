// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls on extended attributes.
#include <cstring>

#include "vfs/cface/call.hpp"

using namespace rump;
using namespace rump::cface;

namespace {

/// A file by its path or its descriptor, so that each call need be written once.
struct Operand {
  const char* path;  ///< nullptr: the descriptor
  Follow follow = Follow::yes;
  Fd fd = -1;
};

/// Copies names into the caller's room, if there is any, and counts their bytes.
class NameList final : public NameSink {
 public:
  explicit NameList(std::span<char> room) : room_(room) {}
  bool add(Name name) override {
    const std::size_t bytes = name.size() + 1;
    if (!room_.empty() && room_.size() - used_ < bytes) {
      overflow_ = true;
      return false;
    }
    if (!room_.empty()) {
      std::memcpy(room_.data() + used_, name.data(), name.size());
      room_[used_ + name.size()] = '\0';
    }
    used_ += bytes;
    return true;
  }
  Result<std::size_t> bytes() const {
    if (overflow_) return fail(Errc::range, "the names do not fit");
    return used_;
  }

 private:
  const std::span<char> room_;
  std::size_t used_ = 0;
  bool overflow_ = false;
};

ssize_t get(const Operand& file, const char* name, void* value, size_t size) {
  const std::span<std::byte> room{static_cast<std::byte*>(value), size};
  return call<ssize_t>([&](Face&, Process& process) -> Result<std::size_t> {
    return file.path ? process.get_xattr(kCwd, file.path, file.follow, name, room)
                     : process.fget_xattr(file.fd, name, room);
  });
}

ssize_t list(const Operand& file, char* names, size_t size) {
  return call<ssize_t>([&](Face&, Process& process) -> Result<std::size_t> {
    NameList sink({names, size});
    TRY(file.path ? process.list_xattr(kCwd, file.path, file.follow, sink)
                  : process.flist_xattr(file.fd, sink));
    return sink.bytes();
  });
}

Result<XattrMode> mode_for(int flags) {
  switch (flags) {
    case 0:
      return XattrMode::set;
    case RUMP_XATTR_CREATE:
      return XattrMode::create;
    case RUMP_XATTR_REPLACE:
      return XattrMode::replace;
    default:
      return fail(Errc::invalid, "no such way to set an attribute");
  }
}

int set(const Operand& file, const char* name, const void* value, size_t size, int flags) {
  const std::span<const std::byte> bytes{static_cast<const std::byte*>(value), size};
  return call([&](Face&, Process& process) -> Result<> {
    const XattrMode mode = TRY(mode_for(flags));
    return file.path ? process.set_xattr(kCwd, file.path, file.follow, name, bytes, mode)
                     : process.fset_xattr(file.fd, name, bytes, mode);
  });
}

int remove(const Operand& file, const char* name) {
  return call([&](Face&, Process& process) -> Result<> {
    return file.path ? process.remove_xattr(kCwd, file.path, file.follow, name)
                     : process.fremove_xattr(file.fd, name);
  });
}

Operand followed(const char* path) { return {.path = path}; }
Operand not_followed(const char* path) { return {.path = path, .follow = Follow::no}; }
Operand opened(int fd) { return {.path = nullptr, .fd = fd}; }

}  // namespace

ssize_t rump_sys_getxattr(const char* path, const char* name, void* value, size_t size) {
  return get(followed(path), name, value, size);
}

ssize_t rump_sys_lgetxattr(const char* path, const char* name, void* value, size_t size) {
  return get(not_followed(path), name, value, size);
}

ssize_t rump_sys_fgetxattr(int fd, const char* name, void* value, size_t size) {
  return get(opened(fd), name, value, size);
}

ssize_t rump_sys_listxattr(const char* path, char* names, size_t size) {
  return list(followed(path), names, size);
}

ssize_t rump_sys_llistxattr(const char* path, char* names, size_t size) {
  return list(not_followed(path), names, size);
}

ssize_t rump_sys_flistxattr(int fd, char* names, size_t size) { return list(opened(fd), names, size); }

int rump_sys_setxattr(const char* path, const char* name, const void* value, size_t size, int flags) {
  return set(followed(path), name, value, size, flags);
}

int rump_sys_lsetxattr(const char* path, const char* name, const void* value, size_t size, int flags) {
  return set(not_followed(path), name, value, size, flags);
}

int rump_sys_fsetxattr(int fd, const char* name, const void* value, size_t size, int flags) {
  return set(opened(fd), name, value, size, flags);
}

int rump_sys_removexattr(const char* path, const char* name) { return remove(followed(path), name); }

int rump_sys_lremovexattr(const char* path, const char* name) { return remove(not_followed(path), name); }

int rump_sys_fremovexattr(int fd, const char* name) { return remove(opened(fd), name); }
