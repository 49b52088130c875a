// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Raw devices hand the host's failures on by their right names.
#include <gtest/gtest.h>

#include "hypercall/fault/fault.hpp"
#include "images/raw.hpp"
#include "tests/fixtures/bytes.hpp"

namespace rump::test {
namespace {

using host::Status;
using host::fault::Op;
using host::fault::Plan;
using host::memory::Disk;

TEST(RawFault, EveryKindOfCallReportsItsFailure) {
  const Disk disk = Disk::zeroed(16);
  auto device = images::open_raw(disk.handle(), true);
  ASSERT_TRUE(device.has_value());
  Plan plan(disk);
  plan.fail(Op::read, 1, Status::io);
  plan.fail(Op::write, 1, Status::no_space);
  plan.fail(Op::write, 2, Status::not_supported);
  plan.fail(Op::flush, 1, Status::io);

  std::byte byte{};
  EXPECT_EQ((*device)->read(0, std::span(&byte, 1)).error().code, Errc::io);
  EXPECT_TRUE((*device)->read(0, std::span(&byte, 1)).has_value());
  const host::IoPart part{&byte, 1};
  EXPECT_EQ((*device)->write(0, std::span(&part, 1)).error().code, Errc::no_space);
  EXPECT_EQ((*device)->discard(0, 16).error().code, Errc::not_supported);
  EXPECT_EQ((*device)->flush().error().code, Errc::io);
  EXPECT_TRUE((*device)->flush().has_value());
}

}  // namespace
}  // namespace rump::test
