// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Rows and their order.
#include "utils/list/sort_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/oracle/command.hpp"

namespace fsu {
namespace {

std::vector<std::string> names_of(const Listing& listing) {
  std::vector<std::string> names;
  for (const Row& row : listing.rows()) names.emplace_back(listing.name(row));
  return names;
}

void add(Listing& listing, std::string_view name, rump::FileType type = rump::FileType::file) {
  listing.add(name, 1, type, Row::Known::name);
}

TEST(Listing, SortsBytesAndKeepsTargets) {
  Listing listing;
  add(listing, "b");
  add(listing, "a\xff", rump::FileType::symlink);
  listing.set_target(listing.rows().back(), "t");
  add(listing, "a");
  add(listing, "B");
  sort_rows(listing, {}, {});
  EXPECT_EQ(names_of(listing), (std::vector<std::string>{"B", "a", "a\xff", "b"}));
  EXPECT_EQ(listing.target(listing.rows()[2]), "t");
  EXPECT_EQ(listing.target(listing.rows()[0]), "");
}

TEST(Listing, KeepsAllAttributesOfARow) {
  rump::Attr attr;
  attr.type = rump::FileType::chr;
  attr.device = {4000000000U, 7};
  attr.ino = 5;
  attr.flags = rump::kFlagAppend;
  attr.modify = {-1, 1};
  attr.access = {2, 2};
  attr.change = {3, 3};
  attr.birth = {4, 4};
  Listing listing;
  listing.add("a", attr);
  listing.set_target(listing.rows().back(), "to");
  listing.set_details(listing.rows().back(), attr);
  add(listing, "0");
  sort_rows(listing, {}, {});
  const rump::Attr got = listing.attr_of(listing.rows()[1]);
  EXPECT_EQ(got.device, attr.device);
  EXPECT_EQ(got.size, 0U);
  EXPECT_EQ(got.flags, attr.flags);
  EXPECT_EQ(got.modify, attr.modify);
  EXPECT_EQ(got.access, attr.access);
  EXPECT_EQ(got.change, attr.change);
  EXPECT_EQ(got.birth, attr.birth);
  static_assert(sizeof(Row) <= 72, "a directory may have millions");
}

TEST(SortOrder, DirectoriesStayFirstInReverse) {
  Listing listing;
  add(listing, "a");
  add(listing, "b", rump::FileType::dir);
  add(listing, "c", rump::FileType::dir);
  sort_rows(listing, {.reverse = true, .directories_first = true}, {});
  EXPECT_EQ(names_of(listing), (std::vector<std::string>{"c", "b", "a"}));
}

TEST(SortOrder, VersionsAreTheOnesOfSort) {
  constexpr std::string_view kLetters = "a0019~.-Zz_b";
  std::minstd_rand random(4);
  std::vector<std::string> names;
  std::string text;
  for (int i = 0; i < 400; ++i) {
    std::string name;
    for (std::size_t length = 1 + random() % 7; length > 0; --length)
      name += kLetters[random() % kLetters.size()];
    names.push_back(name);
  }
  std::vector<std::string> command = {"sh", "-c", "printf '%s\\n' \"$@\" | sort -V", "sh"};
  command.insert(command.end(), names.begin(), names.end());
  std::ranges::sort(names, [](const std::string& a, const std::string& b) {
    const int order = compare_versions(a, b);
    return order != 0 ? order < 0 : a < b;
  });
  for (const std::string& name : names) text += name + "\n";
  EXPECT_EQ(text, oracle::must(command));
}

}  // namespace
}  // namespace fsu
