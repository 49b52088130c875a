// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a read-only device that lies in no host file answers.
#include "vfs/block_device.hpp"

namespace rump {

Result<> BlockDevice::write(u64, std::span<const host::IoPart>) {
  return fail(Errc::read_only, "the device is read-only");
}

Result<> BlockDevice::flush() { return {}; }

Result<> BlockDevice::discard(u64, u64) { return {}; }

Result<HostRange> BlockDevice::host_range(u64, u64, MapFor) { return HostRange{}; }

}  // namespace rump
