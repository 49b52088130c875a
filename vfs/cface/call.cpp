// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Errors and file types at the edge to C.
#include "vfs/cface/call.hpp"

#include "vfs/cface/errno_map.hpp"
#include "vfs/include/rump/rump.h"

namespace rump::cface {
namespace {

struct TypePair {
  FileType type;
  u32 mode;
};

constexpr TypePair kTypes[] = {
    {FileType::file, RUMP_S_IFREG},    {FileType::dir, RUMP_S_IFDIR}, {FileType::symlink, RUMP_S_IFLNK},
    {FileType::block, RUMP_S_IFBLK},   {FileType::chr, RUMP_S_IFCHR}, {FileType::fifo, RUMP_S_IFIFO},
    {FileType::socket, RUMP_S_IFSOCK},
};

const char*& last_reason() {
  thread_local const char* reason = "";
  return reason;
}

}  // namespace

int number_of(const Error& error) { return number_of(errno_of(error.code), error.reason); }

int number_of(int number, const char* reason) {
  last_reason() = reason;
  return number;
}

int failed(const Error& error) {
  errno = number_of(error);
  return -1;
}

Face* running_face() {
  Face* face = running().load(std::memory_order_acquire);
  if (!face) last_reason() = "rump_init was not called";
  return face;
}

u32 mode_of(FileType type) {
  for (const TypePair& pair : kTypes)
    if (pair.type == type) return pair.mode;
  return 0;
}

Result<FileType> type_of_mode(u32 mode) {
  const u32 bits = mode & RUMP_S_IFMT;
  if (bits == 0) return FileType::file;
  for (const TypePair& pair : kTypes)
    if (pair.mode == bits) return pair.type;
  return fail(Errc::invalid, "no such type of file");
}

}  // namespace rump::cface

const char* rump_last_error(void) { return rump::cface::last_reason(); }
