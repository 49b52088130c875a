// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file LS_COLORS: what cannot be understood. What can is compared with GNU ls in tests/tools.
#include "utils/list/ls_color.hpp"

#include <gtest/gtest.h>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

TEST(LsColors, WhatCannotBeUnderstoodIsAnError) {
  for (const char* text : {"d", "di", "di:x", "xx=1", "*.c", "*.c:", "di=\\", "di=^\x01", "di=^"})
    EXPECT_THROW(LsColors{text}, UsageError) << text;
}

TEST(LsColors, TheLastSuffixWinsInEitherCase) {
  const LsColors colours("*.c=1:*.tar.c=2:*~=\\x33\\_^A:");
  Row row{};
  row.type = rump::FileType::file;
  ASSERT_NE(colours.of(row, "a.C"), nullptr);
  EXPECT_EQ(*colours.of(row, "a.C"), "1");
  EXPECT_EQ(*colours.of(row, "a.tar.c"), "2");
  EXPECT_EQ(*colours.of(row, "a~"), "3 \x01");
  EXPECT_EQ(colours.of(row, "c"), nullptr);
}

}  // namespace
}  // namespace fsu
