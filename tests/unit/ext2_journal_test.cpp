// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Journals written by hand in every format, sound, interrupted and hostile, as a mount replays them.
#include <gtest/gtest.h>

#include "tests/fixtures/bytes.hpp"
#include "tests/unit/ext2_journal.hpp"

namespace rump::ext2 {
namespace {

using test::JournalFormat;
using test::JournalImage;
using test::reason_of;

constexpr std::string_view kDamaged = "a transaction of the journal is damaged (verify=off ends before it)";
constexpr std::string_view kSkip = "journal=skip";

std::string name_of(const testing::TestParamInfo<JournalFormat>& info) {
  return "v" + std::to_string(info.param.checksums) + (info.param.wide ? "_64" : "_32");
}

class EveryJournal : public testing::TestWithParam<JournalFormat> {
 protected:
  JournalImage image_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Ext2, EveryJournal,
                         testing::Values(JournalFormat{0, false}, JournalFormat{0, true},
                                         JournalFormat{1, false}, JournalFormat{1, true},
                                         JournalFormat{2, false}, JournalFormat{2, true},
                                         JournalFormat{3, false}, JournalFormat{3, true}),
                         name_of);

TEST_P(EveryJournal, TheLastCopyCounts) {
  image_.descriptor({{200, 1}, {201, 2}, {202, 3}});
  image_.descriptor({{203, 4}});
  image_.commit();
  image_.transaction({{201, 5}, {201, 6}});
  EXPECT_EQ(reason_of(image_.mount()), "no error");
  EXPECT_EQ(image_.seen(200), 1);
  EXPECT_EQ(image_.seen(201), 6);
  EXPECT_EQ(image_.seen(202), 3);
  EXPECT_EQ(image_.seen(203), 4);
  EXPECT_EQ(image_.seen(204), 0);
  EXPECT_EQ(image_.seen(201, kSkip), 0);
}

TEST_P(EveryJournal, TagsMayEachBringAUuid) {
  image_.descriptor({{200, 1}, {201, 2}, {202, 3}}, true);
  image_.commit();
  EXPECT_EQ(image_.seen(202), 3);
}

TEST_P(EveryJournal, ARevokeTakesBackWhatCameBefore) {
  image_.transaction({{200, 1}, {201, 2}});
  image_.descriptor({{202, 3}});
  image_.revoke({200, 202});
  image_.commit();
  image_.transaction({{200, 4}});
  image_.transaction({{203, 5}});
  image_.descriptor({{204, 6}});
  image_.revoke({203});
  image_.commit();
  EXPECT_EQ(reason_of(image_.mount()), "no error");
  EXPECT_EQ(image_.seen(200), 4) << "written again later";
  EXPECT_EQ(image_.seen(201), 2);
  EXPECT_EQ(image_.seen(202), 0) << "revoked in the same transaction";
  EXPECT_EQ(image_.seen(203), 0);
  EXPECT_EQ(image_.seen(204), 6);
}

TEST_P(EveryJournal, WhatIsNotCommittedDoesNotCount) {
  image_.transaction({{200, 1}});
  image_.descriptor({{200, 2}, {201, 2}});
  image_.revoke({200});
  EXPECT_EQ(image_.seen(200), 1);
  EXPECT_EQ(image_.seen(201), 0);
}

TEST_P(EveryJournal, EscapedBlocksGetTheirMagicBack) {
  image_.transaction({{200, 1}, {201, 2, true}, {202, 3}});
  image_.device.handle = 9;
  BlockDevice& device = image_.mounted().device();
  std::array<std::byte, 3 * 1024> whole;
  ASSERT_TRUE(device.read(JournalImage::at(200), whole));
  EXPECT_EQ(whole[1023], std::byte{1});
  EXPECT_EQ(test::text_of(std::span(whole).subspan(1024, 5)), "\xC0\x3B\x39\x98\x02");
  EXPECT_EQ(whole[2048], std::byte{3});
  // The same in small parts, one of which is cut by the magic's end.
  std::array<std::byte, 3 * 1024> parts;
  std::vector<host::IoPart> list;
  for (std::size_t at = 0; at < parts.size(); at += 6) list.push_back({&parts[at], 6});
  ASSERT_TRUE(device.read(JournalImage::at(200), list));
  EXPECT_EQ(parts, whole);

  const auto range = [&](u64 offset, u64 length) { return device.host_range(offset, length, MapFor::read); };
  const u64 escaped = JournalImage::at(201);
  EXPECT_EQ(range(escaped, 1024)->length, 0u);
  EXPECT_EQ(range(escaped + 3, 1)->length, 0u);
  EXPECT_EQ(range(escaped + 4, 3000)->offset, JournalImage::log(3) + 4);
  EXPECT_EQ(range(escaped + 4, 3000)->length, 2044u) << "goes on into the next block of the log";
  EXPECT_EQ(range(escaped - 100, 1000)->length, 100u);
  EXPECT_EQ(range(JournalImage::at(199), 3000)->length, 1024u);
  EXPECT_EQ(range(JournalImage::at(203), 3000)->offset, JournalImage::at(203));
  EXPECT_EQ(device.host_range(0, 1, MapFor::write)->length, 0u);
  EXPECT_EQ(reason_of(range(device.size(), 1)), "range past the end of the device");
  EXPECT_EQ(reason_of(device.read(device.size() - 1, std::span(whole).first(2))),
            "range past the end of the device");
  EXPECT_EQ(device.write(0, {}).error().code, Errc::read_only);
}

TEST_P(EveryJournal, TheLogWrapsAround) {
  image_.start(60, 0xFFFFFFFF);
  image_.descriptor({{200, 1}, {201, 2}, {202, 3}, {203, 4}});
  image_.commit();
  image_.transaction({{201, 5}});
  EXPECT_EQ(reason_of(image_.mount()), "no error");
  EXPECT_EQ(image_.seen(203), 4);
  EXPECT_EQ(image_.seen(201), 5);
}

TEST_P(EveryJournal, AFullLogIsReadOnce) {
  for (u32 i = 0; i < 21; ++i) image_.transaction({{200 + i, static_cast<u8>(i + 1)}});
  EXPECT_EQ(image_.seen(200), 1);
  EXPECT_EQ(image_.seen(220), 21);
}

/// A descriptor without an end, which would lead round for ever.
TEST_P(EveryJournal, NoBlockOfTheLogIsVisitedTwice) {
  std::vector<test::Logged> many;
  for (u64 i = 0; i < 25; ++i) many.push_back({200 + i, 1});
  for (int i = 0; i < 3; ++i) image_.descriptor(many);
  image_.device.reads = 0;
  EXPECT_EQ(image_.seen(200), 0);
  EXPECT_LT(image_.device.reads, 50u);
}

TEST_P(EveryJournal, OldBlocksBehindTheEndAreNotRead) {
  image_.start(1, 3);
  for (u32 i = 0; i < 10; ++i) image_.transaction({{210, 9}});
  image_.start(1, 100);
  image_.transaction({{200, 1}});
  EXPECT_EQ(image_.seen(200), 1);
  EXPECT_EQ(image_.seen(210), 0);
}

TEST_P(EveryJournal, ABlockOutsideTheVolumeIsNamed) {
  image_.transaction({{256, 1}});
  EXPECT_EQ(reason_of(image_.mount()), "a block in the journal lies outside the file system");
  image_.revoke({256});
  image_.commit();
  EXPECT_EQ(reason_of(image_.mount()), "no error");
}

TEST_P(EveryJournal, ARevokeBlockTooFullIsNamed) {
  image_.transaction({{200, 1}});
  image_.revoke({200});
  image_.commit();
  image_.big(JournalImage::log(4) + 12, 1025);
  // With checksums the block itself is wrong already.
  EXPECT_EQ(reason_of(image_.mount()),
            GetParam().checksums >= 2 ? kDamaged : "a revoke block of the journal is too full");
}

// ---- checksums

class ChecksummedJournal : public EveryJournal {};
INSTANTIATE_TEST_SUITE_P(Ext2, ChecksummedJournal,
                         testing::Values(JournalFormat{2, false}, JournalFormat{2, true},
                                         JournalFormat{3, false}, JournalFormat{3, true}),
                         name_of);

TEST_P(ChecksummedJournal, WrongDataIsNamed) {
  image_.transaction({{200, 1}, {201, 2}});
  image_.transaction({{202, 3}});
  image_.flip(JournalImage::log(3) + 5);
  EXPECT_EQ(reason_of(image_.mount()),
            "the checksum of a block in the journal is wrong (verify=off reads on)");
  EXPECT_EQ(image_.seen(201, "verify=off"), 2);
  EXPECT_EQ(image_.seen(202, "verify=off"), 3);
  EXPECT_EQ(image_.seen(200, kSkip), 0);
  image_.revoke({201});
  image_.commit();
  EXPECT_EQ(image_.seen(200), 1) << "what was revoked is not looked at";
}

TEST_P(ChecksummedJournal, AWrongDescriptorIsDamagedOrStale) {
  image_.transaction({{200, 1}});
  image_.descriptor({{201, 2}});
  image_.commit(1000);
  image_.flip(JournalImage::log(4) + 100);
  EXPECT_EQ(reason_of(image_.mount()), kDamaged);
  EXPECT_EQ(image_.seen(200, "verify=off"), 1);
  EXPECT_EQ(image_.seen(201, "verify=off"), 0);
  // Older than the transaction before it: what an earlier life of the log has left.
  image_.big(JournalImage::log(6) + 52, 999);
  EXPECT_EQ(image_.seen(200), 1);
  EXPECT_EQ(image_.seen(201), 0);
}

TEST_P(ChecksummedJournal, AWrongDescriptorWithoutCommitEndsTheLog) {
  image_.transaction({{200, 1}});
  image_.descriptor({{201, 2}});
  image_.flip(JournalImage::log(4) + 100);
  EXPECT_EQ(image_.seen(200), 1);
  EXPECT_EQ(image_.seen(201), 0);
}

TEST_P(ChecksummedJournal, AWrongRevokeBlockIsDamage) {
  image_.transaction({{200, 1}});
  image_.revoke({200});
  image_.commit();
  image_.flip(JournalImage::log(4) + 100);
  EXPECT_EQ(reason_of(image_.mount()), kDamaged);
}

TEST_P(ChecksummedJournal, AWrongSuperblockIsNamed) {
  image_.transaction({{200, 1}});
  image_.flip(JournalImage::kSuperAt + 0x200);
  EXPECT_EQ(reason_of(image_.mount()), "the journal superblock's checksum is wrong (verify=off reads on)");
  EXPECT_EQ(image_.seen(200, "verify=off"), 1);
  image_.device.bytes()[JournalImage::kSuperAt + 0x50] = std::byte{1};
  EXPECT_EQ(reason_of(image_.mount()), "the journal names an unknown checksum");
}

TEST_P(ChecksummedJournal, OnlyTheFirstSectorOfACommitMustHaveArrived) {
  image_.transaction({{200, 1}});
  image_.flip(JournalImage::log(3) + 600);
  EXPECT_EQ(image_.seen(200), 1);
}

/// Checksums of all three versions cover the commit.
class CommitChecksum : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Ext2, CommitChecksum, testing::Values(1, 2, 3));

TEST_P(CommitChecksum, AWrongCommitIsDamageUnlessItIsOld) {
  JournalImage image({.checksums = GetParam()});
  image.transaction({{200, 1}});
  image.transaction({{201, 2}});
  image.flip(JournalImage::log(6) + 16);
  EXPECT_EQ(reason_of(image.mount()), kDamaged);
  EXPECT_EQ(image.seen(200, "verify=off"), 1);
  EXPECT_EQ(image.seen(201, "verify=off"), 0);
  image.big(JournalImage::log(6) + 52, 999);
  EXPECT_EQ(image.seen(200), 1);
  EXPECT_EQ(image.seen(201), 0);
}

TEST_P(CommitChecksum, AnAsyncCommitMayBeEarly) {
  JournalImage image({.checksums = GetParam(), .async_commit = true});
  image.transaction({{200, 1}});
  image.transaction({{201, 2}});
  image.flip(JournalImage::log(6) + 16);
  EXPECT_EQ(image.seen(200), 1);
  EXPECT_EQ(image.seen(201), 0);
}

TEST(Ext2Journal, DataIsPartOfChecksumsOfTheFirstVersion) {
  JournalImage image({.checksums = 1});
  image.transaction({{200, 1}});
  image.flip(JournalImage::log(2) + 700);
  EXPECT_EQ(reason_of(image.mount()), kDamaged);
  // A commit may have none.
  image.big(JournalImage::log(3) + 12, 0);
  image.big(JournalImage::log(3) + 16, 0);
  EXPECT_EQ(image.seen(200), 1);
}

TEST(Ext2Journal, NothingFollowsAnEarlyCommitOfTheFirstVersion) {
  JournalImage image({.checksums = 1, .async_commit = true});
  image.transaction({{200, 1}});
  image.transaction({{201, 2}});
  image.transaction({{202, 3}});
  image.flip(JournalImage::log(5) + 700);
  EXPECT_EQ(reason_of(image.mount()), "a transaction of the journal is damaged");
}

// ---- the journal's superblock and file

TEST(Ext2Journal, TheFirstVersionOfTheSuperblockHasNoFeatures) {
  JournalImage image({.super_type = 3});
  image.big(JournalImage::kSuperAt + 0x28, ~u32{0});
  image.transaction({{200, 1}});
  EXPECT_EQ(image.seen(200), 1);
}

/// A word of the journal's superblock, and why the mount is refused with it.
struct Refusal {
  u64 offset;
  u32 value;
  Errc code;
  std::string_view reason;
};

TEST(Ext2Journal, WrongNumbersAreNamed) {
  using enum Errc;
  static constexpr Refusal kRefusals[] = {
      {0x00, 0, corrupt, "the journal's magic is wrong"},
      {0x04, 2, corrupt, "the journal's magic is wrong"},
      {0x0C, 4096, corrupt, "the journal's block size is not the file system's"},
      {0x10, 65, corrupt, "the journal is longer than its file"},
      {0x10, ~u32{0}, corrupt, "the journal is longer than its file"},
      {0x10, 0, corrupt, "the journal's first block is out of range"},
      {0x14, 0, corrupt, "the journal's first block is out of range"},
      {0x14, 64, corrupt, "the journal's first block is out of range"},
      {0x1C, 64, corrupt, "the journal's start is out of range"},
      {0x1C, ~u32{0}, corrupt, "the journal's start is out of range"},
      {0x28, 0x40, not_supported, "the journal uses an unknown feature"},
      {0x2C, 1, not_supported, "the journal uses an unknown feature"},
      {0x28, 0x18, corrupt, "the journal has checksums of two kinds"},
  };
  for (const Refusal& refusal : kRefusals) {
    JournalImage image;
    image.transaction({{200, 1}});
    image.big(JournalImage::kSuperAt + refusal.offset, refusal.value);
    const auto mount = image.mount();
    ASSERT_FALSE(mount) << refusal.reason;
    EXPECT_EQ(mount.error().code, refusal.code) << refusal.reason;
    EXPECT_EQ(reason_of(mount), refusal.reason);
    EXPECT_EQ(image.seen(200, kSkip), 0);
  }
}

TEST(Ext2Journal, AnErrorNotedInItDoesNotStopReading) {
  JournalImage image;
  image.transaction({{200, 1}});
  image.big(JournalImage::kSuperAt + 0x20, static_cast<u32>(-5));
  EXPECT_EQ(image.seen(200), 1);
}

TEST(Ext2Journal, AnEmptyLogChangesNothing) {
  JournalImage image;
  image.transaction({{200, 1}});
  image.start(0, JournalImage::kSequence);
  EXPECT_EQ(image.seen(200), 0);
  EXPECT_EQ(reason_of(image.mount()), "no error");
}

TEST(Ext2Journal, ACleanVolumeDoesNotLookAtIt) {
  JournalImage image;
  image.transaction({{200, 1}});
  image.put32(JournalImage::kSuper + 0x60, 0x42);
  image.big(JournalImage::kSuperAt, 0);
  EXPECT_EQ(reason_of(image.mount()), "no error");
  EXPECT_EQ(image.seen(200), 0);
}

TEST(Ext2Journal, AnotherDeviceIsNamed) {
  JournalImage image;
  image.put32(JournalImage::kSuper + 0xE0, 0);
  const auto mount = image.mount();
  EXPECT_EQ(reason_of(mount), "the journal needs recovery, and is on another device");
  EXPECT_EQ(mount.error().code, Errc::not_supported);
  image.put32(JournalImage::kSuper + 0x60, 0x42);
  EXPECT_EQ(reason_of(image.mount()), "no error");
}

TEST(Ext2Journal, AFlagWithoutAJournalMeansNothing) {
  JournalImage image;
  image.put32(JournalImage::kSuper + 0x5C, 0);
  EXPECT_EQ(reason_of(image.mount()), "no error");
}

TEST(Ext2Journal, ItsFileIsChecked) {
  const auto with = [](u64 offset, u32 value) {
    JournalImage image;
    image.transaction({{200, 1}});
    image.put32(offset, value);
    return reason_of(image.mount());
  };
  const u64 map = JournalImage::kJournalInodeAt + 0x28;
  EXPECT_EQ(with(JournalImage::kSuper + 0xE0, 17), "the journal's inode number is out of range");
  EXPECT_EQ(with(JournalImage::kSuper + 0xE0, 9), "the inode is not in use");
  EXPECT_EQ(with(JournalImage::kSuper + 0xE0, 2), "the journal is not a file");
  EXPECT_EQ(with(JournalImage::kJournalInodeAt + 4, 63 * 1024), "the journal is longer than its file");
  EXPECT_EQ(with(JournalImage::kJournalInodeAt + 4, 100), "the journal is shorter than its superblock");
  EXPECT_EQ(with(map + 12, 1), "the journal has a hole");
  EXPECT_EQ(with(map + 16, 2), "the journal has a hole");
  EXPECT_EQ(with(map + 16, 32768 + 64), "the journal has a hole") << "unwritten";
  EXPECT_EQ(with(map + 20, 250), "a block pointer leads outside the file system");
  EXPECT_EQ(with(map + 20, 5), "a block pointer leads into the file system's own metadata");
}

/// Superblock and descriptors come from the log as everything else.
TEST(Ext2Journal, TheSuperblockIsReadAgain) {
  JournalImage image;
  image.transaction({{1, 0}});
  const auto copy = std::span(image.device.bytes()).subspan(JournalImage::kSuper, 1024);
  std::ranges::copy(copy, image.device.bytes().begin() + JournalImage::log(2));
  image.put32(JournalImage::log(2) + 0x78, 0x6E65'7764);
  EXPECT_EQ(image.mounted().statfs()->label[1], 'w');
  image.put32(JournalImage::log(2) + 0x18, 7);
  EXPECT_EQ(reason_of(image.mount()), "the superblock's block size is out of range");
}

// ---- fast commits

TEST(Ext2Journal, AShortJournalHasNoRoomForFastCommits) {
  JournalImage image;
  image.big(JournalImage::kSuperAt + 0x28, 0x21);
  image.start(62, JournalImage::kSequence);
  image.transaction({{200, 1}});
  EXPECT_EQ(image.seen(200), 1);
}

/// A journal of 1100 blocks, of which the last 60 are for fast commits; one of those blocks stays unused.
class Ext2FastCommit : public testing::Test {
 protected:
  static constexpr u32 kArea = 1041;
  static constexpr std::string_view kRefused =
      "the journal holds fast commits, which cannot be recovered yet";

  Ext2FastCommit() {
    image_.fast_commits(60);
    image_.start(1039, JournalImage::kSequence);
    image_.transaction({{1500, 1}});  // goes on at the log's first block
  }

  /// A record of 4-byte words; returns where the next one goes.
  u64 record(u64 at, u32 tag, std::initializer_list<u32> words) {
    image_.put16(at, tag);
    image_.put16(at + 2, static_cast<u32>(words.size()) * 4);
    u64 to = at + 4;
    for (const u32 word : words) {
      image_.put32(to, word);
      to += 4;
    }
    return to;
  }
  /// A commit of transaction `sequence`: head, a change in the second block, tail.
  void commit(u32 sequence) {
    const u64 first = JournalImage::log(kArea);
    const u64 pad = record(first, 9, {0, sequence});
    image_.put16(pad, 7);
    image_.put16(pad + 2, static_cast<u32>(first + 1024 - pad) - 4);
    const u64 tail = record(first + 1024, 5, {2, 12, 0x41414141});
    // The checksum covers the tail as well, but for itself.
    record(tail, 8, {sequence, 0});
    image_.put32(tail + 8, crc32c(0, std::span(image_.device.bytes()).subspan(first, tail + 8 - first)));
  }
  std::string_view mounted() { return reason_of(image_.mount()); }

  JournalImage image_{{}, 1100, 2048};
};

TEST_F(Ext2FastCommit, TheLogWrapsBeforeThem) {
  EXPECT_EQ(mounted(), "no error");
  EXPECT_EQ(image_.seen(1500), 1);
}

TEST_F(Ext2FastCommit, AreRefusedByName) {
  commit(JournalImage::kSequence + 1);
  EXPECT_EQ(mounted(), kRefused);
  EXPECT_EQ(image_.mount().error().code, Errc::not_supported);
  EXPECT_EQ(image_.seen(1500, kSkip), 0);
}

TEST_F(Ext2FastCommit, OfAnotherTransactionAreVoid) {
  commit(JournalImage::kSequence);
  EXPECT_EQ(mounted(), "no error");
  commit(JournalImage::kSequence + 2);
  EXPECT_EQ(mounted(), "no error");
}

TEST_F(Ext2FastCommit, CountOnlyAsAWhole) {
  const u64 first = JournalImage::log(kArea);
  for (const u64 spoilt : {first + 1, first + 2, first + 4, first + 12, first + 1024, first + 1024 + 5,
                           first + 1024 + 16 + 1, first + 1024 + 16 + 4, first + 1024 + 16 + 8}) {
    commit(JournalImage::kSequence + 1);
    image_.flip(spoilt);
    EXPECT_EQ(mounted(), "no error") << spoilt - first;
    image_.flip(spoilt);
    EXPECT_EQ(mounted(), kRefused) << spoilt - first;
  }
}

TEST_F(Ext2FastCommit, MayFillTheirAreaWithoutEnd) {
  record(JournalImage::log(kArea), 9, {0, JournalImage::kSequence + 1});
  for (u64 at = JournalImage::log(kArea) + 12; at < JournalImage::log(1100); at += 4) image_.put32(at, 7);
  EXPECT_EQ(mounted(), "no error");
}

}  // namespace
}  // namespace rump::ext2
