// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The list of targets.
#include "tests/conformance/targets.hpp"

#include <ostream>
#include <stdexcept>

#include "fs/tmpfs/tmpfs.hpp"
#include "images/memory.hpp"
#include "tests/conformance/c_face_calls.hpp"
#include "tests/conformance/host_calls.hpp"
#include "tests/conformance/process_calls.hpp"

namespace conformance {
namespace {

constexpr u64 kAmple = u64{256} << 20;

/// All targets start with the same root, but a tmpfs is born for everybody, as /tmp.
std::unique_ptr<Calls> with_plain_root(std::unique_ptr<Calls> calls) {
  if (!calls->chmod("/", 0755)) throw std::runtime_error("chmod of the root");
  return calls;
}

std::unique_ptr<Calls> tmpfs(u64 bytes) {
  return with_plain_root(
      mount_device(rump::tmpfs::kFsType, rump::images::make_memory(bytes == 0 ? kAmple : bytes).value()));
}

}  // namespace

void PrintTo(const Target& target, std::ostream* out) { *out << target.name; }

std::vector<Target> targets() {
  // The host's kernel comes first: it proves the suite. Both of its file systems, so that nothing is expected
  // that only one of them does.
  return {
      {.name = "host_tmpfs", .traits = {}, .make = host_tmpfs, .refusal = host_refusal},
      {.name = "host_directory",
       .traits = {.alone = false},
       .make = [](u64) { return host_directory(); },
       .sized = false,
       .refusal = host_refusal},
      {.name = "tmpfs", .traits = {}, .make = tmpfs},
      {.name = "tmpfs_through_c",
       .traits = {},
       .make = [](u64) { return with_plain_root(c_face_tmpfs()); },
       .sized = false},
  };
}

std::vector<Target> sized_targets() {
  std::vector<Target> result = targets();
  std::erase_if(result, [](const Target& target) { return !target.sized; });
  return result;
}

}  // namespace conformance
