// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The list of targets.
#include "tests/conformance/targets.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <stdexcept>

#include "fs/fat/fat.hpp"
#include "fs/tmpfs/tmpfs.hpp"
#include "images/memory.hpp"
#include "tests/conformance/c_face_calls.hpp"
#include "tests/conformance/host_calls.hpp"
#include "tests/conformance/process_calls.hpp"
#include "tests/fixtures/fat_volume.hpp"
#include "utils/check/check_fat.hpp"

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

/// A volume that mkfs.fat made. Whatever a test did, the judge has nothing to say of it at the end.
std::unique_ptr<Calls> fat(rump::test::FatVolume volume) {
  auto device = rump::images::make_memory(volume.bytes).value();
  for (const auto& [offset, bytes] : rump::test::fat_pieces(volume)) {
    // The device only reads what it is given.
    const rump::host::IoPart part{const_cast<std::byte*>(bytes.data()), bytes.size()};
    if (!device->write(offset, std::span(&part, 1))) throw std::runtime_error("no memory for a volume");
  }
  return mount_device(rump::fat::kFsType, std::move(device), [](rump::BlockDevice& written) {
    fsu::Findings findings;
    fsu::check_fat(written, findings);
    EXPECT_TRUE(findings.is_clean()) << findings.text();
  });
}

/// Volumes of one type: small ones of the size asked for, or as small as they can be, with clusters of a
/// sector.
Target fat_target(int bits, u64 smallest, int cluster_sectors) {
  const auto make = [=](u64 bytes) {
    if (bytes == 0) return fat({.bits = bits, .bytes = kAmple / 4, .cluster_sectors = cluster_sectors});
    return fat({.bits = bits, .bytes = std::max(bytes, smallest), .cluster_sectors = 1});
  };
  return {.name = "fat" + std::to_string(bits),
          .traits = {.holes = false,
                     .links = false,
                     .owners = false,
                     .xattrs = false,
                     .times = false,
                     .all_names = false,
                     .folds_case = true},
          .make = make,
          .smallest = smallest};
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
      fat_target(12, 0, 64),
      fat_target(16, 2300 << 10, 8),
      fat_target(32, 0, 8),
  };
}

std::vector<Target> sized_targets() {
  std::vector<Target> result = targets();
  std::erase_if(result, [](const Target& target) { return !target.sized; });
  return result;
}

std::vector<Target> having(bool Traits::* trait, std::vector<Target> all) {
  std::erase_if(all, [&](const Target& target) { return !(target.traits.*trait); });
  return all;
}

std::vector<Target> lacking(bool Traits::* trait, std::vector<Target> all) {
  std::erase_if(all, [&](const Target& target) { return target.traits.*trait; });
  return all;
}

}  // namespace conformance
