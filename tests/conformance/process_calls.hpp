// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The calls answered by a driver in a rump kernel.
#pragma once

#include <functional>

#include "tests/conformance/calls.hpp"

namespace conformance {

/// A process of user 0 on the device, mounted for writing with access times. Unmounting, after the last
/// process has gone, is checked: what still holds a vnode then is a failure of the test; then `check` looks
/// at the device, if there is one. Throws where mounting fails.
std::unique_ptr<Calls> mount_device(const rump::FsType& type, std::unique_ptr<rump::BlockDevice> device,
                                    std::function<void(rump::BlockDevice&)> check = nullptr);

}  // namespace conformance
