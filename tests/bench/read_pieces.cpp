// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file `read_pieces IMAGE PATH forwards|backwards` reads a file of a FAT in pieces of 64 KiB, so that the
/// two ways can be timed.
#include <fcntl.h>

#include <array>
#include <cstdio>
#include <string_view>

#include "fs/fat/fat.hpp"
#include "images/raw.hpp"
#include "vfs/syscall.hpp"

namespace rump {
namespace {

constexpr u64 kPiece = 65536;

Result<> read_all(const char* image, const char* path, bool backwards) {
  const auto handle = static_cast<host::Handle>(::open(image, O_RDONLY | O_CLOEXEC));
  const auto device = TRY(images::open_raw(handle, false));
  Kernel kernel;
  Mount& mount = *TRY(kernel.mount(fat::kFsType, *device, {}));
  Process process(kernel, TRY(kernel.root_of(mount)));
  const Fd fd = TRY(process.open(kCwd, path, kOpenRead));
  const u64 pieces = TRY(process.fstat(fd)).size / kPiece;
  std::array<std::byte, kPiece> piece;
  for (u64 i = 0; i < pieces; ++i) TRY(process.pread(fd, piece, (backwards ? pieces - 1 - i : i) * kPiece));
  return {};
}

}  // namespace
}  // namespace rump

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto done = rump::read_all(argv[1], argv[2], std::string_view(argv[3]) == "backwards");
  if (!done) std::fprintf(stderr, "read_pieces: %s\n", done.error().reason);
  return done ? 0 : 1;
}
