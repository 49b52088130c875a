// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Journals that debugfs writes: what we see through them, block by block, against what e2fsck leaves
/// when it has replayed them.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

const std::vector<std::string> kNone;

struct Variant {
  std::string name, features, open, block = "1024";
};

class ExtJournal : public testing::TestWithParam<Variant> {
 protected:
  ExtJournal() {
    must({"mkdir", tree_});
    build_tree(tree_, {});
    put_file(tree_ + "/rewritten", noise(200 * block_, 1));
    make_ext(image_, "64M", {"-t", "ext4", "-b", GetParam().block, "-O", GetParam().features}, tree_);
    blocks_ = blocks_of(image_, "/rewritten");
  }

  /// With checksums of the first version debugfs 1.47 counts a revoke block into the commit's; the kernel and
  /// e2fsck then call the journal corrupt. So there are none in these, and the kernel's own tests have them.
  bool can_revoke() const { return !GetParam().name.starts_with("v1"); }

  /// Opens the journal; write() and close_journal() follow.
  void open_journal() { commands_ = {"journal_open" + GetParam().open}; }
  /// A transaction of new bytes for blocks [first, first + count) of the file; every seventh begins with the
  /// journal's magic. The blocks of `revoke` (of the file) are revoked.
  void write(std::size_t first, std::size_t count, const std::vector<std::size_t>& revoke = {},
             bool commit = true) {
    const std::string data = scratch_ / ("data" + std::to_string(commands_.size()));
    std::vector<char> bytes = noise(count * block_, 1000 + commands_.size());
    for (std::size_t i = 0; i < count; i += 7)
      std::ranges::copy("\xC0\x3B\x39\x98", bytes.begin() + static_cast<long>(i * block_));
    put_file(data, bytes);
    std::string command = "journal_write";
    if (count > 0) {
      command += " -b ";
      for (std::size_t i = 0; i < count; ++i)
        command += (i ? "," : "") + std::to_string(blocks_.at(first + i));
    }
    for (std::size_t i = 0; can_revoke() && i < revoke.size(); ++i)
      command += (i ? "," : " -r ") + std::to_string(blocks_.at(revoke[i]));
    commands_.push_back(command + (commit ? " " : " -c ") + data);
    // debugfs 1.47 writes the next transaction over the commit block of one with blocks and revokes; not when
    // it looks for the end of the log again.
    if (can_revoke() && !revoke.empty()) commands_.insert(commands_.end(), {"journal_close", "journal_open"});
  }
  void close_journal() {
    commands_.emplace_back("journal_close");
    debugfs_write(image_, commands_);
  }

  /// Whether we see a block of the file as mke2fs has written it.
  bool still_there(std::size_t block) const {
    const std::vector<char> all = noise(200 * block_, 1);
    const std::string now = read_all(Mounted::must(image_)->process(), "/rewritten");
    return std::string_view(now).substr(block * block_, block_) ==
           std::string_view(&all[block * block_], block_);
  }

  /// Replays a copy by e2fsck and compares.
  void expect_same_as_e2fsck() {
    const std::string before = scratch_ / "before", after = scratch_ / "after";
    must({"cp", image_, before});
    must({"cp", image_, after});
    const Outcome e2fsck = run({"e2fsck", "-y", "-E", "journal_only", after});
    ASSERT_LE(e2fsck.status, 1) << e2fsck.out << e2fsck.err;

    const auto ours = Mounted::must(image_);
    const auto lying = Mounted::must(image_, {}, {.text = "journal=skip"});
    // Both superblocks say that there is nothing left to recover.
    const std::vector<rump::u64> superblocks{1024 / block_, blocks_of(image_, "<8>").at(0)};
    EXPECT_EQ(differing_blocks(ours->mount().device(), after, block_), superblocks);
    EXPECT_GT(differing_blocks(lying->mount().device(), after, block_).size(), 10u);
    const auto theirs = Mounted::must(after);
    EXPECT_EQ(differences(manifest_of(theirs->process()), manifest_of(ours->process())), kNone);
    must({"cmp", image_, before});
  }

  const rump::u64 block_ = std::stoull(GetParam().block);
  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image";
  std::vector<rump::u64> blocks_;
  std::vector<std::string> commands_;
};

TEST_P(ExtJournal, TransactionsRevokesAndEscapes) {
  open_journal();
  write(0, 30);
  write(10, 10, {0, 1, 2, 29});
  write(2, 1);
  write(40, 150);  // more than a descriptor block holds
  write(100, 3, {100, 50});
  close_journal();
  expect_same_as_e2fsck();
}

TEST_P(ExtJournal, ManyRevokes) {
  open_journal();
  write(0, 190);
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < 190; i += 2) all.push_back(i);
  write(195, 1, all);
  write(4, 3);
  close_journal();
  expect_same_as_e2fsck();
  EXPECT_EQ(still_there(0), can_revoke());
  EXPECT_EQ(still_there(1), false);
  EXPECT_EQ(still_there(4), false) << "written again after its revoke";
}

TEST_P(ExtJournal, AnUncommittedEnd) {
  open_journal();
  write(0, 30);
  write(10, 30, {3}, false);
  close_journal();
  expect_same_as_e2fsck();
}

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const std::string wide : {"64bit", "^64bit"}) {
    const std::string name = wide == "64bit" ? "_64" : "_32";
    all.push_back({"plain" + name, "^metadata_csum," + wide, ""});
    all.push_back({"v1" + name, "^metadata_csum," + wide, " -c"});
    all.push_back({"v2" + name, "metadata_csum," + wide, " -c -v 2"});
    all.push_back({"v3" + name, "metadata_csum," + wide, " -c -v 3"});
  }
  all.push_back({"v3_b4096", "metadata_csum", " -c -v 3", "4096"});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Ext, ExtJournal, testing::ValuesIn(variants()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace oracle
