// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The space of files on tmpfs: extents, holes, shrinking, full devices, threads.
#include <atomic>
#include <random>
#include <thread>

#include "tests/fixtures/bytes.hpp"
#include "tests/unit/tmpfs_fixture.hpp"

namespace rump::test {
namespace {

TEST(TmpfsSpace, WritesInOrderMakeOneExtent) {
  Tmpfs t;
  const File root = t.root(), file = t.make(*root, "f");
  for (u64 i = 0; i < 1000; ++i) ASSERT_TRUE(t.extend(*file, i * kBlock, 1).has_value());
  const Extent all = *file->map(5, ~u64{0} >> 2);
  EXPECT_EQ(all.kind, Extent::Kind::data);
  EXPECT_EQ(all.offset, 5u);
  EXPECT_EQ(all.length, 1000 * kBlock - 5);
  EXPECT_EQ(file->map(5, 7)->length, 7u);
  EXPECT_EQ(file->getattr()->allocated, 1000 * kBlock);
  const Extent there = *t.change(*file, [&](Txn& txn) { return file->reserve(10 * kBlock + 7, 1, txn); });
  EXPECT_FALSE(there.fresh);
  EXPECT_EQ(there.offset, 10 * kBlock);
  EXPECT_EQ(there.device, all.device - 5 + 10 * kBlock);
}

TEST(TmpfsSpace, HolesAndTheLargestFile) {
  constexpr u64 kEnd = ~u64{0} >> 1;
  Tmpfs t;
  const File root = t.root(), file = t.make(*root, "f");
  ASSERT_TRUE(t.extend(*file, kEnd - 1, 1).has_value());
  ASSERT_TRUE(t.extend(*file, 2 * kBlock, 1).has_value());
  Extent hole = *file->map(1, kEnd);
  EXPECT_EQ(hole.kind, Extent::Kind::hole);
  EXPECT_EQ(hole.length, 2 * kBlock - 1);
  hole = *file->map(3 * kBlock, kEnd);
  EXPECT_EQ(hole.kind, Extent::Kind::hole);
  EXPECT_EQ(hole.offset + hole.length, kEnd + 1 - kBlock);
  const auto reserve = [&](u64 offset, u64 length) {
    return t.change(*file, [&](Txn& txn) { return file->reserve(offset, length, txn); });
  };
  EXPECT_EQ(reserve(kEnd, 1).error().code, Errc::too_big);
  EXPECT_EQ(reserve(10, kEnd).error().code, Errc::too_big);
  AttrChange change;
  change.size = kEnd + 1;
  const auto set = [&] { return t.change(*file, [&](Txn& txn) { return file->setattr(change, txn); }); };
  EXPECT_EQ(set().error().code, Errc::too_big);
  change.size = kEnd;
  EXPECT_TRUE(set().has_value());
  EXPECT_EQ(file->getattr()->allocated, 2 * kBlock);
}

// What is reserved is out of the free space; what did not arrive comes back.
TEST(TmpfsSpace, WrittenLinksWholeBlocksAndGivesTheRestBack) {
  Tmpfs t(100);
  const File root = t.root(), file = t.make(*root, "f");
  t.change(*file, [&](Txn& txn) {
    const Extent nothing = *file->reserve(kBlock + 1, 5 * kBlock, txn);
    EXPECT_TRUE(nothing.fresh);
    EXPECT_EQ(nothing.offset, kBlock);
    EXPECT_EQ(nothing.length, 6 * kBlock);
    EXPECT_EQ(t.stat().blocks_free, 94u);
    EXPECT_TRUE(file->written(nothing, 0, 0, txn).has_value());
    EXPECT_EQ(t.stat().blocks_free, 100u);
    EXPECT_EQ(file->getattr()->allocated, 0u);
    const Extent some = *file->reserve(0, 5 * kBlock, txn);
    EXPECT_TRUE(file->written(some, kBlock + 1, kBlock + 1, txn).has_value());
    return 0;
  });
  EXPECT_EQ(t.stat().blocks_free, 98u);
  EXPECT_EQ(file->getattr()->size, kBlock + 1);
  EXPECT_EQ(file->map(kBlock, 9 * kBlock)->length, kBlock);
}

TEST(TmpfsSpace, ManyExtentsAndBoundedSteps) {
  constexpr u64 kBlocks = 100'000;
  Tmpfs t;
  const File root = t.root(), file = t.make(*root, "f");
  const u64 before = t.stat().blocks_free;
  std::vector<u64> order(kBlocks);
  for (u64 i = 0; i < kBlocks; ++i) order[i] = i;
  std::ranges::shuffle(order, std::mt19937(1));
  std::vector<u64> device(kBlocks);
  for (const u64 i : order) device[i] = t.extend(*file, 2 * i * kBlock, kBlock)->device;
  for (u64 i = 0; i < kBlocks; ++i) {
    const Extent extent = *file->map(2 * i * kBlock, 2 * kBlock);
    ASSERT_EQ(extent.kind, Extent::Kind::data);
    ASSERT_EQ(extent.length, kBlock);
    ASSERT_EQ(extent.device, device[i]);
  }
  EXPECT_EQ(t.stat().blocks_free, before - kBlocks);
  // The first step stops on its way, with a file that is valid.
  EXPECT_EQ(t.shrink_step(*file, kBlock + 1), false);
  const Attr attr = *file->getattr();
  EXPECT_LT(attr.size, 2 * kBlocks * kBlock);
  EXPECT_GE(attr.size, attr.allocated);
  EXPECT_LT(attr.allocated, kBlocks * kBlock);
  while (!*t.shrink_step(*file, kBlock + 1)) ASSERT_GT(file->getattr()->size, kBlock + 1);
  EXPECT_EQ(file->getattr()->size, kBlock + 1);
  EXPECT_EQ(file->getattr()->allocated, kBlock);
  ASSERT_TRUE(t.unlink(*root, "f", *file).has_value());
  EXPECT_EQ(t.free(*file), 1);
  EXPECT_EQ(t.stat().blocks_free, before);
}

TEST(TmpfsSpace, WhenFullNothingChanges) {
  Tmpfs t(8);
  const File root = t.root(), file = t.make(*root, "f"), other = t.make(*root, "g");
  ASSERT_EQ(t.extend(*file, 0, 100 * kBlock)->length, 8 * kBlock);
  const Attr attr = *other->getattr();
  EXPECT_EQ(t.extend(*other, 0, 1).error().code, Errc::no_space);
  EXPECT_EQ(other->getattr()->size, attr.size);
  EXPECT_EQ(other->getattr()->allocated, 0u);
  EXPECT_EQ(t.stat().blocks_free, 0u);
}

TEST(TmpfsSpace, FreedSpaceIsHeldBackUntilTheCommitAndThenDiscarded) {
  Tmpfs t(4);
  const File root = t.root(), file = t.make(*root, "f"), other = t.make(*root, "g");
  const Extent extent = *t.extend(*file, 0, 4 * kBlock);
  const host::IoPart part = part_of("secret");
  ASSERT_TRUE(t.device->write(extent.device, std::span(&part, 1)).has_value());
  t.change(*file, [&](Txn& txn) {
    EXPECT_EQ(file->shrink_step(2 * kBlock, txn), true);
    EXPECT_EQ(t.stat().blocks_free, 2u);
    EXPECT_EQ(other->reserve(0, kBlock, txn).error().code, Errc::no_space);
    return 0;
  });
  EXPECT_EQ(t.extend(*other, 0, 9 * kBlock)->length, 2 * kBlock);
  EXPECT_EQ(t.shrink_step(*file, 0), true);
  std::byte bytes[6];
  ASSERT_TRUE(t.device->read(extent.device, std::span(bytes)).has_value());
  EXPECT_EQ(text_of(bytes), std::string(6, '\0'));
}

// Every thread works in a directory of its own: creates, writes, lists, unlinks and frees.
TEST(TmpfsThreads, DifferentDirectoriesAtOnce) {
  Tmpfs t;
  const File root = t.root();
  const FsStat before = t.stat();
  std::vector<File> dirs;
  for (int id = 0; id < 4; ++id) dirs.push_back(t.make(*root, "d" + std::to_string(id), FileType::dir));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (const File& dir : dirs)
    threads.emplace_back([&t, &wrong, &dir = *dir] {
      std::vector<File> files;
      for (int i = 0; i < 300; ++i) {
        files.push_back(t.make(dir, "file" + std::to_string(i)));
        for (u64 block = 0; block < 5; ++block)
          wrong += !t.extend(*files.back(), block * 3 * kBlock, 2 * kBlock).has_value();
      }
      wrong += list(dir).size() != files.size();
      for (std::size_t i = 0; i < files.size(); ++i) {
        wrong += !t.unlink(dir, "file" + std::to_string(i), *files[i]).has_value();
        t.free(*files[i]);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(t.stat().blocks_free, before.blocks_free);
  EXPECT_EQ(t.stat().files_free, before.files_free - 4);
}

}  // namespace
}  // namespace rump::test
