// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The console and panic of the hosts that run in a process.
#include <gtest/gtest.h>

#include <string>

#include "hypercall/host.hpp"

namespace rump::test {
namespace {

TEST(Console, WritesOneLineWithoutTerminalEscapes) {
  const std::string text = std::string("name \x1b[2J\n") + std::string(1000, 'x') + "\x9b end";
  testing::internal::CaptureStderr();
  host::console(text.data(), text.size());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "rump: name ?[2J?" + std::string(1000, 'x') + "? end\n");
}

TEST(ConsoleDeathTest, PanicSaysWhyAndAborts) {
  EXPECT_EXIT(host::panic("two and two are five"), testing::KilledBySignal(SIGABRT),
              "rump: panic: two and two are five");
}

}  // namespace
}  // namespace rump::test
