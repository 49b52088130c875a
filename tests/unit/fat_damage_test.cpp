// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Damaged chains and directories: named where they are met, and nothing else suffers.
#include <gtest/gtest.h>

#include "tests/unit/fat_image.hpp"

namespace rump::fat {
namespace {

using test::FatImage;
using test::FatMounted;

/// Whole.txt is sound; bad.txt begins at cluster 10 and has three clusters' bytes.
class FatDamage : public ::testing::Test {
 protected:
  FatDamage() : image(FatType::fat16) {
    image.entry(image.root_at(), "WHOLE   TXT", 0x20, 5, 1000);
    image.link(5, 6);
    image.link(6, 0xFFFF);
    image.entry(image.root_at() + 32, "BAD     TXT", 0x20, 10, 1500);
    image.link(10, 11);
    image.link(11, 12);
    image.link(12, 0xFFFF);
  }
  void expect_bad(std::string_view reason) {
    FatMounted mounted(image, true);
    EXPECT_EQ(mounted.read("/bad.txt"), reason);
    EXPECT_EQ(mounted.read("/whole.txt").size(), 1000u);
    EXPECT_EQ(mounted.names("/").size(), 2u);
  }
  FatImage image;
};

TEST_F(FatDamage, SoundChainsAreRead) {
  FatMounted mounted(image, true);
  EXPECT_EQ(mounted.read("/bad.txt").size(), 1500u);
}

TEST_F(FatDamage, ChainsThatLeadNowhere) {
  struct Case {
    u32 value;
    std::string_view reason;
  };
  for (const Case& each : {Case{0, "a chain of clusters runs into a free one"},
                           Case{0xFFF7, "a chain of clusters runs into a bad one"},
                           Case{5002, "a chain of clusters leads outside the volume"},
                           Case{1, "a chain of clusters leads outside the volume"},
                           Case{0xFFFF, "a file is longer than its chain of clusters"},
                           Case{10, "a chain of clusters runs in a circle"}}) {
    image.link(11, each.value);
    expect_bad(each.reason);
  }
}

TEST_F(FatDamage, StartsThatAreNone) {
  for (const u32 start : {1u, 5002u, 0xFFFFu}) {
    image.entry(image.root_at() + 32, "BAD     TXT", 0x20, start, 1500);
    expect_bad("a file begins outside the volume");
  }
  image.entry(image.root_at() + 32, "BAD     TXT", 0x20, 0, 1500);
  expect_bad("a file is longer than its chain of clusters");
}

TEST_F(FatDamage, ACircleBehindTheEndIsNoticedAtTheEnd) {
  image.link(12, 11);
  expect_bad("a chain of clusters runs in a circle");
}

TEST_F(FatDamage, AChainMayGoOnBehindItsFile) {
  image.link(12, 13);
  image.link(13, 0xFFFF);
  FatMounted mounted(image);
  EXPECT_EQ(mounted.read("/bad.txt").size(), 1500u);
  const Fd fd = mounted->open(kCwd, "/bad.txt", kOpenWrite | kOpenAppend).value();
  const std::string more(100, 'y');
  ASSERT_EQ(mounted->write(fd, std::as_bytes(std::span(more))).value(), 100u);
  ASSERT_TRUE(mounted->close(fd));
  EXPECT_EQ(mounted.read("/bad.txt").substr(1500), more);
  ASSERT_TRUE(mounted->sync());
  EXPECT_EQ(image.get(image.fat_at() + 2 * 13, 2), 0xFFFFu) << "what was there is used";
}

TEST_F(FatDamage, DamageEndsAMountsWriting) {
  image.link(11, 0);
  FatMounted mounted(image);
  EXPECT_TRUE(mounted.write("/new.txt", 10));
  EXPECT_EQ(mounted.read("/bad.txt"), "a chain of clusters runs into a free one");
  EXPECT_EQ(mounted.write("/other.txt", 10).error().code, Errc::read_only);
  EXPECT_EQ(mounted.read("/whole.txt").size(), 1000u);
}

TEST_F(FatDamage, OfTwoChainsThatJoinTheSecondIsNotFreed) {
  image.link(12, 6);
  FatMounted mounted(image);
  EXPECT_TRUE(mounted->unlink(kCwd, "/whole.txt"));
  EXPECT_TRUE(mounted->unlink(kCwd, "/bad.txt"));
  EXPECT_EQ(mounted.mount->health().error().code, Errc::corrupt);
  EXPECT_EQ(mounted.write("/new.txt", 10).error().code, Errc::read_only);
}

TEST_F(FatDamage, DirectoriesInACircle) {
  image.entry(image.root_at() + 64, "SUB        ", 0x10, 20, 0);
  image.link(20, 0xFFFF);
  image.entry(image.cluster_at(20), ".          ", 0x10, 20, 0);
  image.entry(image.cluster_at(20) + 32, "..         ", 0x10, 0, 0);
  image.entry(image.cluster_at(20) + 64, "AGAIN      ", 0x10, 20, 0);
  FatMounted mounted(image, true);
  EXPECT_EQ(mounted.number("/sub/again").value(), mounted.number("/sub/again/again").value());
  EXPECT_EQ(mounted->stat(kCwd, "/sub/again/..", Follow::no).error().code, Errc::corrupt);
  image.link(20, 20);
  for (u64 at = image.cluster_at(20) + 96; at < image.cluster_at(21); at += 32) image.put(at, 0xE5, 1);
  FatMounted turning(image, true);
  EXPECT_EQ(turning->stat(kCwd, "/sub/x", Follow::no).error().code, Errc::corrupt);
  EXPECT_TRUE(turning->stat(kCwd, "/sub", Follow::no));
}

TEST_F(FatDamage, ParentEntriesAreNotBelieved) {
  image.entry(image.root_at() + 64, "SUB        ", 0x10, 20, 0);
  image.link(20, 0xFFFF);
  image.entry(image.cluster_at(20), ".          ", 0x10, 20, 0);
  image.entry(image.cluster_at(20) + 32, "..         ", 0x10, 5, 0);
  FatMounted lying(image, true);
  EXPECT_EQ(lying->stat(kCwd, "/sub/..", Follow::no).error().code, Errc::corrupt);
  EXPECT_TRUE(lying.names("/sub").empty());
  image.entry(image.cluster_at(20) + 32, "..         ", 0x10, 0, 0);
  FatMounted honest(image, true);
  EXPECT_EQ(honest.number("/sub/..").value(), kRootKey);
}

TEST_F(FatDamage, WhatIsNoEntryIsPassedOver) {
  const u64 at = image.root_at() + 64;
  image.entry(at, "A LABEL    ", 0x08, 0, 0);
  image.entry(at + 32, "\xE5GONE   TXT", 0x20, 30, 10);
  image.entry(at + 64, "\x41xxxxxxxxxx", 0x0F, 0, 0);  // a piece of a long name that belongs to nothing
  image.entry(at + 96, "LAST       ", 0x20, 0, 0);
  image.entry(at + 160, "BEHIND     ", 0x20, 0, 0);  // after the end
  FatMounted mounted(image, true);
  EXPECT_EQ(mounted.names("/"), (std::vector<std::string>{"WHOLE.TXT", "BAD.TXT", "LAST"}));
  EXPECT_EQ(mounted->statfs(kCwd, "/")->label[0], 'A');
}

TEST_F(FatDamage, AnUnreadableCopyOfTheTableHasOthers) {
  image.device.fail_read_at = image.fat_at(0);
  FatMounted mounted(image, true);
  EXPECT_EQ(mounted.read("/whole.txt").size(), 1000u);
}

}  // namespace
}  // namespace rump::fat
