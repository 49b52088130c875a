// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Many threads on one mount whose caches are far too small: every one reads what was written. For
/// TSan.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

constexpr rump::KernelOptions kTinyKernel{.vnode_limit = 8, .name_limit = 16};
constexpr rump::MountOptions kTinyMount{.cache_bytes = 64 << 10, .text = {}};
constexpr unsigned kThreads = 8;

class ExtThreads : public testing::Test {
 protected:
  ExtThreads() {
    must({"mkdir", tree_});
    build_tree(tree_, {.wide = 120});
    put_comb(tree_ + "/fragmented", 1024, 500);
    make_ext(image_, "32M", {"-t", "ext4", "-b", "1024"}, tree_);
    e2fsck(image_, {"-D"});
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image";
};

/// Runs body(number) in each of the threads and passes on what it throws.
template <class Body>
void in_threads(Body&& body) {
  std::vector<std::thread> threads;
  std::vector<std::string> failures(kThreads);
  for (unsigned number = 0; number < kThreads; ++number)
    threads.emplace_back([&, number] {
      try {
        body(number);
      } catch (const std::exception& error) {
        failures[number] = error.what();
      }
    });
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(failures, std::vector<std::string>(kThreads));
}

TEST_F(ExtThreads, WalkOneMountTogether) {
  const Manifest expected = manifest_of(Mounted::must(image_)->process());
  const auto mounted = Mounted::must(image_, kTinyKernel, kTinyMount);
  in_threads([&](unsigned) {
    rump::Process own(mounted->kernel(), mounted->kernel().root_of(mounted->mount()).value());
    const auto different = differences(expected, manifest_of(own));
    if (!different.empty()) throw std::runtime_error(different.front());
  });
}

TEST_F(ExtThreads, ShareOneProcess) {
  const Manifest expected = manifest_of(Mounted::must(image_)->process());
  std::vector<std::pair<std::string, Entry>> entries(expected.begin(), expected.end());
  const auto mounted = Mounted::must(image_, kTinyKernel, kTinyMount);
  std::atomic<unsigned> files{0};
  in_threads([&](unsigned number) {
    std::mt19937 random(number);
    for (int i = 0; i < 300; ++i) {
      const auto& [path, entry] = entries[random() % entries.size()];
      const auto attr = mounted->process().stat(rump::kCwd, "/" + path, rump::Follow::no);
      if (!attr || attr->ino != entry.ino) throw std::runtime_error(path);
      if (entry.type != rump::FileType::file) continue;
      ++files;
      ContentHash hash;
      const std::string content = read_all(mounted->process(), "/" + path);
      hash.add(0, content.data(), content.size());
      if (content.size() != entry.size || hash.value() != entry.content)
        throw std::runtime_error(path + ": content");
      if (mounted->process().stat(rump::kCwd, "/" + path + "-absent", rump::Follow::no))
        throw std::runtime_error(path + "-absent exists");
    }
  });
  EXPECT_GT(files, 500u);
}

}  // namespace
}  // namespace oracle
