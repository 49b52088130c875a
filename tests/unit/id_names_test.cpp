// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file passwd and group files as tables, however odd the file.
#include "utils/base/id_names.hpp"

#include <gtest/gtest.h>

namespace fsu {
namespace {

TEST(IdTable, FirstLineOfANumberCountsAndOddLinesDoNot) {
  const IdTable table(
      "root:x:0:0:root:/root:/bin/sh\n"
      "toor:x:0:0::/:\n"
      "\n"
      "#comment\n"
      "noid:x\n"
      "bad:x:1x:\n"
      "big:x:4294967296:\n"
      ":x:5:\n"
      "esc\033[2J:x:6:\n"
      "sp ace:x:7:\n"
      "last:x:4294967295");
  EXPECT_EQ(table.find(0), "root");
  EXPECT_EQ(table.find(4294967295), "last");
  for (const std::uint32_t id : {1U, 5U, 6U, 7U, 4U}) EXPECT_EQ(table.find(id), "") << id;
  EXPECT_FALSE(table.empty());
  EXPECT_TRUE(IdTable("").empty());
  EXPECT_TRUE(IdTable(std::string(1000, '\0')).empty());
  EXPECT_EQ(IdTable(std::string(65, 'a') + ":x:1:\n").find(1), "") << "too long for a column";
}

}  // namespace
}  // namespace fsu
