// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file UTF-8: what is valid, and how wide it is.
#include "utils/base/utf8.hpp"

#include <gtest/gtest.h>

namespace fsu {
namespace {

TEST(Utf8, WidthIsThatOfATerminal) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("ümlaut"), 6U);
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U) << "a combining accent";
  EXPECT_EQ(display_width("a\n\xff"), 2U) << "a control and a byte that is not UTF-8";
}

TEST(Utf8, OnlyTheShortestFormsOfCharactersAreValid) {
  EXPECT_TRUE(is_utf8("plain ümlaut 日本 \U0001f600"));
  for (const char* text : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x80", "\x80"})
    EXPECT_FALSE(is_utf8(text)) << text;
}

}  // namespace
}  // namespace fsu
