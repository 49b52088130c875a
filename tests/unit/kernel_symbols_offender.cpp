// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Kernel code as it must not be: it calls the host's library. kernel_symbols must find it.
#include <cstdio>

namespace rump::offender {

void speak(int number) { std::printf("%d\n", number); }

}  // namespace rump::offender
