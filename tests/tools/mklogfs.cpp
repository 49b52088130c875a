// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file `mklogfs make FILE` makes a file system of logfs's in the file, as large as it is; `mklogfs check
/// FILE` prints what is wrong with one, and fails if there is anything.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>
#include <vector>

#include "images/raw.hpp"
#include "tests/fixtures/logfs/check.hpp"
#include "tests/fixtures/logfs/super.hpp"

namespace rump {
namespace {

constexpr logfs::FormatOptions kOptions{.block_bytes = 1024, .log_blocks = 136, .inodes = 2048};

bool make(BlockDevice& device) {
  const Result<> made = logfs::format(device, kOptions);
  if (!made) std::fprintf(stderr, "mklogfs: %s\n", made.error().reason);
  return made.has_value();
}

bool check(BlockDevice& device) {
  std::vector<std::byte> bytes(device.size());
  if (!device.read(0, bytes)) return false;
  const logfs::Report report = logfs::check(bytes);
  std::fputs(report.text().c_str(), stdout);
  return report.spotless();
}

int run(std::string_view what, const char* path) {
  const int fd = ::open(path, O_RDWR | O_CLOEXEC);
  const auto device = images::open_raw(static_cast<host::Handle>(fd), true);
  if (!device) return 2;
  return (what == "make" ? make(**device) : check(**device)) ? 0 : 1;
}

}  // namespace
}  // namespace rump

int main(int argc, char** argv) { return argc == 3 ? rump::run(argv[1], argv[2]) : 2; }
