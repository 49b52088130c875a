// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The vnode table: one loader a key, waiting, failing, evicting, unmounting.
#include "vfs/vnode_table.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

#include "tests/fixtures/test_fs.hpp"
#include "vfs/path.hpp"

namespace rump {
namespace {

using test::TestKernel;

TEST(VnodeTableTest, OneVnodeAKey) {
  TestKernel t;
  const Key key = t.mount->add(1, "a", FileType::file);
  const VnodeRef one = t.get(key), two = t.get(key);
  EXPECT_EQ(one.get(), two.get());
  EXPECT_EQ(one->key(), key);
  EXPECT_EQ(&one->mount(), t.mount);
  EXPECT_EQ(t.mount->loads, 2) << "the root and this one";
}

TEST(VnodeTableTest, RacingLoadersLoadOnce) {
  TestKernel t;
  const Key key = t.mount->add(1, "a", FileType::file);
  t.mount->before_load = [](Key) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  std::vector<Vnode*> seen(8);
  std::vector<VnodeRef> refs(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < seen.size(); ++i)
    threads.emplace_back([&, i] { seen[i] = (refs[i] = t.get(key)).get(); });
  for (std::thread& thread : threads) thread.join();
  for (Vnode* vnode : seen) EXPECT_EQ(vnode, seen[0]);
  EXPECT_EQ(t.mount->loads, 2);
}

TEST(VnodeTableTest, AFailedLoadIsTriedAgainByThoseWhoWaited) {
  TestKernel t;
  const Key key = t.mount->add(1, "a", FileType::file);
  t.mount->before_load = [](Key) { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
  t.mount->failing_loads = 3;
  std::atomic<int> failed = 0, worked = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const auto vnode = t.kernel.vnodes().get(*t.mount, key);
      if (!vnode) {
        EXPECT_STREQ(vnode.error().reason, "injected load error");
      }
      ++(vnode ? worked : failed);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 3);
  EXPECT_EQ(worked, 5);
}

TEST(VnodeTableTest, KeepsToItsLimitButNeverDropsWhatIsReferenced) {
  TestKernel t({.vnode_limit = 32});
  for (int i = 0; i < 500; ++i) t.mount->add(1, std::to_string(i), FileType::file);
  const VnodeRef held = t.get(2);
  for (Key key = 2; key < 500; ++key) ASSERT_EQ(t.get(key)->key(), key);
  EXPECT_LE(t.kernel.vnodes().counters().vnodes, 48u);
  EXPECT_EQ(static_cast<u64>(t.mount->live), t.kernel.vnodes().counters().vnodes);
  EXPECT_EQ(held.get(), t.get(2).get());
}

TEST(VnodeTableTest, ReferencesBeyondTheLimitShrinkAgain) {
  TestKernel t({.vnode_limit = 16});
  for (int i = 0; i < 300; ++i) t.mount->add(1, std::to_string(i), FileType::file);
  std::vector<VnodeRef> held;
  for (Key key = 2; key < 200; ++key) held.push_back(t.get(key));
  EXPECT_GE(t.kernel.vnodes().counters().vnodes, 198u);
  held.clear();
  for (Key key = 200; key < 300; ++key) t.get(key);
  EXPECT_LE(t.kernel.vnodes().counters().vnodes, 48u);
}

TEST(VnodeTableTest, UnmountIsBusyWhileAVnodeIsInUse) {
  TestKernel t;
  const Key key = t.mount->add(1, "a", FileType::file);
  VnodeRef held = t.get(key);
  EXPECT_EQ(t.kernel.unmount(*t.mount).error().code, Errc::busy);
  EXPECT_EQ(t.get(key).get(), held.get()) << "a refused unmount changes nothing";
  held.reset();
  EXPECT_TRUE(t.kernel.unmount(*t.mount));
  EXPECT_EQ(t.kernel.vnodes().counters().vnodes, 0u);
}

TEST(VnodeTableTest, ThreadsLoadingAndEvictingAtOnce) {
  TestKernel t({.vnode_limit = 8});
  for (int i = 0; i < 64; ++i) t.mount->add(1, std::to_string(i), FileType::file);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (unsigned n = 0; n < 8; ++n)
    threads.emplace_back([&, n] {
      std::minstd_rand random(n + 1);
      std::array<VnodeRef, 4> held;
      for (int i = 0; i < 5000; ++i) {
        const Key key = 1 + random() % 65;
        VnodeRef vnode = t.get(key);
        if (vnode->key() != key) ++wrong;
        held[random() % held.size()] = vnode;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(t.kernel.unmount(*t.mount));
}

/// A second mount in the kernel, with `files` files below its root (keys from 2 on).
test::TestMount& mount_beside(Kernel& kernel, BlockDevice& device, int files) {
  auto* mount = static_cast<test::TestMount*>(kernel.mount(TestKernel::kType, device, {}).value());
  for (int i = 0; i < files; ++i) mount->add(1, std::to_string(i), FileType::file);
  return *mount;
}

TEST(VnodeTableTest, UnmountingBesideEvictionsOfTheSameShards) {
  TestKernel t({.vnode_limit = 16});
  for (int i = 0; i < 256; ++i) t.mount->add(1, std::to_string(i), FileType::file);
  std::atomic<bool> stop = false;
  std::thread loader([&] {
    for (Key key = 2; !stop; key = key % 256 + 2) t.get(key);
  });
  test::TestDevice device(512, 8);
  for (int round = 0; round < 400; ++round) {
    test::TestMount& other = mount_beside(t.kernel, device, 40);
    for (Key key = 2; key < 40; ++key) ASSERT_TRUE(t.kernel.vnodes().get(other, key));
    // Nobody refers to it; a vnode that is being evicted just now does not count as in use.
    ASSERT_TRUE(t.kernel.unmount(other));
  }
  stop = true;
  loader.join();
}

TEST(VnodeTableTest, UnmountingBesideLookupsIsBusyOrComplete) {
  TestKernel t;
  const Key point = t.mount->add(1, "mnt", FileType::dir);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> walkers;
  for (int n = 0; n < 2; ++n)
    walkers.emplace_back([&] {
      const VnodeRef root = t.root();
      while (!stop) {
        const auto found = resolve({t.kernel, {}, root, root}, "/mnt/a/b/c/d", Follow::yes);
        if (!found && found.error().code != Errc::not_found) ++wrong;
      }
    });
  test::TestDevice device(512, 8);
  for (int round = 0; round < 300; ++round) {
    test::TestMount& inner = mount_beside(t.kernel, device, 0);
    Key key = 1;
    for (const char* name : {"a", "b", "c", "d"}) key = inner.add(key, name, FileType::dir);
    ASSERT_TRUE(t.kernel.attach(inner, t.get(point)));
    while (true) {
      const Result<> gone = t.kernel.unmount(inner);
      if (gone) break;
      ASSERT_EQ(gone.error().code, Errc::busy);
      std::this_thread::yield();
    }
  }
  stop = true;
  for (std::thread& walker : walkers) walker.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace rump
