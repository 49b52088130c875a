// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The name cache: positive and negative answers, bounds, forgetting.
#include "vfs/name_cache.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "tests/fixtures/test_fs.hpp"
#include "vfs/path.hpp"

namespace rump {
namespace {

using test::TestKernel;

TEST(NameCacheTest, RemembersKeysAndAbsence) {
  TestKernel t;
  NameCache names(64);
  EXPECT_FALSE(names.find(*t.mount, 1, "a"));
  names.enter(*t.mount, 1, "a", {true, 7});
  names.enter(*t.mount, 1, "b", {false, 0});
  names.enter(*t.mount, 2, "a", {true, 8});
  EXPECT_EQ(names.find(*t.mount, 1, "a")->key, 7u);
  EXPECT_FALSE(names.find(*t.mount, 1, "b")->exists);
  EXPECT_EQ(names.find(*t.mount, 2, "a")->key, 8u);
  EXPECT_FALSE(names.find(*t.mount, 2, "b"));
  names.enter(*t.mount, 1, "b", {true, 9});
  EXPECT_TRUE(names.find(*t.mount, 1, "b")->exists) << "a newer answer takes the place of the older";
  names.remove(*t.mount, 1, "a");
  names.remove(*t.mount, 1, "never there");
  EXPECT_FALSE(names.find(*t.mount, 1, "a"));
  EXPECT_TRUE(names.find(*t.mount, 2, "a"));
}

TEST(NameCacheTest, NamesOfAllLengthsAreTold) {
  TestKernel t;
  NameCache names(4096);
  std::string name;
  for (std::size_t length = 1; length <= kNameMax; ++length) {
    name += static_cast<char>('a' + length % 3);
    names.enter(*t.mount, 1, name, {true, length});
  }
  for (std::size_t length = 1; length <= kNameMax; ++length)
    EXPECT_EQ(names.find(*t.mount, 1, std::string_view(name).substr(0, length))->key, length);
}

TEST(NameCacheTest, StaysInsideItsLimit) {
  TestKernel t;
  NameCache names(128);
  for (int i = 0; i < 5000; ++i) names.enter(*t.mount, Key(i % 8), std::to_string(i), {true, Key(i)});
  EXPECT_LE(names.counters().names, 144u);
  EXPECT_GE(names.counters().names, 100u);
}

TEST(NameCacheTest, ForgetsAMountAndNoOther) {
  TestKernel one, two;
  NameCache names(2048);
  for (int i = 0; i < 100; ++i) {
    names.enter(*one.mount, 1, std::to_string(i), {true, 1});
    names.enter(*two.mount, 1, std::to_string(i), {true, 2});
  }
  names.remove_all(*one.mount);
  EXPECT_EQ(names.counters().names, 100u);
  EXPECT_FALSE(names.find(*one.mount, 1, "5"));
  EXPECT_EQ(names.find(*two.mount, 1, "5")->key, 2u);
}

TEST(NameCacheTest, LookupsAskTheDriverOncePresentOrAbsent) {
  TestKernel t;
  const Key key = t.mount->add(1, "file", FileType::file);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(lookup_child(t.kernel, t.root(), "file").value()->key(), key);
    EXPECT_EQ(lookup_child(t.kernel, t.root(), "none").error().code, Errc::not_found);
  }
  EXPECT_EQ(t.mount->lookups, 2);
}

TEST(NameCacheTest, IsKeyedByFoldedNames) {
  TestKernel t;
  t.mount->fold_case = true;
  const Key key = t.mount->add(1, "ReadMe", FileType::file);
  for (const Name name : {"README", "readme", "ReadMe"})
    EXPECT_EQ(lookup_child(t.kernel, t.root(), name).value()->key(), key);
  EXPECT_EQ(t.mount->lookups, 1);
}

TEST(NameCacheTest, AnErrorIsNotRemembered) {
  TestKernel t;
  const Key key = t.mount->add(1, "file", FileType::file);
  t.mount->failing_loads = 1;
  EXPECT_EQ(lookup_child(t.kernel, t.root(), "file").error().code, Errc::io);
  EXPECT_EQ(lookup_child(t.kernel, t.root(), "file").value()->key(), key);
}

TEST(NameCacheTest, ThreadsEnterFindAndForgetAtOnce) {
  TestKernel t;
  NameCache names(64);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (unsigned n = 0; n < 4; ++n)
    threads.emplace_back([&, n] {
      for (unsigned i = 0; i < 20000; ++i) {
        const Key key = (i * 7 + n) % 200;
        const std::string name = std::to_string(key);
        if (i % 3 == 0) names.enter(*t.mount, 1, name, {true, key});
        if (i % 17 == 0) names.remove(*t.mount, 1, name);
        const auto answer = names.find(*t.mount, 1, name);
        if (answer && answer->key != key) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace rump
