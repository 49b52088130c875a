// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The parts of tmpfs alone: the map of a file, free space, directories, attributes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <thread>

#include "fs/tmpfs/alloc.hpp"
#include "fs/tmpfs/bmap.hpp"
#include "fs/tmpfs/dir.hpp"
#include "fs/tmpfs/tmpfs.hpp"
#include "fs/tmpfs/xattr.hpp"
#include "hypercall/fault/fault.hpp"
#include "images/memory.hpp"
#include "tests/fixtures/bytes.hpp"

namespace rump::tmpfs {
namespace {

using test::bytes_of;

void add(FileMap& map, const Run& run) {
  ASSERT_TRUE(map.make_room(run.first).has_value());
  map.put(run);
}

std::vector<Run> runs_of(const FileMap& map) {
  std::vector<Run> runs;
  for (const Run* run = map.find(0); run; run = map.find(run->end())) runs.push_back(*run);
  return runs;
}

bool same(const Run& a, const Run& b) {
  return a.first == b.first && a.count == b.count && a.device == b.device;
}

TEST(TmpfsFileMap, NeighboursOnBothSidesBecomeOne) {
  FileMap map;
  add(map, {0, 2, 10});
  add(map, {4, 2, 14});
  add(map, {8, 2, 100});
  EXPECT_EQ(runs_of(map).size(), 3u);
  add(map, {2, 2, 12});
  ASSERT_EQ(runs_of(map).size(), 2u);
  EXPECT_TRUE(same(runs_of(map)[0], {0, 6, 10}));
  add(map, {7, 1, 99});
  add(map, {6, 1, 50});
  ASSERT_EQ(runs_of(map).size(), 3u);
  EXPECT_TRUE(same(*map.last(), {7, 3, 99}));
  EXPECT_EQ(map.blocks(), 10u);
}

TEST(TmpfsFileMap, NeighboursInTheFileButNotOnTheDeviceStayTwo) {
  FileMap map;
  add(map, {0, 1, 5});
  add(map, {1, 1, 4});
  EXPECT_EQ(runs_of(map).size(), 2u);
}

TEST(TmpfsFileMap, FindsTheRunOfABlockOrTheNext) {
  FileMap map;
  EXPECT_EQ(map.find(0), nullptr);
  EXPECT_EQ(map.last(), nullptr);
  add(map, {10, 5, 0});
  EXPECT_EQ(map.find(0)->first, 10u);
  EXPECT_EQ(map.find(14)->first, 10u);
  EXPECT_EQ(map.find(15), nullptr);
  EXPECT_EQ(map.before(9), nullptr);
  EXPECT_EQ(map.before(10)->first, 10u);
}

// A hundred thousand runs in random order, against a plain map; then the gaps between them are closed.
TEST(TmpfsFileMap, ManyRunsInRandomOrder) {
  constexpr u64 kRuns = 100'000;
  std::vector<u64> order(kRuns);
  for (u64 i = 0; i < kRuns; ++i) order[i] = i;
  std::ranges::shuffle(order, std::mt19937(7));
  FileMap map;
  for (const u64 i : order) add(map, {2 * i, 1, 2 * i + 77});
  ASSERT_EQ(runs_of(map).size(), kRuns);
  for (u64 i = 0; i < kRuns; ++i) ASSERT_TRUE(same(*map.find(2 * i), {2 * i, 1, 2 * i + 77})) << i;
  for (u64 i = 0; i + 1 < kRuns; ++i) ASSERT_EQ(map.find(2 * i + 1)->first, 2 * i + 2);
  for (const u64 i : order) add(map, {2 * i + 1, 1, 2 * i + 78});
  ASSERT_EQ(runs_of(map).size(), 1u) << "all are one";
  EXPECT_TRUE(same(*map.last(), {0, 2 * kRuns, 77}));
}

TEST(TmpfsFileMap, IsCutFromItsEnd) {
  FileMap map;
  for (u64 i = 0; i < 2000; ++i) add(map, {3 * i, 2, 10 * i});
  map.cut_last(1);
  EXPECT_TRUE(same(*map.last(), {3 * 1999, 1, 19990}));
  map.cut_last(5);
  EXPECT_TRUE(same(*map.last(), {3 * 1998, 2, 19980}));
  while (map.last()) map.cut_last(2);
  EXPECT_EQ(map.blocks(), 0u);
  add(map, {1, 1, 1});
  EXPECT_EQ(runs_of(map).size(), 1u);
}

TEST(TmpfsFileMap, WithoutMemoryItIsAsBefore) {
  FileMap map;
  u64 refused = 0;
  for (u64 i = 0; i < 3000; ++i) {
    for (u64 nth = 1;; ++nth) {
      host::fault::AllocationPlan plan;
      plan.fail(nth);
      if (map.make_room(2 * i)) break;
      ++refused;
      ASSERT_EQ(map.blocks(), i);
      ASSERT_EQ(map.find(2 * i), nullptr);
    }
    map.put({2 * i, 1, i});
  }
  EXPECT_GT(refused, 10u);
  EXPECT_EQ(runs_of(map).size(), 3000u);
}

class TmpfsAllocator : public ::testing::Test {
 protected:
  static constexpr u64 kBlocks = 100'000;
  std::unique_ptr<BlockDevice> device = *images::make_memory(kBlocks * kBlockBytes + 4095);
  std::unique_ptr<Mount> mount = *kFsType.mount(*device, {.read_only = false, .text = ""});
  std::unique_ptr<Allocator> alloc = *Allocator::make(device->size(), mount->epochs());
};

TEST_F(TmpfsAllocator, GivesOutEveryBlockOnceAndThenNoSpace) {
  EXPECT_EQ(alloc->blocks(), kBlocks);
  std::vector<bool> used(kBlocks);
  u64 total = 0;
  while (const auto got = alloc->allocate(Allocator::kAnywhere, 700)) {
    ASSERT_GE(got->count, 1u);
    ASSERT_LE(got->count, 700u);
    for (u64 i = 0; i < got->count; ++i) {
      ASSERT_FALSE(used.at(got->first + i));
      used[got->first + i] = true;
    }
    total += got->count;
    ASSERT_EQ(alloc->blocks_free(), kBlocks - total);
  }
  EXPECT_EQ(total, kBlocks);
  EXPECT_EQ(alloc->allocate(5, 1).error().code, Errc::no_space);
  alloc->give_back({32'760, 20});  // across two pieces of the bitmap
  alloc->give_back({99'999, 1});
  EXPECT_EQ(alloc->blocks_free(), 21u);
  EXPECT_EQ(alloc->allocate(Allocator::kAnywhere, 100)->count, 8u);
  EXPECT_EQ(alloc->allocate(Allocator::kAnywhere, 100)->first, 32'768u);
  EXPECT_EQ(alloc->allocate(0, 100)->first, 99'999u);
  EXPECT_EQ(alloc->blocks_free(), 0u);
}

TEST_F(TmpfsAllocator, TheGoalIsTakenWhereItIsFree) {
  EXPECT_EQ(alloc->allocate(500, 10)->first, 500u);
  EXPECT_EQ(alloc->allocate(510, 10)->first, 510u);
  EXPECT_EQ(alloc->allocate(505, 10)->first, 0u) << "in use: the lowest one";
  EXPECT_EQ(alloc->allocate(495, 10)->count, 5u);
  EXPECT_EQ(alloc->allocate(kBlocks, 1)->first, 10u) << "behind the end of the device";
}

TEST_F(TmpfsAllocator, WhatWasFreedIsUsedFirst) {
  ASSERT_EQ(alloc->allocate(Allocator::kAnywhere, 1000)->count, 1000u);
  alloc->give_back({100, 3});
  alloc->give_back({50, 1});
  EXPECT_EQ(alloc->allocate(Allocator::kAnywhere, 9)->first, 50u);
  EXPECT_EQ(alloc->allocate(Allocator::kAnywhere, 9)->first, 100u);
  EXPECT_EQ(alloc->allocate(Allocator::kAnywhere, 9)->first, 1000u);
}

TEST_F(TmpfsAllocator, WithoutMemoryNothingIsTaken) {
  host::fault::AllocationPlan plan;
  plan.fail(1);
  EXPECT_EQ(alloc->allocate(Allocator::kAnywhere, 1).error().code, Errc::no_memory);
  EXPECT_EQ(alloc->blocks_free(), kBlocks);
  EXPECT_TRUE(alloc->allocate(Allocator::kAnywhere, 1).has_value());
}

TEST_F(TmpfsAllocator, ThreadsNeverGetTheSameBlock) {
  std::vector<std::atomic<int>> owners(kBlocks);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; ++id)
    threads.emplace_back([&, id] {
      std::mt19937 random(static_cast<u32>(id));
      for (int round = 0; round < 2000; ++round) {
        const auto got = alloc->allocate(random() % kBlocks, 1 + random() % 20);
        if (!got) continue;
        for (u64 i = 0; i < got->count; ++i) wrong += owners[got->first + i].fetch_add(1) != 0;
        for (u64 i = 0; i < got->count; ++i) owners[got->first + i].fetch_sub(1);
        alloc->give_back(*got);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(alloc->blocks_free(), kBlocks);
}

/// Takes so many entries and remembers them.
class Listing final : public DirSink {
 public:
  explicit Listing(std::size_t most) : most_(most) {}
  bool add(Name name, Key key, FileType, u64 next_cookie) override {
    if (entries.size() == most_) return false;
    entries.emplace_back(name, key);
    cookie = next_cookie;
    return true;
  }
  std::vector<std::pair<std::string, Key>> entries;
  u64 cookie = 0;

 private:
  const std::size_t most_;
};

void add(Directory& dir, const std::string& name, Key key) {
  auto entry = dir.prepare(name);
  ASSERT_TRUE(entry.has_value());
  dir.insert(std::move(*entry), key, FileType::file);
}

TEST(TmpfsDirectory, FindsAmongManyNamesOfAllLengths) {
  Directory dir(1);
  const auto name = [](u64 i) { return std::to_string(i) + std::string(i % 240, 'x'); };
  for (u64 i = 0; i < 50'000; ++i) add(dir, name(i), i);
  EXPECT_EQ(dir.size(), 50'000u);
  for (u64 i = 0; i < 50'000; ++i) ASSERT_EQ(dir.find(name(i))->key, i);
  EXPECT_EQ(dir.find("50000x"), nullptr);
  for (u64 i = 0; i < 50'000; i += 2) dir.remove(*dir.find(name(i)));
  for (u64 i = 0; i < 50'000; ++i) ASSERT_EQ(dir.find(name(i)) != nullptr, i % 2 == 1) << i;
  for (u64 i = 1; i < 50'000; i += 2) dir.remove(*dir.find(name(i)));
  EXPECT_EQ(dir.size(), 0u);
  add(dir, "again", 7);
  EXPECT_EQ(dir.find("again")->key, 7u);
}

TEST(TmpfsDirectory, ANameTooLongIsRefused) {
  Directory dir(1);
  EXPECT_TRUE(dir.prepare(std::string(255, 'n')).has_value());
  EXPECT_EQ(dir.prepare(std::string(256, 'n')).error().code, Errc::name_too_long);
}

// Between each two batches names come and go, enough of them to close gaps many times.
TEST(TmpfsDirectory, WhoStaysIsListedExactlyOnce) {
  Directory dir(2);
  std::mt19937 random(3);
  std::vector<std::string> guests;
  const auto churn = [&] {
    for (int i = 0; i < 200; ++i) {
      if (guests.empty() || random() % 2) {
        guests.push_back("guest" + std::to_string(random()) + "." + std::to_string(random()));
        add(dir, guests.back(), 1);
        continue;
      }
      std::swap(guests[random() % guests.size()], guests.back());
      dir.remove(*dir.find(guests.back()));
      guests.pop_back();
    }
    while (guests.size() > 20) {
      dir.remove(*dir.find(guests.back()));
      guests.pop_back();
    }
  };
  std::vector<std::string> residents;
  for (int i = 0; i < 1000; ++i) {
    residents.push_back("resident" + std::to_string(i));
    add(dir, residents.back(), 2);
    churn();
  }
  std::vector<std::string> seen;
  for (u64 cookie = 0;;) {
    Listing listing(7);
    dir.list(cookie, listing);
    if (listing.entries.empty()) break;
    EXPECT_GT(listing.cookie, cookie);
    cookie = listing.cookie;
    for (const auto& [name, key] : listing.entries)
      if (key == 2) seen.push_back(name);
    churn();
  }
  EXPECT_EQ(seen, residents) << "each once, in the order of their making";
}

TEST(TmpfsDirectory, WithoutMemoryItIsAsBefore) {
  Directory dir(4);
  u64 refused = 0;
  for (u64 i = 0; i < 300; ++i) {
    const std::string name = "name" + std::to_string(i);
    for (u64 nth = 1;; ++nth) {
      host::fault::AllocationPlan plan;
      plan.fail(nth, host::fault::Times::forever);
      auto entry = dir.prepare(name);
      if (entry) {
        dir.insert(std::move(*entry), i, FileType::file);
        break;
      }
      ++refused;
      ASSERT_EQ(entry.error().code, Errc::no_memory);
      ASSERT_EQ(dir.size(), i);
      ASSERT_EQ(dir.find(name), nullptr);
    }
    ASSERT_EQ(dir.find("name0")->key, 0u);
  }
  EXPECT_GE(refused, 300u);
  Listing listing(1000);
  dir.list(0, listing);
  EXPECT_EQ(listing.entries.size(), 300u);
}

class Names final : public NameSink {
 public:
  bool add(Name name) override {
    names.emplace_back(name);
    return true;
  }
  std::vector<std::string> names;
};

std::vector<std::string> names_of(const Xattrs& xattrs) {
  Names sink;
  xattrs.list(sink);
  std::ranges::sort(sink.names);
  return sink.names;
}

TEST(TmpfsXattrs, SetReplaceGetRemove) {
  Xattrs xattrs;
  std::byte room[8];
  EXPECT_EQ(xattrs.get("user.a", room).error().code, Errc::no_data);
  ASSERT_TRUE(xattrs.set("user.a", bytes_of("one")).has_value());
  ASSERT_TRUE(xattrs.set("trusted.b", bytes_of("")).has_value());
  ASSERT_TRUE(xattrs.set("security.c", bytes_of("12345678")).has_value());
  ASSERT_TRUE(xattrs.set("system.posix_acl_access", bytes_of("x")).has_value());
  ASSERT_TRUE(xattrs.set("user.a", bytes_of("other")).has_value());
  ASSERT_EQ(xattrs.get("user.a", room), 5u);
  EXPECT_EQ(test::text_of(std::span(room).first(5)), "other");
  EXPECT_EQ(xattrs.get("trusted.b", room), 0u);
  EXPECT_EQ(xattrs.get("security.c", {}), 8u) << "only the length";
  EXPECT_EQ(xattrs.get("security.c", std::span(room).first(7)).error().code, Errc::range);
  EXPECT_EQ(names_of(xattrs),
            (std::vector<std::string>{"security.c", "system.posix_acl_access", "trusted.b", "user.a"}));
  EXPECT_TRUE(xattrs.remove("trusted.b").has_value());
  EXPECT_EQ(xattrs.remove("trusted.b").error().code, Errc::no_data);
  EXPECT_EQ(names_of(xattrs).size(), 3u);
}

TEST(TmpfsXattrs, LimitsAndNameSpaces) {
  Xattrs xattrs;
  for (const char* name : {"user.", "other.a", "system.a", "a", "User.a"})
    EXPECT_EQ(xattrs.set(name, {}).error().code, Errc::not_supported) << name;
  const std::vector<std::byte> most(65536), more(65537);
  EXPECT_EQ(xattrs.set("user.a", more).error().code, Errc::too_big);
  int set = 0;
  while (xattrs.set("user." + std::to_string(set), most)) ++set;
  EXPECT_EQ(set, 15);
  EXPECT_EQ(xattrs.set("user.x", most).error().code, Errc::no_space);
  EXPECT_TRUE(xattrs.set("user.0", most).has_value()) << "one in place of another takes no more";
  EXPECT_EQ(names_of(xattrs).size(), 15u);
}

TEST(TmpfsXattrs, WithoutMemoryTheOldValueStays) {
  Xattrs xattrs;
  ASSERT_TRUE(xattrs.set("user.a", bytes_of("old")).has_value());
  host::fault::AllocationPlan plan;
  plan.fail(1);
  EXPECT_EQ(xattrs.set("user.a", bytes_of("new")).error().code, Errc::no_memory);
  std::byte room[3];
  ASSERT_EQ(xattrs.get("user.a", room), 3u);
  EXPECT_EQ(test::text_of(room), "old");
}

}  // namespace
}  // namespace rump::tmpfs
